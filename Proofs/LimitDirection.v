(** * Linear models: where natural gradient flow goes.

    Features [X] with full row rank (no more inputs than features). The flow
    interpolates along [X^+ y]: the minimum-norm solution of [X b = y], not the
    maximum-margin direction. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient Relaxation Margin MatrixCalculus LogisticFlow.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** The natural gradient has no component that the features do not see. *)
Lemma pinv_fisher_range (K : realFieldType) (N P : nat) (J : 'M[K]_(N, P)) (S : 'M[K]_N) :
  S^T = S -> pinv J *m (J *m pinv (fisher J S)) = pinv (fisher J S).
Proof.
move=> symS; set F := fisher J S.
have [_ FFF _ sF] := pinv_moore_penrose F; have [JJJ _ _ sJ] := pinv_moore_penrose J.
have symF : F^T = F by rewrite /F /fisher !trmx_mul trmxK symS mulmxA.
have PJt : pinv J *m J *m J^T = J^T by rewrite -sJ -trmx_mul mulmxA JJJ.
have PF : pinv J *m J *m F = F by rewrite /F /fisher !(mulmxA _ _ J) (mulmxA _ _ S) PJt.
clearbody F; rewrite (mulmxA (pinv J)).
by rewrite -{1}FFF -sF trmx_mul symF !(mulmxA (_ *m _)) PF -{1}symF -trmx_mul sF FFF.
Qed.

Lemma is_lim_sumR (I : Type) (s : seq I) (F : I -> R -> R) (l : I -> R) x :
  (forall i, is_lim (F i) x (l i)) ->
  is_lim (fun t => \sum_(i <- s) F i t) x (\sum_(i <- s) l i : R).
Proof.
move=> dF; elim: s => [|i s IH].
  rewrite big_nil; apply: (is_lim_ext (fun _ => 0 : R)); last exact: is_lim_const.
  by move=> u; rewrite big_nil.
rewrite big_cons; apply: (is_lim_ext (fun u => F i u + \sum_(i <- s) F i u)).
  by move=> u; rewrite big_cons.
exact: is_lim_plus (dF i) IH erefl.
Qed.

