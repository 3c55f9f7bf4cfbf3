(** * The Moore-Penrose pseudo-inverse of a real matrix exists and is unique.

    Pure linear algebra over an arbitrary ordered field: no axioms.

    Main definitions:
    - [generalisedInverse A G]: [A G A = A];
    - [moorePenrose A G]: the four Penrose equations;
    - [pinv A], the pseudo-inverse, from a full-rank factorisation of [A];
    - [posdef S]: symmetric positive definite.

    Main results: [moore_penrose_unique], [pinv_moore_penrose], [pinv_unique],
    [pinv_row_free], [mulmx_pinv].

    References: Penrose, A generalized inverse for matrices (1955). *)
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Definitions.
Variable K : fieldType.

(** [G] is a generalised inverse of [A]. *)
Definition generalisedInverse m n (A : 'M[K]_(m, n)) (G : 'M[K]_(n, m)) : Prop :=
  A *m G *m A = A.

(** The four Penrose equations. *)
Record moorePenrose m n (A : 'M[K]_(m, n)) (G : 'M[K]_(n, m)) : Prop := MoorePenrose {
  penrose1 : A *m G *m A = A;
  penrose2 : G *m A *m G = G;
  penrose3 : (A *m G)^T = A *m G;
  penrose4 : (G *m A)^T = G *m A }.

Theorem moore_penrose_unique m n (A : 'M[K]_(m, n)) (G H : 'M[K]_(n, m)) :
  moorePenrose A G -> moorePenrose A H -> G = H.
Proof.
move=> [g1 g2 g3 g4] [h1 h2 h3 h4].
have AG_AH : A *m G = A *m H.
  have e : (A *m G) *m (A *m H) = A *m H by rewrite !mulmxA g1.
  have e' : (A *m H) *m (A *m G) = A *m G by rewrite !mulmxA h1.
  by rewrite -e' -g3 -h3 -trmx_mul e.
have GA_HA : G *m A = H *m A.
  have e : (G *m A) *m (H *m A) = G *m A by rewrite -!mulmxA (mulmxA A) h1.
  have e' : (H *m A) *m (G *m A) = H *m A by rewrite -!mulmxA (mulmxA A) g1.
  by rewrite -e' -g4 -h4 -trmx_mul e.
by rewrite -g2 GA_HA -mulmxA AG_AH mulmxA h2.
Qed.

End Definitions.

Section Existence.
Variable K : realFieldType.

