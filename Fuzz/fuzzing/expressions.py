"""Formulas as trees with shared parts: built by operators, read from a problem file's text, and written as such text."""

import ast
import re
from fractions import Fraction
from typing import Any, Callable, Iterable, Union

FUNCTIONS = ("exp", "log", "log1p", "expm1", "logistic", "softplus", "tanh", "sinh", "cosh", "sqrt")

Operand = Union["Expression", Fraction, int]


class Expression:
    """`kind` is one of number, name, add, subtract, multiply, divide, power, raise, or a function's name.

    A number has a Fraction for its value, a name its text, a power its constant exponent; to raise has the exponent as a part.
    """

    __slots__ = ("kind", "parts", "value")

    def __init__(self, kind: str, parts: tuple["Expression", ...] = (), value=None):
        self.kind, self.parts, self.value = kind, parts, value

    def __add__(self, other: Operand) -> "Expression":
        return _folded("add", self, lift(other))

    def __radd__(self, other: Operand) -> "Expression":
        return lift(other) + self

    def __sub__(self, other: Operand) -> "Expression":
        return _folded("subtract", self, lift(other))

    def __rsub__(self, other: Operand) -> "Expression":
        return lift(other) - self

    def __mul__(self, other: Operand) -> "Expression":
        return _folded("multiply", self, lift(other))

    def __rmul__(self, other: Operand) -> "Expression":
        return lift(other) * self

    def __truediv__(self, other: Operand) -> "Expression":
        return Expression("divide", (self, lift(other)))

    def __rtruediv__(self, other: Operand) -> "Expression":
        return lift(other) / self

    def __neg__(self) -> "Expression":
        return 0 - self

    def __pow__(self, exponent: Operand) -> "Expression":
        if isinstance(exponent, Expression):
            constant = constant_value(exponent)
            if constant is None:
                return Expression("raise", (self, exponent))
            exponent = constant
        return Expression("power", (self,), Fraction(exponent))

    def text(self) -> str:
        """As in a problem file, with brackets around every operation."""
        if self.kind == "number":
            # A fraction that divides would be taken for two divisions.
            return str(self.value) if self.value >= 0 and self.value.denominator == 1 else f"({self.value})"
        if self.kind == "name":
            return self.value
        inner = [part.text() for part in self.parts]
        if self.kind == "power":
            return f"({inner[0]})^({self.value})"
        if self.kind in _SIGNS:
            return f"({inner[0]} {_SIGNS[self.kind]} {inner[1]})"
        return f"{self.kind}({inner[0]})"


_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "raise": "^"}


def without_raise(e: Expression) -> Expression:
    """a^b as exp(b log a)."""
    return apply("exp", e.parts[1] * apply("log", e.parts[0])) if e.kind == "raise" else e


def number(value: Union[Fraction, int, str]) -> Expression:
    return Expression("number", value=Fraction(value))


def name(text: str) -> Expression:
    return Expression("name", value=text)


def apply(function: str, argument: Operand) -> Expression:
    return Expression(function, (lift(argument),))


def lift(value: Operand) -> Expression:
    return value if isinstance(value, Expression) else number(value)


def total(terms: Iterable[Operand]) -> Expression:
    result = number(0)
    for term in terms:
        result = result + term
    return result


def _folded(kind: str, left: Expression, right: Expression) -> Expression:
    """The operation, without terms 0 and factors 0 and 1: formulas of models are full of them."""
    a = left.value if left.kind == "number" else None
    b = right.value if right.kind == "number" else None
    if kind == "multiply":
        if a == 0 or b == 0:
            return number(0)
        if a == 1:
            return right
        if b == 1:
            return left
    elif b == 0:
        return left
    elif a == 0 and kind == "add":
        return right
    if a is not None and b is not None:
        return number(a * b if kind == "multiply" else a + b if kind == "add" else a - b)
    return Expression(kind, (left, right))


