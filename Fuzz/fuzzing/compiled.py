"""Formulas as a Python function: what is evaluated a million times is not walked through as a tree each time."""

from typing import Callable, Sequence

from flint import arb

from .expressions import Expression, without_raise
from .series import ball, function_value, power_value

_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}


def compiled(names: Sequence[str], expressions: Sequence[Expression]) -> Callable[[Sequence[arb], arb], list[arb]]:
    """The expressions' values as a function of the names' values and the time `t`; shared parts are computed once."""
    lines: list[str] = []
    places: dict[str, str] = {}
    known: dict[int, str] = {}
    # By identity in `known`: they must last.
    kept: list[Expression] = []
    constants: dict[str, object] = {"function_value": function_value, "power_value": power_value}
    variables = {name: f"v{i}" for i, name in enumerate(names)} | {"t": "t"}

    def line(text: str) -> str:
        if text not in places:
            places[text] = f"a{len(places)}"
            lines.append(f"    {places[text]} = {text}")
        return places[text]

    def constant(value: object) -> str:
        key = f"c{len(constants)}"
        constants[key] = value
        return key

    def place(e: Expression) -> str:
        if id(e) not in known:
            known[id(e)] = _line(e)
        return known[id(e)]

    numbers: dict = {}

    def _line(e: Expression) -> str:
        if e.kind == "number":
            if e.value not in numbers:
                numbers[e.value] = constant(ball(e.value))
            return numbers[e.value]
        if e.kind == "name":
            return variables[e.value]
        if e.kind == "raise":
            kept.append(without_raise(e))
            return place(kept[-1])
        parts = [place(part) for part in e.parts]
        if e.kind in _SIGNS:
            return line(f"{parts[0]} {_SIGNS[e.kind]} {parts[1]}")
        if e.kind == "power":
            if e.value in (2, 3, 4):
                return line(" * ".join(parts * int(e.value)))
            exponent = numbers.setdefault(("power", e.value), None) or constant(e.value)
            numbers["power", e.value] = exponent
            return line(f"power_value({parts[0]}, {exponent})")
        return line(f'function_value("{e.kind}", {parts[0]})')

    results = [place(e) for e in expressions]
    taken = ", ".join(variables[name] for name in names)
    source = "\n".join([f"def function(state, t):", f"    {taken}, = state", *lines, f"    return [{', '.join(results)}]"])
    exec(source, constants)
    return constants["function"]  # type: ignore[return-value]
