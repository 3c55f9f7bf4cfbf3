"""Systems with a known solution that are made to mislead an integrator: tiny starts, unstable equilibria, pulses, switches,
long horizons, poles close by. Each family gives the formulas, the solution in balls and, where it can be written so, as text."""

from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Callable

from flint import arb, ctx

from . import draws
from .cases import Values
from .enclosure import Unknown
from .expressions import Expression, apply, name, number
from .series import ball, evaluate

T = name("t")


@dataclass
class Known:
    """A system and its solution: for each variable a function from time to a ball."""

    variables: dict[str, tuple[str, Fraction]]
    solution: dict[str, Callable[[arb], arb]]
    times: list[Fraction]
    # Formulas for the solution, and believable wrong ones.
    right: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    goes_on: bool = True

    def values(self, seconds: float) -> list[Values]:
        """At so many bits that 150 digits of each number are known, or an absolute 1e-400."""
        before = ctx.prec
        try:
            for bits in (1000, 3000, 10000, 30000):
                ctx.prec = bits
                # A solution that ends has no value at the last time.
                times = self.times if self.goes_on else self.times[:-1]
                found = [{f"variables.{key}": [solve(ball(t))] for key, solve in self.solution.items()} for t in times]
                balls = [value for sample in found for row in sample.values() for value in row]
                if all(x.is_finite() and x.rad() <= abs(x.mid()) * arb(10) ** -150 + arb(10) ** -400 for x in balls):
                    return found
            raise Unknown("the closed form cancels")
        finally:
            ctx.prec = before


def formula(expression: Expression) -> Callable[[arb], arb]:
    return lambda t: evaluate(expression, {"t": t})


def one(side: str, start: Fraction, solution: Expression, times: list[Fraction], *wrong: str) -> Known:
    """A system of one variable x whose solution is a formula."""
    return Known(
        {"x": (side, start)}, {"x": formula(solution)}, times, {"x": solution.text()},
        {"x": wrong[0]} if wrong else {},
    )


def exp(x) -> Expression:
    return apply("exp", x)


def growth(random: Random) -> Known:
    start = draws.plain(random) * draws.power_of_ten(random, -300, 5)
    rate = draws.positive(random)
    end = Fraction(random.randint(1, 400 if random.random() < 0.8 else 5000)) / rate
    solution = number(start) * exp(number(rate) * T)
    return one(f"{rate}*x", start, solution, draws.times(random, end), f"{start}")


def logistic_growth(random: Random) -> Known:
    """x' = r x (1 - x/c) from far below c, through the switch and beyond."""
    start, rate, capacity = draws.power_of_ten(random, -300, -2), draws.positive(random), draws.positive(random)
    fold = Fraction(len(str(start.denominator)) * 23, 10)
    end = fold / rate * Fraction(random.randint(50, 200), 100)
    solution = number(capacity) / (1 + number(capacity / start - 1) * exp(number(-rate) * T))
    return one(f"{rate}*x*(1 - x/({capacity}))", start, solution, draws.times(random, end), "0*t")


def unstable(random: Random) -> Known:
    """c u (1 - u²) with u = x - r: from r itself, which is no binary number as a rule, or from close by."""
    r, rate = Fraction(random.randint(-99, 99), random.choice([3, 7, 10, 11, 30, 1])), draws.positive(random)
    offset = Fraction(0) if random.random() < 0.5 else draws.plain(random) * draws.power_of_ten(random, -200, -5)
    end = Fraction(random.randint(1, 2000), 2) / rate
    growing = exp(number(rate) * T)
    solution = number(r)
    if offset:
        solution = r + offset * growing / apply("sqrt", 1 + offset**2 * (growing * growing - 1))
    side = f"{rate}*((x - ({r})) - (x - ({r}))^3)"
    return one(side, r + offset, solution, draws.times(random, end), f"{r} + {random.choice([-1, 1])}")


def equilibrium(random: Random) -> Known:
    """A constant solution of a polynomial right-hand side, unstable half of the time."""
    a, b = draws.plain(random), draws.plain(random) + 40
    start = random.choice([a, b])
    side = f"(x - ({a}))*(x - ({b}))/{random.choice([1, 7, 100])}"
    times = draws.times(random, draws.power_of_ten(random, -2, 3))
    return one(side, start, number(start), times, str(a if start == b else b))


def bump(random: Random) -> Known:
    """x' = -x + h exp(-w² (t - s)²): with the error function, so there is no formula; decay alone is the wrong one."""
    start, height = draws.plain(random), draws.plain(random)
    w, s = Fraction(random.choice([3, 10, 30, 100, 1000])), Fraction(random.randint(1, 400), 100)

    def solution(t: arb) -> arb:
        shift = 1 / (2 * ball(w))
        low, high = ball(w) * ball(-s) - shift, ball(w) * (t - ball(s)) - shift
        mass = arb.pi().sqrt() / (2 * ball(w)) * (high.erf() - low.erf())
        return (-t).exp() * (ball(start) + ball(height) * (ball(s) + shift**2).exp() * mass)

    side = f"-x + ({height})*exp(-{w}^2*(t - {s})^2)"
    times = [s * random.randint(1, 9) / 10, s + draws.positive(random) / 3]
    return Known({"x": (side, start)}, {"x": solution}, times, wrong={"x": f"({start})*exp(-t)"})


