"""Makes a stored reference: the digits to which heyoka and PARI/GP agree.

    PYTHONPATH=Benchmarks/Peers python3 -m harness.make_reference PROBLEM DIGITS
"""

import math
import sys
from decimal import Decimal, localcontext

from .contender import Contender
from .installation import FOLDER, Installation, log
from .measurement import log10_error
from .problems import Case, parse_problem
from .references import STORED

# Seconds for each of them.
LIMIT = 24 * 3600.0


def main(name: str, digits: int) -> None:
    problem = parse_problem(name)
    heyoka, pari = Installation(FOLDER).contenders(["heyoka", "pari"])
    # Both take steps by the same rule, so with as many digits they would share a part of their errors.
    rough, fine = state(heyoka, Case(problem, digits)), state(pari, Case(problem, digits + 7))
    agreed = math.floor(-log10_error(list(map(str, rough)), fine, digits))
    with localcontext() as context:
        context.prec = 2 * digits
        entries = [str(entry.quantize(Decimal(1).scaleb(-agreed - 2))) for entry in fine]
    header = [
        f"# {problem.title}: the state at t = {problem.end}, to which heyoka and PARI/GP (with more digits) agree",
        "# within 10^-N max(1, |x|) for the N of the next line. Made by harness/make_reference.py.",
    ]
    path = STORED / f"{problem.name}.txt"
    path.write_text("\n".join([*header, str(agreed), *entries]) + "\n", encoding="ascii")
    log(f"{path}: {agreed} digits")


def state(contender: Contender, case: Case) -> list[Decimal]:
    log(f"{contender.name} on {case.problem.title} at {case.digits} digits")
    session = contender.prepare(case, LIMIT)
    try:
        return list(map(Decimal, session.run(LIMIT).state))
    finally:
        session.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
