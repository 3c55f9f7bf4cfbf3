"""Random models with data, likelihoods and flows, as cases for the command."""

from fractions import Fraction
from random import Random
from typing import Optional

from . import draws
from .approximation import approximate
from .cases import Case, Integration, Reference, Values, times_text
from .enclosure import Unknown, enclose
from .systems import options
from .velocity import Flow, NoReference, OutputFormulas, Sample


def make(random: Random) -> Case:
    kind = random.choice(["linear", "linear", "deep-linear", "deep-linear", "diagonal", "diagonal", "mlp", "matrix"])
    likelihood = random.choice(["gaussian", "bernoulli", "bernoulli", "poisson", "categorical"])
    if kind == "matrix":
        return _of_matrix(random, random.choice(["gaussian", "gaussian", "bernoulli", "poisson"]))
    d = random.randint(1, 3)
    outputs = 1 if kind == "diagonal" else random.choice([1, 1, 2])
    if likelihood == "categorical":
        if kind == "diagonal":
            likelihood = "bernoulli"
        else:
            outputs = random.choice([2, 3])
    samples = _samples(random, d, outputs, likelihood)
    model, shapes, formulas = _model(random, kind, d, outputs)
    flow_text, flow = _flow(random, samples, likelihood, kind, d)
    return _finish(random, kind, model, shapes, formulas, _data_text(samples, likelihood), likelihood, flow_text, flow, samples)


def _samples(random: Random, d: int, outputs: int, likelihood: str) -> list[Sample]:
    """Separable, collinear and repeated inputs among them, zeros, near duplicates and badly scaled columns."""
    count = random.randint(1, 4)
    draw = draws.mild if random.random() < 0.85 else draws.plain
    inputs = [[draw(random) if random.random() < 0.85 else Fraction(0) for _ in range(d)] for _ in range(count)]
    trouble = random.random()
    if trouble < 0.1:
        inputs[-1] = list(inputs[0])
    elif trouble < 0.15 and d > 1:
        for row in inputs:
            row[1] = 2 * row[0]
    elif trouble < 0.2:
        inputs[-1] = [x + draws.power_of_ten(random, -20, -10) for x in inputs[0]]
    elif trouble < 0.25:
        scale = draws.power_of_ten(random, -8, 8)
        inputs = [[x * scale if i == 0 else x for i, x in enumerate(row)] for row in inputs]
    elif trouble < 0.28:
        inputs = [[Fraction(0)] * d for _ in inputs]
    elif trouble < 0.32:
        inputs[0] = [draws.sized(random) for _ in range(d)]
    separable = random.random() < 0.4
    samples = []
    for n, row in enumerate(inputs):
        if likelihood == "categorical":
            # The highest class is there: the linear model takes its size from it.
            samples.append(Sample(row, [Fraction(random.randrange(outputs) if n else outputs - 1)]))
            continue
        targets: list[Optional[Fraction]] = []
        for _ in range(outputs):
            if likelihood == "gaussian":
                targets.append(draw(random))
            elif likelihood == "bernoulli":
                targets.append(Fraction(row[0] > 0 if separable else random.randint(0, 1)))
            else:
                targets.append(Fraction(random.choice([0, 0, 1, 2, 3])))
        samples.append(Sample(row, targets))
    return samples


def _data_text(samples: list[Sample], likelihood: str) -> str:
    inputs = _rows([sample.input for sample in samples])
    if likelihood == "categorical" or len(samples[0].targets) == 1:
        targets = "[" + ", ".join(str(sample.targets[0]) for sample in samples) + "]"
    else:
        targets = _rows([sample.targets for sample in samples])
    return f"{{inputs: {inputs}, targets: {targets}}}"


def _rows(rows: list[list]) -> str:
    return "[" + ", ".join("[" + ", ".join("null" if x is None else str(x) for x in row) + "]" for row in rows) + "]"


