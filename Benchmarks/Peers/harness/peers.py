"""The other systems: how each one's program is started. Where they come from is in installation.py."""

import subprocess
from pathlib import Path

from .contender import Contender, Failure, Worker
from .limits import OverLimit, children_seconds
from .problems import Case

PROGRAMS = Path(__file__).resolve().parent.parent / "programs"


class PythonPeer(Contender):
    """A program in Python, run by the private environment's interpreter."""

    def __init__(self, name: str, program: str, interpreter: Path):
        self.name = name
        self.command = [str(interpreter), str(PROGRAMS / program)]

    def prepare(self, case: Case, limit: float) -> Worker:
        return Worker(self.command, case.json() + "\n", limit)


class Pari(Contender):
    name = "PARI/GP"

    def prepare(self, case: Case, limit: float) -> "GPWorker":
        problem = case.problem
        target = "; ".join(", ".join(map(str, row)) for row in problem.target)
        opening = (
            f"default(recover, 0);\nplaces = {case.digits}; end = {problem.end}; target = [{target}];"
            f" initial = [{', '.join(map(str, problem.initial))}];\n"
            f'read("{PROGRAMS / "pari_taylor.gp"}");\nready();\n'
        )
        return GPWorker(["gp", "-q", "-f", "--default", "parisizemax=4G"], opening, limit)


class GPWorker(Worker):
    run_request = "run();\n"


class Boost(Contender):
    name = "Boost"

    def __init__(self, folder: Path):
        self.folder = folder

    def prepare(self, case: Case, limit: float) -> Worker:
        seconds = self.build(case.digits, limit)
        problem = case.problem
        numbers = [*problem.initial, *(entry for row in problem.target for entry in row)]
        opening = [problem.end, len(problem.initial), len(numbers) - len(problem.initial), *numbers]
        return Worker([str(self.executable(case.digits))], " ".join(map(str, opening)) + "\n", limit, seconds)

    def executable(self, digits: int) -> Path:
        return self.folder / f"boost-{digits}"

    def build(self, digits: int, limit: float) -> float:
        """CPU seconds of the compilation, which the size of the numbers is fixed in."""
        self.folder.mkdir(parents=True, exist_ok=True)
        before = children_seconds()
        command = ["c++", "-std=c++17", "-O3", "-march=native", f"-DDIGITS={digits}", "-o"]
        command += [str(self.executable(digits)), str(PROGRAMS / "boost_odeint.cpp"), "-lmpfr", "-lgmp"]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit)
        except subprocess.TimeoutExpired:
            raise OverLimit from None
        if done.returncode != 0:
            raise Failure(next((line for line in done.stderr.splitlines() if "error" in line), "did not compile"))
        return children_seconds() - before
