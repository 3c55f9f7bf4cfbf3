(** * Derivatives of matrix-valued curves, Jacobians and gradients.

    Makes ['M[R]_(m, n)] a normed module of Coquelicot, so that [is_derive] and
    [filterdiff] (the Frechet derivative) apply to curves and maps of matrices.

    Main definitions:
    - [has_jacobian f x J]: [f] is Frechet differentiable at [x], with Jacobian [J];
    - [has_gradient L x g]: [L] is Frechet differentiable at [x], with gradient [g].

    Main results: [is_derive_mx] (entrywise derivatives), [is_derive_mulmx]
    (product rule), [jacobian_along] and [gradient_comp] (chain rules),
    [gradient_unique], [jacobian_entries], [jacobian_separable], [relaxation_mx].

    References: Boldo, Lelay, Melquiond, Coquelicot: a user-friendly library of
    real analysis for Coq (2015). *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField Relaxation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** ** The normed module of matrices (entrywise l1 norm) *)
Section NormedModule.
Variables m n : nat.
Implicit Types A B C : 'M[R]_(m, n).

Definition mx_norm A : R := \sum_i \sum_j `|A i j|.

Lemma mx_norm_ge0 A : 0 <= mx_norm A.
Proof. by apply: sumr_ge0 => i _; apply: sumr_ge0 => j _; apply: normr_ge0. Qed.

Lemma mx_norm_entry A i j : `|A i j| <= mx_norm A.
Proof.
rewrite /mx_norm (bigD1 i) //= (bigD1 j) //= -addrA ler_addl addr_ge0 //.
  by apply: sumr_ge0 => k _; apply: normr_ge0.
by apply: sumr_ge0 => k _; apply: sumr_ge0 => l _; apply: normr_ge0.
Qed.

Lemma mx_norm0 : mx_norm 0 = 0.
Proof. by apply: big1 => i _; apply: big1 => j _; rewrite mxE normr0. Qed.

Lemma mx_norm_eq0 A : mx_norm A = 0 -> A = 0.
Proof.
move=> A0; apply/matrixP => i j; rewrite mxE; apply/eqP.
by rewrite -normr_eq0 eq_le normr_ge0 -A0 mx_norm_entry.
Qed.

Lemma mx_normD A B : mx_norm (A + B) <= mx_norm A + mx_norm B.
Proof.
rewrite /mx_norm -big_split; apply: ler_sum => i _ /=.
by rewrite -big_split; apply: ler_sum => j _ /=; rewrite mxE ler_norm_add.
Qed.

Lemma mx_normZ a A : mx_norm (a *: A) = `|a| * mx_norm A.
Proof.
rewrite /mx_norm mulr_sumr; apply: eq_bigr => i _; rewrite mulr_sumr.
by apply: eq_bigr => j _; rewrite mxE normrM.
Qed.

Lemma mx_normN A : mx_norm (- A) = mx_norm A.
Proof. by rewrite -scaleN1r mx_normZ normrN1 mul1r. Qed.

Definition mx_AbelianGroup_mixin : AbelianGroup.mixin_of 'M[R]_(m, n) :=
  AbelianGroup.Mixin 'M[R]_(m, n) (fun A B => A + B) (fun A => - A) 0
    (@addrC _) (@addrA _) (@addr0 _) (@addrN _).
Canonical mx_AbelianGroup :=
  AbelianGroup.Pack 'M[R]_(m, n) mx_AbelianGroup_mixin 'M[R]_(m, n).

Definition mx_ball A (e : R) B : Prop := mx_norm (B - A) < e.

Lemma mx_ball_center A (e : posreal) : mx_ball A e A.
Proof. by rewrite /mx_ball subrr mx_norm0; apply/RltP; exact: (cond_pos e). Qed.
Lemma mx_ball_sym A B e : mx_ball A e B -> mx_ball B e A.
Proof. by rewrite /mx_ball -mx_normN opprB. Qed.
Lemma mx_ball_triangle A B C (e1 e2 : R) :
  mx_ball A e1 B -> mx_ball B e2 C -> mx_ball A (Rplus e1 e2) C.
Proof.
rewrite /mx_ball => h1 h2; have -> : C - A = (B - A) + (C - B) by rewrite [RHS]addrC addrA subrK.
exact: le_lt_trans (mx_normD _ _) (ltr_add h1 h2).
Qed.

Definition mx_UniformSpace_mixin :=
  UniformSpace.Mixin 'M[R]_(m, n) 0 mx_ball mx_ball_center mx_ball_sym mx_ball_triangle.
Canonical mx_UniformSpace :=
  UniformSpace.Pack 'M[R]_(m, n) mx_UniformSpace_mixin 'M[R]_(m, n).

Definition mx_ModuleSpace_mixin : ModuleSpace.mixin_of R_Ring mx_AbelianGroup :=
  ModuleSpace.Mixin R_Ring mx_AbelianGroup (fun (a : R) A => a *: A)
    (fun a b A => @scalerA _ _ a b A) (@scale1r _ _)
    (fun a A B => @scalerDr _ _ a A B) (fun a b A => @scalerDl _ _ A a b).
Canonical mx_ModuleSpace :=
  ModuleSpace.Pack R_Ring 'M[R]_(m, n)
    (ModuleSpace.Class R_Ring _ mx_AbelianGroup_mixin mx_ModuleSpace_mixin) 'M[R]_(m, n).
Canonical mx_NormedModuleAux :=
  NormedModuleAux.Pack R_AbsRing 'M[R]_(m, n)
    (NormedModuleAux.Class R_AbsRing _ (ModuleSpace.class R_Ring mx_ModuleSpace)
       mx_UniformSpace_mixin) 'M[R]_(m, n).

Definition mx_NormedModule_mixin : NormedModule.mixin_of R_AbsRing mx_NormedModuleAux.
Proof.
apply: (NormedModule.Mixin R_AbsRing mx_NormedModuleAux mx_norm 1).
- by move=> A B; apply/RleP; exact: mx_normD.
- by move=> a A; apply/RleP; rewrite [X in X <= _]mx_normZ.
- by move=> A B e /RltP.
- by move=> A B e h; rewrite Rmult_1_l; apply/RltP.
- by move=> A; exact: mx_norm_eq0.
Defined.
Canonical mx_NormedModule :=
  NormedModule.Pack R_AbsRing 'M[R]_(m, n)
    (NormedModule.Class R_AbsRing _ _ mx_NormedModule_mixin) 'M[R]_(m, n).

End NormedModule.

(** ** Linear maps are their own derivative *)
Lemma mx_norm_sum m n (I : Type) (s : seq I) (F : I -> 'M[R]_(m, n)) :
  mx_norm (\sum_(i <- s) F i) <= \sum_(i <- s) mx_norm (F i).
Proof.
elim: s => [|i s IH]; first by rewrite !big_nil mx_norm0.
by rewrite !big_cons (le_trans (mx_normD _ _)) // ler_add2l.
Qed.

Lemma mx_is_linear m n p q (f : {linear 'M[R]_(m, n) -> 'M[R]_(p, q)}) :
  is_linear (f : 'M[R]_(m, n) -> 'M[R]_(p, q)).
Proof.
split; [exact: linearD | by move=> a A; exact: linearZ |].
exists (1 + \sum_i \sum_j mx_norm (f (delta_mx i j))); split.
  by apply/RltP; rewrite ltr_spaddl ?ltr01 // sumr_ge0 // => i _;
     rewrite sumr_ge0 // => j _; rewrite mx_norm_ge0.
move=> A; apply/RleP; rewrite RmultE; change (mx_norm (f A) <= (1 + \sum_i \sum_j mx_norm (f (delta_mx i j))) * mx_norm A).
rewrite mulrDl mul1r -[X in X <= _]add0r ler_add ?mx_norm_ge0 //.
rewrite {1}[A]matrix_sum_delta linear_sum (le_trans (mx_norm_sum _ _)) //.
rewrite mulr_suml ler_sum // => i _.
rewrite linear_sum (le_trans (mx_norm_sum _ _)) // mulr_suml ler_sum // => j _.
by rewrite linearZ mx_normZ mulrC ler_wpmul2l ?mx_norm_ge0 ?mx_norm_entry.
Qed.

Lemma entry_is_linear m n i j : is_linear (fun A : 'M[R]_(m, n) => A i j).
Proof.
split; [by move=> A B; exact: mxE | by move=> a A; exact: mxE |].
exists 1; split=> [|A]; first by apply/RltP; exact: ltr01.
by rewrite Rmult_1_l; apply/RleP; exact: mx_norm_entry.
Qed.

Lemma is_derive_mx_linear m n p q (f : {linear 'M[R]_(m, n) -> 'M[R]_(p, q)})
    (W : R -> 'M[R]_(m, n)) t V :
  is_derive W t V -> is_derive (fun s => f (W s)) t (f V).
Proof.
move=> dW.
have df := filterdiff_linear (F := locally (W t)) _ (mx_is_linear f).
have D := filterdiff_comp' W f t _ _ dW df.
by apply: (filterdiff_ext_lin _ _ _ D) => s; exact: linearZ.
Qed.

(** A curve of matrices is differentiable iff its entries are. *)
Lemma is_derive_mx m n (W : R -> 'M[R]_(m, n)) t V :
  is_derive W t V <-> forall i j, is_derive (fun s => W s i j) t (V i j).
Proof.
split=> [dW i j | dW].
  have dij := filterdiff_linear (F := locally (W t)) _ (entry_is_linear i j).
  have D := filterdiff_comp' W _ t _ _ dW dij.
  by apply: (filterdiff_ext_lin _ _ _ D) => s; exact: mxE.
have dE i j : is_derive (fun s => W s i j *: delta_mx i j : 'M[R]_(m, n)) t (V i j *: delta_mx i j).
  exact: (is_derive_scal_l (V := mx_NormedModule m n) (fun s => W s i j) t _ (delta_mx i j) (dW i j)).
have dS (I : Type) (s : seq I) (F : I -> R -> 'M[R]_(m, n)) (G : I -> 'M[R]_(m, n)) :
    (forall i, is_derive (F i) t (G i)) ->
    is_derive (fun u => \sum_(i <- s) F i u) t (\sum_(i <- s) G i).
  move=> dF; elim: s => [|i s IH].
    rewrite big_nil; apply: (is_derive_ext (fun _ => 0 : 'M[R]_(m, n))).
      by move=> u; rewrite big_nil.
    exact: is_derive_const.
  rewrite big_cons; apply: (is_derive_ext (fun u => F i u + \sum_(i <- s) F i u)).
    by move=> u; rewrite big_cons.
  exact: (is_derive_plus (V := mx_NormedModule m n)).
rewrite [V]matrix_sum_delta.
apply: (is_derive_ext (fun u => \sum_i \sum_j W u i j *: delta_mx i j)).
  by move=> u; rewrite -matrix_sum_delta.
by apply: (dS) => i; apply: (dS) => j; exact: dE.
Qed.

(** ** Sum and product rules *)
Lemma is_lim_sumR (I : Type) (s : seq I) (F : I -> R -> R) (l : I -> R) x :
  (forall i, is_lim (F i) x (l i)) ->
  is_lim (fun t => \sum_(i <- s) F i t) x (\sum_(i <- s) l i : R).
Proof.
move=> dF; elim: s => [|i s IH].
  rewrite big_nil; apply: (is_lim_ext (fun _ => 0 : R)); last exact: is_lim_const.
  by move=> u; rewrite big_nil.
rewrite big_cons; apply: (is_lim_ext (fun u => F i u + \sum_(i <- s) F i u)).
  by move=> u; rewrite big_cons.
exact: is_lim_plus (dF i) IH erefl.
Qed.

Lemma is_derive_sumR (I : Type) (s : seq I) (F : I -> R -> R) (G : I -> R) t :
  (forall i, is_derive (F i) t (G i)) ->
  is_derive (fun u => \sum_(i <- s) F i u) t (\sum_(i <- s) G i).
Proof.
move=> dF; elim: s => [|i s IH].
  rewrite big_nil; apply: (is_derive_ext (fun _ => 0 : R)) (is_derive_const _ _).
  by move=> u; rewrite big_nil.
rewrite big_cons; apply: (is_derive_ext (fun u => F i u + \sum_(i <- s) F i u)).
  by move=> u; rewrite big_cons.
exact: (is_derive_plus (V := R_NormedModule)).
Qed.

Lemma is_derive_mulmx m n p (A : R -> 'M[R]_(m, n)) (B : R -> 'M[R]_(n, p)) t dA dB :
  is_derive A t dA -> is_derive B t dB ->
  is_derive (fun s => A s *m B s) t (dA *m B t + A t *m dB).
Proof.
move=> /is_derive_mx hA /is_derive_mx hB; apply/is_derive_mx => i j.
rewrite !mxE -big_split /=.
apply: (is_derive_ext (fun s => \sum_k A s i k * B s k j)).
  by move=> s; rewrite mxE.
by apply: is_derive_sumR => k; apply: is_derive_mult => //; exact: Rmult_comm.
Qed.

Lemma is_derive_trmx m n (A : R -> 'M[R]_(m, n)) t dA :
  is_derive A t dA -> is_derive (fun s => (A s)^T) t dA^T.
Proof.
move=> /is_derive_mx hA; apply/is_derive_mx => i j; rewrite mxE.
by apply: (is_derive_ext (fun s => A s j i)) (hA j i) => s; rewrite mxE.
Qed.

(** A curve of matrices whose derivative vanishes on [0, T] is constant there. *)
Lemma derive_0_constant_mx m n (W : R -> 'M[R]_(m, n)) T :
  0 <= T -> (forall t, 0 <= t <= T -> is_derive W t (0 : 'M[R]_(m, n))) -> W T = W 0.
Proof.
move=> /RleP T_ge0 dW; apply/matrixP => i j.
apply: (derive_0_constant (fun s => W s i j)) T_ge0 _ => s [/RleP s0 /RleP sT].
have /dW /is_derive_mx /(_ i j) : 0 <= s <= T by rewrite s0.
by rewrite mxE.
Qed.

Lemma relaxation_mx m n (Y : 'M[R]_(m, n)) (W : R -> 'M[R]_(m, n)) T :
  0 <= T -> (forall t, 0 <= t <= T -> is_derive W t (- (W t - Y))) ->
  W T = Y + exp (- T) *: (W 0 - Y).
Proof.
move=> /RleP T_ge0 dW; apply/matrixP => i j; rewrite !mxE mulrC -[T in exp (- T)]mul1r.
apply: (relaxation_unique 1 (Y i j) (fun s => W s i j)) T_ge0 _ => s [/RleP s0 /RleP sT].
have /dW /is_derive_mx /(_ i j) : 0 <= s <= T by rewrite s0.
by rewrite !mxE RmultE RoppE mulNr mul1r.
Qed.

Lemma relaxation_entry m n (U V W : 'M[R]_(m, n)) (a : R) :
  U = V + a *: (W - V) -> forall i j, U i j = V i j + a * (W i j - V i j).
Proof. by move=> -> i j; rewrite !mxE. Qed.

(** ** Jacobians and gradients *)
Section FirstOrder.
Variables n p q : nat.

Definition has_jacobian (f : 'cV[R]_p -> 'cV[R]_n) (x : 'cV[R]_p) (J : 'M[R]_(n, p)) : Prop :=
  filterdiff f (locally x) (fun h => J *m h).

Definition has_gradient (L : 'cV[R]_p -> R) (x g : 'cV[R]_p) : Prop :=
  filterdiff L (locally x) (fun h => (g^T *m h) 0 0).
End FirstOrder.

Lemma scal_mxE m n (a : R) (A : 'M[R]_(m, n)) : scal a A = a *: A. Proof. by []. Qed.

(** Chain rule along a curve. *)
Lemma jacobian_along n p (f : 'cV[R]_p -> 'cV[R]_n) (c : R -> 'cV[R]_p) t v J :
  has_jacobian f (c t) J -> is_derive c t v -> is_derive (fun s => f (c s)) t (J *m v).
Proof.
move=> hf hc; apply: (filterdiff_ext_lin _ _ _ (filterdiff_comp' c f t _ _ hc hf)) => s.
by rewrite !scal_mxE scalemxAr.
Qed.

Lemma gradient_along p (L : 'cV[R]_p -> R) (c : R -> 'cV[R]_p) t v g :
  has_gradient L (c t) g -> is_derive c t v -> is_derive (fun s => L (c s)) t ((g^T *m v) 0 0).
Proof.
move=> hL hc; apply: (filterdiff_ext_lin _ _ _ (filterdiff_comp' c L t _ _ hc hL)) => s.
by rewrite scal_mxE -scalemxAr mxE.
Qed.

(** The gradient of a composite is the transposed Jacobian times the gradient. *)
Lemma gradient_comp n p (f : 'cV[R]_p -> 'cV[R]_n) (L : 'cV[R]_n -> R) x J g :
  has_jacobian f x J -> has_gradient L (f x) g ->
  has_gradient (fun x => L (f x)) x (J^T *m g).
Proof.
move=> hf hL; apply: (filterdiff_ext_lin _ _ _ (filterdiff_comp' f L x _ _ hf hL)) => h.
by rewrite trmx_mul trmxK mulmxA.
Qed.

Lemma is_derive_line p (x v : 'cV[R]_p) t : is_derive (fun s : R => x + s *: v) t v.
Proof.
rewrite -[v in X in is_derive _ _ X]add0r.
apply: (is_derive_plus (V := mx_NormedModule p 1)); first exact: is_derive_const.
rewrite -[v in X in is_derive _ _ X]scale1r.
exact: (is_derive_scal_l (V := mx_NormedModule p 1) (fun s => s) t 1 v (is_derive_id _)).
Qed.

Lemma gradient_unique p (L : 'cV[R]_p -> R) x g1 g2 :
  has_gradient L x g1 -> has_gradient L x g2 -> g1 = g2.
Proof.
move=> h1 h2; apply/matrixP => i j; rewrite (ord1 j).
pose c := fun s : R => x + s *: delta_mx i 0 : 'cV[R]_p.
have dc : is_derive c 0 (delta_mx i 0 : 'cV[R]_p) by exact: is_derive_line.
have c0 : c 0 = x by rewrite /c scale0r addr0.
rewrite -c0 in h1 h2.
have d1 := is_derive_unique _ _ _ (gradient_along h1 dc).
have d2 := is_derive_unique _ _ _ (gradient_along h2 dc).
by move: d1; rewrite d2 -!colE !mxE.
Qed.

(** A sum of one-variable losses. *)
Lemma gradient_separable n (l : 'I_n -> R -> R) (dl : 'I_n -> R) (x : 'cV[R]_n) :
  (forall i, is_derive (l i) (x i 0) (dl i)) ->
  has_gradient (fun x : 'cV[R]_n => \sum_i l i (x i 0)) x (\col_i dl i).
Proof.
move=> hl; rewrite /has_gradient.
have S (s : seq 'I_n) : filterdiff (fun x : 'cV[R]_n => \sum_(i <- s) l i (x i 0)) (locally x)
                                   (fun h : 'cV[R]_n => \sum_(i <- s) h i 0 * dl i).
  elim: s => [|i s IH].
    apply: (filterdiff_ext (fun _ => 0 : R)); first by move=> y; rewrite big_nil.
    apply: (filterdiff_ext_lin _ (fun _ => 0 : R)); last by move=> y; rewrite big_nil.
    exact: filterdiff_const.
  apply: (filterdiff_ext (fun y : 'cV[R]_n => l i (y i 0) + \sum_(i <- s) l i (y i 0))).
    by move=> y; rewrite big_cons.
  apply: (filterdiff_ext_lin _ (fun h : 'cV[R]_n => h i 0 * dl i + \sum_(i <- s) h i 0 * dl i));
    last by move=> y; rewrite big_cons.
  apply: filterdiff_plus_fct => //.
  have de := filterdiff_linear (F := locally x) _ (entry_is_linear i 0).
  exact: (filterdiff_comp' (fun y : 'cV[R]_n => y i 0) (l i) x _ _ de (hl i)).
apply: (filterdiff_ext_lin _ _ _ (S (index_enum _))) => h.
by rewrite mxE; apply: eq_bigr => i _; rewrite !mxE mulrC.
Qed.

(** ** More on Jacobians *)
Lemma jacobian_linear n p (X : 'M[R]_(n, p)) b : has_jacobian (mulmx X) b X.
Proof. exact: (filterdiff_linear _ (mx_is_linear [linear of mulmx X])). Qed.

Lemma jacobian_comp n p q (f : 'cV[R]_p -> 'cV[R]_n) (h : 'cV[R]_n -> 'cV[R]_q) x J K :
  has_jacobian f x J -> has_jacobian h (f x) K -> has_jacobian (fun x => h (f x)) x (K *m J).
Proof.
move=> hf hh; apply: (filterdiff_ext_lin _ _ _ (filterdiff_comp' f h x _ _ hf hh)) => u.
by rewrite mulmxA.
Qed.

Lemma is_derive_uniqueE (f : R -> R) t l1 l2 : is_derive f t l1 -> is_derive f t l2 -> l1 = l2.
Proof. by move=> /is_derive_unique <- /is_derive_unique <-. Qed.

Lemma is_derive_mx_unique m n (W : R -> 'M[R]_(m, n)) t V1 V2 :
  is_derive W t V1 -> is_derive W t V2 -> V1 = V2.
Proof.
move=> /is_derive_mx h1 /is_derive_mx h2; apply/matrixP => i j.
exact: is_derive_uniqueE (h1 i j) (h2 i j).
Qed.

(** A map into column vectors is differentiable iff its entries are. *)
Lemma jacobian_entries n p (f : 'cV[R]_p -> 'cV[R]_n) x J :
  (forall i, filterdiff (fun x => f x i 0) (locally x) (fun h => (J *m h) i 0)) ->
  has_jacobian f x J.
Proof.
move=> df; rewrite /has_jacobian.
have S (s : seq 'I_n) :
    filterdiff (fun x => \sum_(i <- s) f x i 0 *: delta_mx i 0 : 'cV[R]_n) (locally x)
               (fun h => \sum_(i <- s) (J *m h) i 0 *: delta_mx i 0).
  elim: s => [|i s IH].
    apply: (filterdiff_ext (fun _ => 0 : 'cV[R]_n)); first by move=> y; rewrite big_nil.
    apply: (filterdiff_ext_lin _ (fun _ => 0 : 'cV[R]_n)); last by move=> y; rewrite big_nil.
    exact: filterdiff_const.
  apply: (filterdiff_ext (fun y => f y i 0 *: delta_mx i 0 + \sum_(i <- s) f y i 0 *: delta_mx i 0 : 'cV[R]_n)).
    by move=> y; rewrite big_cons.
  apply: (filterdiff_ext_lin _ (fun h => (J *m h) i 0 *: delta_mx i 0 + \sum_(i <- s) (J *m h) i 0 *: delta_mx i 0));
    last by move=> y; rewrite big_cons.
  apply: (filterdiff_plus_fct (V := mx_NormedModule n 1)) => //.
  have lin := is_linear_scal_l (K := R_AbsRing) (V := mx_NormedModule n 1) (delta_mx i 0).
  exact: (filterdiff_comp' (fun y => f y i 0) (fun a : R => scal a (delta_mx i 0 : 'cV[R]_n)) x _ _
            (df i) (filterdiff_linear _ lin)).
have E (z : 'cV[R]_n) : z = \sum_i z i 0 *: delta_mx i 0.
  by rewrite {1}[z]matrix_sum_delta; apply: eq_bigr => i _; rewrite big_ord1.
apply: (filterdiff_ext (fun x => \sum_i f x i 0 *: delta_mx i 0)) => [y|]; first by rewrite -E.
by apply: (filterdiff_ext_lin _ _ _ (S (index_enum _))) => h; rewrite -E.
Qed.

(** Functions applied entry by entry. *)
Lemma jacobian_separable n (u du : R -> R) (x : 'cV[R]_n) :
  (forall i, is_derive u (x i 0) (du (x i 0))) ->
  has_jacobian (map_mx u) x (diag_mx (\row_i du (x i 0))).
Proof.
move=> hu; apply: jacobian_entries => i.
apply: (filterdiff_ext (fun y : 'cV[R]_n => u (y i 0))) => [y|]; first by rewrite mxE.
apply: (filterdiff_ext_lin _ (fun h : 'cV[R]_n => scal (h i 0) (du (x i 0)))) => [|h].
  have de := filterdiff_linear (F := locally x) _ (entry_is_linear i 0).
  exact: (filterdiff_comp' (fun y : 'cV[R]_n => y i 0) u x _ _ de (hu i)).
by rewrite mul_diag_mx !mxE mulrC.
Qed.
