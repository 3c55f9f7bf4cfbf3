"""Run by Scripts/bench."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from . import tables
from .arguments import parse, plan
from .contender import Failure
from .fisherflow import FisherFlow, build
from .fit import fit
from .installation import FOLDER, PEERS, ROOT, Installation, log
from .measurement import Measurer, Row
from .plans import Sweep
from .record import record, summary
from .references import reference


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    installation = Installation(FOLDER)
    if options.command == "setup":
        installation.contenders(list(PEERS))
        installation.plotting_interpreter()
        return 1 if installation.missing else 0
    chosen = plan(options)
    try:
        fisherflow = FisherFlow(options.fisherflow or build(ROOT))
    except Failure as failure:
        log(str(failure))
        return 70
    contenders = [fisherflow, *installation.contenders(options.peers)]
    about = record(ROOT)
    measurer = Measurer(contenders, options.repetitions, options.limit)
    rows, status = [], 0
    try:
        for case in chosen.cases:
            log(f"{case.problem.title} at {case.digits} digits")
            rows.append(measurer.measure(case, reference(case, fisherflow, 2 * options.limit)))
    except KeyboardInterrupt:
        log("interrupted; what was measured follows")
        status = 130
    if rows:
        finished = {row.case for row in rows}
        sweeps = [
            Sweep(sweep.title, sweep.size, [point for point in sweep.points if point[1] in finished])
            for sweep in chosen.sweeps
        ]
        print(report(rows, sweeps, installation.missing, options, about))
        save(rows, sweeps, installation, options, about)
    return status


def report(rows: list[Row], sweeps: list[Sweep], missing: dict[str, str], options, about: dict) -> str:
    versions = {o.contender: o.version for row in rows for o in row.outcomes[1:] if o.version}
    parts = [
        summary(about),
        f"Beside: {'; '.join(versions.values()) or 'no peer'}.",
        f"CPU seconds of the integration, the best of {options.repetitions} runs in turns, one thread"
        f" (> {options.limit:g}: longer than that):\n\n" + tables.times(rows, options.limit),
        "log10 of the error at the end, relative to max(1, |x|):\n\n" + tables.errors(rows),
        "CPU seconds of FisherFlow's whole process, and of the peers before their first run:\n\n" + tables.overheads(rows),
    ]
    powers = tables.powers(sweeps, rows)
    if powers:
        parts.append("Time as a power (×/÷: the worst point's distance from it; number of points):\n\n" + powers)
    return "\n\n".join(parts + tables.notes(rows, missing))


def save(rows: list[Row], sweeps: list[Sweep], installation: Installation, options, about: dict) -> None:
    """The result as JSON, and a plot of the sweeps that have two points."""
    by_case = {row.case: row for row in rows}

    def line(sweep: Sweep, name: str) -> dict:
        points = tables.measured(sweep, by_case, name)
        power = fit(points)
        return {"contender": name, "points": points, "power": power and power.json()}

    names = [outcome.contender for outcome in rows[0].outcomes]
    document = {
        "record": about,
        "repetitions": options.repetitions,
        "limit": options.limit,
        "leftOut": installation.missing,
        "rows": [row.json() for row in rows],
        "sweeps": [
            {
                "title": sweep.title,
                "size": sweep.size,
                "sizes": [(size, case.problem.name) for size, case in sweep.points],
                "contenders": [line(sweep, name) for name in names],
            }
            for sweep in sweeps
            if len(sweep.points) > 1
        ],
    }
    folder = options.output or FOLDER / "results"
    folder.mkdir(parents=True, exist_ok=True)
    base = folder / f"{options.command}-{datetime.now():%Y%m%d-%H%M%S}"
    result, plot = base.with_suffix(".json"), base.with_suffix(".svg")
    result.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    log(f"wrote {result}")
    interpreter = document["sweeps"] and installation.plotting_interpreter()
    if interpreter:
        program = Path(__file__).with_name("plot.py")
        done = subprocess.run([interpreter, program, result, plot], capture_output=True, text=True)
        log(f"wrote {plot}" if done.returncode == 0 else f"no plot: {done.stderr.strip().splitlines()[-1]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
