(** * The gradient-flow trajectory of one mode of a two-layer linear network.

    Main definition: [mode s sigma0 t], the sigmoidal trajectory.
    Main results: [mode_solves], [mode_unique].

    References: Saxe, McClelland, Ganguli, Exact solutions to the nonlinear
    dynamics of learning in deep linear neural networks (2014). *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From FisherFlow Require Import Relaxation.
Local Open Scope R_scope.

(** The sigmoidal trajectory of the product of two scalar layers. *)
Definition mode (s sigma0 t : R) : R :=
  s * exp (2 * s * t) / (exp (2 * s * t) - 1 + s / sigma0).

Lemma mode_denominator_pos s sigma0 t :
  0 < s -> 0 < sigma0 -> 0 <= t -> 0 < exp (2 * s * t) - 1 + s / sigma0.
Proof.
intros s_gt0 sigma0_gt0 t_ge0.
assert (0 < s / sigma0) by (apply Rdiv_lt_0_compat; assumption).
assert (0 <= 2 * s * t) by (apply Rmult_le_pos; lra).
assert (h := exp_ineq1_le (2 * s * t)); lra.
Qed.

Lemma mode_denominator_pos' s sigma0 t :
  0 < s -> 0 < sigma0 -> 0 <= t -> 0 < exp (2 * s * t) * sigma0 - sigma0 + s.
Proof.
intros s_gt0 sigma0_gt0 t_ge0.
replace (exp (2 * s * t) * sigma0 - sigma0 + s)
  with ((exp (2 * s * t) - 1 + s / sigma0) * sigma0) by (field; lra).
apply Rmult_lt_0_compat; [apply mode_denominator_pos | ]; assumption.
Qed.

(** It solves [sigma' = 2 sigma (s - sigma)]... *)
Theorem mode_solves s sigma0 t : 0 < s -> 0 < sigma0 -> 0 <= t ->
  is_derive (mode s sigma0) t (2 * mode s sigma0 t * (s - mode s sigma0 t)).
Proof.
intros s_gt0 sigma0_gt0 t_ge0.
assert (den := mode_denominator_pos s sigma0 t s_gt0 sigma0_gt0 t_ge0).
assert (den' := mode_denominator_pos' s sigma0 t s_gt0 sigma0_gt0 t_ge0).
unfold mode; auto_derive; [apply Rgt_not_eq; exact den | field; lra].
Qed.

(** A linear homogeneous equation with continuous coefficient, started at zero,
    stays at zero. *)
Lemma linear_homogeneous_zero (a v : R -> R) :
  (forall t, 0 <= t -> continuity_pt a t) ->
  (forall t, 0 <= t -> is_derive v t (a t * v t)) ->
  v 0 = 0 -> forall t, 0 <= t -> v t = 0.
Proof.
intros ca dv v0 T T_ge0.
destruct (continuity_ab_maj a 0 T T_ge0) as [x [a_max x_in]]; [intros; apply ca; lra | ].
set (M := a x) in *.
set (w := fun t => v t * v t * exp (- (2 * M * t))).
set (dw := fun t => 2 * (a t - M) * w t).
assert (dW : forall t, 0 <= t -> is_derive w t (dw t)).
{ intros t t_ge0; specialize (dv t t_ge0); unfold dw, w; auto_derive.
  - assert (ex_v : ex_derive v t) by (exists (a t * v t); exact dv).
    repeat split; exact ex_v.
  - replace (Derive _ t) with (a t * v t) by (symmetry; apply is_derive_unique, dv); ring. }
assert (w_ge0 : forall t, 0 <= w t).
{ intros t; apply Rmult_le_pos; [apply Rle_0_sqr | apply Rlt_le, exp_pos]. }
destruct (MVT_gen w 0 T dw) as [c [c_in e]];
  rewrite ?Rmin_left, ?Rmax_right in * by assumption.
- intros t t_in; apply dW; lra.
- intros t t_in; apply continuity_pt_filterlim, (ex_derive_continuous w).
  exists (dw t); apply dW; lra.
- assert (dw c <= 0).
  { unfold dw; specialize (a_max c c_in); specialize (w_ge0 c).
    assert (0 <= (M - a c) * w c) by (apply Rmult_le_pos; lra); lra. }
  assert (0 <= - dw c * (T - 0)) by (apply Rmult_le_pos; lra).
  assert (w0 : w 0 = 0) by (unfold w; rewrite v0; ring).
  assert (wT : w T = 0) by (specialize (w_ge0 T); lra).
  unfold w in wT; apply Rmult_integral in wT; destruct wT as [wT | wT].
  + apply Rsqr_0_uniq; exact wT.
  + assert (h := exp_pos (- (2 * M * T))); lra.
Qed.

(** ... and is the only solution that starts at [sigma0 > 0]. *)
Theorem mode_unique s (u : R -> R) : 0 < s -> 0 < u 0 ->
  (forall t, 0 <= t -> is_derive u t (2 * u t * (s - u t))) ->
  forall t, 0 <= t -> u t = mode s (u 0) t.
Proof.
intros s_gt0 u0_gt0 du t t_ge0.
set (D := fun t => exp (2 * s * t) - 1 + s / u 0).
assert (z : u t * D t - s * exp (2 * s * t) = 0).
{ apply (linear_homogeneous_zero (fun r => 2 * (s - u r))
           (fun r => u r * D r - s * exp (2 * s * r))); [ | | | exact t_ge0].
  - intros r r_ge0; apply continuity_pt_filterlim.
    apply (ex_derive_continuous (fun r => 2 * (s - u r))).
    specialize (du r r_ge0); auto_derive; exists (2 * u r * (s - u r)); exact du.
  - intros r r_ge0; specialize (du r r_ge0); unfold D; auto_derive.
    + exists (2 * u r * (s - u r)); exact du.
    + replace (Derive _ r) with (2 * u r * (s - u r)) by (symmetry; apply is_derive_unique, du).
      field; lra.
  - unfold D; rewrite Rmult_0_r, exp_0; field; lra. }
assert (den := mode_denominator_pos s (u 0) t s_gt0 u0_gt0 t_ge0); fold (D t) in den.
unfold mode; fold (D t); apply Rmult_eq_reg_r with (D t); [ | lra].
transitivity (s * exp (2 * s * t)); [lra | field; lra].
Qed.