def _model(random: Random, kind: str, d: int, outputs: int) -> tuple[str, list[tuple[int, ...]], OutputFormulas]:
    if kind == "linear":
        shapes = [(outputs, d)]
        return "{kind: linear}", shapes, OutputFormulas(kind, shapes)
    if kind == "diagonal":
        depth = random.choice([1, 2, 2, 3])
        if random.random() < 0.5:
            shapes = [(d,)] * depth
            return f"{{kind: diagonal, form: product, depth: {depth}}}", shapes, OutputFormulas(kind, shapes, form="product")
        text = f"{{kind: diagonal, form: difference, depth: {depth}}}"
        return text, [(d,), (d,)], OutputFormulas(kind, [(d,), (d,)], form=f"difference {depth}")
    widths = [d, *(random.randint(1, 3) for _ in range(random.choice([1, 1, 2]) if d < 3 else 1)), outputs]
    layers = [(b, a) for a, b in zip(widths, widths[1:])]
    if kind != "mlp":
        return f"{{kind: {kind}, widths: {widths}}}", layers, OutputFormulas(kind, layers)
    activation, bias = random.choice(["tanh", "softplus", "logistic"]), random.random() < 0.5
    shapes = [shape for layer in layers for shape in ((layer, (layer[0],)) if bias else (layer,))]
    text = f"{{kind: mlp, widths: {widths}, activation: {activation}, bias: {str(bias).lower()}}}"
    return text, shapes, OutputFormulas(kind, shapes, activation=activation, bias=bias)


def _flow(random: Random, samples: list[Sample], likelihood: str, kind: str, d: int) -> tuple[str, dict]:
    """The text, and the arguments of Flow."""
    if random.random() < 0.35:
        return "{kind: gradient}", {}
    found: dict = {"natural": True}
    choice, measure = random.random(), "training-inputs"
    damping = ""
    if choice < 0.15 and likelihood == "gaussian" and kind != "mlp":
        factor = [[draws.mild(random) for _ in range(d)] for _ in range(d)]
        moment = [[sum(a * b for a, b in zip(u, v)) + (i == j) for j, v in enumerate(factor)] for i, u in enumerate(factor)]
        found["second_moment"], measure = moment, f"{{secondMoment: {_rows(moment)}}}"
    elif choice < 0.35:
        points = [sample.input for sample in samples]
        if random.random() < 0.5:
            points = points + [[draws.mild(random) for _ in range(d)]]
        weights = [draws.positive(random) for _ in points]
        found["given"] = list(zip(points, weights))
        measure = f"{{inputs: {_rows(points)}, weights: [{', '.join(map(str, weights))}]}}"
    if "second_moment" not in found and random.random() < 0.2:
        found["damping"] = draws.positive(random) * draws.power_of_ten(random, -12, 2)
        damping = f", damping: {found['damping']}"
    return f"{{kind: natural-gradient, fisher: {measure}{damping}}}", found


def _of_matrix(random: Random, likelihood: str) -> Case:
    m, n, rank = random.randint(1, 2), random.randint(1, 3), random.randint(1, 3)
    target = {
        "gaussian": lambda: draws.mild(random), "bernoulli": lambda: Fraction(random.randint(0, 1)),
        "poisson": lambda: Fraction(random.randint(0, 3)),
    }[likelihood]
    matrix = [[target() if random.random() < 0.75 else None for _ in range(n)] for _ in range(m)]
    if all(entry is None for row in matrix for entry in row):
        matrix[0][0] = Fraction(1)
    samples = [
        Sample([Fraction(i == j) for i in range(n)], [matrix[k][j] for k in range(m)]) for j in range(n)
    ]
    layers = [(rank, n), (m, rank)]
    formulas = OutputFormulas("matrix-factorization", layers)
    every = [(j, k) for j in range(n) for k in range(m)]
    observed = [(j, k) for j, k in every if matrix[k][j] is not None]
    flow_text, found = "{kind: gradient}", {"entries": observed}
    if random.random() < 0.6:
        measure = random.choice(["training-inputs", "all-entries", "observed-entries"])
        found = {"natural": True, "entries": every if measure == "all-entries" else observed}
        flow_text = f"{{kind: natural-gradient, fisher: {measure}}}"
    model = f"{{kind: matrix-factorization, widths: {[n, rank, m]}}}"
    data = f"{{matrix: {_rows(matrix)}}}"
    return _finish(random, "matrix", model, layers, formulas, data, likelihood, flow_text, found, samples)


