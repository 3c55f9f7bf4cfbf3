"""The classical test sets: every problem by default and as an estimate; no value may be outside its radius."""

import argparse
import json
from pathlib import Path

from flint import arb, ctx

from .cases import Case
from .checks import examine
from .command import Command
from .references import SETS
from .systems import grouped

# Under a minute together, of all kinds.
QUICK = (
    "detest-a1", "detest-a4", "detest-b1", "detest-b4", "detest-c1", "detest-d1", "detest-d3", "detest-e2", "detest-e5",
    "stiff-a1", "stiff-c1", "stiff-d3", "rossler", "henon-heiles", "laub-loomis", "sir", "toda", "kepler-02",
)

OUTCOMES = ("right", "certified", "refused", "timed out", "wrong", "other fault")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="Scripts/fuzz sets", description=__doc__)
    parser.add_argument("names", nargs="*", help="problems; left out: the quick ones, or all with --all")
    parser.add_argument("--fisherflow", type=Path, required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--digits", type=lambda text: list(map(int, text.split(","))), default=[15, 30])
    parser.add_argument("--limit", type=float, default=60, help="seconds that one run may take")
    options = parser.parse_args(arguments)
    names = options.names or [
        path.stem for path in sorted(SETS.glob("*.json")) if options.all or path.stem in QUICK
    ]
    command = Command(options.fisherflow, options.limit)
    modes = [[], ["--estimate"]] if command.has("--estimate") else [[], ["--certified"]]
    table = {(digits, " ".join(mode) or "default"): dict.fromkeys(OUTCOMES, 0) for digits in options.digits for mode in modes}
    faults = 0
    for name in names:
        words = []
        for digits, mode in table:
            outcome, said = run(name, digits, [] if mode == "default" else [mode], command)
            table[digits, mode]["right" if outcome == "certified" else outcome] += 1
            table[digits, mode]["certified"] += outcome == "certified"
            words.append(f"{outcome}{said}")
            faults += outcome in ("wrong", "other fault")
        print(f"{name:<24} {' | '.join(words)}", flush=True)
    print(f"\n{'digits':<8}{'mode':<14}" + "".join(f"{outcome:>14}" for outcome in OUTCOMES))
    for (digits, mode), counts in table.items():
        print(f"{digits:<8}{mode:<14}" + "".join(f"{counts[outcome]:>14}" for outcome in OUTCOMES))
    print("(right counts the certified ones too)")
    return 1 if faults else 0


def run(name: str, digits: int, mode: list[str], command: Command) -> tuple[str, str]:
    """One of OUTCOMES, and what there is to say about it."""
    path = SETS / f"{name}.yaml"
    document = json.loads(path.with_suffix(".json").read_text("ascii"))
    case = Case(name, path.read_bytes(), ["solve", "--digits", str(digits), *mode], digits, goes_on=True)
    before, ctx.prec = ctx.prec, 400
    case.kept = [grouped(document["names"], _balls(state, document["digits"])) for state in document["values"]]
    ctx.prec = before
    outcome = command.run(["solve", str(path), *case.arguments[1:], *command.limits("solve")])
    findings = examine(case, outcome, command, 1)
    seconds = f" {outcome.seconds:.1f} s"
    for finding in findings:
        if "outside" in finding.kind:
            return "wrong", f": {finding.detail}"
        if finding.kind == "time":
            return "timed out", ""
        if finding.is_fault:
            return "other fault", f": {finding.kind}: {finding.detail}"
    if any(finding.kind == "refused" for finding in findings):
        return "refused", f":{seconds}, {outcome.errors.strip()[:200]}"
    return ("certified" if any(finding.kind == "certified" for finding in findings) else "right"), seconds


def _balls(state: list[str], digits: int) -> list[arb]:
    values = [arb(text).mid() for text in state]
    size = max(abs(x) for x in values)
    error = arb(10) ** -digits
    return [x + arb(0, (error * max(abs(x), size * arb(10) ** -20)).upper()) for x in values]
