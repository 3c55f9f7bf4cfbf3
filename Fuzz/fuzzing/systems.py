"""Random systems of formulas, as cases for the command."""

from fractions import Fraction
from random import Random
from typing import Optional

from flint import arb

from . import draws
from .approximation import approximate
from .cases import Case, Integration, Reference, Values, times_text
from .enclosure import System, Unknown, enclose
from .expressions import FUNCTIONS, Expression, apply, name, number, parse
from .families import FAMILIES, Known


def system_text(variables: dict[str, tuple[str, Fraction]], times: list[Fraction], prediction: dict[str, str]) -> str:
    lines = ["system:"]
    lines += [f'  {key}: {{derivative: "{side}", initial: "{start}"}}' for key, (side, start) in variables.items()]
    lines.append(f"times: {times_text(times)}")
    if prediction:
        lines += ["prediction:", *(f'  {key}: "{text}"' for key, text in prediction.items())]
    return "\n".join(lines) + "\n"


def options(random: Random) -> list[str]:
    """How `solve` is asked: most often as most people do."""
    kind = random.random()
    if kind < 0.5:
        return []
    if kind < 0.75:
        return ["--estimate"]
    if kind < 0.9:
        return ["--certified"]
    return ["--method", random.choice(["taylor", "collocation"])]


def from_family(random: Random) -> Case:
    make = random.choice(FAMILIES)
    known: Known = make(random)
    digits = draws.digits(random)
    family = make.__name__
    kind = random.random()
    if kind < 0.6 or not (known.right or known.wrong):
        text = system_text(known.variables, known.times, {})
        arguments = ["solve", "--digits", str(digits), *options(random)]
        return Case(family, text.encode(), arguments, digits, known.values, goes_on=known.goes_on)
    is_right = bool(known.right) and (kind < 0.8 or not known.wrong)
    prediction = known.right if is_right else known.wrong
    text = system_text(known.variables, known.times, prediction)
    expected = "right" if is_right else "wrong" if differs(known, digits) else "right or wrong"
    rigour = random.choice([[], [], [], ["--estimate"], ["--certified"]])
    return Case(family, text.encode(), ["verify", "--digits", str(digits), *rigour], digits, expected=expected)


def differs(known: Known, digits: int) -> bool:
    """Whether the wrong prediction is so by much more than the digits asked for."""
    from .series import ball, evaluate

    try:
        values = known.values(10)
    except Unknown:
        return False
    for t, sample in zip(known.times, values):
        for key, text in known.wrong.items():
            true = sample[f"variables.{key}"][0]
            gap = abs(evaluate(parse(text), {"t": ball(t)}) - true)
            if gap > arb(10) ** (3 - digits) * (1 + abs(true)):
                return True
    return False


def generic(random: Random) -> Case:
    """Up to four variables, families among them, with right-hand sides of random operations."""
    count = random.randint(1, 4)
    indexed = random.random() < 0.25
    names = [f"m[{i}]" for i in range(1, count + 1)] if indexed else [f"x{i}" for i in range(1, count + 1)]
    digits, longest = draws.digits(random), draws.power_of_ten(random, -3, 1)
    times = draws.times(random, longest)
    starts = [draws.plain(random) if random.random() < 0.8 else draws.sized(random) for _ in names]
    if indexed:
        return _indexed(random, count, digits, times)
    sides = [_bounded(random, names) for _ in names]
    variables = {key: (side.text(), start) for key, side, start in zip(names, sides, starts)}
    return _case("generic", variables, names, sides, starts, times, digits, random)


def _indexed(random: Random, count: int, digits: int, times: list[Fraction]) -> Case:
    """A chain m[i], coupled to its neighbours' ring through numbers, and one variable of its own."""
    side = random.choice(["-i*m[i] + x", "1 + exp(-m[i]) - x", "x*tanh(m[i]) - m[1]/i", "logistic(i*t) - m[i]^2/i"])
    names = [f"m[{i}]" for i in range(1, count + 1)] + ["x"]
    own = "m[1] - x*m[%d]/3" % count
    sides = [parse(side, {"i": i}) for i in range(1, count + 1)] + [parse(own)]
    starts = [Fraction(i, 10) - Fraction(2, 5) for i in range(1, count + 1)] + [Fraction(1, 3)]
    text = (
        "system:\n"
        f'  m[i]: {{derivative: "{side}", initial: "i/10 - 2/5", for: {{i: [1, {count}]}}}}\n'
        f'  x: {{derivative: "{own}", initial: 1/3}}\n'
        f"times: {times_text(times)}\n"
    )
    return _solve_case("indexed", text, names, sides, starts, times, digits, random)


def _bounded(random: Random, names: list[str]) -> Expression:
    """A right-hand side, half of the time with a decay that keeps the state in reach."""
    side = random_expression(random, names, random.randint(1, 4))
    return side - name(random.choice(names)) ** random.choice([1, 3]) if random.random() < 0.5 else side


def random_expression(random: Random, names: list[str], depth: int) -> Expression:
    if depth == 0 or random.random() < 0.1:
        if random.random() < 0.3:
            return number(draws.sized(random) if random.random() < 0.2 else draws.plain(random))
        return name(random.choice([*names, "t"] if random.random() < 0.3 else names))
    kind = random.random()
    left = random_expression(random, names, depth - 1)
    if kind < 0.5:
        right = random_expression(random, names, depth - 1)
        return random.choice([left + right, left - right, left * right])
    if kind < 0.58:
        right = random_expression(random, names, depth - 1)
        return left / (1 + right * right) if random.random() < 0.7 else left / right
    if kind < 0.61:
        exponent = random.choice([name("t"), name(random.choice(names)), -name(random.choice(names))])
        return random.choice([number(2), number(Fraction(1, 3)), 1 + left * left]) ** exponent
    if kind < 0.68:
        exponent = random.choice([2, 3, -1, Fraction(1, 2), Fraction(-3, 2), Fraction(1, 3)])
        return left**exponent if Fraction(exponent) in (2, 3) else (1 + left * left) ** exponent
    function = random.choice(FUNCTIONS)
    if function in ("exp", "expm1", "sinh", "cosh") and random.random() < 0.8:
        left = apply("tanh", left) if random.random() < 0.5 else -(left * left)
    if function in ("log", "sqrt"):
        left = 1 + left * left
    if function == "log1p":
        left = left * left
    return apply(function, left)


def _case(family, variables, names, sides, starts, times, digits, random) -> Case:
    return _solve_case(family, system_text(variables, times, {}), names, sides, starts, times, digits, random)


def _solve_case(
    family: str, text: str, names: list[str], sides: list[Expression], starts: list[Fraction], times: list[Fraction],
    digits: int, random: Random,
) -> Case:
    arguments = ["solve", "--digits", str(digits), *options(random)]

    def by(method: Integration) -> Reference:
        def values(seconds: float) -> list[Values]:
            states = method(System(names, sides, starts), times, digits + 10, seconds)
            return [grouped(names, state) for state in states]

        return values

    return Case(family, text.encode(), arguments, digits, by(approximate), by(enclose))


def grouped(names: list[str], state: list[arb]) -> Values:
    """Members of families under their family's name."""
    values: Values = {}
    for key, value in zip(names, state):
        values.setdefault("variables." + key.split("[")[0], []).append(value)
    return values


def make(random: Random) -> Optional[Case]:
    return from_family(random) if random.random() < 0.7 else generic(random)
