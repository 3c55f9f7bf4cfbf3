(** * Natural gradient descent with step [eta], on linear models.

    No more samples than features, [X] of full row rank, the Fisher matrix of the
    training inputs at each step, any generalised inverse.

    Main results:
    - [discrete_squared]: the residuals shrink by [1 - eta] in each step;
    - [discrete_logistic]: each margin steps by [eta (1 + e^-m)].

    References: derived. *)
From Coq Require Import Reals.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient Margin
  OneParameterFamily LogisticFlow.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Theorem discrete_squared (K : realFieldType) N d (X : 'M[K]_(N, d)) (y : 'cV[K]_N) (eta : K)
    (theta : nat -> 'cV[K]_d) (G : nat -> 'M[K]_d) :
  row_free X ->
  (forall k, generalisedInverse (fisher X 1%:M) (G k)) ->
  (forall k, theta k.+1 = theta k + eta *: preconditionedVelocity X (G k) (X *m theta k - y)) ->
  forall k, X *m theta k = y + (1 - eta) ^+ k *: (X *m theta 0%N - y).
Proof.
move=> Xfree inv step; elim=> [|k IH]; first by rewrite expr0 scale1r addrC subrK.
rewrite step mulmxDr -scalemxAr (output_velocity _ Xfree (unitmx1 _ _) (inv k)).
have rE : X *m theta k - y = (1 - eta) ^+ k *: (X *m theta 0%N - y) by rewrite IH addrC addKr.
by rewrite invmx1 mul1mx rE IH exprS -scalerA -addrA scalerN scalerBl scale1r.
Qed.

Theorem discrete_logistic N d (X : 'M[R]_(N, d)) (y : 'I_N -> R) (eta : R)
    (theta : nat -> 'cV[R]_d) (G : nat -> 'M[R]_d) :
  (forall n, y n = 1 \/ y n = -1) -> row_free X ->
  (forall k, generalisedInverse (fisher X (bernoulliVariance (X *m theta k))) (G k)) ->
  (forall k, theta k.+1 = theta k +
     eta *: preconditionedVelocity X (G k) (meanParameters bernoulli (X *m theta k) - targets y)) ->
  forall n k, let m k := y n * (X *m theta k) n 0 in
    m k.+1 = m k + eta * (1 + exp (- m k)).
Proof.
move=> labels Xfree inv step n k m; rewrite /m step; set z := X *m theta k.
have uS := posdef_unit (variances_posdef bernoulli z).
rewrite mulmxDr -scalemxAr (output_velocity _ Xfree uS (inv k)) -/z [X in y n * X]mxE mulrDr.
congr (_ + _); rewrite [X in y n * X]mxE mulrCA; congr (_ * _).
set w := z n 0.
have e : y n * (- (sigmoid w - target y n) / (sigmoid w * (1 - sigmoid w))) = 1 + exp (- (y n * w)).
  exact: margin_speed (labels n).
rewrite -e; congr (_ * _).
rewrite invmx_diag => [|i]; last by rewrite mxE; exact: lt0r_neq0 (variance_gt0 bernoulli _).
have rE : (meanParameters bernoulli z - targets y) n 0 = sigmoid w - target y n.
  by rewrite [LHS]mxE [X in X + _]mxE [X in _ + X]mxE [X in - X]mxE.
by rewrite [LHS]mxE mul_diag_mx [X in - X]mxE rE [X in - (X * _)]mxE [X in - (X^-1 * _)]mxE mulrC mulNr.
Qed.
