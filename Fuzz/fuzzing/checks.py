"""Holds what the command did against what was expected, and names the kind of fault."""

import json
import re
from dataclasses import dataclass
from typing import Iterator, Optional

from flint import arb, ctx

from .cases import Case, Values
from .command import Command, Outcome
from .enclosure import Unknown

STATUSES = {"solve": {0, 2, 64, 65}, "verify": {0, 1, 2, 64, 65}}

# Where a number of the JSON document stands for the sample's fields that are compared.
PROOF_SECONDS = 60

FIELDS = ("outputs", "means", "parameters", "loss", "endToEnd")


@dataclass(frozen=True)
class Finding:
    """`kind` groups findings; those of `faults` fail the run, the others are counted."""

    kind: str
    detail: str
    is_fault: bool = True


def examine(case: Case, outcome: Outcome, command: Command, seconds: float) -> list[Finding]:
    """Every finding of one run; the reference may take so many seconds."""
    if outcome.over_time:
        limited = command.has("--max-seconds", case.arguments[0])
        return [Finding("time", f"{outcome.seconds:.0f} CPU seconds and no end", limited)]
    if outcome.status < 0 or outcome.status > 128:
        return [Finding("signal", f"status {outcome.status}: {_first_line(outcome.errors)}")]
    found = []
    if outcome.status not in STATUSES[case.arguments[0]]:
        found.append(Finding("status", f"exit status {outcome.status}: {_first_line(outcome.errors)}"))
    if outcome.peak > command.memory:
        found.append(Finding("memory", f"{outcome.peak / 2**20:.0f} MiB"))
    found += _messages(case, outcome)
    if case.expected in ("malformed", "mutated"):
        return found
    if outcome.status == 64 and "--certified" in case.arguments:
        return found + [Finding("refused", _first_line(outcome.errors), False)]
    if outcome.status == 65 and re.search(r": (flow\.fisher|initial): .*rank", outcome.errors):
        return found + [Finding("rank refused", _first_line(outcome.errors), False)]
    if outcome.status in (64, 65):
        return found + [Finding("bad input", _first_line(outcome.errors))]
    if case.arguments[0] == "verify":
        return found + _verdict(case, outcome)
    return found + _solution(case, outcome, command, seconds)


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:300] if text.strip() else "nothing on standard error"


def _messages(case: Case, outcome: Outcome) -> Iterator[Finding]:
    if any(ord(c) < 32 and c not in "\n\t" or 127 <= ord(c) < 160 for c in outcome.errors):
        yield Finding("control characters", repr(outcome.errors[:200]))
    if len(outcome.errors) > 4000:
        yield Finding("long message", f"{len(outcome.errors)} characters")
    if "Fatal error" in outcome.errors or "Flint exception" in outcome.errors:
        yield Finding("abort", _first_line(outcome.errors))
    if outcome.status == 65 and case.expected in ("malformed", "mutated"):
        lines = outcome.errors.strip().split("\n")
        if len(lines) != 1 or not re.match(r"\S+\.(yaml|csv)(:\d+)?: \S|--\w+: ", lines[0]):
            yield Finding("not located", repr(outcome.errors[:300]))
    if case.expected == "malformed" and outcome.status != 65:
        yield Finding("accepted", f"exit status {outcome.status} for a malformed file")


def _verdict(case: Case, outcome: Outcome) -> list[Finding]:
    try:
        claim = json.loads(outcome.output)["claims"][0]
    except (ValueError, LookupError):
        return [Finding("json", f"status {outcome.status}, not the report: {outcome.output[:100]!r}")]
    verdict = claim["verdict"]
    good = verdict in ("certified", "confirmed")
    expected = {"refuted": 1, "certified": 0, "confirmed": 0}.get(verdict, 2)
    found = []
    if outcome.status != expected:
        found.append(Finding("status", f"{verdict} with exit status {outcome.status}"))
    if case.expected == "wrong" and good:
        found.append(Finding("wrong prediction confirmed", f"{verdict}: {claim['detail']}"))
    elif case.expected == "right" and verdict == "refuted":
        found.append(Finding("right prediction refuted", claim["detail"]))
    elif case.expected == "wrong" and verdict != "refuted" or case.expected == "right" and not good:
        found.append(Finding("undecided", f"{verdict}: {claim['detail']}", False))
    return found


