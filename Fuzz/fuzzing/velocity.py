"""Gradient and natural gradient flow of a model as a system of formulas, from the definitions alone.

Outputs are formulas of the parameters and Jacobians their derivatives. With rows m of the Fisher measure, F = J^T W J, where
W holds weights times the family's variance; g is the loss's gradient. Where F has full rank, or with damping, a system is
solved; where J has full row rank the Moore-Penrose inverse is F^+ = J^T G^-1 W^-1 G^-1 J with G = J J^T. Other ranks are
not treated.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Optional

from flint import arb, ctx

from .enclosure import System
from .expressions import Expression, apply, derivative, name, number, total
from .series import ball, evaluate

Matrix = list[list[Expression]]


class NoReference(Exception):
    """A case that is not treated here."""


@dataclass
class Sample:
    """An input and, for each output, its target; nothing where it is unobserved. Categorical: the class."""

    input: list[Fraction]
    targets: list[Optional[Fraction]]


@dataclass
class Flow:
    """`measure`: weights of inputs, or of single entries of outputs; nothing for gradient flow."""

    likelihood: str
    samples: list[Sample]
    outputs: "OutputFormulas"
    parameters: list[str]
    starts: list[Fraction]
    is_mean: bool
    natural: bool = False
    damping: Fraction = Fraction(0)
    # (input, weight); None for the training inputs.
    given: Optional[list[tuple[list[Fraction], Fraction]]] = None
    # Of a matrix: the entries of the measure, by (sample, output).
    entries: Optional[list[tuple[int, int]]] = None
    second_moment: Optional[list[list[Fraction]]] = None
    _slopes: dict = field(default_factory=dict)

    def system(self) -> System:
        """Raises NoReference."""
        gradient = self._gradient()
        if not self.natural:
            return System(self.parameters, [-g for g in gradient], self.starts)
        return System(self.parameters, [-v for v in self._natural(gradient)], self.starts)

    def values(self, state: list[arb]) -> dict[str, list[arb]]:
        """Outputs, means and loss at a state."""
        values, known = dict(zip(self.parameters, state)), {}
        rows = [[evaluate(f, values, known) for f in self.outputs(sample.input)] for sample in self.samples]
        means = [[evaluate(m, values, known) for m in self._means(self.outputs(sample.input))] for sample in self.samples]
        return {"outputs": sum(rows, []), "means": sum(means, []), "parameters": state}

    def _means(self, outputs: list[Expression]) -> list[Expression]:
        match self.likelihood:
            case "gaussian":
                return outputs
            case "bernoulli":
                return [apply("logistic", f) for f in outputs]
            case "poisson":
                return [apply("exp", f) for f in outputs]
        return [1 / total(apply("exp", other - f) for other in outputs) for f in outputs]

    def _free(self, outputs: list[Expression]) -> list[Expression]:
        """The natural parameters: outputs, or for classes their differences from the last."""
        if self.likelihood == "categorical":
            return [f - outputs[-1] for f in outputs[:-1]]
        return outputs

    def _variance(self, outputs: list[Expression]) -> Matrix:
        means = self._means(outputs)
        if self.likelihood == "categorical":
            means = means[:-1]
            return [[(a - a * a) if i == j else -(a * b) for j, b in enumerate(means)] for i, a in enumerate(means)]
        entry = {
            "gaussian": lambda f: number(1),
            "bernoulli": lambda f: apply("logistic", f) * apply("logistic", -f),
            "poisson": lambda f: apply("exp", f),
        }[self.likelihood]
        return [[entry(f) if i == j else number(0) for j in range(len(outputs))] for i, f in enumerate(outputs)]

    def _jacobian(self, rows: list[Expression]) -> Matrix:
        return [[derivative(row, p, self._slopes.setdefault(p, {})) for p in self.parameters] for row in rows]

    def _gradient(self) -> list[Expression]:
        terms, count = [number(0)] * len(self.parameters), 0
        for sample in self.samples:
            outputs = self.outputs(sample.input)
            means, free = self._means(outputs), self._free(outputs)
            slopes = self._jacobian(free)
            for k, row in enumerate(slopes):
                if self.likelihood == "categorical":
                    rest = means[k] - (1 if sample.targets[0] == k else 0)
                elif sample.targets[k] is None:
                    continue
                elif self.likelihood == "bernoulli" and sample.targets[k] == 1:
                    rest = -apply("logistic", -outputs[k])
                else:
                    rest = means[k] - sample.targets[k]
                terms = [term + rest * slope for term, slope in zip(terms, row)]
            count += 1 if self.entries is None else sum(target is not None for target in sample.targets)
        return [term / count for term in terms] if self.is_mean else terms

    def _measure(self) -> tuple[Matrix, Matrix]:
        """The rows' Jacobian and their weight matrix W."""
        if self.second_moment is not None:
            size, count = len(self.second_moment), len(self.outputs([Fraction(0)] * len(self.second_moment)))
            units = [[Fraction(i == j) for j in range(size)] for i in range(size)]
            columns = [self.outputs(unit) for unit in units]
            rows = [columns[i][k] for k in range(count) for i in range(size)]
            weights = [
                [number(self.second_moment[i][j]) if k == l else number(0) for l in range(count) for j in range(size)]
                for k in range(count) for i in range(size)
            ]
            return self._jacobian(rows), weights
        if self.entries is not None:
            rows, variances = [], []
            for n, k in self.entries:
                outputs = self.outputs(self.samples[n].input)
                rows.append(outputs[k])
                variances.append([[self._variance(outputs)[k][k]]])
            scale = Fraction(1, len(rows)) if self.is_mean else Fraction(1)
            return self._jacobian(rows), _blocks(variances, [scale] * len(rows))
        weights: dict[tuple, Fraction] = {}
        for point, weight in self.given or [(sample.input, Fraction(1)) for sample in self.samples]:
            weights[tuple(point)] = weights.get(tuple(point), Fraction(0)) + weight
        scale = 1 / sum(weights.values()) if self.is_mean else Fraction(1)
        outputs = [self.outputs(list(point)) for point in weights]
        rows = [row for several in outputs for row in self._free(several)]
        return self._jacobian(rows), _blocks(list(map(self._variance, outputs)), [w * scale for w in weights.values()])

    def _natural(self, gradient: list[Expression]) -> list[Expression]:
        jacobian, weights = self._measure()
        rows, columns = range(len(jacobian)), range(len(self.parameters))
        if self.damping or len(jacobian) >= len(self.parameters):
            weighted = [[total(weights[m][l] * jacobian[l][p] for l in rows) for p in columns] for m in rows]
            fisher = [[total(jacobian[m][p] * weighted[m][q] for m in rows) for q in columns] for p in columns]
            for p in columns:
                fisher[p][p] = fisher[p][p] + self.damping
            return self._solve(fisher, gradient)
        gram = [[total(jacobian[m][p] * jacobian[l][p] for p in columns) for l in rows] for m in rows]
        right = [total(jacobian[m][p] * gradient[p] for p in columns) for m in rows]
        inner = self._solve(gram, self._solve(weights, self._solve(gram, right)))
        return [total(jacobian[m][p] * inner[m] for m in rows) for p in columns]

    def _solve(self, matrix: Matrix, right: list[Expression]) -> list[Expression]:
        """Gauss elimination of a positive definite matrix, whose pivots are far from 0 at the start.

        Raises NoReference.
        """
        rows, right, n = [list(row) for row in matrix], list(right), len(matrix)
        for i in range(n):
            self._check(rows[i][i])
            for j in range(i + 1, n):
                if rows[j][i].kind == "number" and rows[j][i].value == 0:
                    continue
                factor = rows[j][i] / rows[i][i]
                rows[j] = [rows[j][k] - factor * rows[i][k] if k > i else number(0) for k in range(n)]
                right[j] = right[j] - factor * right[i]
        solution: list[Expression] = [number(0)] * n
        for i in reversed(range(n)):
            rest = right[i] - total(rows[i][k] * solution[k] for k in range(i + 1, n))
            solution[i] = rest / rows[i][i]
        return solution

    def _check(self, pivot: Expression) -> None:
        before = ctx.prec
        ctx.prec = 3000
        try:
            value = evaluate(pivot, dict(zip(self.parameters, map(ball, self.starts))))
            if not value > 0:
                raise NoReference("the rank is not full")
        finally:
            ctx.prec = before


