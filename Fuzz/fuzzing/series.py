"""Taylor coefficients of a system's solution, in balls: a straight-line programme, run order by order."""

from fractions import Fraction
from operator import mul
from typing import Sequence

from flint import arb, fmpq

from .expressions import Expression, Memory, without_raise


def ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


# Functions whose recurrence needs a second line, right behind the first: both are made together.
_PAIRS = {
    "sinh": ("sinh", "cosh"),
    "cosh": ("sinh", "cosh"),
    "tanh": ("tanh", "tanh slope"),
    "logistic": ("logistic", "logistic slope"),
}


class Programme:
    """The right-hand sides, shared parts once. `run` gives the solution's coefficients up to an order."""

    def __init__(self, names: Sequence[str], sides: Sequence[Expression]):
        self.names = list(names)
        self.lines: list[tuple] = []
        self._places: dict[tuple, int] = {}
        self._by_identity: dict[int, int] = {}
        self._kept: list[Expression] = []
        self.variables = [self._line(("name", variable)) for variable in self.names]
        self.sides = [self._place(side) for side in sides]

    def _line(self, line: tuple) -> int:
        if line not in self._places:
            self._places[line] = len(self.lines)
            self.lines.append(line)
        return self._places[line]

    def _place(self, expression: Expression) -> int:
        place = self._by_identity.get(id(expression))
        if place is None:
            place = self._add(expression)
            self._by_identity[id(expression)] = place
            self._kept.append(expression)
        return place

    def _add(self, e: Expression) -> int:
        if e.kind in ("number", "name"):
            return self._line((e.kind, e.value))
        if e.kind == "power" and e.value.denominator == 1 and 0 <= e.value <= 16:
            return self._integer_power(self._place(e.parts[0]), int(e.value))
        if e.kind == "raise":
            return self._place(without_raise(e))
        parts = tuple(map(self._place, e.parts))
        if e.kind == "softplus":
            return self._line(("softplus", parts[0], self._pair("logistic", parts[0])))
        if e.kind in _PAIRS:
            return self._pair(e.kind, parts[0])
        return self._line((e.kind, *parts) if e.kind != "power" else ("power", parts[0], e.value))

    def _pair(self, kind: str, argument: int) -> int:
        first, second = _PAIRS[kind]
        place = self._line((first, argument))
        self._line((second, argument))
        return place if kind == first else place + 1

    def _integer_power(self, base: int, exponent: int) -> int:
        if exponent == 0:
            return self._line(("number", Fraction(1)))
        if exponent == 1:
            return base
        half = self._integer_power(base, exponent // 2)
        square = self._line(("multiply", half, half))
        return square if exponent % 2 == 0 else self._line(("multiply", square, base))

    def run(self, state: Sequence[arb], time: arb, order: int) -> list[list[arb]]:
        """Coefficients 0 to `order` of each variable. With wide balls they enclose those at every point of the box."""
        series: list[list[arb]] = [[] for _ in self.lines]
        solution = [[value] for value in state]
        # A line's slope stands right behind it in both pairs that have one.
        for k in range(order):
            for place, line in enumerate(self.lines):
                series[place].append(self._coefficient(line, place, k, series, solution, time))
            for variable, side in zip(solution, self.sides):
                variable.append(series[side][k] / (k + 1))
        return solution

    def _coefficient(self, line: tuple, place: int, k: int, series: list, solution: list, time: arb) -> arb:
        kind = line[0]
        if kind == "name":
            if place < len(solution):
                return solution[place][k]
            if line[1] != "t":
                raise KeyError(line[1])
            return time if k == 0 else arb(1 if k == 1 else 0)
        if kind == "number":
            return ball(line[1]) if k == 0 else arb(0)
        a = series[line[1]]
        if kind in ("add", "subtract", "multiply", "divide"):
            b = series[line[2]]
            if kind == "add":
                return a[k] + b[k]
            if kind == "subtract":
                return a[k] - b[k]
            if kind == "multiply":
                return sum(map(mul, a, reversed(b))) if line[1] != line[2] else _square(a, k)
            own = series[place]
            return (a[k] - _dot(b[1:], own)) / b[0]
        own = series[place]
        if kind == "tanh slope":
            return (arb(0) if k else arb(1)) - _square(series[place - 1], k)
        if kind == "logistic slope":
            return series[place - 1][k] - _square(series[place - 1], k)
        if k == 0:
            return power_value(a[0], line[2]) if kind == "power" else function_value(kind, a[0])
        if kind == "power":
            r = line[2]
            p, q = r.numerator, r.denominator
            terms = [a[j] * (p * j - q * (k - j)) for j in range(1, k + 1)]
            return _dot(terms, own) / (a[0] * (k * q))
        if kind == "sqrt":
            inner = sum(map(mul, own[1:], reversed(own[1:]))) if k > 1 else arb(0)
            return (a[k] - inner) / (2 * own[0])
        if kind in ("log", "log1p"):
            head = a[0] if kind == "log" else 1 + a[0]
            terms = [own[j] * j for j in range(1, k)]
            return (a[k] * k - sum(map(mul, terms, reversed(a[1:k])))) / (head * k)
        terms = [a[j] * j for j in range(1, k + 1)]
        if kind == "exp":
            return _dot(terms, own) / k
        if kind == "expm1":
            return (_dot(terms, own) + a[k] * k) / k
        if kind in ("tanh", "logistic"):
            return _dot(terms, series[place + 1]) / k
        if kind == "softplus":
            return _dot(terms, series[line[2]]) / k
        if kind in ("sinh", "cosh"):
            return _dot(terms, series[place + 1 if kind == "sinh" else place - 1]) / k
        raise KeyError(kind)


def _dot(forward: list[arb], backward: list[arb]) -> arb:
    """Σ forward[j] backward[n-1-j], for the n terms of the shorter that meet."""
    n = min(len(forward), len(backward))
    return sum(map(mul, forward[:n], reversed(backward[:n])), arb(0))


def _square(a: list[arb], k: int) -> arb:
    half = (k + 1) // 2
    double = 2 * sum(map(mul, a[:half], reversed(a[k + 1 - half : k + 1])), arb(0))
    return double if k % 2 else double + a[k // 2] * a[k // 2]


def power_value(x: arb, exponent: Fraction) -> arb:
    if exponent.denominator == 1:
        # Not x ** n, which knows nothing of balls that hold 0.
        power = arb(1)
        for _ in range(abs(int(exponent))):
            power = power * x
        return power if exponent > 0 else 1 / power
    return x ** ball(exponent) if x > 0 else arb.nan()


def function_value(kind: str, x: arb) -> arb:
    """A function of one ball, in a form in which nothing cancels or overflows."""
    if kind == "logistic":
        return 1 / (1 + (-x).exp())
    if kind == "softplus":
        return x.exp().log1p() if x < 0 else x + (-x).exp().log1p()
    return getattr(x, kind)()


def evaluate(expression: Expression, values: dict[str, arb], known: Memory | None = None) -> arb:
    """An expression's value; `known` remembers those of shared parts."""
    known = {} if known is None else known
    found = known.get(id(expression))
    if found is None:
        found = known[id(expression)] = expression, _evaluated(expression, values, known)
    return found[1]


def _evaluated(e: Expression, values: dict[str, arb], known: Memory) -> arb:
    if e.kind == "number":
        return ball(e.value)
    if e.kind == "name":
        return arb.pi() if e.value == "pi" and "pi" not in values else values[e.value]
    if e.kind == "raise":
        return evaluate(without_raise(e), values, known)
    parts = [evaluate(part, values, known) for part in e.parts]
    match e.kind:
        case "add":
            return parts[0] + parts[1]
        case "subtract":
            return parts[0] - parts[1]
        case "multiply":
            return parts[0] * parts[1]
        case "divide":
            return parts[0] / parts[1]
        case "power":
            return power_value(parts[0], e.value)
    return function_value(e.kind, parts[0])
