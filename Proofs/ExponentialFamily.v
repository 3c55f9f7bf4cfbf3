(** * Natural gradient flow in mean parameters: [mu' = - (mu - y)].

    For an exponential family whose natural parameters are the outputs of the
    model, whatever the model.

    Main results:
    - [ngf_mean_parameters]: [mu (T) = y + e^-T (mu (0) - y)], if the Jacobian of
      the outputs has full row rank;
    - [ngf_sufficient_statistics]: if the outputs are [E h (theta)], and only the
      Jacobian of [h] has full row rank, [E^T mu] obeys the same law. With [E] the
      features of a linear model it is the law of the gradient, with [E] the
      membership of samples in groups it is the law of the group means.

    References: Amari, Natural gradient works efficiently in learning (1998), for
    the flow; the laws are derived. *)
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient MatrixCalculus Flow.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** Negative log-likelihood of natural parameters [z], up to a constant: [A] is
    the log-partition function, [y] the observed statistics. *)
Definition negativeLogLikelihood N (A : 'cV[R]_N -> R) (y z : 'cV[R]_N) : R :=
  A z - (y^T *m z) 0 0.

Section ExponentialFamily.
Variable N : nat.
Variable A : 'cV[R]_N -> R.               (* the log-partition function *)
Variable mean : 'cV[R]_N -> 'cV[R]_N.     (* its gradient: the mean parameters *)
Variable var : 'cV[R]_N -> 'M[R]_N.       (* its Hessian: the Fisher information *)
Hypothesis mean_gradient : forall z, has_gradient A z (mean z).
Hypothesis var_jacobian : forall z, has_jacobian mean z (var z).
Variable y : 'cV[R]_N.                    (* the targets *)

Lemma negative_log_likelihood_gradient z :
  has_gradient (negativeLogLikelihood A y) z (mean z - y).
Proof.
have lin : is_linear (fun h : 'cV[R]_N => (y^T *m h) 0 0).
  exact: (is_linear_comp _ _ (mx_is_linear [linear of mulmx y^T]) (entry_is_linear 0 0)).
have D := filterdiff_minus_fct _ _ _ _ (mean_gradient z) (filterdiff_linear _ lin).
apply: (filterdiff_ext_lin _ _ _ (D _)) => h.
by rewrite linearB mulmxBl [RHS]mxE [X in _ + X]mxE.
Qed.

Section MeanParameters.
Hypothesis var_posdef : forall z, posdef (var z).
Variable P : nat.
Variable f : 'cV[R]_P -> 'cV[R]_N.        (* the model: parameters to natural parameters *)
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(N, P).
Variable G : R -> 'M[R]_P.

Theorem ngf_mean_parameters T : 0 <= T ->
  (forall t, 0 <= t <= T ->
     isNaturalGradientFlow f var (negativeLogLikelihood A y) theta J G t /\ row_free (J t)) ->
  mean (f (theta T)) = y + exp (- T) *: (mean (f (theta 0)) - y).
Proof.
move=> T_ge0 flow; apply: (relaxation_mx (W := fun t => mean (f (theta t)))) => // t /flow [ngf Jfree].
have uS := posdef_unit (var_posdef (f (theta t))).
have dz := flow_outputs ngf Jfree uS (negative_log_likelihood_gradient _).
have := jacobian_along (var_jacobian _) dz.
by rewrite mulmxN mulmxA mulmxV ?mul1mx.
Qed.
End MeanParameters.
End ExponentialFamily.

(** The Fisher matrix of [E *m J] is that of [J], for the metric [E^T S E]. *)
Lemma fisher_mul (N K P : nat) (E : 'M[R]_(N, K)) (J : 'M[R]_(K, P)) S :
  fisher (E *m J) S = fisher J (E^T *m S *m E).
Proof. by rewrite /fisher trmx_mul !mulmxA. Qed.

Lemma posdef_congruence (N K : nat) (E : 'M[R]_(N, K)) S :
  row_free E^T -> posdef S -> posdef (E^T *m S *m E).
Proof.
move=> Efree [symS posS]; split=> [|u u0]; first by rewrite !trmx_mul trmxK symS mulmxA.
have -> : u *m (E^T *m S *m E) *m u^T = (u *m E^T) *m S *m (u *m E^T)^T.
  by rewrite trmx_mul trmxK !mulmxA.
by apply: posS; apply: contra u0 => /eqP uE; apply/eqP/(row_free_inj Efree); rewrite uE mul0mx.
Qed.

Section SufficientStatistics.
Variables N K P : nat.
Variable A : 'cV[R]_N -> R.
Variable mean : 'cV[R]_N -> 'cV[R]_N.
Variable var : 'cV[R]_N -> 'M[R]_N.
Hypothesis mean_gradient : forall z, has_gradient A z (mean z).
Hypothesis var_jacobian : forall z, has_jacobian mean z (var z).
Hypothesis var_posdef : forall z, posdef (var z).
Variable y : 'cV[R]_N.
Variable E : 'M[R]_(N, K).
Hypothesis Efree : row_free E^T.          (* full column rank *)
Variable h : 'cV[R]_P -> 'cV[R]_K.        (* the natural parameters are [E h (theta)] *)
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(K, P).
Variable G : R -> 'M[R]_P.

Theorem ngf_sufficient_statistics T : 0 <= T ->
  (forall t, 0 <= t <= T ->
     [/\ has_jacobian h (theta t) (J t), row_free (J t) &
         isNaturalGradientFlow (fun x => E *m h x) var (negativeLogLikelihood A y)
           theta (fun t => E *m J t) G t]) ->
  E^T *m mean (E *m h (theta T)) =
  E^T *m y + exp (- T) *: (E^T *m mean (E *m h (theta 0)) - E^T *m y).
Proof.
move=> T_ge0 flow.
pose A' u := A (E *m u); pose mean' u := E^T *m mean (E *m u).
pose var' u := E^T *m var (E *m u) *m E.
apply: (@ngf_mean_parameters K A' mean' var' _ _ (E^T *m y) _ P h theta J G T T_ge0) => [u|u|u|t /flow [hJ Jfree ngf]].
- by apply: gradient_comp (jacobian_linear E u) _; exact: mean_gradient.
- rewrite /var' -mulmxA; apply: (jacobian_comp _ (jacobian_linear E^T _)).
  by apply: jacobian_comp (jacobian_linear E u) _; exact: var_jacobian.
- exact: posdef_congruence.
split=> //; case: ngf => -[_ [g hg dtheta]]; rewrite fisher_mul => inv; split=> //; split=> //.
exists g => //; apply: (filterdiff_ext _ _ _ _ hg) => x.
by rewrite /negativeLogLikelihood /A' trmx_mul trmxK mulmxA.
Qed.
End SufficientStatistics.
