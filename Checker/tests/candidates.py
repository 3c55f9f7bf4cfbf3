"""Certificates made here: Taylor polynomials of a system, with radii that may be wrong."""

from fractions import Fraction

from flint import arb, arb_series, ctx

from check import System
from formulas import evaluate
from proof import ball


DECAY = {"x": ("-x", "1")}
LOGISTIC = {"x": ("x*(1 - x)", "1/10")}
LORENZ = {"x": ("10*(y - x)", "1"), "y": ("x*(28 - z) - y", "1"), "z": ("x*y - 8/3*z", "1")}
TWO_BODIES = {
    "x": ("u", "1"),
    "y": ("v", "0"),
    "u": ("-x/(x^2 + y^2)^(3/2)", "0"),
    "v": ("-y/(x^2 + y^2)^(3/2)", "1"),
}
DUFFING = {"x": ("v", "1"), "v": ("x - x^3 - 0.3*v + cosh(t/10) - 1", "0")}
FUNCTIONS = {
    "a": ("tanh(b) - logistic(a)/2", "0.1"),
    "b": ("softplus(-b) + sqrt(1 + a^2) - log(2 + a)", "-0.2"),
    "c": ("exp(-c)*expm1(a/5) + log1p(a^2) + (1 + c^2)^(-2/3) - sinh(c/4)", "0.3"),
}
SMALL = {"x": ("y - x*t/2", "1/2"), "y": ("-2*x", "1")}


def dyadic(number):
    mantissa, exponent = number.mid().man_exp()
    return f"{mantissa}*2^{exponent}"


def decimal(number, digits):
    return number.mid().str(digits, radius=False, more=True)


def certificate(equations, times, step, order=40, bits=160, radius="1e-19", solved=None):
    """Of {name: (derivative, initial)}; the polynomials are those of `solved` where it is given."""
    ctx.prec = bits
    document = {name: {"derivative": side, "initial": start} for name, (side, start) in equations.items()}
    system = System(solved and {name: {"derivative": side, "initial": start} for name, (side, start) in solved.items()} or document)
    pieces, samples, time, state = [], [], Fraction(0), [ball(start) for start in system.starts]
    step, times = Fraction(step), [Fraction(time) for time in times]
    while time < times[-1]:
        ctx.prec = bits
        polynomials = [[value] for value in state]
        for k in range(order):
            ctx.cap = k + 1
            variables = [arb_series(polynomial, k + 1) for polynomial in polynomials]
            sides = evaluate(system.code, system.sides, variables + [arb_series([ball(time), 1], k + 1)])
            for polynomial, side in zip(polynomials, sides):
                polynomial.append((side[k] / (k + 1)).mid())
        numbers = [[dyadic(number) for number in polynomial] for polynomial in polynomials]
        pieces.append({"start": str(time), "duration": str(step), "polynomials": dict(zip(system.names, numbers))})
        for at in [at for at in times if time < at <= time + step]:
            values = [sum((c * ball(at - time) ** k for k, c in enumerate(p)), arb(0)) for p in polynomials]
            shown = {name: decimal(value, 60) for name, value in zip(system.names, values)}
            samples.append({"t": str(at), "variables": shown, "radii": {name: radius for name in system.names}})
        state = [sum((c * ball(step) ** k for k, c in enumerate(p)), arb(0)).mid() for p in polynomials]
        time += step
    return {"certificate": 1, "system": document, "samples": samples, "pieces": pieces}