def switch(random: Random) -> Known:
    """x' = h w s (1 - s), s = logistic(w (t - c))."""
    start, height = draws.plain(random), draws.plain(random)
    w, c = Fraction(random.choice([10, 50, 100, 300, 1000, 10**5])), Fraction(random.randint(1, 300), 100)
    s = f"logistic({w}*(t - {c}))"
    solution = start + height * (apply("logistic", w * (T - c)) - apply("logistic", number(-w * c)))
    times = sorted({c * random.randint(1, 9) / 10, c + Fraction(1, random.randint(1, 10**4)), c + draws.positive(random)})
    return one(f"({height})*{w}*{s}*(1 - {s})", start, solution, times, f"{start}")


def pulse(random: Random) -> Known:
    """A rectangle with soft edges, added up: nothing, then h (b - a)."""
    start, height = draws.plain(random), draws.plain(random)
    w, a = Fraction(random.choice([10, 100, 1000, 10**4])), Fraction(random.randint(10, 300), 100)
    b = a + Fraction(random.randint(1, 50), 100)

    def ramp(c: Fraction) -> Expression:
        return (apply("softplus", w * (T - c)) - apply("softplus", number(-w * c))) / w

    solution = start + height * (ramp(a) - ramp(b))
    side = f"({height})*(logistic({w}*(t - {a})) - logistic({w}*(t - {b})))"
    times = sorted({a * random.randint(1, 9) / 10, b + draws.positive(random)})
    return one(side, start, solution, times, f"{start}")


def rotation(random: Random) -> Known:
    """A harmonic oscillator, for a turn or for very long."""
    w, p, q = draws.positive(random), draws.plain(random), draws.plain(random)
    end = random.choice([Fraction(1), Fraction(30), draws.power_of_ten(random, 1, 3)]) / w

    def at(t: arb) -> tuple[arb, arb]:
        return (ball(w) * t).cos(), (ball(w) * t).sin()

    return Known(
        {"p": (f"{w}*q", p), "q": (f"-{w}*p", q)},
        {
            "p": lambda t: ball(p) * at(t)[0] + ball(q) * at(t)[1],
            "q": lambda t: ball(q) * at(t)[0] - ball(p) * at(t)[1],
        },
        draws.times(random, end), wrong={"p": f"{p} + ({q})*{w}*t", "q": f"{q} - ({p})*{w}*t"},
    )


def straight(random: Random) -> Known:
    """A constant slope, at any scale of time and size."""
    slope, start = draws.sized(random), draws.sized(random)
    end = draws.power_of_ten(random, -100, 100)
    return one(f"{slope}", start, start + slope * T, draws.times(random, end), f"{start} + 2*({slope or 1})*(t + 1)")


def root_growth(random: Random) -> Known:
    """x' = c/x, with c of any size."""
    c, start = draws.power_of_ten(random, -30, 30), draws.positive(random)
    end = draws.power_of_ten(random, -6, 12)
    solution = apply("sqrt", number(start**2) + 2 * c * T)
    return one(f"{c}/x", start, solution, draws.times(random, end), f"{start} + {c / start}*t")


def riccati(random: Random) -> Known:
    """y' = c y² up to very near its pole."""
    c, start = draws.positive(random), draws.positive(random)
    pole = 1 / (c * start)
    times = sorted({pole / 2, pole * (1 - draws.power_of_ten(random, -14, -1))})
    return one(f"{c}*x^2", start, start / (1 - c * start * T), times, f"{start} + {c * start**2}*t")


def gaussian_growth(random: Random) -> Known:
    """x' = 2 a t x: a rate that itself grows or falls."""
    a, start = draws.plain(random) / 3, draws.plain(random) * draws.power_of_ten(random, -30, 3)
    solution = start * exp(a * T**2)
    return one(f"2*({a})*t*x", start, solution, draws.times(random, Fraction(random.randint(1, 30))), f"{start}")


def triangular(random: Random) -> Known:
    """x' = a x + b y, y' = c y, with b of any size: entries of very different scale."""
    a, c = random.sample([Fraction(k, 2) for k in range(-10, 5) if k], 2)
    b, x, y = draws.plain(random) * draws.power_of_ten(random, -8, 8), draws.plain(random), draws.plain(random)
    slow = number(b * y / (c - a))
    solution = {
        "x": (number(x) - slow) * exp(a * T) + slow * exp(c * T),
        "y": number(y) * exp(c * T),
    }
    return Known(
        {"x": (f"({a})*x + ({b})*y", x), "y": (f"({c})*y", y)},
        {key: formula(e) for key, e in solution.items()},
        draws.times(random, Fraction(random.randint(1, 60))),
        {key: e.text() for key, e in solution.items()}, {"y": f"({y})*exp(({c})*t)*(1 + t/100)"},
    )