(** Symmetric positive definite matrices. *)
Definition posdef n (S : 'M[K]_n) : Prop :=
  S^T = S /\ forall u : 'rV[K]_n, u != 0 -> 0 < (u *m S *m u^T) 0 0.

Lemma row_mul_trmx_ge0 n (u : 'rV[K]_n) : 0 <= (u *m u^T) 0 0.
Proof. by rewrite mxE sumr_ge0 // => i _; rewrite mxE -expr2 sqr_ge0. Qed.

Lemma row_mul_trmx_eq0 n (u : 'rV[K]_n) : (u *m u^T) 0 0 = 0 -> u = 0.
Proof.
rewrite mxE => /eqP; rewrite psumr_eq0; last by move=> i _; rewrite mxE -expr2 sqr_ge0.
move=> /allP h; apply/rowP => i; rewrite mxE; apply/eqP.
by have := h i (mem_index_enum _); rewrite mxE mulf_eq0 orbb.
Qed.

Lemma posdef_unit n (S : 'M[K]_n) : posdef S -> S \in unitmx.
Proof.
move=> [_ pos]; rewrite -row_free_unit; apply: inj_row_free => u uS0.
apply/eqP/negP => /negP /pos; by rewrite uS0 mul0mx mxE ltxx.
Qed.

(** A diagonal matrix with positive entries is positive definite. *)
Lemma posdef_diag n (d : 'rV[K]_n) : (forall i, 0 < d 0 i) -> posdef (diag_mx d).
Proof.
move=> d_gt0; split=> [|u u0]; first by rewrite tr_diag_mx.
have [i ui0] : exists i, u 0 i != 0.
  by apply/rV0Pn.
rewrite mxE (bigD1 i) //= ltr_spaddl //.
  by rewrite mul_mx_diag !mxE mulrAC mulr_gt0 // -expr2 exprn_even_gt0.
rewrite sumr_ge0 // => j _.
by rewrite mul_mx_diag !mxE mulrAC -expr2 mulr_ge0 ?sqr_ge0 // ltW.
Qed.

(** The Gram matrix of a full-row-rank matrix is positive definite. *)
Lemma posdef_gram m n (A : 'M[K]_(m, n)) : row_free A -> posdef (A *m A^T).
Proof.
move=> Afree; split=> [|u u0]; first by rewrite trmx_mul trmxK.
rewrite mulmxA -(mulmxA (u *m A)) -trmx_mul lt_def row_mul_trmx_ge0 andbT.
apply: contra u0 => /eqP /row_mul_trmx_eq0 uA0.
by apply/eqP/(row_free_inj Afree); rewrite uA0 mul0mx.
Qed.

Lemma gram_unit m n (A : 'M[K]_(m, n)) : row_free A -> A *m A^T \in unitmx.
Proof. by move=> /posdef_gram /posdef_unit. Qed.

(** A full-rank factorisation [A = C *m B] gives the pseudo-inverse
    [B^T (B B^T)^-1 (C^T C)^-1 C^T]. *)
Lemma moore_penrose_full_rank_factor m r n (C : 'M[K]_(m, r)) (B : 'M[K]_(r, n)) :
  row_free B -> row_free C^T ->
  moorePenrose (C *m B)
    (B^T *m invmx (B *m B^T) *m (invmx (C^T *m C) *m C^T)).
Proof.
move=> Bfree Cfree.
have uB : B *m B^T \in unitmx by exact: gram_unit.
have uC : C^T *m C \in unitmx by rewrite -{2}[C]trmxK gram_unit.
set b : 'M[K]_r := invmx (B *m B^T); set c : 'M[K]_r := invmx (C^T *m C).
have sb : b^T = b by rewrite trmx_inv trmx_mul trmxK.
have sc : c^T = c by rewrite trmx_inv trmx_mul trmxK.
have bV : B *m B^T *m b = 1%:M by rewrite mulmxV.
have cV : c *m (C^T *m C) = 1%:M by rewrite mulVmx.
have AG : C *m B *m (B^T *m b *m (c *m C^T)) = C *m c *m C^T.
  by rewrite -!mulmxA (mulmxA B B^T) (mulmxA (B *m B^T)) bV mul1mx.
have GA : B^T *m b *m (c *m C^T) *m (C *m B) = B^T *m b *m B.
  by rewrite -!mulmxA (mulmxA C^T C) (mulmxA c) cV mul1mx.
split.
- by rewrite AG -!mulmxA (mulmxA C^T C) (mulmxA c) cV mul1mx.
- by rewrite GA -!mulmxA (mulmxA B B^T) (mulmxA _ b) bV mul1mx.
- by rewrite AG !trmx_mul trmxK sc mulmxA.
- by rewrite GA !trmx_mul trmxK sb mulmxA.
Qed.

(** The pseudo-inverse of an arbitrary matrix (locked: proofs use only the four
    equations). *)
Fact pinv_key : unit. Proof. exact: tt. Qed.
Definition pinv m n (A : 'M[K]_(m, n)) : 'M[K]_(n, m) := locked_with pinv_key
  (let B := row_base A in let C := col_base A in
   B^T *m invmx (B *m B^T) *m (invmx (C^T *m C) *m C^T)).

Theorem pinv_moore_penrose m n (A : 'M[K]_(m, n)) : moorePenrose A (pinv A).
Proof.
rewrite /pinv unlock -{1}(mulmx_base A); apply: moore_penrose_full_rank_factor.
  exact: row_base_free.
by rewrite /row_free mxrank_tr; exact: col_base_full.
Qed.

Corollary pinv_unique m n (A : 'M[K]_(m, n)) G : moorePenrose A G -> G = pinv A.
Proof. by move=> /moore_penrose_unique; apply; exact: pinv_moore_penrose. Qed.

(** For full row rank, the familiar closed form, and it is a right inverse. *)
Corollary pinv_row_free m n (A : 'M[K]_(m, n)) :
  row_free A -> pinv A = A^T *m invmx (A *m A^T).
Proof.
move=> /gram_unit uA; apply/esym/pinv_unique; split.
- by rewrite mulmxA mulmxV ?mul1mx.
- by rewrite -!mulmxA (mulmxA A) mulmxV ?mulmx1.
- by rewrite mulmxA mulmxV // trmx1.
- by rewrite !trmx_mul trmxK trmx_inv trmx_mul trmxK mulmxA.
Qed.

Corollary mulmx_pinv m n (A : 'M[K]_(m, n)) : row_free A -> A *m pinv A = 1%:M.
Proof. by move=> Afree; rewrite pinv_row_free // mulmxA mulmxV // gram_unit. Qed.

End Existence.
