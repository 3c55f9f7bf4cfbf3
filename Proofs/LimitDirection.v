(** * Linear models: where natural gradient flow goes.

    Features [X] with full row rank (no more inputs than features), logistic
    loss, the Fisher matrix of the training inputs and its Moore-Penrose inverse.
    The flow moves along [X^+ y]: the minimum-norm solution of [X b = y], not in
    general the maximum-margin direction.

    Main definitions: [weights_at X y beta0 t], the closed form of the weights.

    Main results:
    - [weights_from_logits]: the weights move only in the row space of [X];
    - [linear_flow_unique]: every flow is the closed form;
    - [limit_direction]: [beta (t) / t] tends to [X^+ y];
    - [linear_flow_exists]: the closed form is such a flow, from every start.

    References: derived; for gradient flow instead, Soudry et al., The implicit
    bias of gradient descent on separable data (2018). *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient MatrixCalculus
  Margin Flow ExponentialFamily OneParameterFamily LogisticFlow.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section LimitDirection.
Variables N d : nat.
Variable X : 'M[R]_(N, d).
Hypothesis Xfree : row_free X.
Variable y : 'I_N -> R.
Hypothesis labels : forall n, y n = 1 \/ y n = -1.

(** Natural gradient flow of the linear model. *)
Definition isLinearLogisticFlow (beta : R -> 'cV[R]_d) (t : R) : Prop :=
  isMoorePenroseFlow (mulmx X) (@bernoulliVariance N) (logisticLoss y) beta (fun _ => X) t.

(** Its closed form. *)
Definition logits_at (beta0 : 'cV[R]_d) (t : R) : 'cV[R]_N :=
  \col_n (y n * margin (y n * (X *m beta0) n 0) t).
Definition weights_at (beta0 : 'cV[R]_d) (t : R) : 'cV[R]_d :=
  beta0 + pinv X *m (logits_at beta0 t - X *m beta0).

Let y2 n : y n * y n = 1. Proof. exact: label_sqr. Qed.

Section Flow.
Variable beta : R -> 'cV[R]_d.
Hypothesis flow : forall t, 0 <= t -> isLinearLogisticFlow beta t.

Lemma linear_logits t : 0 <= t -> X *m beta t = logits_at (beta 0) t.
Proof.
move=> t_ge0; apply/colP => n; rewrite [RHS]mxE.
have flow' s : 0 <= s <= t ->
    isLogisticFlow y (mulmx X) beta (fun _ => X)
      (fun s => pinv (fisher X (bernoulliVariance (X *m beta s)))) s /\ row_free X.
  by move=> /andP[/flow s_ge0 _]; split=> //; exact: moore_penrose_natural s_ge0.
by rewrite -(ngf_margins labels t_ge0 flow') mulrA y2 mul1r.
Qed.

(** The weights move only along [X^+]. *)
Corollary weights_from_logits t : 0 <= t ->
  beta t = beta 0 + pinv X *m (X *m beta t - X *m beta 0).
Proof.
move=> t_ge0.
apply: (@moore_penrose_row_space N d X (@bernoulliVariance N) (logisticLoss y)) => //.
  by move=> z; rewrite tr_diag_mx.
by move=> s /andP[/flow].
Qed.

Theorem linear_flow_unique t : 0 <= t -> beta t = weights_at (beta 0) t.
Proof. by move=> t_ge0; rewrite {1}weights_from_logits // linear_logits. Qed.

(** The weights in terms of the margins. *)
Lemma weights_from_margins t i : 0 <= t ->
  beta t i 0 = (beta 0 - pinv X *m (X *m beta 0)) i 0 +
               \sum_n pinv X i n * (y n * margin (y n * (X *m beta 0) n 0) t).
Proof.
move=> t_ge0; rewrite {1}linear_flow_unique // /weights_at mulmxBr addrCA addrC mxE; congr (_ + _).
by rewrite mxE; apply: eq_bigr => n _; rewrite mxE.
Qed.

Theorem limit_direction i :
  is_lim (fun t => beta t i 0 / t) p_infty ((pinv X *m \col_n y n) i 0).
Proof.
pose m0 n := y n * (X *m beta 0) n 0.
pose c0 := (beta 0 - pinv X *m (X *m beta 0)) i 0.
apply: (is_lim_ext_loc (fun t => c0 * (/ t)%Re + \sum_n pinv X i n * (y n * (margin (m0 n) t / t)%Re))).
  exists 0 => t /Rlt_le /RleP t_ge0; rewrite weights_from_margins // mulrDl RinvE; congr (_ + _).
  by rewrite mulr_suml; apply: eq_bigr => n _; rewrite RdivE !mulrA.
have -> : (pinv X *m \col_n y n) i 0 = 0 + \sum_n pinv X i n * (y n * 1).
  by rewrite mxE add0r; apply: eq_bigr => n _; rewrite mxE mulr1.
apply: (is_lim_plus _ _ _ (Finite 0) (Finite (\sum_n pinv X i n * (y n * 1)))) (erefl _).
  have -> : Finite 0 = Rbar_mult c0 (Rbar_inv p_infty) by congr Finite; rewrite RmultE mulr0.
  apply: is_lim_scal_l; apply: is_lim_inv; [exact: is_lim_id | by []].
apply: is_lim_sumR => n.
exact: is_lim_scal_l (pinv X i n) _ _ (is_lim_scal_l _ (y n) _ _ (margin_over_time (m0 n))).
Qed.

(** The distance to the ray [t X^+ y] stays bounded, and has a limit: the direction
    is approached as [1 / t]. *)
Theorem limit_offset i :
  is_lim (fun t => beta t i 0 - t * (pinv X *m \col_n y n) i 0) p_infty
    ((beta 0 - pinv X *m (X *m beta 0)) i 0 +
     \sum_n pinv X i n * (y n * ln (1 + exp (y n * (X *m beta 0) n 0)))).
Proof.
pose m0 n := y n * (X *m beta 0) n 0.
pose c0 := (beta 0 - pinv X *m (X *m beta 0)) i 0.
apply: (is_lim_ext_loc (fun t => c0 + \sum_n pinv X i n * (y n * (margin (m0 n) t - t)%Re))).
  exists 0 => t /Rlt_le /RleP t_ge0; rewrite weights_from_margins // -addrA; congr (_ + _).
  rewrite [X in _ - t * X]mxE mulr_sumr -sumrB; apply: eq_bigr => n _.
  rewrite [X in _ - _ * (_ * X)]mxE RminusE !mulrBr; congr (_ + _).
  by rewrite [t * _]mulrC mulrA.
apply: (is_lim_plus _ _ _ (Finite c0) (Finite (\sum_n pinv X i n * (y n * ln (1 + exp (m0 n)))))) (erefl _); first exact: is_lim_const.
apply: is_lim_sumR => n.
exact: is_lim_scal_l (pinv X i n) _ _ (is_lim_scal_l _ (y n) _ _ (margin_minus_time (m0 n))).
Qed.

(** From the origin the direction is right from the first instant. *)
Theorem linear_flow_from_zero t : 0 <= t -> beta 0 = 0 ->
  beta t = ln (2%:R * exp t - 1) *: (pinv X *m \col_n y n).
Proof.
move=> t_ge0 b0; rewrite linear_flow_unique // b0 /weights_at mulmx0 subr0 add0r scalemxAr.
congr (_ *m _); apply/colP => n; rewrite [LHS]mxE mulmx0 [X in margin (_ * X)]mxE mulr0.
by rewrite [RHS]mxE [X in _ = _ * X]mxE mulrC /margin exp_0.
Qed.
End Flow.

(** Such a flow exists, from every start: the hypothesis above is not vacuous. *)
Theorem linear_flow_exists beta0 :
  weights_at beta0 0 = beta0 /\
  forall t, 0 <= t -> isLinearLogisticFlow (weights_at beta0) t.
Proof.
split.
  have z0 : logits_at beta0 0 = X *m beta0.
    by apply/colP => n; rewrite [LHS]mxE margin_0 mulrA y2 mul1r.
  by rewrite /weights_at z0 subrr mulmx0 addr0.
move=> t t_ge0.
have XW : X *m weights_at beta0 t = logits_at beta0 t.
  by rewrite /weights_at mulmxDr mulmxA mulmx_pinv // mul1mx addrC subrK.
split; first exact: jacobian_linear.
pose r := meanParameters bernoulli (X *m weights_at beta0 t) - targets y.
exists (X^T *m r).
  by apply: gradient_comp (jacobian_linear X _) _; exact: logistic_gradient.
rewrite -/(preconditionedVelocity X _ r) -/(ngfVelocity X _ r).
rewrite ngf_velocity_row_free //; last exact: variances_posdef.
have dz : is_derive (logits_at beta0) t (- (invmx (bernoulliVariance (X *m weights_at beta0 t)) *m r)).
  apply/is_derive_mx => n j; rewrite (ord1 j) invmx_diag => [|i]; last first.
    by rewrite mxE; exact: lt0r_neq0 (variance_gt0 bernoulli _).
  have -> : (- (diag_mx (\row_i ((\row_k variance bernoulli ((X *m weights_at beta0 t) k 0)) 0 i)^-1) *m r)) n 0 =
            y n * (1 + exp (- margin (y n * (X *m beta0) n 0) t)).
    pose z := (X *m weights_at beta0 t) n 0.
    have zE : margin (y n * (X *m beta0) n 0) t = y n * z.
      by rewrite /z XW [X in _ = _ * X]mxE mulrA y2 mul1r.
    have e : y n * (- (sigmoid z - target y n) / (sigmoid z * (1 - sigmoid z))) = 1 + exp (- (y n * z)).
      exact: margin_speed (labels n).
    have rE : r n 0 = sigmoid z - target y n.
      by rewrite [LHS]mxE [X in X + _]mxE [X in _ + X]mxE [X in - X]mxE.
    rewrite zE -e mulrA y2 mul1r [LHS]mxE mul_diag_mx [X in - X]mxE rE [X in - (X * _)]mxE.
    by rewrite [X in - (X^-1 * _)]mxE -/z mulrC mulNr.
  apply: (is_derive_ext (fun s => y n * margin (y n * (X *m beta0) n 0) s)).
    by move=> s; rewrite [RHS]mxE.
  by apply: is_derive_scal; apply: margin_solves; exact/RleP.
rewrite -mulmxN /weights_at.
have D := jacobian_along (jacobian_linear (pinv X) _) dz.
apply: (is_derive_ext (fun s => (beta0 - pinv X *m (X *m beta0)) + pinv X *m logits_at beta0 s)).
  by move=> s; rewrite mulmxBr addrA addrAC.
rewrite -[X in is_derive _ _ X]add0r.
exact: (is_derive_plus (V := mx_NormedModule d 1) _ _ _ _ _ (is_derive_const _ _) D).
Qed.
End LimitDirection.
