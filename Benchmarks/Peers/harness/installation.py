"""Installs the peers: those in Python into a private environment, Debian's packages where root can be had.

Quiet when there is nothing to do. What cannot be had is left out, with the reason.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Optional

from .contender import Contender
from .peers import Boost, Pari, PythonPeer


ROOT = Path(__file__).resolve().parents[3]

# For what is installed, built and found; git ignores it.
FOLDER = ROOT / ".build-bench"


@dataclass(frozen=True)
class Peer:
    name: str
    make: Callable[["Installation"], Contender]
    # Requirements for pip.
    python: tuple[str, ...] = ()
    # Debian's packages, and what shows that they, or the like of them, are there.
    debian: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


PEERS = {
    "heyoka": Peer(
        "heyoka", lambda place: PythonPeer("heyoka", "heyoka_taylor.py", place.interpreter),
        python=("heyoka>=7.0,<8",),
    ),
    "pari": Peer("PARI/GP", lambda place: Pari(), debian=("pari-gp",), commands=("gp",)),
    "mpmath": Peer(
        "mpmath", lambda place: PythonPeer("mpmath", "mpmath_odefun.py", place.interpreter),
        python=("mpmath>=1.3,<2", "gmpy2>=2.1,<3"),
    ),
    "boost": Peer(
        "Boost", lambda place: Boost(place.folder), debian=("libboost-dev", "libmpfr-dev"), commands=("c++",),
        headers=("boost/numeric/odeint.hpp", "mpfr.h"),
    ),
}

PLOTTING = ("matplotlib>=3.6,<4",)


class Unavailable(Exception):
    """Why something cannot be installed."""


def log(message: str) -> None:
    print(f"bench: {message}", file=sys.stderr, flush=True)


@dataclass
class Installation:
    """What is installed in `folder`, and on the system."""

    folder: Path
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def interpreter(self) -> Path:
        return self.folder / "python" / "bin" / "python"

    def contenders(self, names: list[str]) -> list[Contender]:
        """Those of the peers that can be had; the others, with the reasons, are in `missing`."""
        contenders = []
        for name in names:
            peer = PEERS[name]
            try:
                self._install_debian(peer)
                self._install_python(peer.python)
                contenders.append(peer.make(self))
            except Unavailable as reason:
                self.missing[peer.name] = str(reason)
                log(f"{peer.name} is left out: {reason}")
        return contenders

    def plotting_interpreter(self) -> Optional[Path]:
        try:
            self._install_python(PLOTTING)
            return self.interpreter
        except Unavailable as reason:
            log(f"no plot: {reason}")
            return None

    def _install_python(self, requirements: tuple[str, ...]) -> None:
        if not requirements:
            return
        if not self.interpreter.exists():
            # Debian has it in a package of its own.
            if subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True).returncode != 0:
                self._install_packages(("python3-venv",))
            log(f"making a Python environment in {self.folder}")
            self._run([sys.executable, "-m", "venv", str(self.folder / "python")])
        names = [requirement.split(">")[0] for requirement in requirements]
        check = "import importlib.metadata, sys; [importlib.metadata.version(name) for name in sys.argv[1:]]"
        if subprocess.run([self.interpreter, "-c", check, *names], capture_output=True).returncode != 0:
            log(f"installing {', '.join(requirements)}")
            self._run([str(self.interpreter), "-m", "pip", "install", "--quiet", *requirements])

    def _install_debian(self, peer: Peer) -> None:
        if self._is_present(peer):
            return
        self._install_packages(peer.debian)
        if not self._is_present(peer):
            raise Unavailable(f"not there: {' or '.join((*peer.commands, *peer.headers))}")

    def _install_packages(self, packages: tuple[str, ...]) -> None:
        names = " ".join(packages)
        if not shutil.which("apt-get"):
            raise Unavailable(f"install what Debian has as {names}")
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        has_sudo = root and shutil.which("sudo")
        if root and not (has_sudo and subprocess.run([*root, "true"], capture_output=True).returncode == 0):
            raise Unavailable(f"root is needed: apt-get install {names}")
        log(f"installing {names}")
        self._run([*root, "apt-get", "update", "-qq"])
        self._run([*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])

    @staticmethod
    def _is_present(peer: Peer) -> bool:
        if not all(map(shutil.which, peer.commands)):
            return False
        if not peer.headers:
            return True
        source = "".join(f"#if !__has_include(<{header}>)\n#error\n#endif\n" for header in peer.headers)
        command = ["c++", "-std=c++17", "-E", "-x", "c++", "-", "-o", os.devnull]
        return subprocess.run(command, input=source.encode(), capture_output=True).returncode == 0

    @staticmethod
    def _run(command: list[str]) -> None:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment
            )
        except OSError as error:
            raise Unavailable(str(error)) from None
        if done.returncode != 0:
            lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise Unavailable(lines[-1] if lines else f"{command[0]} failed")
