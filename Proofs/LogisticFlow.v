(** * Natural gradient flow on logistic loss has closed-form margins.

    For any differentiable model whose Jacobian keeps full row rank along the
    trajectory, and any generalised inverse of the Fisher matrix, every training
    margin follows [margin m0 t]. The Bernoulli instance of [OneParameterFamily],
    with labels [1] and [-1].

    Main definitions:
    - [logisticLoss y z], the sum of [ln (1 + e^-(y_n z_n))];
    - [isLogisticFlow f y theta J G t]: natural gradient flow on it, with the
      Fisher matrix of the training inputs.

    Main results:
    - [ngf_logits]: the velocity of the logits;
    - [ngf_margins]: the closed form of the margins;
    - [ngf_loss]: the closed form of the loss.

    References: derived. *)
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient MatrixCalculus
  Margin Flow ExponentialFamily OneParameterFamily.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section LogisticFlow.
Variable N : nat.
Variable y : 'I_N -> R.                     (* labels *)

Definition logisticLoss (z : 'cV[R]_N) : R := \sum_n ln (1 + exp (- (y n * z n 0))).

(** The Fisher information of the logits. *)
Definition bernoulliVariance : 'cV[R]_N -> 'M[R]_N := @variances bernoulli N.

(** The label [1] has target probability 1, the label [-1] has 0. *)
Definition target n : R := (1 + y n) / 2%:R.
Definition targets : 'cV[R]_N := \col_n target n.

Definition isLogisticFlow P (f : 'cV[R]_P -> 'cV[R]_N) theta J G t : Prop :=
  isNaturalGradientFlow f bernoulliVariance logisticLoss theta J G t.

Hypothesis labels : forall n, y n = 1 \/ y n = -1.

Lemma label_sqr n : y n * y n = 1.
Proof. by case: (labels n) => ->; rewrite ?mulrNN mulr1. Qed.

Lemma logistic_loss_family z : logisticLoss z = familyLoss bernoulli targets z.
Proof.
rewrite /familyLoss /negativeLogLikelihood [X in _ - X]mxE -sumrB; apply: eq_bigr => n _.
rewrite !mxE; exact: logistic_softplus (labels n).
Qed.

Lemma logistic_gradient z :
  has_gradient logisticLoss z (meanParameters bernoulli z - targets).
Proof.
apply: (filterdiff_ext _ _ _ _ (family_loss_gradient bernoulli targets z)) => x.
by rewrite logistic_loss_family.
Qed.

Section Model.
Variable P : nat.
Variable f : 'cV[R]_P -> 'cV[R]_N.          (* the model: parameters to logits *)
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(N, P).
Variable G : R -> 'M[R]_P.

Lemma logistic_flow_family t :
  isLogisticFlow f theta J G t <-> isFamilyFlow bernoulli f targets theta J G t.
Proof.
split=> -[[hJ [g hg dth]] inv]; split=> //; split=> //; exists g => //;
  by apply: (filterdiff_ext _ _ _ _ hg) => x; rewrite logistic_loss_family.
Qed.

(** Each logit moves by its own residual over its own variance. *)
Theorem ngf_logits t : isLogisticFlow f theta J G t -> row_free (J t) ->
  forall n, is_derive (fun s => f (theta s) n 0) t
    (- (sigmoid (f (theta t) n 0) - target n) /
       (sigmoid (f (theta t) n 0) * (1 - sigmoid (f (theta t) n 0)))).
Proof.
move=> flow Jfree n; set z := f (theta t).
have uS := posdef_unit (variances_posdef bernoulli z).
have := flow_outputs flow Jfree uS (logistic_gradient z).
rewrite invmx_diag => [|i]; last by rewrite mxE; exact: lt0r_neq0 (variance_gt0 bernoulli _).
move=> /is_derive_mx /(_ n 0) D; congr (is_derive _ _ _): D.
by rewrite mxE mul_diag_mx !mxE mulrC mulNr.
Qed.

Section Trajectory.
Variable T : R.
Hypothesis T_ge0 : 0 <= T.
Hypothesis flow : forall t, 0 <= t <= T -> isLogisticFlow f theta J G t /\ row_free (J t).

Theorem ngf_error_probabilities n :
  1 - sigmoid (y n * f (theta T) n 0) = (1 - sigmoid (y n * f (theta 0) n 0)) * exp (- T).
Proof.
have flow' t : 0 <= t <= T -> isFamilyFlow bernoulli f targets theta J G t /\ row_free (J t).
  by move=> /flow [/logistic_flow_family].
have := ngf_bernoulli T_ge0 flow' n; rewrite mxE mulrC.
exact: error_probability_label (labels n).
Qed.

(** The margins have a closed form. *)
Theorem ngf_margins n : y n * f (theta T) n 0 = margin (y n * f (theta 0) n 0) T.
Proof. exact/margin_of_error_probability/ngf_error_probabilities. Qed.

(** So has the loss: [L (T) = - sum_n log (1 - (1 - p_n (0)) e^-T)], where [p_n] is
    the probability of the label. *)
Theorem ngf_loss :
  logisticLoss (f (theta T)) =
  - \sum_n ln (1 - (1 - sigmoid (y n * f (theta 0) n 0)) * exp (- T)).
Proof.
rewrite -sumrN; apply: eq_bigr => n _; rewrite -ngf_error_probabilities subKr.
exact: logistic_loss_sigmoid.
Qed.
End Trajectory.
End Model.
End LogisticFlow.
