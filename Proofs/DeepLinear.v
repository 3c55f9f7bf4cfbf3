(** * Deep linear networks: their end-to-end matrix and its differential.

    Main definitions:
    - [layers d]: matrices [W l] from width [d l] to width [d l.+1];
    - [endToEndMatrix W L = W (L-1) ... W 0], [layersAbove W L l = W (L-1) ... W l];
    - [endToEndDifferential W V L], the differential at [W] in the direction [V].

    Main results:
    - [end_to_end_differential_sum]: the product rule as a sum over layers;
    - [deep_linear_submersion]: the map from layers to end-to-end matrix is a
      submersion if and only if for some layer the product above it has full row
      rank and the product below it has full column rank;
    - [layer_gradients]: the gradient with respect to each layer;
    - [deep_linear_row_free]: the same in coordinates.

    References: derived. *)
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

(** The product [W_(L-1) ... W_l] of the layers from [l] on ([1] for [l = L];
    of no use for [l > L]). *)
Fixpoint layersAbove d (W : layers d) (L l : nat) : 'M[K]_(d L, d l) :=
  if L is k.+1 then
    if l == k.+1 then conform_mx 0 (1%:M : 'M_(d k.+1)) else W k *m layersAbove W k l
  else conform_mx 0 (1%:M : 'M_(d 0%N)).

Section Products.
Variable d : nat -> nat.
Variable W : layers d.

Lemma layers_above_self L : layersAbove W L L = 1%:M.
Proof. by case: L => [|L] /=; rewrite ?eqxx conform_mx_id. Qed.

Lemma layers_above_rec L l : (l <= L)%N -> layersAbove W L.+1 l = W L *m layersAbove W L l.
Proof. by move=> lL; rewrite /= ltn_eqF. Qed.

Lemma layers_above_peel L l : (l < L)%N -> layersAbove W L l = layersAbove W L l.+1 *m W l.
Proof.
elim: L => // L IH; rewrite ltnS leq_eqVlt => /orP[/eqP-> | lL].
  by rewrite layers_above_rec // !layers_above_self mulmx1 mul1mx.
by rewrite (layers_above_rec (ltnW lL)) IH // (layers_above_rec lL) mulmxA.
Qed.

Lemma end_to_end_split L l : (l <= L)%N ->
  endToEndMatrix W L = layersAbove W L l *m endToEndMatrix W l.
Proof.
elim: L => [|L IH]; first by rewrite leqn0 => /eqP->; rewrite layers_above_self mul1mx.
rewrite leq_eqVlt => /orP[/eqP-> | lL]; first by rewrite layers_above_self mul1mx.
by rewrite layers_above_rec // -mulmxA -IH.
Qed.

Theorem end_to_end_differential_sum (V : layers d) L :
  endToEndDifferential W V L =
  \sum_(l < L) layersAbove W L l.+1 *m V l *m endToEndMatrix W l.
Proof.
elim: L => [|L IH]; first by rewrite big_ord0.
rewrite big_ord_recr [LHS]/= layers_above_self mul1mx addrC IH mulmx_sumr; congr (_ + _).
apply: eq_bigr => l _; rewrite layers_above_rec ?mulmxA //; exact: ltn_ord l.
Qed.

(** The gradient with respect to the layers, for the gradient [G] with respect to
    the end-to-end matrix: the layer [l] gets [A^T G B^T], with [A] the product
    above it and [B] the product below it. *)
Definition layerGradient L (G : 'M[K]_(d L, d 0%N)) l : 'M[K]_(d l.+1, d l) :=
  (layersAbove W L l.+1)^T *m G *m (endToEndMatrix W l)^T.

Theorem layer_gradients L (G : 'M[K]_(d L, d 0%N)) (V : layers d) :
  \tr (G^T *m endToEndDifferential W V L) =
  \sum_(l < L) \tr ((layerGradient G l)^T *m V l).
Proof.
rewrite end_to_end_differential_sum mulmx_sumr raddf_sum; apply: eq_bigr => l _ /=.
by rewrite /layerGradient !trmx_mul !trmxK !mulmxA mxtrace_mulC !mulmxA.
Qed.

(** A direction that is zero in all layers but one. *)
Definition oneLayer l (V : 'M[K]_(d l.+1, d l)) : layers d :=
  fun k => if k == l then conform_mx 0 V else 0.

Lemma not_row_free m n (A : 'M[K]_(m, n)) :
  ~~ row_free A -> exists2 u : 'rV[K]_m, u != 0 & u *m A = 0.
Proof. by rewrite -kermx_eq0 => /rowV0Pn [u /sub_kermxP uA u0]; exists u. Qed.

Theorem deep_linear_submersion L : (0 < L)%N ->
  (forall B, exists V : layers d, endToEndDifferential W V L = B) <->
  exists l, [/\ (l < L)%N, row_free (layersAbove W L l.+1) & row_free (endToEndMatrix W l)^T].
Proof.
move=> L_gt0; split=> [onto | [l [lL /row_freeP[A' AA] /row_freeP[B' BB]]] B]; last first.
  have BtB : B'^T *m endToEndMatrix W l = 1%:M by rewrite -[endToEndMatrix W l]trmxK -trmx_mul BB trmx1.
  exists (oneLayer (A' *m B *m B'^T)).
  rewrite end_to_end_differential_sum (bigD1 (Ordinal lL)) //= big1 => [|k kl]; last first.
    by rewrite /oneLayer -[_ == l]/(k == Ordinal lL) (negbTE kl) mulmx0 mul0mx.
  by rewrite /oneLayer eqxx conform_mx_id addr0 -!mulmxA BtB mulmx1 mulmxA AA mul1mx.
pose top l := row_free (layersAbove W L l.+1).
have ex_top : exists l, top l.
  by exists L.-1; rewrite /top prednK // layers_above_self row_free_unit unitmx1.
pose l0 := ex_minn ex_top.
have [top0 min0] : top l0 /\ forall l, top l -> (l0 <= l)%N by rewrite /l0; case: ex_minnP.
have l0L : (l0 < L)%N.
  rewrite -(prednK L_gt0) ltnS; apply: min0.
  by rewrite /top prednK // layers_above_self row_free_unit unitmx1.
exists l0; split=> //; apply/negPn/negP => /not_row_free [v v0 vB].
have below l : (l0 <= l)%N -> endToEndMatrix W l *m v^T = 0.
  by move=> h; rewrite (end_to_end_split h) -mulmxA -[_ *m v^T]trmxK trmx_mul trmxK vB trmx0 mulmx0.
case: (posnP l0) => [l0_eq0 | l0_gt0].
  by move: vB; rewrite l0_eq0 trmx1 mulmx1 => v_eq0; rewrite v_eq0 eqxx in v0.
have /not_row_free [u u0 uA] : ~~ row_free (layersAbove W L l0).
  apply/negP => h; have : (l0 <= l0.-1)%N by apply: min0; rewrite /top prednK.
  by rewrite -ltnS prednK // ltnn.
have above k : u *m layersAbove W L (l0 - k) = 0.
  elim: k => [|k IH]; first by rewrite subn0.
  case: (leqP l0 k) => kl; first by move: IH; rewrite (eqP kl) (eqP (leqW kl)).
  rewrite layers_above_peel; last exact: leq_ltn_trans (leq_subr _ _) l0L.
  by move: IH; rewrite -(subnSK kl) mulmxA => ->; rewrite mul0mx.
have above' l : (l <= l0)%N -> u *m layersAbove W L l = 0.
  by move=> /subKn <-; exact: above.
have [i ui] := rV0Pn _ u0; have [j vj] := rV0Pn _ v0.
have [V VE] := onto (delta_mx i j).
have z : u *m delta_mx i j *m v^T = 0.
  rewrite -VE end_to_end_differential_sum mulmx_sumr mulmx_suml big1 // => l _.
  case: (leqP l0 l) => h; first by rewrite -!mulmxA below ?mulmx0.
  by rewrite !mulmxA above' ?mul0mx.
have : (u *m delta_mx i j *m v^T) 0 0 = u 0 i * v 0 j.
  by rewrite -(mul_delta_mx (0 : 'I_1)) mulmxA -colE -mulmxA -rowE mxE big_ord1 !mxE.
by rewrite z mxE => /esym/eqP; rewrite mulf_eq0 (negbTE ui) (negbTE vj).
Qed.

(** Scalar output: it is enough that the product of all layers but the first is
    not zero. *)
Corollary deep_linear_submersion_scalar L :
  d L.+1 = 1%N -> layersAbove W L.+1 1 != 0 ->
  forall B, exists V : layers d, endToEndDifferential W V L.+1 = B.
Proof.
move=> dL U0; apply/(deep_linear_submersion (ltn0Sn L)); exists 0%N; split=> //.
  rewrite /row_free eqn_leq rank_leq_row; apply: (@leq_trans 1); first by rewrite dL.
  by rewrite lt0n mxrank_eq0.
by rewrite row_free_unit trmx1 unitmx1.
Qed.

Lemma end_to_end_differential_ext (V V' : layers d) L :
  (forall l, (l < L)%N -> V l = V' l) -> endToEndDifferential W V L = endToEndDifferential W V' L.
Proof.
elim: L => //= L IH VV'; rewrite VV' // IH // => l lL.
exact/VV'/(ltn_trans lL).
Qed.
End Products.
End DeepLinear.

(** The product rule along a curve of layers. *)
Lemma is_derive_end_to_end d (W : R -> layers R_fieldType d) (V : layers R_fieldType d) t L :
  (forall l, (l < L)%N -> is_derive (fun s => W s l) t (V l)) ->
  is_derive (fun s => endToEndMatrix (W s) L) t (endToEndDifferential (W t) V L).
Proof.
elim: L => [|L IH] dW /=; first exact: is_derive_const.
by apply: is_derive_mulmx; [exact: dW | apply: IH => l lL; apply/dW/ltnW].
Qed.

(** ** In coordinates

    [unflatten] lays a parameter vector out as layers; [endToEndVector] is the
    end-to-end matrix, flattened. *)
Section Coordinates.
Variable d : nat -> nat.
Variables L P : nat.
Variable unflatten : forall l, {linear 'cV[R]_P -> 'M[R]_(d l.+1, d l)}.
Hypothesis unflatten_onto : forall V : layers R_fieldType d,
  exists u, forall l, (l < L)%N -> unflatten l u = V l.

Definition endToEndVector (theta : 'cV[R]_P) : 'cV[R]_(d L * d 0%N) :=
  (mxvec (endToEndMatrix (fun l => unflatten l theta) L))^T.

Lemma end_to_end_jacobian theta J u : has_jacobian endToEndVector theta J ->
  J *m u = (mxvec (endToEndDifferential (fun l => unflatten l theta) (fun l => unflatten l u) L))^T.
Proof.
move=> hJ; pose line s := theta + s *: u; have line0 : line 0 = theta by rewrite /line scale0r addr0.
have dl : is_derive line 0 u by exact: is_derive_line.
have D1 : is_derive (fun s => endToEndVector (line s)) 0 (J *m u).
  by apply: jacobian_along dl; rewrite line0.
have D2 := is_derive_end_to_end (W := fun s l => unflatten l (line s)) (L := L)
  (fun l _ => is_derive_mx_linear (unflatten l) dl).
have D3 := is_derive_trmx (is_derive_mx_linear [linear of mxvec] D2).
by rewrite (is_derive_mx_unique D1 D3) line0.
Qed.

Theorem deep_linear_row_free theta J l : has_jacobian endToEndVector theta J ->
  (l < L)%N -> row_free (layersAbove (fun l => unflatten l theta : 'M[R_fieldType]_(_, _)) L l.+1) ->
  row_free (endToEndMatrix (fun l => unflatten l theta : 'M[R_fieldType]_(_, _)) l)^T ->
  row_free J.
Proof.
move=> hJ lL Afree Bfree; apply/row_free_surjective => v.
have L_gt0 : (0 < L)%N by case: (L) lL.
have [V VE] := proj2 (deep_linear_submersion _ L_gt0) (ex_intro _ l (And3 lL Afree Bfree)) (vec_mx v^T).
have [u uE] := unflatten_onto V; exists u.
by rewrite (end_to_end_jacobian u hJ) (end_to_end_differential_ext _ uE) VE vec_mxK trmxK.
Qed.
End Coordinates.
