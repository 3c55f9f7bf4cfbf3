"""Results as tables in Markdown, lined up to be read as they stand too."""

from typing import Optional

from .fit import fit
from .measurement import Outcome, Row
from .plans import TARGETS, Sweep


def table(titles: list[str], rows: list[list[str]]) -> str:
    """The first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(titles, *rows)]

    def line(cells: list[str]) -> str:
        aligned = [cells[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(cells[1:], widths[1:]))]
        return "| " + " | ".join(aligned) + " |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(titles), line(rule), *map(line, rows)])


def rounded(value: Optional[float], digits: int = 3) -> str:
    """So many significant digits, without an exponent."""
    if value is None:
        return "–"
    if value >= 10 ** (digits - 1):
        return f"{value:.0f}"
    text = f"{value:#.{digits}g}"
    return f"{value:.6f}".rstrip("0") if "e" in text else text


def seconds(outcome: Outcome, limit: float) -> str:
    if outcome.failure:
        return "failed"
    return f"> {limit:g}" if outcome.over_limit else rounded(outcome.seconds)


def advantage(row: Row) -> Optional[float]:
    """The best peer's time over the first contender's."""
    first, *peers = row.outcomes
    times = [peer.seconds for peer in peers if peer.seconds is not None and not peer.failure]
    return min(times) / first.seconds if times and first.seconds else None


def times(rows: list[Row], limit: float) -> str:
    names = [outcome.contender for outcome in rows[0].outcomes]
    has_targets = any((row.case.problem.name, row.case.digits) in TARGETS for row in rows)
    body = []
    for row in rows:
        cells = [row.case.problem.title, str(row.case.digits)]
        cells += [seconds(outcome, limit) for outcome in row.outcomes]
        cells.append(rounded(advantage(row)))
        if has_targets:
            cells.append(str(TARGETS.get((row.case.problem.name, row.case.digits), "")))
        body.append(cells)
    titles = ["problem", "digits", *names, "best peer / FisherFlow"] + ["target"] * has_targets
    return table(titles, body)


def errors(rows: list[Row]) -> str:
    names = [outcome.contender for outcome in rows[0].outcomes]
    body = []
    for row in rows:
        found = [
            "–" if outcome.log10_error is None else f"{outcome.log10_error:.1f}" for outcome in row.outcomes
        ]
        source = row.reference.source if row.reference else "none"
        body.append([row.case.problem.title, str(row.case.digits), *found, source])
    return table(["problem", "digits", *names, "against"], body)


def overheads(rows: list[Row]) -> str:
    """What a user waits for besides: FisherFlow's whole process, the peers' imports and compilation."""
    names = [outcome.contender for outcome in rows[0].outcomes]

    def cell(outcome: Outcome) -> str:
        processes = [run.process_seconds for run in outcome.runs if run.process_seconds is not None]
        return rounded(min(processes) if processes else outcome.setup_seconds)

    body = [[row.case.problem.title, str(row.case.digits), *map(cell, row.outcomes)] for row in rows]
    return table(["problem", "digits", f"{names[0]}, whole process", *(f"{n}, set-up" for n in names[1:])], body)


def powers(sweeps: list[Sweep], rows: list[Row]) -> Optional[str]:
    """For each sweep the exponents of all contenders; None where no sweep has three points."""
    by_case = {row.case: row for row in rows}
    names = [outcome.contender for outcome in rows[0].outcomes]
    body = []
    for sweep in sweeps:
        fits = [fit(measured(sweep, by_case, name)) for name in names]
        if not any(fits):
            continue
        found = [f"{p.exponent:.2f} (×/÷ {p.deviation:.2f}, {p.points})" if p else "–" for p in fits]
        sizes = ", ".join(str(size) for size, _ in sweep.points)
        body.append([sweep.title, f"{sweep.size} {sizes}", *found])
    return table(["exponent of time", "against", *names], body) if body else None


def measured(sweep: Sweep, by_case: dict, name: str) -> list[tuple[float, float]]:
    """The sizes and times of a contender, where it finished."""
    points = []
    for size, case in sweep.points:
        outcome = by_case[case].outcome(name)
        if outcome and outcome.seconds is not None and not outcome.failure:
            points.append((size, outcome.seconds))
    return points


def notes(rows: list[Row], missing: dict[str, str]) -> list[str]:
    lines = [
        f"{outcome.contender} failed on {row.case.problem.title} at {row.case.digits} digits: {outcome.failure}"
        for row in rows
        for outcome in row.outcomes
        if outcome.failure
    ]
    return lines + [f"{name} is left out: {reason}" for name, reason in missing.items()]
