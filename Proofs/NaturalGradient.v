(** * Natural gradient flow in function space does not see the parametrisation.

    [J] is the Jacobian of the outputs (logits, or an end-to-end weight
    vector) with respect to the parameters; [S] the metric on the outputs. *)
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

(** The Fisher matrix: the metric [S] pulled back to the parameters. *)
Definition fisher (J : 'M[K]_(N, P)) (S : 'M[K]_N) : 'M[K]_P := J^T *m S *m J.

(** The velocity of the parameters under the flow preconditioned by [G], for an
    output-space gradient [g]: [theta' = - G * grad_theta L], and
    [grad_theta L = J^T g] by the chain rule. *)
Definition preconditionedVelocity (J : 'M[K]_(N, P)) (G : 'M[K]_P) (g : 'cV[K]_N) : 'cV[K]_P :=
  - (G *m (J^T *m g)).

(** Full row rank is surjectivity. *)
Lemma row_free_surjective (J : 'M[K]_(N, P)) :
  row_free J <-> forall v : 'cV[K]_N, exists u : 'cV[K]_P, J *m u = v.
Proof.
split=> [/row_freeP [B JB] v | surj].
  by exists (B *m v); rewrite mulmxA JB mul1mx.
apply: inj_row_free => v vJ0; apply/rowP => i; rewrite mxE.
have [u Ju] := surj (delta_mx i 0).
have : v *m (J *m u) = 0 by rewrite mulmxA vJ0 mul0mx.
by rewrite Ju -colE => /matrixP /(_ 0 0); rewrite !mxE.
Qed.

(** For every generalised inverse [G] of the Fisher matrix. *)
Theorem kernel_of_preconditioned_flow (J : 'M[K]_(N, P)) (S : 'M[K]_N) G :
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

End AnyField.

Section OrderedField.
Variable K : realFieldType.
Variables N P : nat.

(** Natural gradient: the preconditioner is the Moore-Penrose pseudo-inverse of
    the Fisher matrix. *)
Definition ngfVelocity (J : 'M[K]_(N, P)) (S : 'M[K]_N) (g : 'cV[K]_N) : 'cV[K]_P :=
  preconditionedVelocity J (pinv (fisher J S)) g.

Theorem kernel_of_ngf (J : 'M[K]_(N, P)) (S : 'M[K]_N) :
  row_free J -> posdef S -> J *m pinv (fisher J S) *m J^T = invmx S.
Proof.
move=> Jfree /posdef_unit uS; apply: kernel_of_preconditioned_flow => //.
exact: penrose1 (pinv_moore_penrose _).
Qed.

(** In output space NGF moves by [- S^-1 g], whatever [J] is. *)
Theorem ngf_output_velocity (J : 'M[K]_(N, P)) (S : 'M[K]_N) (g : 'cV[K]_N) :
  row_free J -> posdef S -> J *m ngfVelocity J S g = - (invmx S *m g).
Proof.
move=> Jfree pS; rewrite /ngfVelocity /preconditionedVelocity mulmxN.
by rewrite (mulmxA J) (mulmxA _ J^T) kernel_of_ngf.
Qed.

End OrderedField.

(** Two parametrisations, of any two dimensions, with the same outputs. *)
Corollary ngf_reparametrisation (K : realFieldType) (N P Q : nat)
    (J1 : 'M[K]_(N, P)) (J2 : 'M[K]_(N, Q)) (S : 'M[K]_N) (g : 'cV[K]_N) :
  row_free J1 -> row_free J2 -> posdef S ->
  J1 *m ngfVelocity J1 S g = J2 *m ngfVelocity J2 S g.
Proof. by move=> J1free J2free pS; rewrite !ngf_output_velocity. Qed.

(** The same for the Bernoulli Fisher information: [D = diag (p)], [p_n = mu_n (1 - mu_n)]. *)
Corollary ngf_logit_velocity (K : realFieldType) (N P : nat)
    (J : 'M[K]_(N, P)) (mu y : 'cV[K]_N) :
  row_free J -> (forall n, 0 < mu n 0 < 1) ->
  let D := diag_mx (\row_n (mu n 0 * (1 - mu n 0))) in
  forall n, (J *m ngfVelocity J D (mu - y)) n 0 = - (mu n 0 - y n 0) / (mu n 0 * (1 - mu n 0)).
Proof.
move=> Jfree mu01 D n.
have d_gt0 i : 0 < (\row_n (mu n 0 * (1 - mu n 0))) 0 i :> K.
  by have /andP[mu0 mu1] := mu01 i; rewrite mxE mulr_gt0 // subr_gt0.
have pD : posdef D by exact: posdef_diag.
rewrite ngf_output_velocity //.
have -> : invmx D = diag_mx (\row_n (mu n 0 * (1 - mu n 0))^-1).
  rewrite -[RHS](mulKmx (posdef_unit pD)) -[LHS]mulmx1; congr (_ *m _).
  apply/matrixP => i j; rewrite mul_diag_mx !mxE mulrnAr; congr (_ *+ _).
  by have := d_gt0 i; rewrite mxE => /lt0r_neq0 h; rewrite mulfV.
by rewrite mxE mul_diag_mx !mxE mulrC mulNr.
Qed.
