(** * The on-sample law for one-parameter exponential families.

    Main definitions:
    - [oneParameterFamily]: a log-partition function with its first two
      derivatives, the [meanParameter] and the positive [variance];
    - [bernoulli], [gaussian] (unit variance), [poisson];
    - [isFamilyFlow F f y theta J G t]: natural gradient flow of the model [f] on
      the negative log-likelihood of the targets [y], with the Fisher matrix of
      the training inputs and any generalised inverse [G t] of it.

    Main results:
    - [ngf_family_means]: the mean parameter of every sample relaxes to its target;
    - [ngf_any_link]: so it does for a link that is not canonical;
    - [ngf_group_means]: samples with equal inputs share one logit; the law then
      holds for the mean target of each group.

    References: derived. *)
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient MatrixCalculus
  Margin Flow ExponentialFamily.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Record oneParameterFamily := OneParameterFamily {
  logPartition : R -> R;
  meanParameter : R -> R;
  variance : R -> R;
  log_partition_derive : forall x, is_derive logPartition x (meanParameter x);
  mean_parameter_derive : forall x, is_derive meanParameter x (variance x);
  variance_gt0 : forall x, 0 < variance x }.

(** ** Three families *)
Section Families.
Lemma bernoulli_variance x : 0 < sigmoid x * (1 - sigmoid x).
Proof.
have [/RltP h0 /RltP h1] := sigmoid_bounds x; by rewrite mulr_gt0 // subr_gt0.
Qed.

Definition bernoulli := OneParameterFamily
  softplus_derive sigmoid_derive bernoulli_variance.

Lemma gaussian_log_partition x : is_derive (fun x => (x * x / 2)%Re) x x.
Proof. by auto_derive => //; field. Qed.
Lemma gaussian_mean x : is_derive (fun x : R => x) x R1.
Proof. exact: is_derive_id. Qed.
Lemma gaussian_variance (x : R) : 0 < R1.
Proof. exact: ltr01. Qed.
Definition gaussian := OneParameterFamily
  gaussian_log_partition gaussian_mean gaussian_variance.

Lemma poisson_derive x : is_derive exp x (exp x).
Proof. by auto_derive => //; ring. Qed.
Lemma poisson_variance x : 0 < exp x.
Proof. by apply/RltP; exact: exp_pos. Qed.
Definition poisson := OneParameterFamily poisson_derive poisson_derive poisson_variance.
End Families.

Section SampleByOneFamily.
Variable F : oneParameterFamily.
Variable N : nat.

