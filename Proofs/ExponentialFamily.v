(** * Natural gradient flow in mean parameters: [mu' = - (mu - y)].

    For an exponential family with canonical link (logits are the natural
    parameters), and for Newton's flow on any loss. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From mathcomp Require Import all_ssreflect all_algebra.
From FisherFlow Require Import RealField PseudoInverse NaturalGradient Relaxation MatrixCalculus.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma relaxation_mx m n (Y : 'M[R]_(m, n)) (W : R -> 'M[R]_(m, n)) :
  (forall t, Rle 0 t -> is_derive W t (- (W t - Y))) ->
  forall t, Rle 0 t -> W t = Y + exp (- t) *: (W 0 - Y).
Proof.
move=> dW t t_ge0; apply/matrixP => i j; rewrite !mxE mulrC.
apply: (relaxation_unique (Y i j) (fun s => W s i j)) t_ge0 => s /dW /is_derive_mx /(_ i j).
by rewrite !mxE.
Qed.

Section ExponentialFamily.
Variables N P : nat.
Variable f : 'cV[R]_P -> 'cV[R]_N.        (* the model: parameters to natural parameters *)
Variable A : 'cV[R]_N -> R.               (* the log-partition function *)
Variable mean : 'cV[R]_N -> 'cV[R]_N.     (* its gradient: the mean parameters *)
Variable var : 'cV[R]_N -> 'M[R]_N.       (* its Hessian: the Fisher information *)
Hypothesis mean_gradient : forall z, has_gradient A z (mean z).
Hypothesis var_jacobian : forall z, has_jacobian mean z (var z).
Hypothesis var_posdef : forall z, posdef (var z).
Variable y : 'cV[R]_N.                    (* the targets *)

(** Negative log-likelihood, up to a constant. *)
Definition nll (z : 'cV[R]_N) : R := A z - (y^T *m z) 0 0.

Lemma nll_gradient z : has_gradient nll z (mean z - y).
Proof.
have lin : is_linear (fun h : 'cV[R]_N => (y^T *m h) 0 0).
  exact: (is_linear_comp _ _ (mx_is_linear [linear of mulmx y^T]) (entry_is_linear 0 0)).
have D := filterdiff_minus_fct _ _ _ _ (mean_gradient z) (filterdiff_linear _ lin).
apply: (filterdiff_ext_lin nll _ _ (D _)) => h.
by rewrite linearB mulmxBl [RHS]mxE [X in _ + X]mxE.
Qed.

(** *)
Theorem ngf_mean_parameters (theta : R -> 'cV[R]_P) (J : R -> 'M[R]_(N, P)) (g : R -> 'cV[R]_P) :
  (forall t, Rle 0 t ->
     [/\ has_jacobian f (theta t) (J t), row_free (J t),
         has_gradient (fun x => nll (f x)) (theta t) (g t) &
         is_derive theta t (- (pinv (fisher (J t) (var (f (theta t)))) *m g t))]) ->
  forall t, Rle 0 t ->
    mean (f (theta t)) = y + exp (- t) *: (mean (f (theta 0)) - y).
Proof.
move=> flow; apply: (relaxation_mx (W := fun t => mean (f (theta t)))) => t /flow [hJ Jfree hg dth].
have gE : g t = (J t)^T *m (mean (f (theta t)) - y).
  by apply: gradient_unique hg _; apply: gradient_comp hJ _; exact: nll_gradient.
have := jacobian_along (var_jacobian _) (jacobian_along hJ dth).
rewrite gE -/(preconditionedVelocity _ _ _) -/(ngfVelocity _ _ _) ngf_output_velocity //.
by rewrite mulmxN mulmxA mulmxV ?mul1mx //; exact: posdef_unit.
Qed.
End ExponentialFamily.

(** Newton's flow: the gradient decays exponentially. *)
Theorem newton_flow p (grad : 'cV[R]_p -> 'cV[R]_p) (H : R -> 'M[R]_p) (beta : R -> 'cV[R]_p) :
  (forall t, Rle 0 t ->
     [/\ has_jacobian grad (beta t) (H t), H t \in unitmx &
         is_derive beta t (- (invmx (H t) *m grad (beta t)))]) ->
  forall t, Rle 0 t -> grad (beta t) = exp (- t) *: grad (beta 0).
Proof.
move=> flow t t_ge0.
rewrite (relaxation_mx (Y := 0) (W := fun t => grad (beta t)) _ t_ge0) ?add0r ?subr0 //.
move=> s /flow [hH uH ds]; have := jacobian_along hH ds.
by rewrite mulmxN mulmxA mulmxV // mul1mx subr0.
Qed.