Lemma jacobian_linear N d (X : 'M[R]_(N, d)) b : has_jacobian (mulmx X) b X.
Proof. exact: (filterdiff_linear _ (mx_is_linear [linear of mulmx X])). Qed.

Section LimitDirection.
Variables N d : nat.
Variable X : 'M[R]_(N, d).
Hypothesis Xfree : row_free X.
Variable y : 'I_N -> R.
Hypothesis labels : forall n, y n = 1 \/ y n = -1.
Variable beta : R -> 'cV[R]_d.
Variable g : R -> 'cV[R]_d.
Hypothesis gradient : forall t, Rle 0 t ->
  has_gradient (fun b => logisticLoss y (X *m b)) (beta t) (g t).
Hypothesis flow : forall t, Rle 0 t -> is_derive beta t (ngf_field (mulmx X) X (g t) (beta t)).

Lemma linear_margins n t : Rle 0 t ->
  y n * (X *m beta t) n 0 = margin (y n * (X *m beta 0) n 0) t.
Proof.
apply: (@ngf_margins N d (mulmx X) y labels beta (fun _ => X) g) => s s_ge0.
by split; [exact: jacobian_linear | | exact: gradient | exact: flow].
Qed.

(** The weights move only along [X^+]. *)
Theorem weights_from_logits t : Rle 0 t ->
  beta t = beta 0 + pinv X *m (X *m beta t - X *m beta 0).
Proof.
move=> t_ge0.
have const : beta t - pinv X *m (X *m beta t) = beta 0 - pinv X *m (X *m beta 0).
  apply: (derive_0_constant_mx (W := fun t => beta t - pinv X *m (X *m beta t))) t_ge0 => s /flow ds.
  have D1 := jacobian_along (jacobian_linear (pinv X) _) (jacobian_along (jacobian_linear X _) ds).
  have D := is_derive_minus (V := mx_NormedModule d 1) _ _ _ _ _ ds D1.
  congr (is_derive _ _ _): D; rewrite /ngf_field !mulmxN (mulmxA X) (mulmxA (pinv X)).
  rewrite pinv_fisher_range; last by rewrite tr_diag_mx.
  exact: subrr.
by rewrite mulmxBr addrCA -const addrC subrK.
Qed.

(** *)
Theorem limit_direction i :
  is_lim (fun t => beta t i 0 / t) p_infty ((pinv X *m \col_n y n) i 0).
Proof.
have y2 n : y n * y n = 1 by case: (labels n) => ->; rewrite ?mulrNN mulr1.
have logits n t : Rle 0 t -> (X *m beta t) n 0 = y n * margin (y n * (X *m beta 0) n 0) t.
  by move=> t_ge0; rewrite -linear_margins // mulrA y2 mul1r.
pose c0 := (beta 0 - pinv X *m (X *m beta 0)) i 0.
apply: (is_lim_ext_loc (fun t => c0 * (/ t)%Re +
          \sum_n pinv X i n * (y n * (margin (y n * (X *m beta 0) n 0) t / t)))).
  exists 0 => t /Rlt_le t_ge0.
  have -> : beta t i 0 = c0 + (pinv X *m (X *m beta t)) i 0.
    by rewrite {1}(weights_from_logits t_ge0) mulmxBr addrCA addrC mxE.
  rewrite mulrDl RinvE; congr (_ + _); rewrite mxE mulr_suml; apply: eq_bigr => n _.
  by rewrite (logits n t t_ge0) !mulrA.
have -> : (pinv X *m \col_n y n) i 0 = 0 + \sum_n pinv X i n * (y n * 1).
  by rewrite mxE add0r; apply: eq_bigr => n _; rewrite mxE mulr1.
apply: (is_lim_plus _ _ _ (Finite 0) (Finite (\sum_n pinv X i n * (y n * 1)))) (erefl _).
  have -> : Finite 0 = Rbar_mult c0 (Rbar_inv p_infty) by congr Finite; rewrite RmultE mulr0.
  apply: is_lim_scal_l; apply: is_lim_inv; [exact: is_lim_id | by []].
apply: is_lim_sumR => n.
have lim := margin_over_time (y n * (X *m beta 0) n 0).
exact: is_lim_scal_l (pinv X i n) _ _ (is_lim_scal_l _ (y n) _ _ lim).
Qed.
End LimitDirection.

(** Such a flow exists, from every start: the hypotheses above are not vacuous. *)
Section Existence.
Variables N d : nat.
Variable X : 'M[R]_(N, d).
Hypothesis Xfree : row_free X.
Variable y : 'I_N -> R.
Hypothesis labels : forall n, y n = 1 \/ y n = -1.
Variable beta0 : 'cV[R]_d.

Definition logits_at t : 'cV[R]_N := \col_n (y n * margin (y n * (X *m beta0) n 0) t).
Definition weights_at t : 'cV[R]_d := beta0 + pinv X *m (logits_at t - X *m beta0).

Let y2 n : y n * y n = 1. Proof. by case: (labels n) => ->; rewrite ?mulrNN mulr1. Qed.

Theorem linear_flow_exists :
  weights_at 0 = beta0 /\
  forall t, Rle 0 t -> exists g,
    has_gradient (fun b => logisticLoss y (X *m b)) (weights_at t) g /\
    is_derive weights_at t (ngf_field (mulmx X) X g (weights_at t)).
Proof.
split.
  have z0 : logits_at 0 = X *m beta0.
    by apply/colP => n; rewrite mxE margin_0 mulrA y2 mul1r.
  by rewrite /weights_at z0 subrr mulmx0 addr0.
move=> t t_ge0.
have XW : X *m weights_at t = logits_at t.
  by rewrite /weights_at mulmxDr mulmxA mulmx_pinv // mul1mx addrC subrK.
pose mu : 'cV[R]_N := \col_n sigmoid (logits_at t n 0).
pose tg : 'cV[R]_N := \col_n target y n.
exists (X^T *m (mu - tg)); split.
  apply: gradient_comp (jacobian_linear X _) _; rewrite XW.
  have -> : mu - tg = \col_n (sigmoid (logits_at t n 0) - target y n).
    by apply/matrixP => i j; rewrite !mxE.
  exact: logistic_gradient.
have mu01 i : 0 < mu i 0 < 1.
  by rewrite mxE; have [h0 h1] := sigma_bounds (logits_at t i 0); apply/andP; split; apply/RltP.
set v := ngf_field _ _ _ _.
have dE : bernoulliVariance (X *m weights_at t) = diag_mx (\row_n (mu n 0 * (1 - mu n 0))).
  by rewrite XW; congr diag_mx; apply/rowP => i; rewrite !mxE.
have vE : v = pinv X *m (X *m v).
  rewrite /v /ngf_field !mulmxN (mulmxA X) (mulmxA (pinv X)) pinv_fisher_range //.
  by rewrite tr_diag_mx.
have dz : is_derive logits_at t (X *m v).
  apply/is_derive_mx => n j; rewrite (ord1 j).
  rewrite /v /ngf_field dE -/(preconditionedVelocity X _ _) -/(ngfVelocity X _ _) ngf_logit_velocity //.
  have -> : - (mu n 0 - tg n 0) / (mu n 0 * (1 - mu n 0)) =
            y n * (1 + exp (- margin (y n * (X *m beta0) n 0) t)).
    pose z := logits_at t n 0.
    have zE : y n * z = margin (y n * (X *m beta0) n 0) t by rewrite /z mxE mulrA y2 mul1r.
    have e : y n * (- (sigmoid z - target y n) / (sigmoid z * (1 - sigmoid z))) = 1 + exp (- (y n * z)).
      exact: margin_speed (labels n).
    by rewrite -zE -e mulrA y2 mul1r [mu n 0]mxE [tg n 0]mxE.
  apply: (is_derive_ext (fun s => y n * margin (y n * (X *m beta0) n 0) s)).
    by move=> s; rewrite [RHS]mxE.
  exact: (is_derive_scal (margin _) t (y n) _ (margin_solves _ t t_ge0)).
rewrite vE /weights_at.
have D := jacobian_along (jacobian_linear (pinv X) _) dz.
apply: (is_derive_ext (fun s => (beta0 - pinv X *m (X *m beta0)) + pinv X *m logits_at s)).
  by move=> s; rewrite mulmxBr addrA addrAC.
rewrite -[X in is_derive _ _ X]add0r.
exact: (is_derive_plus (V := mx_NormedModule d 1) _ _ _ _ _ (is_derive_const _ _) D).
Qed.
End Existence.
