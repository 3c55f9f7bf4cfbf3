(** * When the Fisher matrix sees more outputs than the loss does.

    The measure of the Fisher matrix contains all [N] outputs, with positive
    weights; the loss contains only some of them. If the Jacobian of all outputs
    has full row rank, the observed ones relax, and the others stand still.

    Main definitions: [observedLoss], [weightedVariances].

    Main results:
    - [ngf_observed]: observed mean parameters relax, at rate one over the weight;
    - [ngf_unobserved]: unobserved outputs never move.

    References: derived. *)
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient Relaxation MatrixCalculus
  Flow OneParameterFamily.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section PartialObservation.
Variable F : oneParameterFamily.
Variable N : nat.
Variable observed : pred 'I_N.
Variable weight : 'I_N -> R.
Hypothesis weight_gt0 : forall n, 0 < weight n.
Variable y : 'I_N -> R.

Definition observedLoss (z : 'cV[R]_N) : R :=
  \sum_(n | observed n) (logPartition F (z n 0) - y n * z n 0).

Definition weightedVariances (z : 'cV[R]_N) : 'M[R]_N :=
  diag_mx (\row_n (weight n * variance F (z n 0))).

Lemma weighted_variance_gt0 (z : 'cV[R]_N) n :
  0 < (\row_n (weight n * variance F (z n 0)) : 'rV[R]_N) 0 n.
Proof. by rewrite mxE mulr_gt0 // variance_gt0. Qed.

Lemma sample_loss_derive n x :
  is_derive (fun x => logPartition F x - y n * x) x (meanParameter F x - y n).
Proof.
apply: is_derive_minus; first exact: log_partition_derive.
rewrite -[X in is_derive _ _ X]mulr1; apply: is_derive_scal; exact: is_derive_id.
Qed.

Lemma observed_loss_gradient z :
  has_gradient observedLoss z
    (\col_n (if observed n then meanParameter F (z n 0) - y n else 0 : R)).
Proof.
pose l n x : R := if observed n then logPartition F x - y n * x else 0.
apply: (filterdiff_ext (fun z : 'cV[R]_N => \sum_n l n (z n 0))) => [x|].
  by rewrite /observedLoss [RHS]big_mkcond.
apply: (gradient_separable (l := l)) => n; rewrite /l; case: (observed n).
  exact: sample_loss_derive.
exact: is_derive_const.
Qed.

Variable P : nat.
Variable f : 'cV[R]_P -> 'cV[R]_N.
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(N, P).
Variable G : R -> 'M[R]_P.
Variable T : R.
Hypothesis T_ge0 : 0 <= T.
Hypothesis flow : forall t, 0 <= t <= T ->
  isNaturalGradientFlow f weightedVariances observedLoss theta J G t /\ row_free (J t).

Lemma partial_observation_velocity n t : 0 <= t <= T ->
  is_derive (fun s => f (theta s) n 0) t
    (if observed n then - (meanParameter F (f (theta t) n 0) - y n) /
                          (weight n * variance F (f (theta t) n 0)) else 0 : R).
Proof.
move=> /flow [ngf Jfree]; set z := f (theta t).
have uS : weightedVariances z \in unitmx by apply/posdef_unit/posdef_diag/weighted_variance_gt0.
have := flow_outputs ngf Jfree uS (observed_loss_gradient z).
move=> /is_derive_mx /(_ n 0) D; congr (is_derive _ _ _): D.
rewrite invmx_diag => [|i]; last exact/lt0r_neq0/weighted_variance_gt0.
rewrite mxE mul_diag_mx !mxE; case: (observed n); last by rewrite mulr0 oppr0.
by rewrite mulrC mulNr.
Qed.

Theorem ngf_observed n : observed n ->
  meanParameter F (f (theta T) n 0) =
  y n + (meanParameter F (f (theta 0) n 0) - y n) * exp (- (T / weight n)).
Proof.
move=> o; move/RleP: T_ge0 => T0; rewrite mulrC.
have := relaxation_unique (weight n)^-1 (y n) (fun t => meanParameter F (f (theta t) n 0)) T T0.
rewrite !toR [(weight n)^-1 * T]mulrC [exp _ * _]mulrC; apply=> t [/RleP t0 /RleP tT].
have /(partial_observation_velocity n) : 0 <= t <= T by rewrite t0.
rewrite o => dz; set z := f (theta t) n 0.
have D := is_derive_comp (meanParameter F) _ _ _ _ (mean_parameter_derive F z) dz.
congr (is_derive _ _ _): D; rewrite -/z.
have w0 := lt0r_neq0 (weight_gt0 n); have v0 := lt0r_neq0 (variance_gt0 F z).
transitivity ((- (meanParameter F z - y n) / (weight n * variance F z)) * variance F z) => //.
by rewrite invfM mulrA mulfVK // RmultE !mulNr mulrC.
Qed.

Theorem ngf_unobserved n : ~~ observed n -> f (theta T) n 0 = f (theta 0) n 0.
Proof.
move=> /negbTE o; move/RleP: T_ge0 => T0.
apply: (derive_0_constant (fun t => f (theta t) n 0)) T0 _ => t [/RleP t0 /RleP tT].
have /(partial_observation_velocity n) : 0 <= t <= T by rewrite t0.
by rewrite o.
Qed.
End PartialObservation.
