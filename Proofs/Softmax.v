(** * Softmax with a reference class.

    [N] samples, [k.+1] classes: the outputs are the [k] logits of each sample
    relative to its reference class (its contrasts). In these coordinates the
    Fisher matrix of the class probabilities is positive definite.

    Main definitions:
    - [classProbability z n c], the probability of the class [c] (not the reference);
    - [softmaxLogPartition], [classProbabilities], [softmaxFisher]: the log-partition
      function, its gradient and its Hessian.

    Main result: [ngf_softmax]: the class probabilities of every sample relax to its
    targets, if the Jacobian of the [N * k] contrasts has full row rank.

    References: derived. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient MatrixCalculus
  Relaxation Margin Flow ExponentialFamily.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Softmax.
Variable N : nat.                             (* samples *)
Variable k : nat.                             (* classes besides the reference *)
Let outputs := (N * k)%N.
Implicit Type z : 'cV[R]_(N * k).

Definition sampleClass (n : 'I_N) (c : 'I_k) : 'I_(N * k) := mxvec_index n c.
Definition sampleOf (i : 'I_(N * k)) : 'I_N := (enum_val (cast_ord (esym (mxvec_cast N k)) i)).1.

Lemma sample_class_of n c : sampleOf (sampleClass n c) = n.
Proof. by rewrite /sampleOf /sampleClass /mxvec_index cast_ordK enum_rankK. Qed.

(** The sum of the exponentials of the logits of a sample, the reference's being 1. *)
Definition expSum z (n : 'I_N) : R := 1 + \sum_(i | sampleOf i == n) exp (z i 0).
Definition classProbability z (i : 'I_(N * k)) : R := exp (z i 0) / expSum z (sampleOf i).

Definition softmaxLogPartition z : R := \sum_n ln (expSum z n).
Definition classProbabilities z : 'cV[R]_(N * k) := \col_i classProbability z i.
Definition softmaxFisher z : 'M[R]_(N * k) :=
  \matrix_(i, j) (if sampleOf i == sampleOf j
    then (if i == j then classProbability z i else 0) - classProbability z i * classProbability z j
    else 0).

Lemma exp_gt0 x : 0 < exp x. Proof. exact/RltP/exp_pos. Qed.

Lemma exp_sum_gt0 z n : 0 < expSum z n.
Proof. by rewrite ltr_paddr ?ltr01 // sumr_ge0 // => i _; rewrite ltW // exp_gt0. Qed.

Lemma exp_sum_filterdiff z n :
  filterdiff (fun z => expSum z n) (locally z)
    (fun h : 'cV[R]_(N * k) => \sum_(i | sampleOf i == n) h i 0 * exp (z i 0)).
Proof.
have S (s : seq 'I_(N * k)) :
    filterdiff (fun z : 'cV[R]_(N * k) => 1 + \sum_(i <- s | sampleOf i == n) exp (z i 0)) (locally z)
      (fun h : 'cV[R]_(N * k) => \sum_(i <- s | sampleOf i == n) h i 0 * exp (z i 0)).
  elim: s => [|i s IH].
    apply: (filterdiff_ext (fun _ => 1 : R)); first by move=> y; rewrite big_nil addr0.
    apply: (filterdiff_ext_lin _ (fun _ => 0 : R)); last by move=> y; rewrite big_nil.
    exact: filterdiff_const.
  case E: (sampleOf i == n); last first.
    apply: (filterdiff_ext _ _ _ _ (filterdiff_ext_lin _ _ _ IH _)) => y; by rewrite big_cons E.
  apply: (filterdiff_ext (fun y : 'cV[R]_(N * k) => exp (y i 0) + (1 + \sum_(i <- s | sampleOf i == n) exp (y i 0)))).
    by move=> y; rewrite big_cons E addrCA.
  apply: (filterdiff_ext_lin _ (fun h : 'cV[R]_(N * k) => h i 0 * exp (z i 0) + \sum_(i <- s | sampleOf i == n) h i 0 * exp (z i 0)));
    last by move=> y; rewrite big_cons E.
  apply: filterdiff_plus_fct => //.
  have de := filterdiff_linear (F := locally z) _ (entry_is_linear i 0).
  exact: (filterdiff_comp' (fun y : 'cV[R]_(N * k) => y i 0) exp z _ _ de (is_derive_exp (z i 0))).
exact: S (index_enum _).
Qed.

(** The gradient of the log-partition function. *)
Lemma class_probabilities_gradient z : has_gradient softmaxLogPartition z (classProbabilities z).
Proof.
have S (s : seq 'I_N) :
    filterdiff (fun z : 'cV[R]_(N * k) => \sum_(n <- s) ln (expSum z n)) (locally z)
      (fun h => \sum_(n <- s) (\sum_(i | sampleOf i == n) h i 0 * exp (z i 0)) * (expSum z n)^-1).
  elim: s => [|n s IH].
    apply: (filterdiff_ext (fun _ => 0 : R)); first by move=> y; rewrite big_nil.
    apply: (filterdiff_ext_lin _ (fun _ => 0 : R)); last by move=> y; rewrite big_nil.
    exact: filterdiff_const.
  apply: (filterdiff_ext (fun y => ln (expSum y n) + \sum_(n <- s) ln (expSum y n))).
    by move=> y; rewrite big_cons.
  apply: (filterdiff_ext_lin _ (fun h : 'cV[R]_(N * k) => (\sum_(i | sampleOf i == n) h i 0 * exp (z i 0)) * (expSum z n)^-1 +
     \sum_(n <- s) (\sum_(i | sampleOf i == n) h i 0 * exp (z i 0)) * (expSum z n)^-1));
    last by move=> y; rewrite big_cons.
  apply: filterdiff_plus_fct => //.
  have dln : is_derive ln (expSum z n) (expSum z n)^-1 by apply: ln_derive; apply/RltP; exact: exp_sum_gt0.
  exact: (filterdiff_comp' (fun y => expSum y n) ln z _ _ (exp_sum_filterdiff z n) dln).
apply: (filterdiff_ext_lin _ _ _ (S (index_enum _))) => h.
rewrite mxE [RHS](partition_big sampleOf predT) //=; apply: eq_bigr => n _.
rewrite mulr_suml; apply: eq_bigr => i /eqP <-.
by rewrite !mxE /classProbability -mulrA mulrC.
Qed.

(** The Jacobian of the class probabilities. *)
Lemma softmax_fisher_jacobian z : has_jacobian classProbabilities z (softmaxFisher z).
Proof.
apply: jacobian_entries => i; set n := sampleOf i; set p := classProbability z.
have de := filterdiff_linear (F := locally z) _ (entry_is_linear i 0).
have dexp : filterdiff (fun y : 'cV[R]_(N * k) => exp (y i 0)) (locally z) (fun h => h i 0 * exp (z i 0)).
  exact: (filterdiff_comp' (fun y : 'cV[R]_(N * k) => y i 0) exp z _ _ de (is_derive_exp (z i 0))).
have dinv : is_derive Rinv (expSum z n) (- ((expSum z n)^-1 * (expSum z n)^-1)).
  by apply: inv_derive; apply/RltP; exact: exp_sum_gt0.
have dI := filterdiff_comp' (fun y => expSum y n) Rinv z _ _ (exp_sum_filterdiff z n) dinv.
have D := filterdiff_mult_fct _ _ _ _ _ Rmult_comm dexp dI.
apply: (filterdiff_ext (fun y : 'cV[R]_(N * k) => mult (exp (y i 0)) (Rinv (expSum y n)))).
  by move=> y; rewrite mxE.
apply: (filterdiff_ext_lin _ _ _ D) => h.
set s := expSum z n; set e := exp (z i 0).
have s0 : s != 0 by exact: lt0r_neq0 (exp_sum_gt0 z n).
transitivity (h i 0 * p i - p i * \sum_(j | sampleOf j == n) h j 0 * p j).
  have -> : \sum_(j | sampleOf j == n) h j 0 * p j = (\sum_(j | sampleOf j == n) h j 0 * exp (z j 0)) * s^-1.
    by rewrite mulr_suml; apply: eq_bigr => j /eqP jn; rewrite /p /classProbability jn mulrA.
  set S := \sum_(j | _) _; rewrite /p /classProbability -/n -/s -/e.
  transitivity (h i 0 * e * s^-1 + e * (S * - (s^-1 * s^-1))) => //.
  by rewrite -mulrA mulrN mulrN; congr (_ - _); rewrite -!mulrA; congr (_ * _); rewrite mulrCA.
rewrite [RHS]mxE [X in _ - _ * X]big_mkcond mulr_sumr.
rewrite (bigD1 i) //= [in RHS](bigD1 i) //= !mxE !eqxx mulrBl [h i 0 * p i]mulrC -addrA; congr (_ + _).
rewrite opprD mulrA; congr (_ + _).
rewrite -sumrN; apply: eq_bigr => j ji; rewrite !mxE [sampleOf j == n]eq_sym -/n.
case: (n == sampleOf j); last by rewrite mulr0 mul0r oppr0.
by rewrite [i == j]eq_sym (negbTE ji) sub0r mulNr; congr (- _); rewrite -mulrA [h j 0 * _]mulrC.
Qed.

(** The Fisher matrix is positive definite: the reference class has a positive
    probability. *)
Theorem softmax_fisher_posdef z : posdef (softmaxFisher z).
Proof.
split=> [|u u0].
  apply/matrixP => i j; rewrite !mxE eq_sym; case: eqP => // _.
  by rewrite [classProbability z j * _]mulrC [j == i]eq_sym; case: eqP => // ->.
set p := classProbability z; pose m n := \sum_(i | sampleOf i == n) p i * u 0 i.
have p_gt0 i : 0 < p i by rewrite /p /classProbability divr_gt0 ?exp_gt0 // exp_sum_gt0.
pose q n := (expSum z n)^-1.
have total n : \sum_(i | sampleOf i == n) p i = 1 - q n.
  have s0 := lt0r_neq0 (exp_sum_gt0 z n).
  have -> : \sum_(i | sampleOf i == n) p i = (expSum z n - 1) * q n.
    by rewrite /expSum addrC addKr mulr_suml; apply: eq_bigr => i /eqP <-.
  by rewrite mulrBl mul1r mulfV.
have q_gt0 n : 0 < q n by rewrite invr_gt0 exp_sum_gt0.
have -> : (u *m softmaxFisher z *m u^T) 0 0 =
    \sum_n (\sum_(i | sampleOf i == n) p i * (u 0 i - m n) ^+ 2 + q n * m n ^+ 2).
  have row i : (u *m softmaxFisher z) 0 i = p i * (u 0 i - m (sampleOf i)).
    rewrite mxE mulrBr /m [X in _ - _ * X]big_mkcond mulr_sumr (bigD1 i) //= [in RHS](bigD1 i) //= !mxE !eqxx.
    rewrite mulrBr [u 0 i * _]mulrC -addrA opprD; congr (_ + _); congr (_ + _).
      by rewrite mulrC mulrA.
    rewrite -sumrN; apply: eq_bigr => j ji; rewrite !mxE.
    case: (sampleOf j == sampleOf i); last by rewrite !mulr0 oppr0.
    by rewrite (negbTE ji) sub0r mulrN mulrC [p j * p i]mulrC mulrA.
  rewrite mxE (partition_big sampleOf predT) //=; apply: eq_bigr => n _.
  transitivity (\sum_(i | sampleOf i == n) (p i * (u 0 i - m n) ^+ 2 + m n * (p i * (u 0 i - m n)))).
    by apply: eq_bigr => i /eqP <-; rewrite row mxE expr2 [m _ * _]mulrCA -mulrDr -mulrDl subrK -mulrA [X in _ * X = _]mulrC.
  rewrite big_split /= -mulr_sumr; congr (_ + _).
  have -> : \sum_(i | sampleOf i == n) p i * (u 0 i - m n) = m n - (1 - q n) * m n.
    by rewrite -total mulr_suml -sumrB; apply: eq_bigr => i _; rewrite mulrBr.
  by rewrite mulrBl mul1r subKr mulrCA expr2.
have term_ge0 n : 0 <= \sum_(i | sampleOf i == n) p i * (u 0 i - m n) ^+ 2 + q n * m n ^+ 2.
  by apply: addr_ge0; [apply: sumr_ge0 => i _ |]; rewrite mulr_ge0 ?sqr_ge0 // ltW.
rewrite lt_def sumr_ge0 // andbT; apply: contra u0; rewrite psumr_eq0 // => /allP all0.
apply/eqP/rowP => i; rewrite mxE; have := all0 (sampleOf i) (mem_index_enum _) => /= /eqP e.
have sum_ge0 : 0 <= \sum_(j | sampleOf j == sampleOf i) p j * (u 0 j - m (sampleOf i)) ^+ 2.
  by rewrite sumr_ge0 // => j _; rewrite mulr_ge0 ?sqr_ge0 // ltW.
have qm_ge0 : 0 <= q (sampleOf i) * m (sampleOf i) ^+ 2 by rewrite mulr_ge0 ?sqr_ge0 // ltW.
move/eqP: e; rewrite paddr_eq0 // mulf_eq0 sqrf_eq0 (gt_eqF (q_gt0 _)) /= => /andP[].
rewrite psumr_eq0 => [/allP /(_ i (mem_index_enum _))|j _]; last by rewrite mulr_ge0 ?sqr_ge0 // ltW.
rewrite eqxx /= mulf_eq0 (gt_eqF (p_gt0 _)) /= sqrf_eq0 subr_eq0 => /eqP -> /eqP ->.
by [].
Qed.

Section Flow.
Variable P : nat.
Variable f : 'cV[R]_P -> 'cV[R]_(N * k).      (* the model: parameters to contrasts *)
Variable y : 'cV[R]_(N * k).                  (* targets: indicators of the classes, or soft *)
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(N * k, P).
Variable G : R -> 'M[R]_P.

Theorem ngf_softmax T : 0 <= T ->
  (forall t, 0 <= t <= T ->
     isNaturalGradientFlow f softmaxFisher (negativeLogLikelihood softmaxLogPartition y)
       theta J G t /\ row_free (J t)) ->
  forall i, classProbability (f (theta T)) i =
            y i 0 + exp (- T) * (classProbability (f (theta 0)) i - y i 0).
Proof.
move=> T_ge0 flow i.
have := ngf_mean_parameters class_probabilities_gradient softmax_fisher_jacobian
          softmax_fisher_posdef T_ge0 flow.
by move=> /relaxation_entry /(_ i 0); rewrite ![classProbabilities _ _ _]mxE.
Qed.
End Flow.
End Softmax.
