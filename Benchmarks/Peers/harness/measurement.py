"""Runs all contenders on a case in turns, and keeps the best time of each."""

import math
import statistics
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Optional

from .contender import Contender, Failure, Run, Session
from .limits import OverLimit
from .problems import Case


# Seconds that a preparation may take at least: compilers are slow.
LEAST_SETUP_LIMIT = 120.0


@dataclass
class Outcome:
    """What one contender did on one case."""

    contender: str
    runs: list[Run] = field(default_factory=list)
    version: Optional[str] = None
    setup_seconds: Optional[float] = None
    # log10 of the largest error of an entry x of the state, over max(1, |x|).
    log10_error: Optional[float] = None
    over_limit: bool = False
    failure: Optional[str] = None

    @property
    def seconds(self) -> Optional[float]:
        """The best of the runs."""
        return min((run.seconds for run in self.runs), default=None)

    def json(self) -> dict:
        last = self.runs[-1] if self.runs else None
        times = [run.seconds for run in self.runs]
        processes = [run.process_seconds for run in self.runs if run.process_seconds is not None]
        return {
            "contender": self.contender,
            "version": self.version,
            "seconds": self.seconds,
            "median": statistics.median(times) if times else None,
            "runs": len(times),
            "setupSeconds": self.setup_seconds,
            "processSeconds": min(processes, default=None),
            "steps": last and last.steps,
            "order": last and last.order,
            "log10Error": self.log10_error if math.isfinite(self.log10_error or 0) else None,
            "overLimit": self.over_limit,
            "failure": self.failure,
        }


@dataclass(frozen=True)
class Reference:
    """The solution at the end, known otherwise or better."""

    state: list[Decimal]
    source: str


@dataclass
class Row:
    """One case."""

    case: Case
    outcomes: list[Outcome]
    reference: Optional[Reference]

    def outcome(self, contender: str) -> Optional[Outcome]:
        return next((outcome for outcome in self.outcomes if outcome.contender == contender), None)

    def json(self) -> dict:
        return {
            "problem": self.case.problem.name,
            "digits": self.case.digits,
            "variables": len(self.case.problem.initial),
            "reference": self.reference and self.reference.source,
            "outcomes": [outcome.json() for outcome in self.outcomes],
        }


def log10_error(state: list[str], exact: list[Decimal], digits: int) -> float:
    """The largest |x - exact| / max(1, |exact|)."""
    if len(state) != len(exact):
        raise Failure(f"found {len(state)} numbers, expected {len(exact)}")
    with localcontext() as context:
        context.prec = digits + 40
        worst = max(abs(Decimal(x) - y) / max(Decimal(1), abs(y)) for x, y in zip(state, exact))
        return float(worst.log10()) if worst else -math.inf


class _Participant:
    """A contender on one case: what it did so far, and its session while it takes part."""

    def __init__(self, contender: Contender):
        self.contender = contender
        self.outcome = Outcome(contender.name)
        self.session: Optional[Session] = None

    def prepare(self, case: Case, limit: float) -> None:
        with self._recording():
            self.session = self.contender.prepare(case, limit)
            self.outcome.version = self.session.version
            self.outcome.setup_seconds = self.session.setup_seconds

    def run(self, limit: float) -> None:
        """Nothing, if it has left, or has run for as long as the limit in all."""
        if self.session is None or sum(run.seconds for run in self.outcome.runs) > limit:
            return
        with self._recording():
            self.outcome.runs.append(self.session.run(limit))

    @contextmanager
    def _recording(self):
        """What goes wrong becomes a part of the outcome, and the contender leaves. A run that takes too long after
        others that did not leaves their times."""
        try:
            yield
        except OverLimit:
            self.outcome.over_limit = not self.outcome.runs
            self.leave()
        except Failure as failure:
            self.outcome.failure = str(failure)
            self.leave()

    def leave(self) -> None:
        if self.session:
            self.session.close()
        self.session = None


@dataclass
class Measurer:
    contenders: list[Contender]
    repetitions: int
    # CPU seconds that a run may take.
    limit: float
    # For contender and problem the least digits that took too long: it is not asked for more.
    _excessive: dict[tuple[str, str], int] = field(default_factory=dict)

    def measure(self, case: Case, reference: Optional[Reference]) -> Row:
        participants = list(map(_Participant, self.contenders))
        try:
            for participant in participants:
                key = (participant.contender.name, case.problem.name)
                if case.digits >= self._excessive.get(key, math.inf):
                    participant.outcome.over_limit = True
                else:
                    participant.prepare(case, max(self.limit, LEAST_SETUP_LIMIT))
            for _ in range(self.repetitions):
                for participant in participants:
                    participant.run(self.limit)
        finally:
            for participant in participants:
                participant.leave()
        outcomes = [participant.outcome for participant in participants]
        for outcome in outcomes:
            if outcome.over_limit:
                self._excessive.setdefault((outcome.contender, case.problem.name), case.digits)
            elif outcome.runs and reference:
                outcome.log10_error = log10_error(outcome.runs[-1].state, reference.state, case.digits)
        return Row(case, outcomes, reference)
