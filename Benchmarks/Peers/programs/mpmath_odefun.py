"""mpmath: `odefun`, a Taylor method on differences of the right-hand side, with gmpy2 for its arithmetic."""

import gmpy2
import mpmath
from mpmath import exp, fdot, mp, mpf
from worker import Problem, factorization_velocity, read_problem, serve


def main() -> None:
    problem = read_problem()
    mp.dps = problem.working_digits
    start = [real(number) for number in problem.initial]
    tolerance = mpf(10) ** -problem.digits

    def integrate() -> tuple:
        solution = mpmath.odefun(velocity(problem), 0, start, tol=tolerance)
        state = solution(real(problem.end))
        return [mpmath.nstr(value, mp.dps) for value in state], None, None

    serve(f"mpmath {mpmath.__version__}, gmpy2 {gmpy2.version()}", integrate)


def real(number) -> mpf:
    return mpf(number.numerator) / number.denominator


def velocity(problem: Problem):
    if problem.family == "exponential":
        return lambda t, state: [1 + exp(-x) for x in state]
    target = [[real(y) for y in row] for row in problem.target]

    def product(a: list, b: list) -> list:
        return [[fdot(row, column) for column in zip(*b)] for row in a]

    def difference(a: list, b: list) -> list:
        return [[x - y for x, y in zip(row, other)] for row, other in zip(a, b)]

    def field(t: mpf, state: list) -> list:
        layers = factorization_velocity(
            problem.layers(state),
            target,
            product,
            lambda a: [list(column) for column in zip(*a)],
            difference,
            lambda a: [[-x for x in row] for row in a],
        )
        return [entry for layer in layers for row in layer for entry in row]

    return field


if __name__ == "__main__":
    main()
