"""Formulas of systems: read, taken apart into one list of operations, and evaluated in power series with their derivatives."""

import re
from fractions import Fraction

from flint import arb, arb_series, ctx, fmpq

FUNCTIONS = ("exp", "log", "log1p", "expm1", "logistic", "sigma", "softplus", "tanh", "sinh", "cosh", "sqrt")
MOST_DIGITS = 100_000
_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(.))", re.ASCII | re.DOTALL)
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,6})?)(?:/((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,6})?))?", re.ASCII)


class Malformed(Exception):
    """What cannot be read, or is not served, with its place."""


def rational(text, place="number"):
    """`-0.25`, `1e-60`, `1/3`: exactly."""
    match = isinstance(text, str) and _NUMBER.fullmatch(text)
    if not match:
        raise Malformed(f"{place}: found {shown(text)}, expected a number as a text, such as \"1/3\" or \"1e-30\"")
    parts = [part for part in match.groups() if part]
    if len(text) > MOST_DIGITS or any(abs(int(part.lower().partition("e")[2] or 0)) > MOST_DIGITS for part in parts):
        raise Malformed(f"{place}: found a number of too many digits")
    values = [Fraction(part) for part in parts]
    if len(values) == 2 and values[1] == 0:
        raise Malformed(f"{place}: found a division by zero")
    return values[0] if len(values) == 1 else values[0] / values[1]


