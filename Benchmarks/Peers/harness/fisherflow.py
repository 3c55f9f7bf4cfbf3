"""FisherFlow as its users run it: `fisherflow solve` on a problem file, a process for each run."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from .contender import Contender, Failure, Run, Session
from .limits import OverLimit, children_seconds, wait_within
from .problems import Case


class FisherFlow(Contender):
    name = "FisherFlow"

    def __init__(self, executable: Path):
        self.executable = executable
        shown = subprocess.run([executable, "--version"], capture_output=True, text=True, check=True)
        self.version = f"FisherFlow {shown.stdout.strip()}"

    def prepare(self, case: Case, limit: float) -> "Solve":
        return Solve(self, case)


def build(root: Path) -> Path:
    """Sets up and builds in release; the executable. Raises Failure."""
    command = ["swift", "build", "--package-path", str(root), "-c", "release"]
    for step in [[str(root / "Scripts" / "bootstrap")], [*command, "--product", "fisherflow"]]:
        # What they say goes to standard error: standard output is for results.
        if subprocess.run(step, stdin=subprocess.DEVNULL, stdout=sys.stderr).returncode != 0:
            raise Failure(f"{step[0]} failed")
    shown = subprocess.run([*command, "--show-bin-path"], stdout=subprocess.PIPE, text=True, check=True)
    return Path(shown.stdout.strip()) / "fisherflow"


def has_ended(process: subprocess.Popen, pause: float) -> bool:
    try:
        process.wait(pause)
        return True
    except subprocess.TimeoutExpired:
        return False


class Solve(Session):
    setup_seconds = 0.0

    def __init__(self, contender: FisherFlow, case: Case):
        self.version = contender.version
        self.case = case
        self.file = tempfile.NamedTemporaryFile("w", suffix=".yaml")
        self.file.write(case.problem.problem_file())
        self.file.flush()
        self.command = [
            str(contender.executable), "solve", self.file.name, "--digits", str(case.digits), "--method", "taylor",
            "--estimate", "--statistics",
        ]

    def run(self, limit: float) -> Run:
        before = children_seconds()
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
            try:
                wait_within(limit, process.pid, lambda pause: has_ended(process, pause))
            except OverLimit:
                process.kill()
                process.wait()
                raise
            process_seconds = children_seconds() - before
            output.seek(0)
            errors.seek(0)
            if process.returncode != 0:
                raise Failure(errors.read().strip() or f"exit status {process.returncode}")
            document = json.load(output)
        figures = document["statistics"]
        return Run(
            figures["seconds"],
            self.case.problem.state(document["samples"][0]),
            figures["steps"],
            figures["order"],
            process_seconds,
        )

    def close(self) -> None:
        self.file.close()
