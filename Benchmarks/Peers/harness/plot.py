"""Draws a result's sweeps: run by the private environment's interpreter as `plot.py RESULT.json PLOT.svg`.

Nothing of the harness is imported, so that it needs matplotlib alone.
"""

import json
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "fisherflow", "font.size": 9})
from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import NullLocator  # noqa: E402

MARKERS = "osD^vP"


def draw(sweeps: list[dict], path: str) -> None:
    columns = min(2, len(sweeps))
    lines = -(-len(sweeps) // columns)
    figure, panels = pyplot.subplots(
        lines, columns, figsize=(4.2 * columns, 3.4 * lines), squeeze=False, layout="constrained"
    )
    for panel in panels.flat[len(sweeps) :]:
        panel.remove()
    for sweep, panel in zip(sweeps, panels.flat):
        for number, line in enumerate(sweep["contenders"]):
            if not line["points"]:
                continue
            sizes, seconds = zip(*line["points"])
            label = line["contender"]
            if line["power"]:
                label += f" ({line['power']['exponent']:.1f})"
            panel.loglog(
                sizes, seconds, marker=MARKERS[number % len(MARKERS)], markersize=4, label=label,
                linewidth=2 if number == 0 else 1,
            )
        sizes = [size for size, _ in sweep["sizes"]]
        panel.set_xticks(sizes, list(map(str, sizes)))
        panel.xaxis.set_minor_locator(NullLocator())
        panel.set(title=sweep["title"], xlabel=sweep["size"], ylabel="CPU seconds")
        panel.grid(True, linewidth=0.3)
        panel.legend(fontsize=8)
    figure.savefig(path, format="svg", metadata={"Date": None})


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        draw(json.load(file)["sweeps"], sys.argv[2])
