(** * Block-diagonal natural gradient: one Fisher matrix for each block of parameters.

    Main result: [block_diagonal_velocity]: if the Jacobian of every one of [B]
    blocks has full row rank, the outputs move [B] times as fast as under the full
    natural gradient.

    References: derived; compare Karakida, Osawa, Understanding approximate Fisher
    information for fast convergence of natural gradient descent in wide neural
    networks (2020). *)
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import PseudoInverse NaturalGradient.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Theorem block_diagonal_velocity (K : fieldType) (N B : nat) (P : 'I_B -> nat)
    (J : forall b, 'M[K]_(N, P b)) (S : 'M[K]_N) (G : forall b, 'M[K]_(P b)) (g : 'cV[K]_N) :
  S \in unitmx ->
  (forall b, row_free (J b)) ->
  (forall b, generalisedInverse (fisher (J b) S) (G b)) ->
  \sum_b J b *m preconditionedVelocity (J b) (G b) g = - (B%:R *: (invmx S *m g)).
Proof.
move=> uS Jfree inv.
rewrite (eq_bigr (fun _ => - (invmx S *m g))) => [|b _]; last exact: output_velocity.
by rewrite sumr_const card_ord -scaler_nat scalerN.
Qed.