def _finish(random, kind, model, shapes, formulas, data, likelihood, flow_text, found, samples) -> Case:
    starts, initial = _starts(random, kind, shapes)
    is_mean = random.random() < 0.3
    large = random.random() < 0.25
    times = draws.times(random, Fraction(random.choice([20, 50, 100])) if large else Fraction(random.randint(1, 30), 10))
    digits = draws.digits(random)
    text = (
        f"model: {model}\ndata: {data}\nlikelihood: {likelihood}\nflow: {flow_text}\ninitial: {initial}\n"
        f"times: {times_text(times)}\n" + ("normalisation: mean\n" if is_mean else "")
    )
    flow = Flow(likelihood, samples, formulas, formulas.names, starts, is_mean, **found)

    def by(method: Integration) -> Reference:
        def values(seconds: float) -> list[Values]:
            try:
                states = method(flow.system(), times, digits + 10, seconds)
            except NoReference as reason:
                raise Unknown(str(reason)) from None
            return [flow.values(state) for state in states]

        return values

    arguments = ["solve", "--digits", str(digits), *options(random)]
    if random.random() < 0.15 and "natural" in found:
        # Without a prediction: the problem's own closed forms, which are right.
        return Case(kind, text.encode(), ["verify", "--digits", str(digits)], digits, expected="right")
    return Case(kind, text.encode(), arguments, digits, by(approximate), by(enclose))


def _starts(random: Random, kind: str, shapes: list[tuple[int, ...]]) -> tuple[list[Fraction], str]:
    sizes = [shape[0] * (shape[1] if len(shape) == 2 else 1) for shape in shapes]
    choice = random.random()
    scale = draws.power_of_ten(random, -60, -1) if random.random() < 0.2 else Fraction(1)
    if choice < 0.2 and kind not in ("mlp", "linear"):
        entries = []
        for shape in shapes:
            if len(shape) == 1:
                entries += [scale] * shape[0]
            else:
                entries += [scale * (i == j) for i in range(shape[0]) for j in range(shape[1])]
        return entries, f"{{identity: {scale}}}"
    if choice < 0.4:
        seed = random.getrandbits(64) if random.random() < 0.5 else random.randint(0, 99)
        stream = SplitMix64(seed)
        return [scale * Fraction(stream.draw(1000), 1000) for _ in range(sum(sizes))], f"{{seed: {seed}, scale: {scale}}}"
    entries = [scale * draws.mild(random) / 2 for _ in range(sum(sizes))]
    if choice < 0.45:
        entries = [Fraction(0)] * len(entries)
    place, parts = 0, []
    for shape, size in zip(shapes, sizes):
        own = entries[place : place + size]
        place += size
        if len(shape) == 1:
            parts.append("[" + ", ".join(map(str, own)) + "]")
        else:
            parts.append(_rows([own[i * shape[1] : (i + 1) * shape[1]] for i in range(shape[0])]))
    whole = parts[0] if kind == "linear" else "[" + ", ".join(parts) + "]"
    return entries, f"{{parameters: {whole}}}"


class SplitMix64:
    """The generator of problem files' seeds (Steele, Lea and Flood 2014)."""

    def __init__(self, seed: int):
        self.state = seed

    def next(self) -> int:
        mask = 2**64 - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    def draw(self, bound: int) -> int:
        """From -bound to bound, never 0."""
        r = self.next() % (2 * bound) - bound
        return r if r < 0 else r + 1
