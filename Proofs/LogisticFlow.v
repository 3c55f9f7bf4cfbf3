(** * Natural gradient flow on logistic loss has closed-form margins.

    For any differentiable model whose Jacobian keeps full row rank along the
    trajectory, every training margin follows [margin m0 t], whatever the model. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient Relaxation Margin MatrixCalculus.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section LogisticFlow.
Variables N P : nat.                        (* inputs, parameters *)
Variable f : 'cV[R]_P -> 'cV[R]_N.          (* the model: parameters to logits *)
Variable y : 'I_N -> R.                     (* labels *)
Hypothesis labels : forall n, y n = 1 \/ y n = -1.

Definition logisticLoss (z : 'cV[R]_N) : R := \sum_n ln (1 + exp (- (y n * z n 0))).

Definition bernoulliVariance (z : 'cV[R]_N) : 'M[R]_N :=
  diag_mx (\row_n (sigmoid (z n 0) * (1 - sigmoid (z n 0)))).

Definition target n : R := (1 + y n) / 2%:R.

(** [theta' = - F^+ grad L], with [F = J^T D J], at parameter [theta]. *)
Definition ngf_field (J : 'M[R]_(N, P)) (g : 'cV[R]_P) (theta : 'cV[R]_P) : 'cV[R]_P :=
  - (pinv (fisher J (bernoulliVariance (f theta))) *m g).

Lemma logistic_gradient (z : 'cV[R]_N) :
  has_gradient logisticLoss z (\col_n (sigmoid (z n 0) - target n)).
Proof.
apply: (gradient_separable (l := fun n x => ln (1 + exp (- (y n * x))))) => n.
exact: logistic_derive (labels n).
Qed.

(** Function space: each logit moves by its own residual over its own variance. *)
Theorem ngf_logits (theta : R -> 'cV[R]_P) (J : R -> 'M[R]_(N, P)) (g : R -> 'cV[R]_P) t :
  has_jacobian f (theta t) (J t) -> row_free (J t) ->
  has_gradient (fun x => logisticLoss (f x)) (theta t) (g t) ->
  is_derive theta t (ngf_field (J t) (g t) (theta t)) ->
  forall n, is_derive (fun s => f (theta s) n 0) t
    (- (sigmoid (f (theta t) n 0) - target n) /
       (sigmoid (f (theta t) n 0) * (1 - sigmoid (f (theta t) n 0)))).
Proof.
move=> hJ Jfree hg dtheta n.
pose z := f (theta t); pose mu : 'cV[R]_N := \col_n sigmoid (z n 0).
pose tg : 'cV[R]_N := \col_n target n.
have mu01 i : 0 < mu i 0 < 1.
  by rewrite mxE; have [h0 h1] := sigma_bounds (z i 0); apply/andP; split; apply/RltP.
have gE : g t = (J t)^T *m (mu - tg).
  apply: gradient_unique hg _; apply: gradient_comp hJ _.
  have -> : mu - tg = \col_n (sigmoid (z n 0) - target n) by apply/matrixP => i j; rewrite !mxE.
  exact: logistic_gradient.
have := jacobian_along hJ dtheta => /is_derive_mx /(_ n 0).
have := ngf_logit_velocity tg Jfree mu01 n.
rewrite /ngfVelocity /preconditionedVelocity /ngf_field gE.
have -> : (\row_n (mu n 0 * (1 - mu n 0))) = \row_n (sigmoid (z n 0) * (1 - sigmoid (z n 0))).
  by apply/rowP => i; rewrite !mxE.
by rewrite /bernoulliVariance -/z => ->; rewrite !mxE.
Qed.

(** The margins have a closed form. *)
Theorem ngf_margins (theta : R -> 'cV[R]_P) (J : R -> 'M[R]_(N, P)) (g : R -> 'cV[R]_P) :
  (forall t, Rle 0 t ->
     [/\ has_jacobian f (theta t) (J t), row_free (J t),
         has_gradient (fun x => logisticLoss (f x)) (theta t) (g t) &
         is_derive theta t (ngf_field (J t) (g t) (theta t))]) ->
  forall n t, Rle 0 t ->
    y n * f (theta t) n 0 = margin (y n * f (theta 0) n 0) t.
Proof.
move=> flow n t t_ge0.
apply: (margin_unique (fun s => y n * f (theta s) n 0)) t_ge0 => s /flow [hJ Jfree hg ds].
have := ngf_logits hJ Jfree hg ds n => dz.
rewrite -(margin_speed (y n) _ (labels n)).
exact: (is_derive_scal (fun s => f (theta s) n 0) s (y n) _ dz).
Qed.
End LogisticFlow.

