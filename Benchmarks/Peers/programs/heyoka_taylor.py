"""heyoka: the Taylor method, compiled by LLVM for the problem; order from the tolerance, arithmetic by MPFR."""

import heyoka
from worker import Problem, factorization_velocity, read_problem, serve


def main() -> None:
    problem = read_problem()
    precision = int(problem.working_digits * 3.3219280948873626) + 1

    def real(number) -> heyoka.real:
        return heyoka.real(number.numerator, precision) / heyoka.real(number.denominator, precision)

    variables = heyoka.make_vars(*[f"x{i}" for i in range(len(problem.initial))])
    start = [real(number) for number in problem.initial]
    integrator = heyoka.taylor_adaptive(
        list(zip(variables, velocity(problem, variables, real))),
        start,
        fp_type=heyoka.real,
        prec=precision,
        tol=heyoka.real(f"1e-{problem.digits}", precision),
        # Without it the compilation of the factorisations does not end in minutes.
        compact_mode=True,
    )
    end = real(problem.end)

    def integrate() -> tuple:
        integrator.time = heyoka.real(0, precision)
        for place, value in enumerate(start):
            integrator.state[place] = value
        outcome, _, _, steps, *_ = integrator.propagate_until(end)
        if outcome != heyoka.taylor_outcome.time_limit:
            raise RuntimeError(f"stopped before the end: {outcome}")
        return list(integrator.state), int(steps), integrator.order

    serve(f"heyoka.py {heyoka.__version__}", integrate)


def velocity(problem: Problem, variables: list, real) -> list:
    if problem.family == "exponential":
        return [1.0 + heyoka.exp(-x) for x in variables]

    def product(a: list, b: list) -> list:
        return [[heyoka.sum([x * y for x, y in zip(row, column)]) for column in zip(*b)] for row in a]

    def difference(a: list, b: list) -> list:
        return [[x - y for x, y in zip(row, other)] for row, other in zip(a, b)]

    layers = factorization_velocity(
        problem.layers(variables),
        [[heyoka.expression(real(y)) for y in row] for row in problem.target],
        product,
        lambda a: [list(column) for column in zip(*a)],
        difference,
        lambda a: [[-x for x in row] for row in a],
    )
    return [entry for layer in layers for row in layer for entry in row]


if __name__ == "__main__":
    main()
