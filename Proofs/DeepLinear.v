(** * Deep linear networks: when the map from the layers to the end-to-end
    matrix is a submersion. *)
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField NaturalGradient MatrixCalculus.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section DeepLinear.
Variable K : fieldType.

(** Layer [l] maps width [d l] to width [d l.+1]. *)
Definition layers (d : nat -> nat) : Type := forall l, 'M[K]_(d l.+1, d l).

(** The end-to-end matrix [W_(L-1) ... W_0]. *)
Fixpoint endToEndMatrix d (W : layers d) (L : nat) : 'M[K]_(d L, d 0%N) :=
  if L is l.+1 then W l *m endToEndMatrix W l else 1%:M.

(** Its differential at [W] in the direction [V] (the product rule). *)
Fixpoint endToEndDifferential d (W V : layers d) (L : nat) : 'M[K]_(d L, d 0%N) :=
  if L is l.+1 then V l *m endToEndMatrix W l + W l *m endToEndDifferential W V l else 0.

(** All layers but the first. *)
Definition upperLayers d (W : layers d) : layers (fun l => d l.+1) := fun l => W l.+1.

Definition firstLayerOnly d (V0 : 'M[K]_(d 1%N, d 0%N)) : layers d :=
  fun l => if l is _.+1 then 0 else V0.

Lemma d_first_layer d (W : layers d) V0 L :
  endToEndDifferential W (firstLayerOnly V0) L.+1 = endToEndMatrix (upperLayers W) L *m V0.
Proof.
elim: L => [|L IH]; first by rewrite /= mulmx1 mulmx0 addr0 mul1mx.
rewrite [LHS]/= mul0mx add0r -[X in W L.+1 *m X]/(endToEndDifferential W _ L.+1) IH.
by rewrite mulmxA.
Qed.

(** If the product of the upper layers has full row rank, the map from the
    layers to the end-to-end matrix is a submersion. *)
Theorem deep_linear_submersion d (W : layers d) L :
  row_free (endToEndMatrix (upperLayers W) L) ->
  forall B, exists V : layers d, endToEndDifferential W V L.+1 = B.
Proof.
move=> /row_freeP [C UC] B.
exists (firstLayerOnly (C *m B)).
by rewrite d_first_layer mulmxA UC mul1mx.
Qed.

(** Scalar output: it suffices that the product of the upper layers is not zero. *)
Corollary deep_linear_submersion_scalar d (W : layers d) L :
  d L.+1 = 1%N -> endToEndMatrix (upperLayers W) L != 0 ->
  forall B, exists V : layers d, endToEndDifferential W V L.+1 = B.
Proof.
move=> dL U0; apply: deep_linear_submersion.
move: (endToEndMatrix (upperLayers W) L) U0; rewrite dL => U U0.
by rewrite /row_free eqn_leq rank_leq_row lt0n mxrank_eq0.
Qed.

(** The same in coordinates: however the layers are flattened into a parameter
    vector ([unflatten] reaches every tuple of layers), the Jacobian of the
    end-to-end matrix has full row rank. *)
Lemma d_end_to_end_ext d (W V V' : layers d) L :
  (forall l, (l < L)%N -> V l = V' l) -> endToEndDifferential W V L = endToEndDifferential W V' L.
Proof.
elim: L => //= L IH VV'; rewrite VV' // IH // => l lL.
exact/VV'/(ltn_trans lL).
Qed.

Corollary deep_linear_row_free d (W : layers d) L P (unflatten : 'cV[K]_P -> layers d)
    (J : 'M[K]_(d L.+1 * d 0%N, P)) :
  (forall V : layers d, exists u, forall l, (l < L.+1)%N -> unflatten u l = V l) ->
  (forall u, J *m u = (mxvec (endToEndDifferential W (unflatten u) L.+1))^T) ->
  row_free (endToEndMatrix (upperLayers W) L) -> row_free J.
Proof.
move=> onto JE Ufree; apply/row_free_surjective => v.
have [V VE] := deep_linear_submersion Ufree (vec_mx v^T).
have [u uE] := onto V; exists u.
by rewrite JE (d_end_to_end_ext _ uE) VE vec_mxK trmxK.
Qed.

End DeepLinear.

(** The product rule for a deep linear network. *)
Lemma is_derive_end_to_end d (W : R -> layers R_fieldType d) (V : layers R_fieldType d) t L :
  (forall l, is_derive (fun s => W s l) t (V l)) ->
  is_derive (fun s => endToEndMatrix (W s) L) t (endToEndDifferential (W t) V L).
Proof.
move=> dW; elim: L => [|L IH] /=; first exact: is_derive_const.
exact: is_derive_mulmx (dW L) IH.
Qed.
