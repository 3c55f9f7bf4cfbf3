(** * Fisher matrix over the observed entry only: an unobserved entry moves.

    A [2 x 2] matrix [a b^T] of rank one, from [a = b = (1, 1)]; one entry is
    observed, with target 4. The measure of the Fisher matrix contains this entry
    only, its inverse is the Moore-Penrose one.

    Main definitions: [rankOne theta = a b^T]; [observedEntry theta], the entry
    [(0, 0)]; [isObservedEntryFlow], natural gradient flow on its squared loss.

    Main results:
    - [unobserved_entry_moves]: along every such flow, while the Jacobian does not
      vanish, the square of the entry [(0, 1)] is [4 - 3 e^-T];
    - [observed_entry_flow_exists]: such a flow exists for all [t >= 0], its
      Jacobian never vanishes, its matrix is [[f, sqrt f], [sqrt f, 1]] with
      [f = 4 - 3 e^-t], and the entry [(0, 1)] goes from 1 to 2.

    References: derived. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient MatrixCalculus
  Relaxation Flow OneParameterFamily.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** The parameters are [a] above [b]. *)
Notation parameters := 'cV[R]_(2 + 2).
Definition rankOne (theta : parameters) : 'M[R]_2 := usubmx theta *m (dsubmx theta)^T.
Definition observedEntry (theta : parameters) : 'cV[R]_1 := const_mx (rankOne theta 0 0).