def _blocks(parts: list[Matrix], weights: list[Fraction]) -> Matrix:
    size = sum(map(len, parts))
    whole = [[number(0)] * size for _ in range(size)]
    corner = 0
    for part, weight in zip(parts, weights):
        for i, row in enumerate(part):
            for j, entry in enumerate(row):
                whole[corner + i][corner + j] = weight * entry
        corner += len(part)
    return whole


class OutputFormulas:
    """A model's outputs at an input, as formulas of its parameters."""

    def __init__(self, kind: str, shapes: list[tuple[int, ...]], activation: str = "", form: str = "", bias: bool = False):
        self.kind, self.activation, self.form, self.bias = kind, activation, form, bias
        count, self.parts = 0, []
        for shape in shapes:
            names = [name(f"p{count + i}") for i in range(shape[0] * (shape[1] if len(shape) == 2 else 1))]
            count += len(names)
            width = shape[1] if len(shape) == 2 else None
            self.parts.append(
                names if width is None else [names[i * width : (i + 1) * width] for i in range(shape[0])]
            )
        self.names = [f"p{i}" for i in range(count)]
        self._known: dict[tuple, list[Expression]] = {}

    def __call__(self, point: list[Fraction]) -> list[Expression]:
        key = tuple(point)
        if key not in self._known:
            self._known[key] = self._outputs([number(x) for x in point])
        return self._known[key]

    def _outputs(self, hidden: list[Expression]) -> list[Expression]:
        if self.kind == "diagonal":
            return [total(x * b for x, b in zip(hidden, self._end_to_end(len(hidden))))]
        if self.kind == "mlp":
            step = 2 if self.bias else 1
            for l in range(0, len(self.parts), step):
                if l:
                    hidden = [apply(self.activation, h) for h in hidden]
                hidden = _product(self.parts[l], hidden)
                if self.bias:
                    hidden = [h + b for h, b in zip(hidden, self.parts[l + 1])]
            return hidden
        for layer in self.parts:
            hidden = _product(layer, hidden)
        return hidden

    def _end_to_end(self, size: int) -> list[Expression]:
        if self.form.startswith("difference"):
            depth = int(self.form.split()[1])
            return [u**depth - v**depth for u, v in zip(*self.parts)]
        result = list(self.parts[0])
        for factor in self.parts[1:]:
            result = [a * b for a, b in zip(result, factor)]
        return result


def _product(matrix: Matrix, vector: list[Expression]) -> list[Expression]:
    return [total(a * x for a, x in zip(row, vector)) for row in matrix]
