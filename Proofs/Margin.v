(** * The closed form of the margins under natural gradient flow.

    With logistic loss every margin obeys [m' = 1 + e^-m], whatever the model.

    Main definitions: [sigmoid]; [margin m0 t], the margin at time [t].
    Main results: [margin_solves], [margin_unique], [error_probability_decays],
    [margin_minus_time], [margin_over_time].

    References: derived; elementary. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From FisherFlow Require Import Relaxation.
Local Open Scope R_scope.

Definition sigmoid (x : R) : R := / (1 + exp (- x)).

Definition margin (m0 t : R) : R := ln ((1 + exp m0) * exp t - 1).

Lemma sigmoid_bounds x : 0 < sigmoid x < 1.
Proof.
assert (h := exp_pos (- x)); unfold sigmoid; split.
- apply Rinv_0_lt_compat; lra.
- rewrite <- Rinv_1; apply Rinv_lt_contravar; lra.
Qed.

Lemma one_minus_sigmoid x : 1 - sigmoid x = / (1 + exp x).
Proof.
assert (h := exp_pos x); unfold sigmoid; rewrite exp_Ropp.
field; split; lra.
Qed.

Lemma sigmoid_opp x : sigmoid (- x) = 1 - sigmoid x.
Proof. rewrite one_minus_sigmoid; unfold sigmoid; rewrite Ropp_involutive; reflexivity. Qed.

Lemma softplus_derive x : is_derive (fun x => ln (1 + exp x)) x (sigmoid x).
Proof.
assert (h := exp_pos x); unfold sigmoid; rewrite exp_Ropp.
auto_derive; [lra | field; lra].
Qed.

Lemma sigmoid_derive x : is_derive sigmoid x (sigmoid x * (1 - sigmoid x)).
Proof.
assert (h := exp_pos (- x)); unfold sigmoid.
auto_derive; [lra | field; lra].
Qed.

(** The logistic loss of a logit [x] with label [y = 1] or [-1]. *)
Lemma logistic_softplus y x : y = 1 \/ y = -1 ->
  ln (1 + exp (- (y * x))) = ln (1 + exp x) - (1 + y) / 2 * x.
Proof.
assert (h := exp_pos x); assert (h' := exp_pos (- x)); intros [-> | ->].
- replace ((1 + 1) / 2 * x) with x by field; rewrite Rmult_1_l.
  replace (1 + exp x) with ((1 + exp (- x)) * exp x).
  + rewrite ln_mult, ln_exp by lra; ring.
  + rewrite Rmult_plus_distr_r, <- exp_plus, Rplus_opp_l, exp_0; ring.
- replace (- (-1 * x)) with x by ring; field.
Qed.

(** It is minus the logarithm of the probability of the label. *)
Lemma logistic_loss_sigmoid m : ln (1 + exp (- m)) = - ln (sigmoid m).
Proof.
assert (h := exp_pos (- m)); unfold sigmoid; rewrite ln_Rinv by lra; ring.
Qed.

(** The speed of the margin when the logit moves by minus the residual over the variance. *)
Lemma margin_speed (y x : R) : y = 1 \/ y = -1 ->
  y * (- (sigmoid x - (1 + y) / 2) / (sigmoid x * (1 - sigmoid x))) = 1 + exp (- (y * x)).
Proof.
assert (h := exp_pos (- x)); intros [-> | ->]; unfold sigmoid.
- replace (- (1 * x)) with (- x) by ring; field; lra.
- replace (exp (- (-1 * x))) with (/ exp (- x))
    by (rewrite <- exp_Ropp; f_equal; ring).
  field; lra.
Qed.

Lemma margin_arg_pos m0 t : 0 <= t -> 0 < (1 + exp m0) * exp t - 1.
Proof.
intros t_ge0; assert (h := exp_pos m0); assert (h1 := exp_ineq1_le t).
assert ((1 + exp m0) * 1 <= (1 + exp m0) * exp t) by (apply Rmult_le_compat_l; lra).
lra.
Qed.

Lemma exp_margin m0 t : 0 <= t -> exp (margin m0 t) = (1 + exp m0) * exp t - 1.
Proof. intros; apply exp_ln, margin_arg_pos; assumption. Qed.

Lemma margin_0 m0 : margin m0 0 = m0.
Proof.
unfold margin; rewrite exp_0; replace ((1 + exp m0) * 1 - 1) with (exp m0) by ring.
apply ln_exp.
Qed.

(** The closed form solves the margin equation... *)
Theorem margin_solves m0 t : 0 <= t ->
  is_derive (margin m0) t (1 + exp (- margin m0 t)).
Proof.
intros t_ge0; assert (pos := margin_arg_pos m0 t t_ge0).
rewrite exp_Ropp, exp_margin by assumption.
unfold margin; auto_derive; [exact pos | field; lra].
Qed.

(** The probability of the wrong label decays exponentially. *)
Theorem error_probability_decays (m : R -> R) (T : R) :
  0 <= T -> (forall t, 0 <= t <= T -> is_derive m t (1 + exp (- m t))) ->
  1 - sigmoid (m T) = (1 - sigmoid (m 0)) * exp (- T).
Proof.
intros T_ge0 dm.
rewrite (relaxation_unique 1 0 (fun t => 1 - sigmoid (m t)) T T_ge0).
- rewrite Rmult_1_l; ring.
- intros s s_in; specialize (dm s s_in); assert (h := exp_pos (- m s)).
  unfold sigmoid; auto_derive.
  + split; [exists (1 + exp (- m s)); exact dm | lra].
  + replace (Derive _ s) with (1 + exp (- m s)) by (symmetry; apply is_derive_unique, dm).
    field; lra.
Qed.

(** The same law in terms of a label [y = 1] or [-1] and its target probability. *)
Lemma error_probability_label y x0 x1 e : y = 1 \/ y = -1 ->
  sigmoid x1 = (1 + y) / 2 + (sigmoid x0 - (1 + y) / 2) * e ->
  1 - sigmoid (y * x1) = (1 - sigmoid (y * x0)) * e.
Proof.
intros [-> | ->] law.
- rewrite !Rmult_1_l, law; field.
- replace (-1 * x1) with (- x1) by ring; replace (-1 * x0) with (- x0) by ring.
  rewrite !sigmoid_opp, law; field.
Qed.

(** A margin whose error probability has decayed by [e^-t] is the closed form. *)
Lemma margin_of_error_probability (m0 m1 t : R) :
  1 - sigmoid m1 = (1 - sigmoid m0) * exp (- t) -> m1 = margin m0 t.
Proof.
intros q; rewrite !one_minus_sigmoid in q.
assert (h0 := exp_pos m0); assert (h1 := exp_pos m1); assert (he := exp_pos t).
unfold margin; rewrite <- (ln_exp m1) at 1; f_equal.
rewrite exp_Ropp in q; apply (f_equal Rinv) in q; rewrite Rinv_inv in q.
rewrite Rinv_mult, !Rinv_inv in q; lra.
Qed.

(** ... and it is the only solution. *)
Theorem margin_unique (m : R -> R) (T : R) :
  0 <= T -> (forall t, 0 <= t <= T -> is_derive m t (1 + exp (- m t))) ->
  m T = margin (m 0) T.
Proof.
intros T_ge0 dm; apply margin_of_error_probability.
exact (error_probability_decays m T T_ge0 dm).
Qed.

(** Long-time behaviour: unit speed, with an offset fixed by the start. *)
Theorem margin_minus_time m0 :
  is_lim (fun t => margin m0 t - t) p_infty (ln (1 + exp m0)).
Proof.
assert (h := exp_pos m0).
apply is_lim_ext_loc with (fun t => ln (1 + exp m0 - exp (- t))).
- exists 0; intros t t_gt0; unfold margin.
  replace ((1 + exp m0) * exp t - 1) with ((1 + exp m0 - exp (- t)) * exp t).
  + rewrite ln_mult, ln_exp; [ring | | apply exp_pos].
    assert (exp (- t) < 1) by (rewrite <- exp_0; apply exp_increasing; lra); lra.
  + rewrite Rmult_minus_distr_r, <- exp_plus, Rplus_opp_l, exp_0; ring.
- apply is_lim_comp_continuous.
  + replace (Finite (1 + exp m0)) with (Rbar_minus (1 + exp m0) 0)
      by (simpl; f_equal; ring).
    apply is_lim_minus with (Finite (1 + exp m0)) (Finite 0).
    * apply is_lim_const.
    * apply is_lim_comp with m_infty; [exact is_lim_exp_m | | ].
      -- evar_last; [apply is_lim_opp, is_lim_id | reflexivity].
      -- exists 0; discriminate.
    * reflexivity.
  + apply continuity_pt_filterlim, derivable_continuous_pt.
    exists (/ (1 + exp m0)); apply derivable_pt_lim_ln; lra.
Qed.

Theorem margin_over_time m0 : is_lim (fun t => margin m0 t / t) p_infty 1.
Proof.
apply is_lim_ext_loc with (fun t => 1 + (margin m0 t - t) * / t).
- exists 0; intros t t_gt0; field; lra.
- replace (Finite 1) with (Rbar_plus 1 (Rbar_mult (ln (1 + exp m0)) (Rbar_inv p_infty)))
    by (simpl; f_equal; ring).
  apply is_lim_plus with (Finite 1) (Rbar_mult (ln (1 + exp m0)) (Rbar_inv p_infty)).
  + apply is_lim_const.
  + apply is_lim_mult.
    * exact (margin_minus_time m0).
    * apply is_lim_inv; [apply is_lim_id | discriminate].
    * exact I.
  + reflexivity.
Qed.

(** ** Estimates *)

(** The residual of a logit is minus the label times the probability of the wrong one. *)
Lemma residual_wrong_label y z : y = 1 \/ y = -1 ->
  sigmoid z - (1 + y) / 2 = - y * (1 - sigmoid (y * z)).
Proof.
intros [-> | ->]; [rewrite Rmult_1_l; field | ].
replace (-1 * z) with (- z) by ring; rewrite sigmoid_opp; field.
Qed.

Lemma sigmoid_increasing a b : a < b -> sigmoid a < sigmoid b.
Proof.
intros ab; assert (h := exp_pos (- b)); unfold sigmoid; apply Rinv_lt_contravar.
- assert (h' := exp_pos (- a)); apply Rmult_lt_0_compat; lra.
- assert (exp (- b) < exp (- a)) by (apply exp_increasing; lra); lra.
Qed.

Lemma sigmoid_monotone a b : 0 <= (sigmoid a - sigmoid b) * (a - b).
Proof.
destruct (Rtotal_order a b) as [ab | [-> | ab]].
- assert (h := sigmoid_increasing _ _ ab).
  replace (_ * _) with ((sigmoid b - sigmoid a) * (b - a)) by ring.
  apply Rmult_le_pos; lra.
- right; ring.
- assert (h := sigmoid_increasing _ _ ab); apply Rmult_le_pos; lra.
Qed.

Lemma sigmoid_monotone_eq0 a b : (sigmoid a - sigmoid b) * (a - b) = 0 -> a = b.
Proof.
intros h; destruct (Rtotal_order a b) as [ab | [ab | ab]]; [ | exact ab | ];
  assert (h' := sigmoid_increasing _ _ ab); apply Rmult_integral in h; lra.
Qed.

(** If [e^T] times the probability of the wrong label is at most [c], the margin is
    at least [T - ln (2 c)], from the time [ln (2 c)] on. *)
Lemma margin_lower_bound T m c : 0 < c -> ln (2 * c) <= T ->
  exp T * (1 - sigmoid m) <= c -> T - ln (2 * c) <= m.
Proof.
intros c_pos T_ge; rewrite one_minus_sigmoid; intros h.
assert (hm := exp_pos m).
assert (e : exp T <= c * (1 + exp m)).
{ apply Rmult_le_reg_r with (/ (1 + exp m)); [apply Rinv_0_lt_compat; lra | ].
  rewrite Rmult_assoc, Rinv_r by lra; lra. }
assert (e2 : 2 * c <= exp T).
{ rewrite <- (exp_ln (2 * c)) by lra; destruct T_ge as [T_gt | ->]; [ | right; reflexivity].
  left; apply exp_increasing; exact T_gt. }
assert (e3 : exp (T - ln (2 * c)) <= exp m).
{ unfold Rminus; rewrite exp_plus, exp_Ropp, exp_ln by lra.
  apply Rmult_le_reg_r with (2 * c); [lra | ].
  rewrite Rmult_assoc, Rinv_l by lra; lra. }
destruct (Rle_or_lt (T - ln (2 * c)) m) as [le | lt]; [exact le | ].
apply exp_increasing in lt; lra.
Qed.

Lemma dual_margin_upper_bound T m :
  exp T * (1 - sigmoid m) * m <= T * (exp T * (1 - sigmoid m)) + 1.
Proof.
rewrite one_minus_sigmoid; assert (hT := exp_pos T); assert (hm := exp_pos m).
assert (inv_pos : 0 < / (1 + exp m)) by (apply Rinv_0_lt_compat; lra).
assert (a_pos : 0 < exp T * / (1 + exp m)) by (apply Rmult_lt_0_compat; lra).
destruct (Rle_or_lt m T) as [le | lt].
- assert (0 <= exp T * / (1 + exp m) * (T - m)) by (apply Rmult_le_pos; lra); lra.
- assert (e := exp_ineq1_le (m - T)).
  assert (b : exp T * (m - T) <= 1 + exp m).
  { replace m with (T + (m - T)) at 2 by ring; rewrite exp_plus.
    assert (exp T * (m - T) <= exp T * exp (m - T)) by (apply Rmult_le_compat_l; lra); lra. }
  assert (/ (1 + exp m) * (exp T * (m - T)) <= / (1 + exp m) * (1 + exp m))
    by (apply Rmult_le_compat_l; lra).
  rewrite Rinv_l in H by lra; lra.
Qed.

Lemma div_lower_bound T s m : 0 < T -> T - s <= m -> 1 - s * / T <= m / T.
Proof.
intros T_gt0 h; replace (1 - s * / T) with ((T - s) * / T) by (field; lra).
apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra | exact h].
Qed.

Lemma div_upper_bound T b k c : 0 < T -> c <= T * b + k -> c / T <= b + k * / T.
Proof.
intros T_gt0 h; replace (b + k * / T) with ((T * b + k) * / T) by (field; lra).
apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra | exact h].
Qed.

Lemma plus_inv_limit b k : is_lim (fun T => b + k * / T) p_infty b.
Proof.
replace (Finite b) with (Rbar_plus b (Rbar_mult k (Rbar_inv p_infty)))
  by (simpl; f_equal; ring).
apply is_lim_plus with (Finite b) (Rbar_mult k (Rbar_inv p_infty)).
- apply is_lim_const.
- apply is_lim_scal_l, is_lim_inv; [apply is_lim_id | discriminate].
- reflexivity.
Qed.

Lemma one_minus_inv_limit s : is_lim (fun T => 1 - s * / T) p_infty 1.
Proof.
apply is_lim_ext with (fun T => 1 + - s * / T); [intros T; ring | apply plus_inv_limit].
Qed.
