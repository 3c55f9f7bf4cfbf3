(** * Fewer samples than features: the null space of the features keeps the
    parametrisation.

    Fisher matrix of the training inputs and its Moore-Penrose inverse; the
    outputs are [X b] with end-to-end weights [b = beta (theta)].

    Main results:
    - [end_to_end_velocity]: [b' = - K X^T (X K X^T)^-1 S^-1 g], with [K] the
      kernel [Jb Jb^T] of the parametrisation;
    - [rescaled_weights_velocity], [squared_weights_velocity]: rational examples of
      two parametrisations with equal start, whose end-to-end velocities differ;
    - [rescaled_weights_trajectory]: two whole flows on squared loss with equal
      start and equal outputs, whose end-to-end weights differ at each time [T > 0].

    References: derived. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient MatrixCalculus
  Relaxation Flow OneParameterFamily.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Velocity.
Variable K : realFieldType.
Variables N d P : nat.

Theorem end_to_end_velocity (X : 'M[K]_(N, d)) (Jb : 'M[K]_(d, P)) S g :
  row_free (X *m Jb) -> posdef S ->
  let kernel := Jb *m Jb^T in
  Jb *m ngfVelocity (X *m Jb) S g =
  - (kernel *m X^T *m invmx (X *m kernel *m X^T) *m (invmx S *m g)).
Proof.
move=> free pS kernel; rewrite ngf_velocity_row_free // pinv_row_free // mulmxN trmx_mul !mulmxA.
by rewrite -(mulmxA X).
Qed.
End Velocity.

(** Two features, one sample [(1, 1)], unit metric; the parametrisation has the
    diagonal Jacobian [(p, q)]; [g] is the residual. *)
Section TwoWeights.
Variable K : realFieldType.

Definition ones : 'M[K]_(1, 2) := const_mx 1.
Definition pair (p q : K) : 'rV[K]_2 := \row_i (if i == 0 then p else q).

Lemma kernel_pair (p q : K) :
  ones *m (diag_mx (pair p q) *m (diag_mx (pair p q))^T) *m ones^T = (p ^+ 2 + q ^+ 2)%:M.
Proof.
rewrite [LHS]mx11_scalar; congr (_ %:M); rewrite tr_diag_mx mulmx_diag mxE big_ord_recl big_ord1.
by rewrite !mul_mx_diag !mxE /= !mulr1 !mul1r -!expr2.
Qed.

Lemma ones_pair_row_free (p q : K) : p != 0 -> row_free (ones *m diag_mx (pair p q)).
Proof.
move=> p0; rewrite /row_free eqn_leq rank_leq_row lt0n mxrank_eq0; apply/negP => /eqP/rowP /(_ 0).
by rewrite mul_mx_diag !mxE /= mul1r => /eqP; rewrite (negbTE p0).
Qed.

Lemma two_weights_velocity (p q g : K) : p != 0 ->
  diag_mx (pair p q) *m ngfVelocity (ones *m diag_mx (pair p q)) 1%:M g%:M =
  (pair (- p ^+ 2 * g / (p ^+ 2 + q ^+ 2)) (- q ^+ 2 * g / (p ^+ 2 + q ^+ 2)))^T.
Proof.
move=> p0; rewrite end_to_end_velocity ?ones_pair_row_free //; last first.
  by rewrite -diag_const_mx; apply: posdef_diag => i; rewrite mxE ltr01.
rewrite kernel_pair invmx1 mul1mx invmx_scalar !mul_mx_scalar tr_diag_mx mulmx_diag mul_diag_mx.
apply/colP => i; rewrite !mxE.
have E (a s : K) : - (g * (s * a)) = - a * g * s by rewrite !mulNr mulrA [in LHS]mulrC mulrA.
by case: (i == 0); rewrite mulr1 -expr2 E.
Qed.
End TwoWeights.

(** A linear reparametrisation [(theta1, 2 theta2)], from the origin, target 1: both
    parametrisations move the output at speed 1, but the weights differently. *)
Theorem rescaled_weights_velocity :
  [/\ diag_mx (pair 1 1) *m ngfVelocity (ones _ *m diag_mx (pair 1 1)) 1%:M (- 1)%:M =
        (pair (1%:Q / 2%:R) (1%:Q / 2%:R))^T &
      diag_mx (pair 1 2%:R) *m ngfVelocity (ones _ *m diag_mx (pair 1 2%:R)) 1%:M (- 1)%:M =
        (pair (1%:Q / 5%:R) (4%:R / 5%:R))^T].
Proof.
split; rewrite two_weights_velocity //; congr (pair _ _)^T; exact/eqP.
Qed.

(** The squares [(theta1^2, theta2^2)] at the weights [(1, 4)], target 10. *)
Theorem squared_weights_velocity :
  [/\ diag_mx (pair 1 1) *m ngfVelocity (ones _ *m diag_mx (pair 1 1)) 1%:M (- 5%:R)%:M =
        (pair (5%:Q / 2%:R) (5%:Q / 2%:R))^T &
      diag_mx (pair 2%:R 4%:R) *m ngfVelocity (ones _ *m diag_mx (pair 2%:R 4%:R)) 1%:M (- 5%:R)%:M =
        (pair 1%:Q 4%:R)^T].
Proof.
split; rewrite two_weights_velocity //; congr (pair _ _)^T; exact/eqP.
Qed.

(** ** Whole trajectories *)
Section LinearRegression.
Variables N d : nat.
Variable X : 'M[R]_(N, d).
Hypothesis Xfree : row_free X.
Variable y : 'cV[R]_N.

(** Natural gradient flow of the linear model [X theta] on squared loss. *)
Definition isLinearGaussianFlow (theta : R -> 'cV[R]_d) (t : R) : Prop :=
  isMoorePenroseFlow (mulmx X) (@variances gaussian N) (familyLoss gaussian y) theta (fun _ => X) t.

Theorem linear_gaussian_flow_unique theta T : 0 <= T ->
  (forall t, 0 <= t <= T -> isLinearGaussianFlow theta t) ->
  theta T = theta 0 + (1 - exp (- T)) *: (pinv X *m (y - X *m theta 0)).
Proof.
move=> T_ge0 flow.
rewrite (@moore_penrose_row_space N d X (@variances gaussian N) (familyLoss gaussian y)) //.
  rewrite (@ngf_gaussian N d (mulmx X) y theta (fun _ => X)
     (fun t => pinv (fisher X (variances gaussian (X *m theta t))))) // => [|t /flow fl].
    rewrite scalemxAr; congr (_ + _ *m _).
    by rewrite scalerBl scale1r -scalerN opprB addrAC.
  by split=> //; exact: moore_penrose_natural fl.
by move=> z; rewrite tr_diag_mx.
Qed.
End LinearRegression.

(** Existence, for the same data. *)
Theorem linear_gaussian_flow_exists N d (X : 'M[R]_(N, d)) (y : 'cV[R]_N) theta0 : row_free X ->
  let theta t := theta0 + (1 - exp (- t)) *: (pinv X *m (y - X *m theta0)) in
  theta 0 = theta0 /\ forall t, isLinearGaussianFlow X y theta t.
Proof.
move=> Xfree theta; split; first by rewrite /theta oppr0 exp_0 subrr scale0r addr0.
move=> t; split; first exact: jacobian_linear.
exists (X^T *m (X *m theta t - y)).
  apply: gradient_comp (jacobian_linear X _) _.
  have -> : X *m theta t - y = meanParameters gaussian (X *m theta t) - y.
    by congr (_ - _); apply/colP => i; rewrite [RHS]mxE.
  exact: family_loss_gradient.
rewrite -/(preconditionedVelocity X _ _) -/(ngfVelocity X _ _) ngf_velocity_row_free //; last first.
  exact: variances_posdef.
have -> : variances gaussian (X *m theta t) = 1%:M.
  by rewrite -diag_const_mx; congr diag_mx; apply/rowP => i; rewrite !mxE.
have E : y - X *m theta t = exp (- t) *: (y - X *m theta0).
  rewrite /theta mulmxDr -scalemxAr mulmxA mulmx_pinv // mul1mx opprD addrA.
  by rewrite scalerBl scale1r subKr.
rewrite invmx1 mul1mx -mulmxN opprB E -scalemxAr.
set v := pinv X *m _; rewrite -[X in is_derive _ _ X]add0r.
apply: (is_derive_plus (V := mx_NormedModule d 1)); first exact: is_derive_const.
apply: (is_derive_scal_l (V := mx_NormedModule d 1)); exact: one_minus_exp_derive.
Qed.

(** The trajectories of the linear reparametrisation [(theta1, 2 theta2)] and of the
    linear model itself, from the origin, one sample [(1, 1)] with target 1. *)
Theorem rescaled_weights_trajectory (theta1 theta2 : R -> 'cV[R]_2) T : 0 <= T ->
  (forall t, 0 <= t <= T -> isLinearGaussianFlow (ones R_realFieldType) (const_mx 1) theta1 t) ->
  (forall t, 0 <= t <= T ->
     isLinearGaussianFlow (ones _ *m diag_mx (pair 1 2%:R)) (const_mx 1) theta2 t) ->
  theta1 0 = 0 -> theta2 0 = 0 ->
  theta1 T = (1 - exp (- T)) *: (pair (1 / 2%:R) (1 / 2%:R))^T /\
  diag_mx (pair 1 2%:R) *m theta2 T = (1 - exp (- T)) *: (pair (1 / 5%:R) (4%:R / 5%:R))^T.
Proof.
have pinvE (p q : R) : p != 0 ->
    diag_mx (pair p q) *m (pinv (ones _ *m diag_mx (pair p q)) *m const_mx 1) =
    (pair (p ^+ 2 / (p ^+ 2 + q ^+ 2)) (q ^+ 2 / (p ^+ 2 + q ^+ 2)))^T.
  move=> p0; have := two_weights_velocity q (-1) p0.
  rewrite ngf_velocity_row_free ?ones_pair_row_free //; last first.
    by rewrite -diag_const_mx; apply: posdef_diag => i; rewrite mxE ltr01.
  have c1 : (- 1)%:M = - const_mx 1 :> 'M[R]_1.
    by rewrite [RHS]mx11_scalar !mxE.
  by rewrite invmx1 mul1mx c1 !mulmxN opprK => ->; rewrite !mulrN1 !mulNr !opprK.
have id1 : diag_mx (pair 1 1) = 1%:M :> 'M[R]_2.
  by rewrite -diag_const_mx; congr diag_mx; apply/rowP => i; rewrite !mxE; case: ifP.
move=> T_ge0 flow1 flow2 start1 start2; split.
  have free1 : row_free (ones R_realFieldType).
    by have := ones_pair_row_free 1 (oner_neq0 R_ringType); rewrite id1 mulmx1.
  rewrite (linear_gaussian_flow_unique free1 T_ge0 flow1) start1 mulmx0 subr0 add0r.
  have := pinvE 1 1 (oner_neq0 _); rewrite id1 mul1mx mulmx1 => ->.
  by rewrite expr1n -[1 + 1]/(2%:R).
have free2 := ones_pair_row_free 2%:R (oner_neq0 R_ringType).
rewrite (linear_gaussian_flow_unique free2 T_ge0 flow2) start2 mulmx0 subr0 add0r -scalemxAr.
by rewrite pinvE ?oner_neq0 // expr1n -natrX -[1 + 4%:R]/(1%:R + 4%:R) -natrD.
Qed.