Definition leftFactor (i : 'I_2) : 'I_(2 + 2) := lshift 2 i.
Definition rightFactor (i : 'I_2) : 'I_(2 + 2) := rshift 2 i.

Lemma rankOneE theta i j : rankOne theta i j = theta (leftFactor i) 0 * theta (rightFactor j) 0.
Proof. by rewrite /rankOne mxE big_ord1 !mxE. Qed.

Definition entryJacobian (theta : parameters) : 'M[R]_(1, 2 + 2) :=
  \row_k ((k == leftFactor 0)%:R * theta (rightFactor 0) 0 +
          (k == rightFactor 0)%:R * theta (leftFactor 0) 0).

Lemma entry_jacobian_correct theta : has_jacobian observedEntry theta (entryJacobian theta).
Proof.
apply: jacobian_entries => i.
have d k := filterdiff_linear (F := locally theta) _ (@entry_is_linear (2 + 2) 1 k 0).
have D := filterdiff_mult_fct _ _ _ _ _ Rmult_comm (d (leftFactor 0)) (d (rightFactor 0)).
apply: (filterdiff_ext (fun x : parameters => mult (x (leftFactor 0) 0) (x (rightFactor 0) 0))).
  by move=> x; rewrite mxE rankOneE.
apply: (filterdiff_ext_lin _ _ _ D) => h; rewrite [RHS]mxE.
have sel (k0 : 'I_(2 + 2)) (c : R) : \sum_k (k == k0)%:R * c * h k 0 = c * h k0 0.
  rewrite (bigD1 k0) //= big1 ?addr0 ?eqxx ?mul1r // => k /negbTE ->.
  by rewrite !mul0r.
transitivity (\sum_k ((k == leftFactor 0)%:R * theta (rightFactor 0) 0 * h k 0 +
                      (k == rightFactor 0)%:R * theta (leftFactor 0) 0 * h k 0)); last first.
  by apply: eq_bigr => k _; rewrite mxE -mulrDl.
rewrite big_split /= !sel.
transitivity (h (leftFactor 0) 0 * theta (rightFactor 0) 0 + theta (leftFactor 0) 0 * h (rightFactor 0) 0) => //.
by rewrite [h _ 0 * _]mulrC.
Qed.

Definition isObservedEntryFlow (theta : R -> parameters) (t : R) : Prop :=
  isMoorePenroseFlow observedEntry (@variances gaussian 1) (familyLoss gaussian (const_mx 4%:R))
    theta (fun t => entryJacobian (theta t)) t.

Lemma left_right i j : (leftFactor i == rightFactor j) = false.
Proof. exact: eq_lrshift. Qed.

Lemma entry_jacobian_left theta i :
  entryJacobian theta 0 (leftFactor i) = (i == 0)%:R * theta (rightFactor 0) 0.
Proof. by rewrite mxE left_right mul0r addr0 (inj_eq (@lshift_inj 2 2)). Qed.

Lemma entry_jacobian_right theta i :
  entryJacobian theta 0 (rightFactor i) = (i == 0)%:R * theta (leftFactor 0) 0.
Proof. by rewrite mxE eq_sym left_right mul0r add0r (inj_eq (@rshift_inj 2 2)). Qed.

Lemma four_minus t : 4%:R - 3%:R * exp (- t) = (4 - 3 * exp (- t))%Re.
Proof.
have -> : 4%:R = IZR 4 by change (R1 + (R1 + (R1 + R1)) = IZR 4)%Re; lra.
by have -> : 3%:R = IZR 3 by change (R1 + (R1 + R1) = IZR 3)%Re; lra.
Qed.

Lemma four_minus_ge1 t : 0 <= t -> 1 <= 4%:R - 3%:R * exp (- t).
Proof. by move=> /RleP t_ge0; apply/RleP; rewrite four_minus; exact: relaxation_from_one_gt0. Qed.

(** The velocity is a multiple of the gradient of the observed entry. *)
Lemma observed_entry_velocity theta t : isObservedEntryFlow theta t ->
  row_free (entryJacobian (theta t)) ->
  exists c : R, forall k, is_derive (fun s => theta s k 0) t (entryJacobian (theta t) 0 k * c).
Proof.
move=> flow free.
have D := moore_penrose_parameters flow free (variances_posdef gaussian _) (family_loss_gradient gaussian _ _).
rewrite pinv_row_free // -mulmxA -mulmxN in D.
set c := - _ in D; exists (c 0 0) => k; move/is_derive_mx: D => /(_ k 0).
by rewrite mxE big_ord1 mxE.
Qed.

Theorem unobserved_entry_moves theta T : 0 <= T -> theta 0 = const_mx 1 ->
  (forall t, 0 <= t <= T -> isObservedEntryFlow theta t /\ row_free (entryJacobian (theta t))) ->
  rankOne (theta T) 0 0 = 4%:R - 3%:R * exp (- T) /\
  rankOne (theta T) 0 1 ^+ 2 = 4%:R - 3%:R * exp (- T).
Proof.
move=> T_ge0 start flow; have T0 : Rle 0 T by exact/RleP.
have in_ s : Rle 0 s /\ Rle s T -> 0 <= s <= T by case=> /RleP-> /RleP->.
set f := 4%:R - _.
have f_ge0 : 0 <= f by apply: le_trans ler01 (four_minus_ge1 T_ge0).
have W00 : rankOne (theta T) 0 0 = f.
  have flow' t : 0 <= t <= T -> isFamilyFlow gaussian observedEntry (const_mx 4%:R) theta
      (fun t => entryJacobian (theta t))
      (fun t => pinv (fisher (entryJacobian (theta t)) (variances gaussian (observedEntry (theta t))))) t /\
      row_free (entryJacobian (theta t)).
    by move=> /flow [fl free]; split=> //; exact: moore_penrose_natural fl.
  have /relaxation_entry /(_ 0 0) := ngf_gaussian T_ge0 flow'.
  have obsE x : observedEntry x 0 0 = rankOne x 0 0 by rewrite mxE.
  rewrite !obsE [rankOne (theta 0) _ _]rankOneE start ![const_mx _ _ _]mxE mulr1 => ->.
  rewrite /f; congr (_ + _).
  have -> : 4%:R = 3%:R + 1 :> R by rewrite -[4%N]/(3 + 1)%N natrD.
  by rewrite mulrC opprD addrCA subrr addr0 mulNr.
split=> //.
have b1 : theta T (rightFactor 1) 0 = 1.
  rewrite (derive_0_constant (fun s => theta s (rightFactor 1) 0) T T0) ?start ?mxE // => s /in_ /flow [fl free].
  have [c /(_ (rightFactor 1))] := observed_entry_velocity fl free.
  by rewrite entry_jacobian_right /= !mul0r.
have balance : theta T (leftFactor 0) 0 ^+ 2 - theta T (rightFactor 0) 0 ^+ 2 = 0.
  rewrite (derive_0_constant (fun s => theta s (leftFactor 0) 0 ^+ 2 - theta s (rightFactor 0) 0 ^+ 2) T T0).
    by rewrite start !mxE subrr.
  move=> s /in_ /flow [fl free]; have [c D] := observed_entry_velocity fl free.
  have := D (rightFactor 0); have := D (leftFactor 0); rewrite entry_jacobian_left entry_jacobian_right /= !mul1r.
  exact: difference_of_squares_derive.
have ab : theta T (leftFactor 0) 0 * theta T (rightFactor 0) 0 = f by rewrite -rankOneE.
rewrite rankOneE b1 mulr1.
have sq : (theta T (leftFactor 0) 0 ^+ 2) ^+ 2 = f ^+ 2.
  by rewrite -ab [RHS]exprMn -(subr0_eq balance) [LHS]expr2.
by apply/eqP; rewrite -(@eqr_expn2 _ 2) // ?sqr_ge0 // sq.
Qed.

(** ** Existence *)
Definition firstEntry (t : R) : R := 4%:R - 3%:R * exp (- t).
Definition movingParameters (t : R) : parameters :=
  \col_k (if (k == leftFactor 0) || (k == rightFactor 0) then sqrt (firstEntry t) else 1).

Lemma moving_left t i : movingParameters t (leftFactor i) 0 = if i == 0 then sqrt (firstEntry t) else 1.
Proof. by rewrite mxE left_right orbF (inj_eq (@lshift_inj 2 2)). Qed.

Lemma moving_right t i : movingParameters t (rightFactor i) 0 = if i == 0 then sqrt (firstEntry t) else 1.
Proof. by rewrite mxE eq_sym left_right /= (inj_eq (@rshift_inj 2 2)). Qed.

Lemma first_entry_sqrt t : 0 <= t -> sqrt (firstEntry t) * sqrt (firstEntry t) = firstEntry t.
Proof. by move=> /four_minus_ge1 f1; apply: sqrt_sqrt; apply/RleP/(le_trans ler01). Qed.

Lemma moving_jacobian t k :
  entryJacobian (movingParameters t) 0 k =
  ((k == leftFactor 0) || (k == rightFactor 0))%:R * sqrt (firstEntry t).
Proof.
rewrite mxE moving_left moving_right !eqxx -mulrDl -natrD; congr (_%:R * _).
by case: (altP (k =P leftFactor 0)) => [->|_] //; rewrite left_right.
Qed.

Lemma moving_gram t : 0 <= t ->
  entryJacobian (movingParameters t) *m (entryJacobian (movingParameters t))^T = (2%:R * firstEntry t)%:M.
Proof.
move=> t_ge0; rewrite [LHS]mx11_scalar; congr _%:M; rewrite mxE.
under eq_bigr => k _ do rewrite [_^T _ _]mxE moving_jacobian.
rewrite big_split_ord /= !big_ord_recl !big_ord0 !addr0.
set s := sqrt _; transitivity (1 * s * (1 * s) + 0 * s * (0 * s) + (1 * s * (1 * s) + 0 * s * (0 * s))).
  by [].
rewrite !mul0r !mul1r !addr0 /s first_entry_sqrt //.
by rewrite -[2%:R]/(1 + 1) mulrDl mul1r.
Qed.

Lemma moving_row_free t : 0 <= t -> row_free (entryJacobian (movingParameters t)).
Proof.
move=> t_ge0; have f_gt0 : 0 < firstEntry t := lt_le_trans ltr01 (four_minus_ge1 t_ge0).
rewrite /row_free eqn_leq rank_leq_row lt0n mxrank_eq0; apply/negP => /eqP J0.
have := moving_gram t_ge0; rewrite J0 mul0mx => /matrixP /(_ 0 0); rewrite !mxE mulr1n => /esym/eqP.
by rewrite mulf_eq0 pnatr_eq0 /= (gt_eqF f_gt0).
Qed.

Theorem observed_entry_flow_exists :
  [/\ movingParameters 0 = const_mx 1,
      forall t, 0 <= t -> isObservedEntryFlow movingParameters t /\
                          row_free (entryJacobian (movingParameters t)),
      forall t, 0 <= t -> rankOne (movingParameters t) 0 0 = 4%:R - 3%:R * exp (- t),
      forall t, rankOne (movingParameters t) 0 1 = sqrt (4%:R - 3%:R * exp (- t)) &
      is_lim (fun t => rankOne (movingParameters t) 0 1) p_infty (2%:R : R)].
Proof.
have W01 t : rankOne (movingParameters t) 0 1 = sqrt (4%:R - 3%:R * exp (- t)).
  by rewrite rankOneE moving_left moving_right /= mulr1.
have W00 t : 0 <= t -> rankOne (movingParameters t) 0 0 = 4%:R - 3%:R * exp (- t).
  by move=> t_ge0; rewrite rankOneE moving_left moving_right /=; exact: first_entry_sqrt.
split=> //.
- apply/colP => k; rewrite !mxE; case: ifP => // _.
  by rewrite /firstEntry four_minus; exact: sqrt_relaxation_start.
- move=> t t_ge0; have free := moving_row_free t_ge0; split=> //.
  have f_gt0 : 0 < firstEntry t := lt_le_trans ltr01 (four_minus_ge1 t_ge0).
  split; first exact: entry_jacobian_correct.
  set J := entryJacobian _ in free *; set z := observedEntry _.
  exists (J^T *m (meanParameters gaussian z - const_mx 4%:R)).
    by apply: gradient_comp (entry_jacobian_correct _) _; exact: family_loss_gradient.
  rewrite -/(preconditionedVelocity J _ _) -/(ngfVelocity J _ _) ngf_velocity_row_free //; last first.
    exact: variances_posdef.
  have -> : variances gaussian z = 1%:M.
    by rewrite -diag_const_mx; congr diag_mx; apply/rowP => i; rewrite !mxE.
  have -> : meanParameters gaussian z - const_mx 4%:R = (firstEntry t - 4%:R)%:M.
    have zE : z 0 0 = firstEntry t by rewrite mxE W00.
    rewrite [LHS]mx11_scalar; congr _%:M.
    by rewrite [LHS]mxE [X in X + _]mxE [X in _ + X]mxE [X in - X]mxE zE.
  rewrite invmx1 mul1mx pinv_row_free // moving_gram // invmx_scalar -mulmxA -scalar_mxM mul_mx_scalar.
  apply/is_derive_mx => k j; rewrite (ord1 j).
  have -> : (- (((2%:R * firstEntry t)^-1 * (firstEntry t - 4%:R)) *: J^T)) k 0 =
            J 0 k * - ((2%:R * firstEntry t)^-1 * (firstEntry t - 4%:R)).
    by rewrite [LHS]mxE [X in - X]mxE [X in - (_ * X)]mxE mulrN mulrC.
  rewrite moving_jacobian -/(firstEntry t).
  apply: (is_derive_ext (fun t => if (k == leftFactor 0) || (k == rightFactor 0) then sqrt (firstEntry t) else 1)).
    by move=> s; rewrite mxE.
  case: (_ || _); last by rewrite !mul0r; exact: is_derive_const.
  have two : 2%:R = IZR 2 by change (R1 + R1 = IZR 2)%Re; lra.
  have four : 4%:R = IZR 4 by change (R1 + (R1 + (R1 + R1)) = IZR 4)%Re; lra.
  have fE : firstEntry = (fun t => 4 - 3 * exp (- t))%Re.
    by apply: FunctionalExtensionality.functional_extensionality => s; exact: four_minus.
  by rewrite mul1r fE two four; apply: sqrt_relaxation_derive; exact/RleP.
- apply: (is_lim_ext (fun t => sqrt (4 - 3 * exp (- t))%Re)) => [t|]; first by rewrite W01 four_minus.
  have -> : 2%:R = IZR 2 by change (R1 + R1 = IZR 2)%Re; lra.
  exact: sqrt_relaxation_limit.
Qed.