def near_duplicates(random: Random) -> Known:
    """Two entries that nearly agree and part from each other: x' = k (x - y), y' = k (y - x)."""
    k, x = draws.positive(random) / 3, draws.plain(random)
    gap = draws.power_of_ten(random, -40, -8)
    half = number(gap / 2) * exp(2 * k * T)
    solution = {"x": number(x + gap / 2) - half, "y": number(x + gap / 2) + half}
    end = Fraction(len(str(gap.denominator)) * random.randint(1, 18), 10) / k
    return Known(
        {"x": (f"{k}*(x - y)", x), "y": (f"{k}*(y - x)", x + gap)},
        {key: formula(e) for key, e in solution.items()}, draws.times(random, end),
        {key: e.text() for key, e in solution.items()}, {"x": str(x), "y": str(x)},
    )


def zeros(random: Random) -> Known:
    """Entries that stay zero beside one that grows: nothing relative to go by."""
    rate, start = draws.positive(random), draws.plain(random)
    coupling = random.choice(["x*y", "x^2*y", "x*(1 + y)", "sinh(x)*y", "expm1(x)*y - x", "x/(1 + y^2)", "log1p(x)"])
    end = Fraction(random.randint(1, 60)) / rate
    return Known(
        {"x": (coupling, Fraction(0)), "y": (f"{rate}*y", start)},
        {"x": lambda t: arb(0), "y": formula(start * exp(rate * T))}, draws.times(random, end),
        {"x": "0*t", "y": (start * exp(rate * T)).text()}, {"x": "0*t", "y": str(start)},
    )


def elementary(random: Random) -> Known:
    """One function each: what is known by a substitution."""
    x, end = draws.plain(random), draws.power_of_ten(random, -3, 2)
    size = abs(x)
    sinh_start, asinh = apply("sinh", number(x)), None
    kind = random.randrange(9)
    if kind == 0:
        side, solution = "exp(-x)", apply("log", exp(number(x)) + T)
    elif kind == 1:
        side, solution = "expm1(-x)", apply("log1p", apply("expm1", number(x)) * exp(-T))
        x, solution = size, apply("log1p", apply("expm1", number(size)) * exp(-T))
    elif kind == 2:
        asinh = sinh_start + T
        side = "1/cosh(x)"
    elif kind == 3:
        asinh = sinh_start * exp(T)
        side = "tanh(x)"
    elif kind == 4:
        x = size
        side, solution = "sqrt(x)", (apply("sqrt", number(x)) + T / 2) ** 2
    elif kind == 5:
        p = Fraction(random.choice([1, 2, 3, 5]), 4)
        p = Fraction(1, 3) if p >= 1 else p
        x = size
        side, solution = f"x^({p})", (number(x) ** (1 - p) + (1 - p) * T) ** (1 / (1 - p))
    elif kind == 6:
        # logistic(x) (1 + e^-x) is 1 in disguise.
        side, solution = "logistic(x)*(1 + exp(-x))", x + T
    elif kind == 7:
        side, solution = "1 + exp(-x)", T + apply("log", exp(number(x)) + 1 - exp(-T))
    else:
        x = Fraction(0) if random.random() < 0.5 else 1 / (size + 2)
        u = apply("tanh", T)
        side, solution = "1 - x^2", (number(x) + u) / (1 + x * u)
    if asinh is not None:
        solution = apply("log", asinh + apply("sqrt", asinh * asinh + 1))
        if x < 0:
            big = apply("sqrt", asinh * asinh + 1) - asinh
            solution = -apply("log", big)
    return one(side, x, solution, draws.times(random, end), f"{x}")


def escape(random: Random) -> Known:
    """x' = x^k from a small start: nothing for very long, then a pole just behind the last time."""
    k, start = random.choice([2, 3]), draws.power_of_ten(random, -15, -1)
    pole = 1 / ((k - 1) * start ** (k - 1))
    times = sorted({pole / 3, pole * (1 - draws.power_of_ten(random, -9, -2))})
    solution = start / (1 - (k - 1) * start ** (k - 1) * T) ** Fraction(1, k - 1)
    return one(f"x^{k}", start, solution, times, f"{start}")


def blowup(random: Random) -> Known:
    """y' = c y² beyond its pole: the last sample does not exist, those before do."""
    known = riccati(random)
    known.times = [known.times[0], known.times[0] * 4]
    known.goes_on = False
    known.right, known.wrong = {}, {}
    return known


FAMILIES = [
    growth, logistic_growth, unstable, equilibrium, bump, switch, pulse, rotation, straight, root_growth, riccati,
    gaussian_growth, triangular, near_duplicates, zeros, elementary, escape, blowup,
]