def shown(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


class Reader:
    """A formula in `+ - * / ^`, functions, names with indices and numbers, by recursive descent.

    Sums bind weakest, then products, then the minus sign, then powers, which group to the right. Each node is entered in `code`.
    """

    def __init__(self, text, place, indices, code, variables):
        self.text, self.place, self.indices, self.code, self.variables = text, place, indices, code, variables
        self.position, self.depth = 0, 0
        if not isinstance(text, str):
            raise Malformed(f"{place}: found {shown(text)}, expected a formula as a text")
        self.advance()

    def fail(self, expected):
        found = "the end" if self.kind is None else f"'{self.token}'"
        raise Malformed(f"{self.place}: found {found} before column {self.position + 1}, expected {expected}")

    def advance(self):
        match = _TOKEN.match(self.text, self.position) if self.text[self.position:].strip() else None
        self.kind, self.token = None, ""
        if match:
            self.position = match.end()
            self.token = match.group().strip()
            self.kind = "number" if match.group(1) else "name" if match.group(2) else "symbol"

    def take(self, symbol):
        if self.kind != "symbol" or self.token != symbol:
            self.fail(f"'{symbol}'")
        self.advance()

    def is_symbol(self, symbols):
        return self.kind == "symbol" and self.token in symbols

    def formula(self):
        node = self.sum()
        if self.kind is not None:
            self.fail("an operator or the end")
        return node

    def sum(self):
        node = self.product()
        while self.is_symbol("+-"):
            sign = self.token
            self.advance()
            other = self.product()
            node = self.code.add(node, self.code.negate(other) if sign == "-" else other)
        return node

    def product(self):
        node = self.prefix()
        while self.is_symbol("*/"):
            sign = self.token
            self.advance()
            other = self.prefix()
            node = self.code.multiply(node, self.code.power(other, Fraction(-1), self.place) if sign == "/" else other)
        return node

    def prefix(self):
        self.depth += 1
        if self.depth > 100:
            self.fail("at most 100 levels")
        if self.is_symbol("-"):
            self.advance()
            node = self.code.negate(self.prefix())
        else:
            node = self.operand()
            if self.is_symbol("^"):
                self.advance()
                exponent = self.prefix()
                value = self.code.number_of(exponent)
                if value is None:
                    node = self.code.apply("exp", self.code.multiply(exponent, self.code.apply("log", node)))
                else:
                    node = self.code.power(node, value, self.place)
        self.depth -= 1
        return node

    def operand(self):
        token, kind = self.token, self.kind
        if kind == "number":
            value = rational(token, self.place)
            self.advance()
            return self.code.number(value)
        if self.is_symbol("("):
            self.advance()
            node = self.sum()
            self.take(")")
            return node
        if kind != "name":
            self.fail("a number, a name, '(' or '-'")
        self.advance()
        if token in FUNCTIONS or self.is_symbol("("):
            if token not in FUNCTIONS:
                raise Malformed(f"{self.place}: the function '{token}' is not served")
            self.take("(")
            node = self.sum()
            self.take(")")
            return self.code.apply(token, node)
        return self.named(token)

    def named(self, name):
        if self.is_symbol("["):
            values = []
            while not values or self.is_symbol(","):
                self.advance()
                values.append(str(self.index()))
            self.take("]")
            name = f"{name}[{','.join(values)}]"
        if name == "t":
            return self.code.enter(("time",))
        if name in self.indices:
            return self.code.number(Fraction(self.indices[name]))
        if name not in self.variables:
            raise Malformed(f"{self.place}: '{name}' is not known")
        return self.code.enter(("variable", self.variables[name]))

    def index(self):
        """A whole number, or an index plus or minus one."""
        sign = 1
        if self.is_symbol("-"):
            sign = -1
            self.advance()
        if self.kind == "name" and self.token in self.indices and sign == 1:
            value = self.indices[self.token]
            self.advance()
            if not self.is_symbol("+-"):
                return value
            sign = 1 if self.token == "+" else -1
            self.advance()
        else:
            value = 0
        if self.kind != "number" or not self.token.isdigit():
            self.fail("an index")
        value += sign * int(self.token)
        self.advance()
        return value


class Code:
    """Operations in an order in which they can be carried out; what occurs twice is there once."""

    def __init__(self):
        self.operations, self.places = [], {}

    def enter(self, operation):
        if operation not in self.places:
            self.places[operation] = len(self.operations)
            self.operations.append(operation)
        return self.places[operation]

    def number(self, value):
        return self.enter(("number", value))

    def number_of(self, node):
        operation = self.operations[node]
        return operation[1] if operation[0] == "number" else None

    def add(self, left, right):
        a, b = self.number_of(left), self.number_of(right)
        return self.number(a + b) if a is not None and b is not None else self.enter(("add", left, right))

    def multiply(self, left, right):
        a, b = self.number_of(left), self.number_of(right)
        return self.number(a * b) if a is not None and b is not None else self.enter(("multiply", left, right))

    def negate(self, node):
        return self.multiply(self.number(Fraction(-1)), node)

    def power(self, node, exponent, place):
        """x^p: by products for a whole number, and by square roots and exp(p log x) for others."""
        base = self.number_of(node)
        if base is not None and exponent.denominator == 1 and abs(exponent) <= 1000:
            if abs(exponent) * (base.numerator.bit_length() + base.denominator.bit_length()) > 10 * MOST_DIGITS:
                raise Malformed(f"{place}: found a number of too many digits")
            if base == 0 and exponent < 0:
                raise Malformed(f"{place}: found a division by zero")
            return self.number(base**exponent)
        if exponent == 0:
            return self.number(Fraction(1))
        if exponent < 0:
            return self.enter(("inverse", self.power(node, -exponent, place)))
        if exponent.denominator == 2:
            return self.power(self.apply("sqrt", node), 2 * exponent, place)
        if exponent.denominator != 1 or exponent > 1000:
            return self.apply("exp", self.multiply(self.number(exponent), self.apply("log", node)))
        result, factor, rest = None, node, int(exponent)
        while rest:
            if rest & 1:
                result = factor if result is None else self.multiply(result, factor)
            rest >>= 1
            if rest:
                factor = self.multiply(factor, factor)
        return result

    def apply(self, function, node):
        number, half = self.number, self.number(Fraction(1, 2))
        if function == "log1p":
            return self.apply("log", self.add(number(Fraction(1)), node))
        if function == "expm1":
            return self.add(self.apply("exp", node), number(Fraction(-1)))
        if function in ("sinh", "cosh"):
            up = self.apply("exp", node)
            down = self.enter(("inverse", up))
            return self.multiply(half, self.add(up, down if function == "cosh" else self.negate(down)))
        if function == "tanh":
            doubled = self.apply("logistic", self.multiply(number(Fraction(2)), node))
            return self.add(self.multiply(number(Fraction(2)), doubled), number(Fraction(-1)))
        return self.enter(("logistic" if function == "sigma" else function, node))


def series(values):
    return arb_series(values, ctx.cap)


def _logistic(x):
    if x[0].mid() < 0:
        grown = x.exp()
        return grown / (1 + grown)
    return 1 / (1 + (-x).exp())


def _softplus(x):
    return (1 + x.exp()).log() if x[0].mid() < 0 else x + (1 + (-x).exp()).log()


_UNARY = {
    "inverse": (lambda x: 1 / x, lambda x, y: -y * y),
    "exp": (lambda x: x.exp(), lambda x, y: y),
    "log": (lambda x: x.log(), lambda x, y: 1 / x),
    "sqrt": (lambda x: x.sqrt(), lambda x, y: 1 / (2 * y)),
    "logistic": (_logistic, lambda x, y: y - y * y),
    "softplus": (_softplus, lambda x, y: _logistic(x)),
}


def evaluate(code, results, variables, gradients=False):
    """The results' power series up to order ctx.cap - 1, and where asked for their derivatives {variable: series}.

    `variables` has the time last. FLINT encloses each coefficient; where an operation is not defined for all heads, it raises ValueError or gives what is not finite.
    """
    values, slopes = [], []
    for operation in code.operations:
        kind, slope = operation[0], {}
        if kind == "number":
            value = series([arb(fmpq(operation[1].numerator, operation[1].denominator))])
        elif kind == "variable":
            value = variables[operation[1]]
            slope = {operation[1]: series([1])}
        elif kind == "time":
            value = variables[-1]
        elif kind == "add":
            left, right = operation[1:]
            value = values[left] + values[right]
            if gradients:
                slope = dict(slopes[left])
                for place, part in slopes[right].items():
                    slope[place] = slope[place] + part if place in slope else part
        elif kind == "multiply":
            left, right = operation[1:]
            value = values[left] * values[right]
            if gradients:
                slope = {place: part * values[right] for place, part in slopes[left].items()}
                for place, part in slopes[right].items():
                    product = values[left] * part
                    slope[place] = slope[place] + product if place in slope else product
        else:
            function, derivative = _UNARY[kind]
            value = function(values[operation[1]])
            if gradients and slopes[operation[1]]:
                factor = derivative(values[operation[1]], value)
                slope = {place: factor * part for place, part in slopes[operation[1]].items()}
        if any(part.prec < ctx.cap for part in [value, *slope.values()]):
            raise ValueError("a series has lost orders")
        values.append(value)
        slopes.append(slope)
    if not gradients:
        return [values[result] for result in results]
    return [values[result] for result in results], [slopes[result] for result in results]
