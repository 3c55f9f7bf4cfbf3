(** * Gradient flow of factorised models, for contrast. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField Relaxation MatrixCalculus.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** Gradient flow on [W2 *m W1] conserves the balance [W1 W1^T - W2^T W2];
    [G t] is the gradient of the loss with respect to the product. *)
Theorem balancedness d h k (W1 : R -> 'M[R]_(h, d)) (W2 : R -> 'M[R]_(k, h)) (G : R -> 'M[R]_(k, d)) :
  (forall t, Rle 0 t -> is_derive W1 t (- ((W2 t)^T *m G t))) ->
  (forall t, Rle 0 t -> is_derive W2 t (- (G t *m (W1 t)^T))) ->
  forall t, Rle 0 t ->
    W1 t *m (W1 t)^T - (W2 t)^T *m W2 t = W1 0 *m (W1 0)^T - (W2 0)^T *m W2 0.
Proof.
move=> d1 d2.
apply: (derive_0_constant_mx (W := fun t => W1 t *m (W1 t)^T - (W2 t)^T *m W2 t)) => t t_ge0.
have h1 := d1 t t_ge0; have h2 := d2 t t_ge0.
have D := is_derive_minus _ _ _ _ _ (is_derive_mulmx h1 (is_derive_trmx h1))
                                    (is_derive_mulmx (is_derive_trmx h2) h2).
congr (is_derive _ _ _): D.
rewrite !linearN /= !trmx_mul !trmxK !(mulNmx, mulmxN) !mulmxA.
have cancel (U V : 'M[R]_h) : (- U - V) - (- V - U) = 0 by rewrite [X in _ - X]addrC subrr.
exact: cancel.
Qed.
