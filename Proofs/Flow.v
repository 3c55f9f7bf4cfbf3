(** * Natural gradient flow, as a property of a differentiable trajectory.

    Main definitions:
    - [isFlow f loss theta J G t]: at time [t] the parameters [theta] of the
      model [f] (parameters to outputs), whose Jacobian is [J t], move by
      [- G t] times the gradient of the loss;
    - [isNaturalGradientFlow f metric loss theta J G t]: moreover [G t] is a
      generalised inverse of the Fisher matrix [J^T S J];
    - [isMoorePenroseFlow f metric loss theta J t]: it is the Moore-Penrose one.

    Main results:
    - [flow_outputs]: where [J t] has full row rank, the outputs move by minus
      the inverse metric times the output gradient;
    - [moore_penrose_parameters]: so do the parameters, through [pinv (J t)].

    - [moore_penrose_row_space]: a linear model moves in the row space of its features
      only, whatever the loss.

    [is_derive] is a two-sided derivative, also at the start.

    References: derived. *)
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient MatrixCalculus.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Flow.
Variables N P : nat.                        (* outputs, parameters *)
Variable f : 'cV[R]_P -> 'cV[R]_N.          (* the model *)
Variable metric : 'cV[R]_N -> 'M[R]_N.      (* the metric on the outputs *)
Variable loss : 'cV[R]_N -> R.              (* the loss of the outputs *)
Variable theta : R -> 'cV[R]_P.
Variable J : R -> 'M[R]_(N, P).

Definition isFlow (G : R -> 'M[R]_P) (t : R) : Prop :=
  has_jacobian f (theta t) (J t) /\
  exists2 g, has_gradient (fun x => loss (f x)) (theta t) g &
             is_derive theta t (- (G t *m g)).

Definition isNaturalGradientFlow (G : R -> 'M[R]_P) (t : R) : Prop :=
  isFlow G t /\ generalisedInverse (fisher (J t) (metric (f (theta t)))) (G t).

Definition isMoorePenroseFlow (t : R) : Prop :=
  isFlow (fun t => pinv (fisher (J t) (metric (f (theta t))))) t.

Lemma moore_penrose_natural t : isMoorePenroseFlow t ->
  isNaturalGradientFlow (fun t => pinv (fisher (J t) (metric (f (theta t))))) t.
Proof. by split=> //; exact: pinv_generalised_inverse. Qed.

Lemma flow_parameters G t r : isFlow G t -> has_gradient loss (f (theta t)) r ->
  is_derive theta t (preconditionedVelocity (J t) (G t) r).
Proof.
move=> [hJ [g hg dtheta]] hr.
by rewrite /preconditionedVelocity -(gradient_unique hg (gradient_comp hJ hr)).
Qed.

Theorem flow_outputs G t r :
  isNaturalGradientFlow G t -> row_free (J t) -> metric (f (theta t)) \in unitmx ->
  has_gradient loss (f (theta t)) r ->
  is_derive (fun s => f (theta s)) t (- (invmx (metric (f (theta t))) *m r)).
Proof.
move=> [flow FGF] Jfree uS hr; rewrite -(output_velocity r Jfree uS FGF).
exact: jacobian_along (proj1 flow) (flow_parameters flow hr).
Qed.

Theorem moore_penrose_parameters t r :
  isMoorePenroseFlow t -> row_free (J t) -> posdef (metric (f (theta t))) ->
  has_gradient loss (f (theta t)) r ->
  is_derive theta t (- (pinv (J t) *m (invmx (metric (f (theta t))) *m r))).
Proof.
by move=> flow Jfree pS hr; rewrite -ngf_velocity_row_free //; exact: flow_parameters flow hr.
Qed.

End Flow.

(** A linear model with the Moore-Penrose inverse moves in the row space of [X]. *)
Theorem moore_penrose_row_space N d (X : 'M[R]_(N, d)) metric loss (theta : R -> 'cV[R]_d) T :
  (forall z, (metric z)^T = metric z) -> 0 <= T ->
  (forall t, 0 <= t <= T -> isMoorePenroseFlow (mulmx X) metric loss theta (fun _ => X) t) ->
  theta T = theta 0 + pinv X *m (X *m theta T - X *m theta 0).
Proof.
move=> sym T_ge0 flow.
have const : theta T - pinv X *m (X *m theta T) = theta 0 - pinv X *m (X *m theta 0).
  apply: (derive_0_constant_mx (W := fun t => theta t - pinv X *m (X *m theta t))) T_ge0 _.
  move=> s /flow [_ [g _ ds]].
  have D1 := jacobian_along (jacobian_linear (pinv X) _) (jacobian_along (jacobian_linear X _) ds).
  have D := is_derive_minus (V := mx_NormedModule d 1) _ _ _ _ _ ds D1.
  congr (is_derive _ _ _): D; rewrite !mulmxN (mulmxA X) (mulmxA (pinv X)) pinv_fisher_range //.
  exact: subrr.
by rewrite mulmxBr addrCA -const addrC subrK.
Qed.