def _solution(case: Case, outcome: Outcome, command: Command, seconds: float) -> list[Finding]:
    document, found = None, []
    if outcome.output.strip():
        try:
            document = json.loads(outcome.output)
            samples = document["samples"]
        except (ValueError, LookupError):
            return [Finding("json", f"status {outcome.status}: {outcome.output[:100]!r}")]
    elif outcome.status == 0:
        return [Finding("json", "exit status 0 and no output")]
    try:
        values = case.values(seconds)
        goes_on = case.goes_on if case.goes_on is not None else (True if values is not None else None)
    except Unknown as reason:
        values, goes_on = None, case.goes_on
        found.append(Finding("no reference", str(reason), False))
    if outcome.status == 2:
        if goes_on and re.search(r"flow (stops|ends)|indicates a singularity", outcome.errors):
            found.append(Finding("false stop", _first_line(outcome.errors)))
        else:
            found.append(Finding("refused", _first_line(outcome.errors), False))
        if document is None and values and command.has("--max-seconds") and case.goes_on is False:
            found.append(Finding("no samples", "those before the stop are not printed"))
    elif case.goes_on is False:
        found.append(Finding("passed the end", "exit status 0 beyond a time where the solution ends"))
    if document is not None:
        kind = "certified" if document.get("certified") else "estimated"
        found += _shape(samples)
        if outcome.status == 0:
            found += _promise(samples, case.digits, kind)
        if values is not None:
            found += _proved(case, samples, list(_outside(samples, values, kind)), kind)
        found.append(Finding(kind, "", False))
    return found


def flat(value, repeat: Optional[object] = None) -> list:
    """The numbers of a field, in order."""
    if isinstance(value, list):
        return [number for part in value for number in flat(part)]
    return [value]


def fields(sample: dict) -> dict[str, tuple[list, list]]:
    """Texts and radii of a sample's fields. Where numbers have no radii of their own they have the sample's."""
    radii = sample.get("radii") or {}
    found = {}

    def add(key: str, value, own) -> None:
        texts = flat(value)
        found[key] = texts, flat(own) if own is not None else [sample["radius"]] * len(texts)

    for name, value in (sample.get("variables") or {}).items():
        add(f"variables.{name}", value, (radii.get("variables") or {}).get(name, radii.get(name)))
    for name in FIELDS:
        if sample.get(name) is not None:
            add(name, sample[name], radii.get(name))
    return found


def _shape(samples: list[dict]) -> Iterator[Finding]:
    for sample in samples:
        for key, (texts, radii) in fields(sample).items():
            if len(texts) != len(radii):
                yield Finding("json", f"{key}: {len(texts)} numbers and {len(radii)} radii")
            for text in texts + radii:
                if text is not None and not re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", str(text)):
                    yield Finding("json", f"{key}: {text!r} is not a number")


def _promise(samples: list[dict], digits: int, kind: str) -> Iterator[Finding]:
    """Each radius is at most 10^-N max(1, |value|); two digits of it are rounded up."""
    with_own = any("radii" in sample for sample in samples)
    for sample in samples:
        for key, (texts, radii) in fields(sample).items():
            pairs = [(abs(arb(text)), arb(radius)) for text, radius in zip(texts, radii) if text is not None and radius]
            if not pairs:
                continue
            largest = max(value for value, _ in pairs)
            for value, radius in pairs:
                allowed = arb(10) ** -digits * max(arb(1), value if with_own else largest)
                if with_own and radius > allowed * arb("1.2"):
                    yield Finding("promise", f"{kind}: t = {sample['t']}, {key}: {value.str(5)} has {radius.str(3)}")
                    return


def _proved(case: Case, samples: list[dict], found: list[Finding], kind: str) -> list[Finding]:
    """Looks again by proof at what contradicts a reference that is none."""
    if not found or case.proof is None:
        return found
    try:
        case.kept = case.proof(PROOF_SECONDS)
    except Unknown as reason:
        return [Finding(f"{finding.kind}, perhaps", f"{finding.detail} (no proof: {reason})") for finding in found]
    return list(_outside(samples, case.kept, kind))


def _outside(samples: list[dict], values: list[Values], kind: str) -> Iterator[Finding]:
    before = ctx.prec
    ctx.prec = 4000
    try:
        for sample, expected in zip(samples, values):
            for key, (texts, radii) in fields(sample).items():
                for place, (text, radius, true) in enumerate(zip(texts, radii, expected.get(key, []))):
                    if text is None or radius is None:
                        continue
                    gap = abs(arb(text) - true)
                    if gap.lower() > arb(radius):
                        yield Finding(
                            f"{kind} value outside its radius",
                            f"t = {sample['t'][:40]}, {key}[{place}] = {text} +/- {radius}, true {true.str(25)}",
                        )
                        return
    finally:
        ctx.prec = before
