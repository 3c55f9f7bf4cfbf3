(** * More samples than features: the gradient law and the linear programme.

    Logistic loss of a linear model [z = X b], [X] of full column rank, the
    Fisher matrix of the training inputs. It is the Hessian of the loss, so that
    natural gradient flow is Newton's flow.

    Main definitions:
    - [lossGradient X y b], the gradient of the logistic loss at [b];
    - [wrongLabel X y b n = 1 - sigmoid (margin of n)], and [example n = y_n x_n].

    Main results, for every parametrisation [beta (theta)] with surjective Jacobian:
    - [gradient_law]: [lossGradient (beta T) = e^-T lossGradient (beta 0)];
    - [spanning_invariance]: the trajectory of [beta] depends on its start only;
    and for separable data, with [g = sum_n wrongLabel (beta 0) n * example n]:
    - [nearly_feasible]: every margin is at least [T - slack], once [T >= slack];
    - [nearly_optimal]: [g . beta (T) <= T (g . b) + N] for each [b] whose margins
      are all at least 1;
    - [limit_feasible], [limit_optimal]: if [beta (T) / T] converges, its limit
      solves the linear programme: minimise [g . b] subject to margins at least 1.

    References: derived. *)
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

Section LogisticProgramme.
Variables N d : nat.
Variable X : 'M[R]_(N, d).
Hypothesis Xfull : row_free X^T.            (* full column rank *)
Variable y : 'I_N -> R.
Hypothesis labels : forall n, y n = 1 \/ y n = -1.