Definition logPartitions (z : 'cV[R]_N) : R := \sum_n logPartition F (z n 0).
Definition meanParameters : 'cV[R]_N -> 'cV[R]_N := map_mx (meanParameter F).
(** The Fisher information of the samples' natural parameters. *)
Definition variances (z : 'cV[R]_N) : 'M[R]_N := diag_mx (\row_n variance F (z n 0)).

Lemma mean_parameters_gradient z : has_gradient logPartitions z (meanParameters z).
Proof.
have -> : meanParameters z = \col_n meanParameter F (z n 0) by apply/colP => n; rewrite !mxE.
apply: (gradient_separable (l := fun _ => logPartition F)) => n; exact: log_partition_derive.
Qed.

Lemma variances_jacobian z : has_jacobian meanParameters z (variances z).
Proof. by apply: jacobian_separable => n; exact: mean_parameter_derive. Qed.

Lemma variances_posdef z : posdef (variances z).
Proof. by apply: posdef_diag => n; rewrite mxE variance_gt0. Qed.

Definition familyLoss (y z : 'cV[R]_N) : R := negativeLogLikelihood logPartitions y z.

Lemma family_loss_gradient y z : has_gradient (familyLoss y) z (meanParameters z - y).
Proof. exact: negative_log_likelihood_gradient mean_parameters_gradient _ _. Qed.

Definition isFamilyFlow P (f : 'cV[R]_P -> 'cV[R]_N) (y : 'cV[R]_N) theta J G t : Prop :=
  isNaturalGradientFlow f variances (familyLoss y) theta J G t.

Section OnSample.
Variable P : nat.
Variable f : 'cV[R]_P -> 'cV[R]_N.
Variable y : 'cV[R]_N.
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(N, P).
Variable G : R -> 'M[R]_P.

Theorem ngf_family_means T : 0 <= T ->
  (forall t, 0 <= t <= T -> isFamilyFlow f y theta J G t /\ row_free (J t)) ->
  forall n, meanParameter F (f (theta T) n 0) =
            y n 0 + exp (- T) * (meanParameter F (f (theta 0) n 0) - y n 0).
Proof.
move=> T_ge0 flow n.
have := ngf_mean_parameters mean_parameters_gradient variances_jacobian variances_posdef T_ge0 flow.
by move=> /colP /(_ n); rewrite !mxE.
Qed.
End OnSample.

(** A link that is not canonical: the outputs [z] give the natural parameters
    [psi z], with [psi' > 0] or [psi' < 0]. *)
Section AnyLink.
Variables psi dpsi : R -> R.
Hypothesis psi_derive : forall x, is_derive psi x (dpsi x).
Hypothesis dpsi_neq0 : forall x, dpsi x != 0.
Variable P : nat.
Variable f : 'cV[R]_P -> 'cV[R]_N.
Variable y : 'cV[R]_N.
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(N, P).
Variable G : R -> 'M[R]_P.

Definition linkLoss (z : 'cV[R]_N) : R := familyLoss y (map_mx psi z).
(** The true Fisher information of the outputs. *)
Definition linkMetric (z : 'cV[R]_N) : 'M[R]_N :=
  diag_mx (\row_n (variance F (psi (z n 0)) * dpsi (z n 0) ^+ 2)).

Theorem ngf_any_link T : 0 <= T ->
  (forall t, 0 <= t <= T ->
     isNaturalGradientFlow f linkMetric linkLoss theta J G t /\ row_free (J t)) ->
  forall n, meanParameter F (psi (f (theta T) n 0)) =
            y n 0 + exp (- T) * (meanParameter F (psi (f (theta 0) n 0)) - y n 0).
Proof.
move=> T_ge0 flow n.
pose D t := diag_mx (\row_n dpsi (f (theta t) n 0)).
have flow' t : 0 <= t <= T ->
    isFamilyFlow (fun x => map_mx psi (f x)) y theta (fun t => D t *m J t) G t /\
    row_free (D t *m J t).
  move=> /flow [[[hJ grad] inv] Jfree]; split; last first.
    rewrite /row_free mxrankMfree ?Jfree // mxrank_unit // unitmxE det_diag unitfE.
    by apply/prodf_neq0 => i _; rewrite mxE.
  split; first split=> //.
    by apply: jacobian_comp hJ _; apply: jacobian_separable => i; exact: psi_derive.
  congr generalisedInverse: inv; rewrite /fisher trmx_mul tr_diag_mx !mulmxA.
  congr (_ *m _); rewrite -!(mulmxA (J t)^T); congr (_ *m _).
  apply/matrixP => i j; rewrite mul_mx_diag mul_diag_mx !mxE.
  by case: eqP => [->|_]; rewrite ?mulr1n ?mulr0n ?mulr0 ?mul0r // mulrAC mulrC expr2 !mulrA.
by have := ngf_family_means T_ge0 flow' n; rewrite !mxE.
Qed.
End AnyLink.

(** Equal inputs: the samples of a group share the logit of the group. *)
Section Groups.
Variable K : nat.
Variable group : 'I_N -> 'I_K.
Hypothesis group_onto : forall k, exists n, group n = k.

Definition membership : 'M[R]_(N, K) := \matrix_(n, k) (group n == k)%:R.
Definition groupSize k : R := \sum_(n | group n == k) 1.
Definition groupMean (y : 'cV[R]_N) k : R := (\sum_(n | group n == k) y n 0) / groupSize k.

Lemma group_size_gt0 k : 0 < groupSize k.
Proof.
have [n nk] := group_onto k; rewrite /groupSize (bigD1 n) ?nk //=.
by rewrite ltr_spaddl ?ltr01 // sumr_ge0 // => i _; exact: ler01.
Qed.

Lemma membership_sum (z : 'cV[R]_N) k : (membership^T *m z) k 0 = \sum_(n | group n == k) z n 0.
Proof.
rewrite mxE [RHS]big_mkcond; apply: eq_bigr => n _.
by rewrite !mxE; case: eqP => _; rewrite ?mul1r ?mul0r.
Qed.

Lemma membership_entry (u : 'cV[R]_K) n : (membership *m u) n 0 = u (group n) 0.
Proof.
rewrite mxE (bigD1 (group n)) //= big1 => [|k /negbTE kn]; last by rewrite mxE eq_sym kn mul0r.
by rewrite mxE eqxx mul1r addr0.
Qed.

Lemma membership_row_free : row_free membership^T.
Proof.
apply: inj_row_free => u u0; apply/rowP => k; rewrite mxE; have [n nk] := group_onto k.
have : (membership *m u^T) n 0 = 0.
  by rewrite -[membership]trmxK -trmx_mul u0 !mxE.
by rewrite membership_entry mxE nk.
Qed.

Variable P : nat.
Variable h : 'cV[R]_P -> 'cV[R]_K.        (* one logit for each group *)
Variable y : 'cV[R]_N.
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(K, P).
Variable G : R -> 'M[R]_P.

Theorem ngf_group_means T : 0 <= T ->
  (forall t, 0 <= t <= T ->
     [/\ has_jacobian h (theta t) (J t), row_free (J t) &
         isFamilyFlow (fun x => membership *m h x) y theta (fun t => membership *m J t) G t]) ->
  forall k, meanParameter F (h (theta T) k 0) =
            groupMean y k + exp (- T) * (meanParameter F (h (theta 0) k 0) - groupMean y k).
Proof.
move=> T_ge0 flow k.
have := ngf_sufficient_statistics mean_parameters_gradient variances_jacobian variances_posdef
          membership_row_free T_ge0 flow.
move=> /relaxation_entry /(_ k 0); rewrite !membership_sum.
have M t : \sum_(n | group n == k) meanParameters (membership *m h (theta t)) n 0 =
           groupSize k * meanParameter F (h (theta t) k 0).
  rewrite mulr_suml; apply: eq_bigr => n /eqP nk.
  by rewrite mxE membership_entry nk mul1r.
rewrite !M => law; have c0 := lt0r_neq0 (group_size_gt0 k).
have cY (Y : R) : groupSize k * (Y / groupSize k) = Y by rewrite mulrC divfK.
by apply: (mulfI c0); rewrite law /groupMean [RHS]mulrDr cY [in RHS]mulrCA [X in _ = _ + _ * X]mulrBr cY.
Qed.
End Groups.
End SampleByOneFamily.

(** ** Instances *)
Section Instances.
Variables N P : nat.
Variable f : 'cV[R]_P -> 'cV[R]_N.
Variable y : 'cV[R]_N.
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(N, P).
Variable G : R -> 'M[R]_P.

(** Squared loss: the outputs themselves relax. *)
Corollary ngf_gaussian T : 0 <= T ->
  (forall t, 0 <= t <= T -> isFamilyFlow gaussian f y theta J G t /\ row_free (J t)) ->
  f (theta T) = y + exp (- T) *: (f (theta 0) - y).
Proof.
move=> T_ge0 /(ngf_family_means T_ge0) law; apply/colP => n; rewrite !mxE; exact: law.
Qed.

(** Counts: the rates relax, so that the logits are the logarithm of a relaxation. *)
Corollary ngf_poisson T : 0 <= T ->
  (forall t, 0 <= t <= T -> isFamilyFlow poisson f y theta J G t /\ row_free (J t)) ->
  forall n, f (theta T) n 0 = ln (y n 0 + exp (- T) * (exp (f (theta 0) n 0) - y n 0)).
Proof. by move=> T_ge0 /(ngf_family_means T_ge0) law n; rewrite -[LHS]ln_exp; congr ln; exact: law. Qed.

(** Probabilities relax. *)
Corollary ngf_bernoulli T : 0 <= T ->
  (forall t, 0 <= t <= T -> isFamilyFlow bernoulli f y theta J G t /\ row_free (J t)) ->
  forall n, sigmoid (f (theta T) n 0) =
            y n 0 + exp (- T) * (sigmoid (f (theta 0) n 0) - y n 0).
Proof. by move=> T_ge0 /(ngf_family_means T_ge0) law n; exact: law. Qed.
End Instances.
