"""The command as users run it, a process for each run, with limits on its time and memory."""

import os
import resource
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

MEGABYTE = 2**20


@dataclass(frozen=True)
class Outcome:
    """What one run did: the exit status, negative for a signal."""

    status: int
    output: str
    errors: str
    seconds: float
    peak: int
    over_time: bool


@dataclass
class Command:
    """The executable, the seconds a run may take, and the bytes it may use."""

    executable: Path
    seconds: float = 10
    memory: int = 2048 * MEGABYTE

    @cached_property
    def options(self) -> dict[str, str]:
        """The help texts of the subcommands: they say which options there are."""
        shown = {
            name: subprocess.run([self.executable, "help", name], capture_output=True, text=True).stdout
            for name in ("solve", "verify")
        }
        return shown

    def has(self, option: str, subcommand: str = "solve") -> bool:
        return f"[{option}" in self.options[subcommand]

    def limits(self, subcommand: str) -> list[str]:
        """Options that keep a run within the budget, where the command has them."""
        found = ["--max-seconds", f"{self.seconds:g}"] if self.has("--max-seconds", subcommand) else []
        return found + (["--max-memory", "1G"] if self.has("--max-memory", subcommand) else [])

    def run(self, arguments: list[str], data: bytes | None = None) -> Outcome:
        """Runs it; ends it when it has used twice its CPU seconds and some, or its memory."""
        cpu = 2 * self.seconds + 5

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_CPU, (int(cpu), int(cpu) + 2))
            resource.setrlimit(resource.RLIMIT_AS, (4 * self.memory, 4 * self.memory))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        with tempfile.TemporaryFile("w+b") as output, tempfile.TemporaryFile("w+b") as errors:
            started = time.monotonic()
            process = subprocess.Popen(
                [str(self.executable), *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                preexec_fn=limit, env={**os.environ, "SWIFT_BACKTRACE": "enable=no"},
            )
            pause, over_time = 0.001, False
            while True:
                pid, state, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    break
                if time.monotonic() - started > 20 * cpu:
                    over_time = True
                    process.kill()
                time.sleep(pause)
                pause = min(pause * 1.5, 0.05)
            process.returncode = status = os.waitstatus_to_exitcode(state)
            over_time = over_time or -status in (signal.SIGXCPU, signal.SIGKILL)
            output.seek(0)
            errors.seek(0)
            return Outcome(
                status, output.read().decode("utf-8", "replace"), errors.read().decode("utf-8", "replace"),
                usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, over_time,
            )
