"""The machine and the software that a result belongs to."""

import datetime
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path
from typing import Optional


def record(root: Path) -> dict:
    """Called before the measurement, so that the load is what it was then."""
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": _output("git", "-C", str(root), "rev-parse", "HEAD"),
        "hasUncommittedChanges": bool(_output("git", "-C", str(root), "status", "--porcelain")),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "loadAverage": list(os.getloadavg()),
        "system": _system(),
        "swift": _first_line(_output("swift", "--version")),
        "compiler": _first_line(_output("c++", "--version")),
        "libraries": _libraries(),
    }


def summary(record: dict) -> str:
    load = ", ".join(f"{value:.1f}" for value in record["loadAverage"])
    commit = (record["commit"] or "unknown")[:10] + (" with changes" if record["hasUncommittedChanges"] else "")
    libraries = ", ".join(f"{name} {version}" for name, version in record["libraries"].items())
    return (
        f"{record['date'][:10]}, commit {commit}; {record['processor']}, {record['cores']} cores, load {load};"
        f" {record['system']}, {libraries or 'libraries unknown'}, {record['swift'] or 'Swift unknown'}"
    )


def _output(*command: str) -> Optional[str]:
    if not shutil.which(command[0]):
        return None
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def _first_line(text: Optional[str]) -> Optional[str]:
    return text.splitlines()[0] if text else None


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else _output("sysctl", "-n", "machdep.cpu.brand_string") or platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform()


def _libraries() -> dict[str, str]:
    """Versions of GMP, MPFR, FLINT and Arb, by pkg-config or by Debian's packages."""
    versions = {}
    for name, module, package in [
        ("GMP", "gmp", "libgmp-dev"), ("MPFR", "mpfr", "libmpfr-dev"), ("FLINT", "flint", "libflint-dev"),
        ("Arb", "arb", "libflint-arb-dev"),
    ]:
        version = _output("pkg-config", "--modversion", module)
        version = version or _output("dpkg-query", "-W", "-f=${Version}", package)
        if version:
            versions[name] = version
    return versions
