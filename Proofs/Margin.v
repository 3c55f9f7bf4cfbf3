(** * The closed form of the margins under natural gradient flow.

    With logistic loss every margin obeys [m' = 1 + e^-m], whatever the model. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From FisherFlow Require Import Relaxation.
Local Open Scope R_scope.

Definition sigmoid (x : R) : R := / (1 + exp (- x)).

Definition margin (m0 t : R) : R := ln ((1 + exp m0) * exp t - 1).

Lemma sigma_bounds x : 0 < sigmoid x < 1.
Proof.
assert (h := exp_pos (- x)); unfold sigmoid; split.
- apply Rinv_0_lt_compat; lra.
- rewrite <- Rinv_1; apply Rinv_lt_contravar; lra.
Qed.

Lemma one_minus_sigma x : 1 - sigmoid x = / (1 + exp x).
Proof.
assert (h := exp_pos x); unfold sigmoid; rewrite exp_Ropp.
field; split; lra.
Qed.

(** The logistic loss of a logit [x] with label [y = 1] or [-1], its derivative
    [mu - target], and the speed of the margin when the logit moves by minus the
    derivative over the Bernoulli variance. *)
Lemma logistic_derive (y x : R) : y = 1 \/ y = -1 ->
  is_derive (fun x => ln (1 + exp (- (y * x)))) x (sigmoid x - (1 + y) / 2).
Proof.
intros [-> | ->]; unfold sigmoid.
- assert (h := exp_pos (- x)); replace (- (1 * x)) with (- x) by ring.
  auto_derive; replace (- (1 * x)) with (- x) by ring; [lra | field; lra].
- assert (h := exp_pos (- x)).
  assert (e : exp (- (-1 * x)) = / exp (- x))
    by (rewrite <- exp_Ropp; f_equal; ring).
  assert (h' := Rinv_0_lt_compat _ h).
  auto_derive; rewrite e; [lra | field; lra].
Qed.

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
Theorem error_probability_decays (m : R -> R) :
  (forall t, 0 <= t -> is_derive m t (1 + exp (- m t))) ->
  forall t, 0 <= t -> 1 - sigmoid (m t) = (1 - sigmoid (m 0)) * exp (- t).
Proof.
intros dm t t_ge0.
apply (decay_unique (fun t => 1 - sigmoid (m t))); [clear t t_ge0 | assumption].
intros s s_ge0; specialize (dm s s_ge0); assert (h := exp_pos (- m s)).
unfold sigmoid; auto_derive.
- split; [exists (1 + exp (- m s)); exact dm | lra].
- replace (Derive _ s) with (1 + exp (- m s)) by (symmetry; apply is_derive_unique, dm).
  field; lra.
Qed.

(** ... and it is the only solution. *)
Theorem margin_unique (m : R -> R) :
  (forall t, 0 <= t -> is_derive m t (1 + exp (- m t))) ->
  forall t, 0 <= t -> m t = margin (m 0) t.
Proof.
intros dm t t_ge0; assert (q := error_probability_decays m dm t t_ge0).
rewrite !one_minus_sigma in q.
assert (h0 := exp_pos (m 0)); assert (ht := exp_pos (m t)); assert (he := exp_pos t).
unfold margin; rewrite <- (ln_exp (m t)) at 1; f_equal.
rewrite exp_Ropp in q; apply (f_equal Rinv) in q; rewrite Rinv_inv in q.
rewrite Rinv_mult, !Rinv_inv in q; lra.
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