Definition lossGradient (b : 'cV[R]_d) : 'cV[R]_d :=
  X^T *m (meanParameters bernoulli (X *m b) - targets y).

Lemma loss_gradient_correct b :
  has_gradient (fun b => logisticLoss y (X *m b)) b (lossGradient b).
Proof. by apply: gradient_comp (jacobian_linear X b) _; exact: logistic_gradient. Qed.

(** The margin of sample [n], and the probability of its wrong label. *)
Definition marginOf (b : 'cV[R]_d) n : R := y n * (X *m b) n 0.
Definition wrongLabel (b : 'cV[R]_d) n : R := 1 - sigmoid (marginOf b n).

Lemma wrong_label_bounds b n : 0 < wrongLabel b n < 1.
Proof.
have [/RltP h0 /RltP h1] := sigmoid_bounds (marginOf b n).
by rewrite /wrongLabel subr_gt0 h1 ltr_subl_addr ltr_addl.
Qed.

(** [lossGradient . c] is minus the sum of the margins of [c], weighted by the
    probabilities of the wrong labels at [b]. *)
Lemma loss_gradient_dot b c :
  (c^T *m lossGradient b) 0 0 = - \sum_n wrongLabel b n * marginOf c n.
Proof.
rewrite /lossGradient mulmxA -trmx_mul -sumrN mxE; apply: eq_bigr => n _.
have -> : (meanParameters bernoulli (X *m b) - targets y) n 0 = - y n * wrongLabel b n.
  rewrite [LHS]mxE [X in X + _]mxE [X in _ + X]mxE [X in - X]mxE.
  exact: residual_wrong_label (labels n).
by rewrite [X in X * _]mxE /marginOf mulNr mulrN mulrC -mulrA mulrCA.
Qed.

Section Parametrised.
Variable P : nat.
Variable beta : 'cV[R]_P -> 'cV[R]_d.
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(d, P).
Variable G : R -> 'M[R]_P.

(** Natural gradient flow of the parameters of [beta (theta)], with the Fisher
    matrix of the training inputs; the Jacobian of [beta] is surjective. *)
Definition isParametrisedLogisticFlow t : Prop :=
  [/\ has_jacobian beta (theta t) (J t), row_free (J t) &
      isLogisticFlow y (fun x => X *m beta x) theta (fun t => X *m J t) G t].

Theorem gradient_law T : 0 <= T ->
  (forall t, 0 <= t <= T -> isParametrisedLogisticFlow t) ->
  lossGradient (beta (theta T)) = exp (- T) *: lossGradient (beta (theta 0)).
Proof.
move=> T_ge0 flow.
have flow' t : 0 <= t <= T ->
    [/\ has_jacobian beta (theta t) (J t), row_free (J t) &
        isFamilyFlow bernoulli (fun x => X *m beta x) (targets y) theta (fun t => X *m J t) G t].
  by move=> /flow [hJ Jfree /(logistic_flow_family labels)].
have := ngf_sufficient_statistics (@mean_parameters_gradient bernoulli N)
  (@variances_jacobian bernoulli N) (@variances_posdef bernoulli N) Xfull T_ge0 flow'.
by move=> law; rewrite /lossGradient !mulmxBr law addrC addKr.
Qed.
End Parametrised.

(** The gradient determines the weights. *)
Lemma loss_gradient_inj b c : lossGradient b = lossGradient c -> b = c.
Proof.
move=> gE; apply/eqP; rewrite -subr_eq0; apply/eqP.
pose h n := (sigmoid ((X *m b) n 0) - sigmoid ((X *m c) n 0)) * ((X *m b) n 0 - (X *m c) n 0).
have h_ge0 n : 0 <= h n by apply/RleP; exact: sigmoid_monotone.
have sum0 : \sum_n h n = 0.
  have z : ((b - c)^T *m (lossGradient b - lossGradient c)) 0 0 = 0 by rewrite gE subrr mulmx0 mxE.
  rewrite -[RHS]z /lossGradient -mulmxBr opprB addrA subrK mulmxA -trmx_mul [RHS]mxE.
  apply: eq_bigr => n _; rewrite [X in _ = X * _]mxE mulmxBr mulrC; congr (_ * _).
    by rewrite [RHS]mxE [X in _ = X + _]mxE [X in _ = _ + X]mxE [X in _ = _ - X]mxE.
  by rewrite [RHS]mxE [X in _ = _ + X]mxE.
have Xbc : X *m (b - c) = 0.
  apply/colP => n; rewrite mulmxBr mxE [X in _ + X]mxE [RHS]mxE.
  have : h n == 0 by move/eqP: sum0; rewrite psumr_eq0 // => /allP /(_ n (mem_index_enum _)).
  move=> /eqP /sigmoid_monotone_eq0 ->; exact: subrr.
apply: trmx_inj; apply: (row_free_inj Xfull).
by rewrite trmx0 mul0mx -trmx_mul Xbc trmx0.
Qed.

(** Two parametrisations with surjective Jacobians and the same start have the same
    trajectory, at every time to which both flows exist. *)
Theorem spanning_invariance P Q beta1 beta2 theta1 theta2 J1 J2 G1 G2 T : 0 <= T ->
  (forall t, 0 <= t <= T -> @isParametrisedLogisticFlow P beta1 theta1 J1 G1 t) ->
  (forall t, 0 <= t <= T -> @isParametrisedLogisticFlow Q beta2 theta2 J2 G2 t) ->
  beta1 (theta1 0) = beta2 (theta2 0) -> beta1 (theta1 T) = beta2 (theta2 T).
Proof.
move=> T_ge0 flow1 flow2 start; apply: loss_gradient_inj.
by rewrite (gradient_law T_ge0 flow1) (gradient_law T_ge0 flow2) start.
Qed.

(** ** Separable data *)
Section Separable.
Variable beta : R -> 'cV[R]_d.
Hypothesis law : forall T, 0 <= T -> lossGradient (beta T) = exp (- T) *: lossGradient (beta 0).

(** The cost of the linear programme, and what its constraints say. *)
Definition cost (b : 'cV[R]_d) : R := \sum_n wrongLabel (beta 0) n * marginOf b n.
Definition separates (b : 'cV[R]_d) : Prop := forall n, 1 <= marginOf b n.

Variable separator : 'cV[R]_d.
Hypothesis separable : separates separator.

(** The dual variables of the programme. *)
Definition dualWeight T n : R := exp T * wrongLabel (beta T) n.

Lemma dual_weight_gt0 T n : 0 < dualWeight T n.
Proof. by case/andP: (wrong_label_bounds (beta T) n) => h _; rewrite mulr_gt0 //; apply/RltP/exp_pos. Qed.

Lemma cost_dual T b : 0 <= T -> cost b = \sum_n dualWeight T n * marginOf b n.
Proof.
move=> T_ge0; apply: oppr_inj; rewrite -loss_gradient_dot.
have -> : \sum_n dualWeight T n * marginOf b n = exp T * \sum_n wrongLabel (beta T) n * marginOf b n.
  by rewrite mulr_sumr; apply: eq_bigr => n _; rewrite mulrA.
rewrite -mulrN -loss_gradient_dot (law T_ge0) -scalemxAr [X in _ = _ * X]mxE mulrA.
have -> : exp T * exp (- T) = 1 by rewrite -[LHS]/(Rmult _ _) -exp_plus Rplus_opp_r exp_0.
by rewrite mul1r.
Qed.

Lemma dual_weight_sum T b : 0 <= T -> separates b -> \sum_n dualWeight T n <= cost b.
Proof.
move=> T_ge0 sep; rewrite (cost_dual b T_ge0); apply: ler_sum => n _.
by rewrite -[X in X <= _]mulr1 ler_wpmul2l // ltW // dual_weight_gt0.
Qed.

Lemma dual_weight_le T n : 0 <= T -> dualWeight T n <= cost separator.
Proof.
move=> T_ge0; apply: le_trans (dual_weight_sum T_ge0 separable).
by rewrite (bigD1 n) //= ler_addl sumr_ge0 // => k _; rewrite ltW // dual_weight_gt0.
Qed.

(** How far the margins may lag behind the time. *)
Definition slack : R := ln (2%:R * cost separator).

Theorem nearly_feasible T n : 0 <= T -> slack <= T -> T - slack <= marginOf (beta T) n.
Proof.
move=> T_ge0 T_ge; have c_gt0 := lt_le_trans (dual_weight_gt0 T n) (dual_weight_le n T_ge0).
by apply/RleP/margin_lower_bound; [exact/RltP | exact/RleP | apply/RleP; exact: dual_weight_le].
Qed.

Theorem nearly_optimal T b : 0 <= T -> separates b -> cost (beta T) <= T * cost b + N%:R.
Proof.
move=> T_ge0 sep; rewrite (cost_dual _ T_ge0).
have up n : dualWeight T n * marginOf (beta T) n <= T * dualWeight T n + 1.
  by apply/RleP; exact: dual_margin_upper_bound.
apply: le_trans (ler_sum _ (fun n _ => up n)) _; rewrite big_split /= -mulr_sumr.
rewrite sumr_const card_ord ler_add //; exact: ler_wpmul2l (dual_weight_sum T_ge0 sep).
Qed.

(** If the direction converges, its limit solves the linear programme. *)
Section Limit.
Variable limit : 'cV[R]_d.
Hypothesis converges : forall i, is_lim (fun T => (beta T i 0 / T)) p_infty (limit i 0).

Lemma margin_limit n : is_lim (fun T => (marginOf (beta T) n / T)) p_infty (marginOf limit n).
Proof.
apply: (is_lim_ext_loc (fun T => y n * \sum_i X n i * (beta T i 0 / T))).
  exists 0 => T _; rewrite /marginOf -mulrA [X in _ = _ * (X * _)]mxE mulr_suml.
  by congr (_ * _); apply: eq_bigr => i _; rewrite mulrA.
rewrite /marginOf [X in _ * X]mxE.
apply: (is_lim_scal_l _ (y n) _ (Finite _)); apply: is_lim_sumR => i.
exact: (is_lim_scal_l _ (X n i) _ (Finite _)).
Qed.

Theorem limit_feasible : separates limit.
Proof.
move=> n; apply/RleP.
refine (is_lim_le_loc _ _ _ _ _ _ (one_minus_inv_limit slack) (@margin_limit n)).
  exists (Rmax 0 slack) => T T_gt; have T_gt0 := Rle_lt_trans _ _ _ (Rmax_l 0 slack) T_gt.
  apply: div_lower_bound => //; apply/RleP/nearly_feasible; apply/RleP; first exact: Rlt_le.
  exact: Rlt_le (Rle_lt_trans _ _ _ (Rmax_r 0 slack) T_gt).
Qed.

Theorem limit_optimal b : separates b -> cost limit <= cost b.
Proof.
move=> sep; apply/RleP.
have L : is_lim (fun T => cost (beta T) / T) p_infty (cost limit).
  apply: (is_lim_ext_loc (fun T => \sum_n wrongLabel (beta 0) n * (marginOf (beta T) n / T))).
    by exists 0 => T _; rewrite /cost mulr_suml; apply: eq_bigr => n _; rewrite mulrA.
  apply: is_lim_sumR => n; exact: (is_lim_scal_l _ _ _ (Finite _) (@margin_limit n)).
refine (is_lim_le_loc _ _ _ _ _ _ L (plus_inv_limit (cost b) N%:R)).
exists 0 => T T_gt0; apply: div_upper_bound => //.
by apply/RleP/nearly_optimal => //; apply/RleP/Rlt_le.
Qed.
End Limit.
End Separable.

(** All together, for every parametrisation. *)
Corollary limit_programme P (beta : 'cV[R]_P -> 'cV[R]_d) theta J G (separator limit : 'cV[R]_d) :
  (forall t, 0 <= t -> isParametrisedLogisticFlow beta theta J G t) ->
  separates separator ->
  (forall i, is_lim (fun T => beta (theta T) i 0 / T) p_infty (limit i 0)) ->
  separates limit /\
  forall b, separates b ->
    \sum_n wrongLabel (beta (theta 0)) n * marginOf limit n <=
    \sum_n wrongLabel (beta (theta 0)) n * marginOf b n.
Proof.
move=> flow sep lim.
have law T : 0 <= T ->
    lossGradient (beta (theta T)) = exp (- T) *: lossGradient (beta (theta 0)).
  by move=> T_ge0; apply: (@gradient_law P beta theta J G T T_ge0) => t /andP[/flow].
split; first exact: (limit_feasible (beta := fun t => beta (theta t)) law sep lim).
exact: (limit_optimal (beta := fun t => beta (theta t)) law lim).
Qed.
End LogisticProgramme.
