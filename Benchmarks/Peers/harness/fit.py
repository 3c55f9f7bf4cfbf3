"""Powers in measured times."""

import math
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Power:
    """time = factor · size^exponent, by least squares in logarithms."""

    exponent: float
    factor: float
    # The worst point's distance from the line, as a factor; 1 where all are on it.
    deviation: float
    points: int

    def json(self) -> dict:
        return {
            "exponent": self.exponent, "factor": self.factor, "deviation": self.deviation, "points": self.points
        }


def fit(points: list[tuple[float, float]]) -> Optional[Power]:
    """Of (size, seconds), all positive; None where fewer than three different sizes leave nothing to judge it by."""
    if len({size for size, _ in points}) < 3:
        return None
    logs = [(math.log(size), math.log(seconds)) for size, seconds in points]
    mean_x = sum(x for x, _ in logs) / len(logs)
    mean_y = sum(y for _, y in logs) / len(logs)
    exponent = sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)
    offset = mean_y - exponent * mean_x
    deviation = math.exp(max(abs(y - offset - exponent * x) for x, y in logs))
    return Power(exponent, math.exp(offset), deviation, len(points))
