"""Random trials for so many seconds, after the kept ones; what they found is counted, printed and kept."""

import argparse
import os
import shlex
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from . import malformed, models, systems
from .cases import Case, load
from .checks import Finding, examine
from .command import Command

FOLDER = Path(__file__).resolve().parents[1]
ROOT = FOLDER.parent
MAKERS = {"systems": systems.make, "models": models.make, "malformed": malformed.make}

# Fixed, so that two runs in CI do the same; hours of it take another one.
SEED = 20261129


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    command = Command(options.fisherflow, options.limit)
    tally, faults = Counter(), 0
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "problem.yaml"

        def trial(case: Case, label: str) -> int:
            findings = run(case, command, place, options.reference)
            tally.update((case.family, finding.kind) for finding in findings)
            tally[case.family, ""] += 1
            found = [finding for finding in findings if finding.is_fault]
            for finding in found:
                report(case, finding, label, options.keep)
            return bool(found)

        if options.trial is None:
            for path in sorted((FOLDER / "kept").glob("*.yaml")):
                faults += trial(load(path), path.stem)
        started, number = time.monotonic(), options.trial or 0
        while options.trial is not None or time.monotonic() - started < options.seconds:
            kind, case = make(options.seed, number, options.kinds)
            faults += trial(case, f"{kind}-{options.seed}-{number}")
            number += 1
            if options.trial is not None:
                break
    print(summary(tally, options.seed, number, faults))
    return 1 if faults else 0


def make(seed: int, number: int, kinds: list[str]) -> tuple[str, Case]:
    """The trial of that number: the same on every machine."""
    random = Random(f"{seed}/{number}")
    kind = random.choices(kinds, [{"systems": 6, "models": 3, "malformed": 3}[kind] for kind in kinds])[0]
    return kind, MAKERS[kind](random)


def run(case: Case, command: Command, place: Path, seconds: float) -> list[Finding]:
    place.write_bytes(case.text)
    arguments = list(case.arguments)
    if not command.has("--estimate", arguments[0]):
        arguments = [argument for argument in arguments if argument != "--estimate"]
    form = ["--format", "json"] if arguments[0] == "verify" else []
    outcome = command.run([arguments[0], str(place), *arguments[1:], *form, *command.limits(arguments[0])])
    return examine(case, outcome, command, seconds)


def report(case: Case, finding: Finding, label: str, folder: Path) -> None:
    case.about = f"{finding.kind}: {finding.detail}"
    path = case.save(folder, f"{finding.kind.replace(' ', '-')}-{label}")
    print(f"FAULT {case.family}, {label}: {finding.kind}: {finding.detail}", file=sys.stderr)
    print(f"  fisherflow {case.arguments[0]} {path} {shlex.join(case.arguments[1:])}", file=sys.stderr, flush=True)


def summary(tally: Counter, seed: int, count: int, faults: int) -> str:
    """A line for each family: trials, and findings by kind."""
    lines = []
    for family in sorted({family for family, _ in tally}):
        kinds = ", ".join(f"{n} {kind}" for (f, kind), n in sorted(tally.items()) if f == family and kind)
        lines.append(f"{family:<22} {tally[family, '']:>6}  {kinds}")
    return "\n".join([*lines, f"seed {seed}: {count} trials, {faults} with a fault"])


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="Scripts/fuzz", description=__doc__)
    parser.add_argument("--fisherflow", type=Path, required=True, help="the executable")
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("FISHERFLOW_FUZZ_SECONDS", 120)))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--trial", type=int, help="only the trial of this number")
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=list(MAKERS))
    parser.add_argument("--limit", type=float, default=10, help="CPU seconds that one run may take")
    parser.add_argument("--reference", type=float, default=5, help="seconds that one reference may take")
    parser.add_argument("--keep", type=Path, default=ROOT / ".build-fuzz" / "failures", help="where failing inputs go")
    return parser.parse_args(arguments)
