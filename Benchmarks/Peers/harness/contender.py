"""What is measured: something that can be made ready for a case and then integrates it as often as is wanted."""

import json
import os
import select
import subprocess
import tempfile
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Optional

from .limits import OverLimit, wait_within


class Failure(Exception):
    """A contender that ended without a result, in its own words."""


@dataclass(frozen=True)
class Run:
    """One integration."""

    # CPU seconds of the integration.
    seconds: float
    # The state at the end as decimal numbers.
    state: list[str]
    steps: Optional[int]
    order: Optional[int]
    # CPU seconds of the whole process, where each run has one of its own.
    process_seconds: Optional[float] = None


class Session(ABC):
    """A contender that is ready for one case."""

    version: str
    # CPU seconds before the first run that are not in a run's: imports, compilation.
    setup_seconds: float

    @abstractmethod
    def run(self, limit: float) -> Run:
        """Raises OverLimit after `limit` CPU seconds, Failure."""

    def close(self) -> None:
        """Frees what the session holds."""


class Contender(ABC):
    name: str

    @abstractmethod
    def prepare(self, case, limit: float) -> Session:
        """Raises OverLimit after `limit` CPU seconds, Failure."""


class Worker(Session):
    """A program that speaks the protocol of programs/worker.py."""

    def __init__(self, command: list[str], opening: str, limit: float, setup_seconds: float = 0):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={**os.environ, **ONE_THREAD},
        )
        try:
            ready = self.ask(opening, limit)
        except (OverLimit, Failure):
            self.close()
            raise
        self.version = ready["version"]
        self.setup_seconds = setup_seconds + ready["seconds"]

    run_request = "\n"

    def run(self, limit: float) -> Run:
        answer = self.ask(self.run_request, limit)
        return Run(answer["seconds"], answer["state"], answer["steps"], answer["order"])

    def ask(self, text: str, limit: float) -> dict:
        try:
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            raise self.failure() from None
        # One line answers one request, so nothing is ever left in the buffer.
        output = [self.process.stdout]
        wait_within(limit, self.process.pid, lambda pause: bool(select.select(output, [], [], pause)[0]))
        line = self.process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self.failure()
        try:
            return json.loads(line)
        except json.JSONDecodeError:
            raise Failure(f"unexpected output: {line.decode(errors='replace').strip()[:200]}") from None

    def failure(self) -> Failure:
        status = self.process.wait()
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return Failure(lines[-1] if lines else f"exit status {status}")

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()
        self.errors.close()


# Libraries below the contenders may otherwise start threads.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
