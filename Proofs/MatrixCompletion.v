(** * Matrix factorisation and completion under natural gradient flow.

    A matrix [W (theta)] is fitted to the observed entries of [Y] with squared
    loss. The measure of the Fisher matrix contains all entries, with positive
    weights, and the Jacobian of all entries has full row rank.

    Main definitions:
    - [entries W], the matrix as a vector of outputs;
    - [isCompletionFlow]: natural gradient flow of [W (theta)], any generalised
      inverse.

    Main results, for any parametrisation [W], among them products of any number
    of factors ([DeepLinear.deep_linear_row_free] says when their Jacobian has
    full row rank):
    - [completion_observed]: observed entries relax to their targets;
    - [completion_unobserved]: the other entries never move;
    - [completion_test_error]: hence neither does the error on them;
    - [factorization_fully_observed]: [W (T) = Y + e^-T (W (0) - Y)];
    - [deep_completion]: the case of a product of factors, with the rank
      condition on the factors.

    References: Arora, Cohen, Hu, Luo, Implicit regularization in deep matrix
    factorization (2019), for gradient flow; the laws here are derived. *)
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient Relaxation MatrixCalculus
  Flow OneParameterFamily PartialObservation DeepLinear.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** The entries of a matrix as a column. *)
Definition entries m n (W : 'M[R]_(m, n)) : 'cV[R]_(m * n) := (mxvec W)^T.
Definition entryIndex m n (i : 'I_m) (j : 'I_n) : 'I_(m * n) := mxvec_index i j.

Lemma entriesE m n (W : 'M[R]_(m, n)) i j : entries W (entryIndex i j) 0 = W i j.
Proof. by rewrite mxE mxvecE. Qed.

(** A sum over the flattened entries is a sum over rows and columns. *)
Lemma sum_entries m n (g : 'I_(m * n) -> R) :
  \sum_k g k = \sum_i \sum_j g (entryIndex i j).
Proof.
rewrite (reindex _ (curry_mxvec_bij m n)) pair_big; apply: eq_bigr => -[i j] _.
by [].
Qed.

Section Completion.
Variables m n P : nat.
Variable W : 'cV[R]_P -> 'M[R]_(m, n).      (* the parametrised matrix *)
Variable observed : 'M[bool]_(m, n).
Variable Y : 'M[R]_(m, n).                  (* the targets *)
Variable weight : 'M[R]_(m, n).             (* the measure of the Fisher matrix *)
Hypothesis weight_gt0 : forall i j, 0 < weight i j.

(** Half the squared error on the observed entries. *)
Definition completionLoss (M : 'M[R]_(m, n)) : R :=
  \sum_i \sum_(j | observed i j) (M i j - Y i j) ^+ 2 / 2%:R.

(** The Fisher information of all entries. *)
Definition entryMetric : 'M[R]_(m * n) := diag_mx (mxvec weight).

Definition isCompletionFlow theta J G t : Prop :=
  isNaturalGradientFlow (fun x => entries (W x)) (fun _ => entryMetric)
    (fun z => completionLoss (vec_mx z^T)) theta J G t.

Let observedEntries : pred 'I_(m * n) := fun k => mxvec observed 0 k.
Let targetEntries k : R := mxvec Y 0 k.
Let weightEntries k : R := mxvec weight 0 k.

Lemma completion_loss_observed z :
  completionLoss (vec_mx z^T) =
  observedLoss gaussian observedEntries targetEntries z +
  \sum_i \sum_(j | observed i j) Y i j ^+ 2 / 2%:R.
Proof.
rewrite /observedLoss big_mkcond sum_entries -big_split; apply: eq_bigr => i _ /=.
rewrite [LHS]big_mkcond [X in _ = _ + X]big_mkcond -big_split; apply: eq_bigr => j _ /=.
rewrite /observedEntries /targetEntries !mxvecE !mxE; case: (observed i j); last by rewrite addr0.
set a := z _ _; set b := Y _ _.
transitivity (a ^+ 2 / 2%:R - b * a + b ^+ 2 / 2%:R); last by [].
have half : b * a = (b * a *+ 2) / 2%:R by rewrite mulr2n -mulr2n -mulr_natr mulfK // pnatr_eq0.
by rewrite {1}half -mulrBl -mulrDl sqrrB [b * a]mulrC.
Qed.

Section Flow.
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(m * n, P).
Variable G : R -> 'M[R]_P.
Variable T : R.
Hypothesis T_ge0 : 0 <= T.
Hypothesis flow : forall t, 0 <= t <= T -> isCompletionFlow theta J G t /\ row_free (J t).

Lemma weight_entries_gt0 k : 0 < weightEntries k.
Proof. by case/mxvec_indexP: k => i j; rewrite /weightEntries mxvecE. Qed.

Lemma completion_flow_observed t : 0 <= t <= T ->
  isNaturalGradientFlow (fun x => entries (W x)) (weightedVariances gaussian weightEntries)
    (observedLoss gaussian observedEntries targetEntries) theta J G t /\ row_free (J t).
Proof.
move=> /flow [[[hJ [g hg dth]] inv] Jfree]; split=> //.
have metricE z : weightedVariances gaussian weightEntries z = entryMetric.
  by congr diag_mx; apply/rowP => k; rewrite mxE; exact: mulr1.
split; last by rewrite metricE.
split=> //; exists g => //.
pose c := \sum_i \sum_(j | observed i j) Y i j ^+ 2 / 2%:R.
have dc : filterdiff (fun _ => c) (locally (theta t)) (fun _ : 'cV[R]_P => 0 : R) by exact: filterdiff_const.
have D := filterdiff_minus_fct _ _ _ _ hg dc.
apply: (filterdiff_ext (fun x => completionLoss (vec_mx (entries (W x))^T) - c)) => [x|].
  by rewrite completion_loss_observed addrK.
by apply: (filterdiff_ext_lin _ _ _ (D _)) => h; exact: subr0.
Qed.

(** Observed entries relax to their targets, at rate one over their weight. *)
Theorem completion_observed i j : observed i j ->
  W (theta T) i j = Y i j + (W (theta 0) i j - Y i j) * exp (- (T / weight i j)).
Proof.
move=> o; have := ngf_observed weight_entries_gt0 T_ge0 completion_flow_observed.
move=> /(_ (entryIndex i j)); rewrite /observedEntries /targetEntries /weightEntries !mxvecE !entriesE.
exact.
Qed.

(** The other entries never move. *)
Theorem completion_unobserved i j : ~~ observed i j -> W (theta T) i j = W (theta 0) i j.
Proof.
move=> o; have := ngf_unobserved weight_entries_gt0 T_ge0 completion_flow_observed.
by move=> /(_ (entryIndex i j)); rewrite /observedEntries mxvecE !entriesE; exact.
Qed.

Corollary completion_test_error :
  \sum_i \sum_(j | ~~ observed i j) (W (theta T) i j - Y i j) ^+ 2 =
  \sum_i \sum_(j | ~~ observed i j) (W (theta 0) i j - Y i j) ^+ 2.
Proof.
by apply: eq_bigr => i _; apply: eq_bigr => j o; rewrite completion_unobserved.
Qed.
End Flow.
End Completion.

(** Fully observed, with unit weights. *)
Corollary factorization_fully_observed m n P (W : 'cV[R]_P -> 'M[R]_(m, n)) Y theta J G T :
  0 <= T ->
  (forall t, 0 <= t <= T ->
     isCompletionFlow W (const_mx true) Y (const_mx 1) theta J G t /\ row_free (J t)) ->
  W (theta T) = Y + exp (- T) *: (W (theta 0) - Y).
Proof.
move=> T_ge0 flow; apply/matrixP => i j.
have w1 k l : 0 < (const_mx 1 : 'M[R]_(m, n)) k l by rewrite mxE ltr01.
rewrite (completion_observed w1 T_ge0 flow); last by rewrite mxE.
by rewrite !mxE divr1 [_ * exp _]mulrC.
Qed.

(** Products of [L] factors: it is enough that at every time, for some factor, the
    product above it has full row rank and the product below it full column rank. *)
Section DeepCompletion.
Variable d : nat -> nat.
Variables L P : nat.
Variable unflatten : forall l, {linear 'cV[R]_P -> 'M[R]_(d l.+1, d l)}.
Hypothesis unflatten_onto : forall V : layers R_fieldType d,
  exists u, forall l, (l < L)%N -> unflatten l u = V l.

Definition factors (theta : 'cV[R]_P) : layers R_fieldType d := fun l => unflatten l theta.
Definition product (theta : 'cV[R]_P) : 'M[R]_(d L, d 0%N) := endToEndMatrix (factors theta) L.

Variable observed : 'M[bool]_(d L, d 0%N).
Variable Y : 'M[R]_(d L, d 0%N).
Variable weight : 'M[R]_(d L, d 0%N).
Hypothesis weight_gt0 : forall i j, 0 < weight i j.
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(d L * d 0%N, P).
Variable G : R -> 'M[R]_P.
Variable T : R.
Hypothesis T_ge0 : 0 <= T.
Hypothesis flow : forall t, 0 <= t <= T ->
  isCompletionFlow product observed Y weight theta J G t /\
  exists l, [/\ (l < L)%N, row_free (layersAbove (factors (theta t)) L l.+1) &
                row_free (endToEndMatrix (factors (theta t)) l)^T].

Corollary deep_completion i j :
  product (theta T) i j =
  if observed i j
  then Y i j + (product (theta 0) i j - Y i j) * exp (- (T / weight i j))
  else product (theta 0) i j.
Proof.
have flow' t : 0 <= t <= T -> isCompletionFlow product observed Y weight theta J G t /\ row_free (J t).
  move=> /flow [fl [l [lL A B]]]; split=> //.
  have hJ : has_jacobian (endToEndVector L unflatten) (theta t) (J t) := proj1 (proj1 fl).
  exact (deep_linear_row_free unflatten_onto hJ lL A B).
case: ifP => o; first exact: completion_observed flow' _ _ o.
by apply: completion_unobserved flow' _ _ _ => //; rewrite o.
Qed.
End DeepCompletion.
