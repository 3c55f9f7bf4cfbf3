"""CPU time of other processes, and limits on it."""

import os
import resource
import time
from pathlib import Path
from typing import Callable

# Seconds between two looks at a process.
PAUSE = 0.2


class OverLimit(Exception):
    """A preparation or a run took longer than allowed."""


def wait_within(limit: float, pid: int, is_done: Callable[[float], bool]) -> None:
    """Waits until `is_done`, which itself waits for the seconds that it is given.

    Raises OverLimit once the process has used `limit` more CPU seconds, so that other load on the machine does not
    count; where there is no /proc, once they have passed.
    """
    start = _used_seconds(pid)
    while not is_done(PAUSE):
        if _used_seconds(pid) - start > limit:
            raise OverLimit


def _used_seconds(pid: int) -> float:
    try:
        # The second field, a name in brackets, may hold blanks.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children_seconds() -> float:
    """CPU seconds of all child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
