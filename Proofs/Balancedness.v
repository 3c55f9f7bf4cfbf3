(** * Gradient flow of deep linear networks conserves the balance of its layers.

    Main result: [balancedness]: along any flow whose velocity is minus the
    gradient of some function of the end-to-end matrix, for any depth,
    [W_(l+1)^T W_(l+1) - W_l W_l^T] is constant.

    The matrix [G t] is arbitrary: for gradient flow it is the gradient of the
    loss at the end-to-end matrix; for natural gradient flow with a
    Moore-Penrose inverse the velocity has the same form with another [G t].

    References: Arora, Cohen, Hazan, On the optimization of deep networks (2018). *)
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField MatrixCalculus DeepLinear.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Balancedness.
Variable d : nat -> nat.
Variable L : nat.
Variable W : R -> layers R_fieldType d.
Variable G : R -> 'M[R]_(d L, d 0%N).
Variable T : R.
Hypothesis T_ge0 : 0 <= T.
Hypothesis flow : forall t, 0 <= t <= T -> forall l, (l < L)%N ->
  is_derive (fun s => W s l) t (- layerGradient (W t) (G t) l).

Theorem balancedness l : (l.+1 < L)%N ->
  (W T l.+1)^T *m W T l.+1 - W T l *m (W T l)^T =
  (W 0 l.+1)^T *m W 0 l.+1 - W 0 l *m (W 0 l)^T.
Proof.
move=> lL.
apply: (derive_0_constant_mx (W := fun t => (W t l.+1)^T *m W t l.+1 - W t l *m (W t l)^T)) => // t tT.
have h2 := flow tT lL; have h1 := flow tT (ltnW lL).
have D := is_derive_minus _ _ _ _ _ (is_derive_mulmx (is_derive_trmx h2) h2)
                                    (is_derive_mulmx h1 (is_derive_trmx h1)).
congr (is_derive _ _ _): D.
set A := layersAbove (W t) L l.+2; set B := endToEndMatrix (W t) l.
have -> : layerGradient (W t) (G t) l = (A *m W t l.+1)^T *m G t *m B^T.
  by rewrite /layerGradient (layers_above_peel _ lL).
have -> : layerGradient (W t) (G t) l.+1 = A^T *m G t *m (W t l *m B)^T by [].
rewrite !linearN /= !trmx_mul !trmxK !(mulNmx, mulmxN) !mulmxA.
have cancel (U V : 'M[R]_(d l.+1)) : (- U - V) - (- V - U) = 0 by rewrite [X in _ - X]addrC subrr.
exact: cancel.
Qed.
End Balancedness.
