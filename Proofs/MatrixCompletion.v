(** * Matrix completion under natural gradient flow. *)
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField Relaxation MatrixCalculus.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** Matrix completion in function space: observed entries relax to their
    targets, the others never move. *)
Section MatrixCompletion.
Variables (m n : nat) (observed : 'I_m -> 'I_n -> bool) (Y : 'M[R]_(m, n)).
Variable W : R -> 'M[R]_(m, n).
Hypothesis flow : forall t, Rle 0 t ->
  is_derive W t (- \matrix_(i, j) (if observed i j then W t i j - Y i j else 0)).

Theorem completion_observed i j t : Rle 0 t -> observed i j ->
  W t i j = Y i j + (W 0 i j - Y i j) * exp (- t).
Proof.
move=> t_ge0 o; apply: (relaxation_unique (Y i j) (fun s => W s i j)) t_ge0 => s.
by move=> /flow /is_derive_mx /(_ i j); rewrite !mxE o.
Qed.

Theorem completion_unobserved i j t : Rle 0 t -> ~~ observed i j -> W t i j = W 0 i j.
Proof.
move=> t_ge0 /negbTE o; apply: (derive_0_constant (fun s => W s i j)) t_ge0 => s.
by move=> /flow /is_derive_mx /(_ i j); rewrite !mxE o oppr0.
Qed.

Corollary completion_test_error t : Rle 0 t ->
  \sum_i \sum_(j | ~~ observed i j) (W t i j - Y i j) ^+ 2 =
  \sum_i \sum_(j | ~~ observed i j) (W 0 i j - Y i j) ^+ 2.
Proof.
move=> t_ge0; apply: eq_bigr => i _; apply: eq_bigr => j o.
by rewrite completion_unobserved.
Qed.
End MatrixCompletion.
