(** * Derivatives of matrix-valued curves, Jacobians and gradients.

    Makes ['M[R]_(m, n)] a normed module of Coquelicot, so that [is_derive] and
    [filterdiff] (the Frechet derivative) apply to curves and maps of matrices. *)
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

(** A curve of matrices with zero derivative for [t >= 0] is constant there. *)
Lemma derive_0_constant_mx m n (W : R -> 'M[R]_(m, n)) :
  (forall t, Rle 0 t -> is_derive W t (0 : 'M[R]_(m, n))) ->
  forall t, Rle 0 t -> W t = W 0.
Proof.
move=> dW t t_ge0; apply/matrixP => i j.
apply: (derive_0_constant (fun s => W s i j)) t_ge0 => s /dW /is_derive_mx /(_ i j).
by rewrite mxE.
Qed.

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

Lemma gradient_unique p (L : 'cV[R]_p -> R) x g1 g2 :
  has_gradient L x g1 -> has_gradient L x g2 -> g1 = g2.
Proof.
move=> h1 h2; apply/matrixP => i j; rewrite (ord1 j).
pose c := fun s : R => x + s *: delta_mx i 0 : 'cV[R]_p.
have dc : is_derive c 0 (delta_mx i 0 : 'cV[R]_p).
  rewrite -[delta_mx i 0 in X in is_derive _ _ X]add0r.
  apply: (is_derive_plus (V := mx_NormedModule p 1)); first exact: is_derive_const.
  rewrite -[delta_mx i 0 in X in is_derive _ _ X]scale1r.
  exact: (is_derive_scal_l (V := mx_NormedModule p 1) (fun s => s) 0 1 (delta_mx i 0) (is_derive_id _)).
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