def constant_value(expression: Expression) -> Union[Fraction, None]:
    """The value of an expression of numbers and the four operations, else nothing."""
    if expression.kind == "number":
        return expression.value
    if expression.kind not in _SIGNS or expression.kind == "raise":
        return None
    left, right = map(constant_value, expression.parts)
    if left is None or right is None:
        return None
    operations: dict[str, Callable] = {
        "add": lambda a, b: a + b,
        "subtract": lambda a, b: a - b,
        "multiply": lambda a, b: a * b,
        "divide": lambda a, b: a / b,
    }
    return operations[expression.kind](left, right)


_NUMBER = re.compile(r"(?<![\w.\]])(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)")
_MEMBER = re.compile(r"(\w+)\[([^\]]*)\]")


def parse(text: str, indices: dict[str, int] = {}) -> Expression:
    """Reads a problem file's formula. Members of families become names such as `m[3]`."""

    def member(match: re.Match) -> str:
        places = [int(_value(parse(place, indices))) for place in match[2].split(",")]
        return f'_name("{match[1]}[{",".join(map(str, places))}]")'

    source = _MEMBER.sub(member, text)
    pieces = re.split(r'(_name\("[^"]*"\))', source)
    pieces = [piece if piece.startswith("_name(") else _NUMBER.sub(r'_number("\1")', piece) for piece in pieces]
    return _read(ast.parse("".join(pieces).replace("^", "**").strip(), mode="eval").body, indices)


def _value(expression: Expression) -> Fraction:
    value = constant_value(expression)
    assert value is not None
    return value


def _read(node: ast.AST, indices: dict[str, int]) -> Expression:
    match node:
        case ast.Call(func=ast.Name(id="_number"), args=[ast.Constant(value=text)]):
            return number(text)
        case ast.Call(func=ast.Name(id="_name"), args=[ast.Constant(value=text)]):
            return name(text)
        case ast.Call(func=ast.Name(id=function), args=[argument]):
            return apply("logistic" if function == "sigma" else function, _read(argument, indices))
        case ast.Name(id=text):
            return number(indices[text]) if text in indices else name(text)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_read(operand, indices)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _read(operand, indices)
        case ast.BinOp(left=left, op=operator, right=right):
            a, b = _read(left, indices), _read(right, indices)
            match operator:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a / b
                case ast.Pow():
                    return a**b
    raise ValueError(f"not a formula: {ast.dump(node)}")


# By identity: the expression, which is held so that no other one gets its identity, and what is known of it.
Memory = dict[int, tuple[Expression, Any]]


def derivative(expression: Expression, variable: str, known: Memory) -> Expression:
    """The partial derivative; `known` remembers those of shared parts, for one variable."""
    found = known.get(id(expression))
    if found is None:
        found = known[id(expression)] = expression, _derivative(expression, variable, known)
    return found[1]


def _derivative(e: Expression, variable: str, known: Memory) -> Expression:
    if e.kind == "number":
        return number(0)
    if e.kind == "name":
        return number(1 if e.value == variable else 0)
    if e.kind == "raise":
        return _derivative(without_raise(e), variable, known)
    d = [derivative(part, variable, known) for part in e.parts]
    if all(slope.kind == "number" and slope.value == 0 for slope in d):
        return number(0)
    u = e.parts[0]
    match e.kind:
        case "add":
            return d[0] + d[1]
        case "subtract":
            return d[0] - d[1]
        case "multiply":
            return d[0] * e.parts[1] + u * d[1]
        case "divide":
            return (d[0] - e * d[1]) / e.parts[1]
        case "power":
            return number(e.value) * u ** (e.value - 1) * d[0]
        case "exp":
            return e * d[0]
        case "expm1":
            return (e + 1) * d[0]
        case "log":
            return d[0] / u
        case "log1p":
            return d[0] / (1 + u)
        case "logistic":
            return e * apply("logistic", -u) * d[0]
        case "softplus":
            return apply("logistic", u) * d[0]
        case "tanh":
            return (1 - e * e) * d[0]
        case "sinh":
            return apply("cosh", u) * d[0]
        case "cosh":
            return apply("sinh", u) * d[0]
        case "sqrt":
            return d[0] / (2 * e)
    raise ValueError(e.kind)
