(** * The natural gradient in output space does not see the parametrisation.

    [J] is the Jacobian of the outputs (logits, or an end-to-end weight
    vector) with respect to the parameters; [S] the metric on the outputs; [g]
    the gradient of the loss with respect to the outputs. Pure linear algebra
    over an arbitrary (ordered) field, without axioms.

    Main definitions:
    - [fisher J S = J^T S J];
    - [preconditionedVelocity J G g = - G J^T g], for any preconditioner [G];
    - [ngfVelocity J S g], where the preconditioner is [pinv (fisher J S)].

    Main results:
    - [kernel_of_generalised_inverse]: [J G J^T = S^-1] for every generalised
      inverse [G] of the Fisher matrix, if [J] has full row rank;
    - [output_velocity]: the outputs move by [- S^-1 g];
    - [ngf_reparametrisation]: two parametrisations move the outputs alike;
    - [ngf_velocity_row_free]: the parameters move by [- pinv J (S^-1 g)].

    References: derived. *)
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import PseudoInverse.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section AnyField.
Variable K : fieldType.
Variables N P : nat.
Implicit Types (J : 'M[K]_(N, P)) (S : 'M[K]_N) (G : 'M[K]_P) (g : 'cV[K]_N).

(** The Fisher matrix: the metric [S] pulled back to the parameters. *)
Definition fisher J S : 'M[K]_P := J^T *m S *m J.

(** The velocity of the parameters under the flow preconditioned by [G]: minus
    [G] times the gradient in the parameters, which is [J^T g] by the chain rule. *)
Definition preconditionedVelocity J G g : 'cV[K]_P := - (G *m (J^T *m g)).

(** Full row rank is surjectivity. *)
Lemma row_free_surjective J :
  row_free J <-> forall v : 'cV[K]_N, exists u : 'cV[K]_P, J *m u = v.
Proof.
split=> [/row_freeP [B JB] v | surj].
  by exists (B *m v); rewrite mulmxA JB mul1mx.
apply: inj_row_free => v vJ0; apply/rowP => i; rewrite mxE.
have [u Ju] := surj (delta_mx i 0).
have : v *m (J *m u) = 0 by rewrite mulmxA vJ0 mul0mx.
by rewrite Ju -colE => /matrixP /(_ 0 0); rewrite !mxE.
Qed.

Theorem kernel_of_generalised_inverse J S G :
  row_free J -> S \in unitmx -> generalisedInverse (fisher J S) G ->
  J *m G *m J^T = invmx S.
Proof.
move=> /row_freeP [B JB] uS; rewrite /generalisedInverse /fisher => FGF.
have JBt : B^T *m J^T = 1%:M by rewrite -trmx_mul JB trmx1.
have SGS : S *m (J *m G *m J^T) *m S = S.
  have := congr1 (fun M => B^T *m M *m B) FGF; rewrite -!mulmxA JB mulmx1.
  by rewrite !mulmxA JBt !mul1mx.
by rewrite -[LHS](mulKmx uS) -[X in _ *m X](mulmxK uS) SGS mulmxV // mulmx1.
Qed.

(** In output space the flow moves by [- S^-1 g], whatever [J] is. *)
Theorem output_velocity J S G g :
  row_free J -> S \in unitmx -> generalisedInverse (fisher J S) G ->
  J *m preconditionedVelocity J G g = - (invmx S *m g).
Proof.
move=> Jfree uS FGF; rewrite /preconditionedVelocity mulmxN.
by rewrite (mulmxA J) (mulmxA _ J^T) (kernel_of_generalised_inverse Jfree uS FGF).
Qed.

End AnyField.

Section OrderedField.
Variable K : realFieldType.
Variables N P : nat.
Implicit Types (J : 'M[K]_(N, P)) (S : 'M[K]_N) (g : 'cV[K]_N).

(** Natural gradient: the preconditioner is the Moore-Penrose pseudo-inverse of
    the Fisher matrix. *)
Definition ngfVelocity J S g : 'cV[K]_P := preconditionedVelocity J (pinv (fisher J S)) g.

Lemma pinv_generalised_inverse m n (A : 'M[K]_(m, n)) : generalisedInverse A (pinv A).
Proof. exact: penrose1 (pinv_moore_penrose A). Qed.

Theorem ngf_output_velocity J S g :
  row_free J -> posdef S -> J *m ngfVelocity J S g = - (invmx S *m g).
Proof.
move=> Jfree /posdef_unit uS; apply: output_velocity => //.
exact: pinv_generalised_inverse.
Qed.

(** The natural gradient has no component that the Jacobian does not see. *)
Lemma pinv_fisher_range J S :
  S^T = S -> pinv J *m (J *m pinv (fisher J S)) = pinv (fisher J S).
Proof.
move=> symS; set F := fisher J S.
have [_ FFF _ sF] := pinv_moore_penrose F; have [JJJ _ _ sJ] := pinv_moore_penrose J.
have symF : F^T = F by rewrite /F /fisher !trmx_mul trmxK symS mulmxA.
have PJt : pinv J *m J *m J^T = J^T by rewrite -sJ -trmx_mul mulmxA JJJ.
have PF : pinv J *m J *m F = F by rewrite /F /fisher !(mulmxA _ _ J) (mulmxA _ _ S) PJt.
clearbody F; rewrite (mulmxA (pinv J)).
by rewrite -{1}FFF -sF trmx_mul symF !(mulmxA (_ *m _)) PF -{1}symF -trmx_mul sF FFF.
Qed.

(** The parameters take the smallest step that moves the outputs so. *)
Theorem ngf_velocity_row_free J S g :
  row_free J -> posdef S -> ngfVelocity J S g = - (pinv J *m (invmx S *m g)).
Proof.
move=> Jfree pS; rewrite -mulmxN -(ngf_output_velocity g Jfree pS).
rewrite /ngfVelocity /preconditionedVelocity !mulmxN (mulmxA J) (mulmxA (pinv J)).
by rewrite pinv_fisher_range //; case: pS.
Qed.

Lemma invmx_diag n (d : 'rV[K]_n) :
  (forall i, d 0 i != 0) -> invmx (diag_mx d) = diag_mx (\row_i (d 0 i)^-1).
Proof.
move=> d_neq0; set E := diag_mx (\row_i _).
have dE : diag_mx d *m E = 1%:M.
  apply/matrixP => i j; rewrite mul_diag_mx !mxE mulrnAr; congr (_ *+ _).
  by rewrite mulfV.
have [ud _] := mulmx1_unit dE.
by rewrite -[RHS](mulKmx ud) dE mulmx1.
Qed.

End OrderedField.

(** Two parametrisations, of any two dimensions, with the same outputs. *)
Corollary ngf_reparametrisation (K : realFieldType) (N P Q : nat)
    (J1 : 'M[K]_(N, P)) (J2 : 'M[K]_(N, Q)) (S : 'M[K]_N) (g : 'cV[K]_N) :
  row_free J1 -> row_free J2 -> posdef S ->
  J1 *m ngfVelocity J1 S g = J2 *m ngfVelocity J2 S g.
Proof. by move=> J1free J2free pS; rewrite !ngf_output_velocity. Qed.
