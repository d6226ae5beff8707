"""Whether a model reaches a gate: each bar is passed, failed, or cannot be told on so few articles.

Articles are drawn anew, the same ones for both models (paired bootstrap: Efron and Tibshirani, An Introduction to the
Bootstrap, 1993, chapter 8; for whole clusters, Davison and Hinkley, 1997, section 3.8). The spread of the drawn figures
is the standard error. The bounds are Student's t with articles - 1 degrees of freedom times it, widened by
sqrt(n / (n - 1)), without which a bootstrap over few articles is too sure of itself (Hesterberg, What Teachers Should
Know About the Bootstrap, The American Statistician 69, 2015).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from argmap.errors import EXIT_CHECK_FAILED, EXIT_INCONCLUSIVE, UsageError
from argmap.evaluation.admission import refuse_other_test_set, refuse_trained, refuse_unusable_gold
from argmap.evaluation.gate import Gate, lower_is_better
from argmap.evaluation.gold import Misread
from argmap.evaluation.intervals import resample_weights
from argmap.evaluation.paired import drawn_figures, reach
from argmap.evaluation.stored import StoredReport

FloatArray = NDArray[np.float64]
POWER = 0.8
"""The chance to get an answer that `Check.needed` is reckoned for."""
MOST_NEEDED = 100_000
_ZERO = 1e-9


class Verdict(StrEnum):
    """What is known about a bar, or about all of them."""

    PASS = "PASS"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"

    @property
    def exit_code(self) -> int:
        return {"PASS": 0, "FAIL": EXIT_CHECK_FAILED, "INCONCLUSIVE": EXIT_INCONCLUSIVE}[self.value]


@dataclass(frozen=True, slots=True)
class Check:
    """One bar and what came of it.

    `kind` is floor, ceiling, drop, minimum or use. `value` is what is held against `bar`: a figure, a difference
    (model - baseline), a number of labels. `low` and `high` are its bounds: PASS needs both on the right side of the
    bar, FAIL both on the wrong one. The bound that PASS rests on has the gate's confidence, the one that FAIL rests on
    a stricter one, since all bars share the risk of a false alarm.
    `needed` estimates how many labelled articles would settle an INCONCLUSIVE; None where no number would.
    """

    kind: str
    metric: str
    verdict: Verdict
    why: str
    bar: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    needed: int | None = None

    @property
    def name(self) -> str:
        """`floor stance.macro_f1`: what a CI server lists."""
        return f"{self.kind} {self.metric}"


@dataclass(frozen=True)
class GateResult:
    """All checks of one run. `baseline` is the model it was compared with, if any."""

    model: str
    baseline: str | None
    articles: int
    confidence: float
    resamples: int
    seed: int
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """FAIL if any check fails, else INCONCLUSIVE if any is, else PASS."""
        found = {check.verdict for check in self.checks}
        return next(verdict for verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS) if verdict in found)

    @property
    def needed(self) -> int | None:
        """Articles that would settle all inconclusive checks that articles can settle; None if there is none."""
        return max((check.needed for check in self.checks if check.needed is not None), default=None)


def judge(report: StoredReport, gate: Gate, *, baseline: StoredReport | None = None) -> GateResult:
    """Hold a report, and its distance from a baseline's, against a gate.

    A model that is no worse than the gate allows fails by accident with a probability of at most 1 - confidence, all
    bars taken together (Bonferroni; half of it, where figures spread evenly). The same inputs give the same result.
    Raises `UsageError` for drops without a baseline, and `InputError` for gold that cannot tell (a stance never
    occurs), training articles among the tested, and a baseline on another test set.
    """
    if gate.drops and baseline is None:
        raise UsageError(
            "the gate allows drops below a baseline, and there is none",
            expected="the report of the model before, or that model",
            advice="give --baseline REPORT.json or --baseline-model DIR",
        )
    for side in (report, *((baseline,) if baseline else ())):
        refuse_trained(side)
    refuse_unusable_gold(report, gate)
    if baseline is not None:
        refuse_other_test_set(report, baseline)
    weights = resample_weights(len(report.articles), resamples=gate.resamples, seed=gate.seed)
    sides = {"model": _Side.of(report, weights)} | ({"baseline": _Side.of(baseline, weights)} if baseline else {})
    checks = [*_minimums(report, gate), *_uses(report)]
    levels = _Levels(gate, len(report.articles))
    checks += [_absolute("floor", metric, bar, sides["model"], levels) for metric, bar in gate.floors.items()]
    checks += [_absolute("ceiling", metric, bar, sides["model"], levels) for metric, bar in gate.ceilings.items()]
    if baseline is not None:
        checks += [_drop(m, bar, sides["model"], sides["baseline"], levels) for m, bar in gate.drops.items()]
    return GateResult(
        model=report.model,
        baseline=baseline.model if baseline else None,
        articles=len(report.articles),
        confidence=gate.confidence,
        resamples=gate.resamples,
        seed=gate.seed,
        checks=tuple(checks),
    )


def newly_misread(report: StoredReport, baseline: StoredReport, *, limit: int = 10) -> tuple[tuple[str, Misread], ...]:
    """(doc, sentence) of those that the baseline read right and the model does not, the worst first.

    Articles are matched by text and labels, so one that only the report has is passed over.
    """
    before = {(article.text_sha256, article.gold_sha256): article.misread for article in baseline.articles}
    found = [
        (article.doc, misread)
        for article in report.articles
        for place, misread in article.misread.items()
        if place not in before.get((article.text_sha256, article.gold_sha256), article.misread)
    ]
    return tuple(sorted(found, key=lambda entry: (-entry[1].severity, entry[0], entry[1].start))[:limit])


@dataclass(frozen=True)
class _Side:
    """A report's figures (None: null, absent: missing) and what they become when articles are drawn anew."""

    where: str
    metrics: Mapping[str, float | None]
    samples: Mapping[str, FloatArray]

    @classmethod
    def of(cls, report: StoredReport, weights: FloatArray) -> _Side:
        counts = [article.counts for article in report.articles]
        return cls(report.where, report.metrics, drawn_figures(counts, weights, from_text=report.from_text))

    def fault(self, metric: str) -> str | None:
        """Why a figure cannot be used, in words."""
        if metric not in self.metrics or metric not in self.samples:
            return f"{self.where} has no {metric}" + _hint(metric)
        if self.metrics[metric] is None or not math.isfinite(self.metrics[metric] or 0.0):
            return f"{metric} is not a number in {self.where}"
        return None


def _hint(metric: str) -> str:
    return ", which needs --from-text" if metric.startswith(("boundary.", "kind.")) else ""


class _Levels:
    """How far, in standard errors, a bound lies from the estimate."""

    def __init__(self, gate: Gate, articles: int) -> None:
        bars = len(gate.floors) + len(gate.ceilings) + len(gate.drops)
        self.articles = articles
        tail = (1 - gate.confidence) / 2  # as in an interval with two sides, like those of a report
        self.tail_to_pass, self.tail_to_fail = tail, tail / max(bars, 1)
        self.to_pass = reach(self.tail_to_pass, articles)
        self.to_fail = reach(self.tail_to_fail, articles)

    def widths(self, error: float) -> tuple[float, float]:
        """The distances of the two bounds; a single article gives no error, not an error of 0."""
        if self.articles < 2:
            return math.inf, math.inf
        return self.to_pass * error, self.to_fail * error

    def widths_at_the_end(self) -> tuple[float, float]:
        """The same for a figure of 0 or 1 in every article, where no draw scatters: as if each were one trial.

        Clopper and Pearson, Biometrika 26, 1934: n of n successes go well with a probability down to tail ** (1 / n).
        """
        return 1 - self.tail_to_pass ** (1 / self.articles), 1 - self.tail_to_fail ** (1 / self.articles)


def _minimums(report: StoredReport, gate: Gate) -> Iterator[Check]:
    for sample, fewest in gate.minimum.items():
        have = report.support.get(sample, 0)
        enough = have >= fewest
        needed = None if enough or not have else math.ceil(len(report.articles) * fewest / have)
        yield Check(
            kind="minimum",
            metric=sample,
            verdict=Verdict.PASS if enough else Verdict.INCONCLUSIVE,
            why=f"{have:,} in the test set, {fewest:,} asked for",
            bar=float(fewest),
            value=float(have),
            needed=needed,
        )


def _uses(report: StoredReport) -> Iterator[Check]:
    """A model that gives no sentence a stance may be right often, and is of no use."""
    given = sum(float(article.counts["stance"][:, :2].sum()) for article in report.articles)
    if not given:
        yield Check("use", "stances", Verdict.FAIL, "the model gives no stance to any sentence", value=0.0)


def _absolute(kind: str, metric: str, bar: float, side: _Side, levels: _Levels) -> Check:
    fault = side.fault(metric)
    if fault is not None:
        return Check(kind, metric, Verdict.FAIL, fault, bar=bar)
    value = side.metrics[metric] or 0.0
    sign = -1.0 if kind == "ceiling" else 1.0
    return _settled(kind, metric, bar, value, side.samples[metric], sign, levels)


def _drop(metric: str, allowed: float, side: _Side, before: _Side, levels: _Levels) -> Check:
    fault = side.fault(metric) or before.fault(metric)
    if fault is not None:
        return Check("drop", metric, Verdict.FAIL, fault, bar=allowed)
    difference = (side.metrics[metric] or 0.0) - (before.metrics[metric] or 0.0)
    sign = -1.0 if lower_is_better(metric) else 1.0
    samples = side.samples[metric] - before.samples[metric]
    return _settled("drop", metric, -sign * allowed, difference, samples, sign, levels)


def _settled(
    kind: str, metric: str, bar: float, value: float, samples: FloatArray, sign: float, levels: _Levels
) -> Check:
    """The check with its verdict: `sign` is 1 where the value should lie above the bar, -1 where below."""
    error = float(samples.std()) if np.isfinite(samples).all() else math.inf
    error = 0.0 if error < _ZERO else error
    at_the_end = kind != "drop" and not error and value in (0.0, 1.0)
    to_pass, to_fail = levels.widths_at_the_end() if at_the_end else levels.widths(error)
    worst, best = value - sign * to_pass, value + sign * to_fail
    least, most = _range(kind, metric)
    low, high = max(min(worst, best), least), min(max(worst, best), most)
    if (low >= bar - _ZERO) if sign > 0 else (high <= bar + _ZERO):
        verdict, needed = Verdict.PASS, None
    elif (high < bar - _ZERO) if sign > 0 else (low > bar + _ZERO):
        verdict, needed = Verdict.FAIL, None
    else:
        margin = sign * (value - bar)
        needed = _needed_at_the_end(margin, levels) if at_the_end else _needed(margin, error, levels)
        verdict = Verdict.INCONCLUSIVE
    return Check(kind, metric, verdict, _why(kind, bar, verdict), bar, value, low, high, needed)


def _range(kind: str, metric: str) -> tuple[float, float]:
    """Where a figure, or the difference of two, can lie at all; a bound beyond that says nothing."""
    widest = 2.0 if metric.endswith(".gain") else 1.0
    if kind == "drop":
        return -widest, widest
    return (-1.0, 1.0) if metric.endswith(".gain") else (0.0, 1.0)


def _needed(margin: float, error: float, levels: _Levels) -> int | None:
    """Articles at which a bound would reach the bar with `POWER`, if the truth is what is measured now.

    The error shrinks with the root of the number of articles.
    """
    from scipy.special import ndtri

    reach = levels.to_pass if margin > 0 else levels.to_fail
    if abs(margin) < _ZERO or not math.isfinite(reach * error):
        return None
    times = ((reach + float(ndtri(POWER))) * error / margin) ** 2
    needed = math.ceil(levels.articles * times)
    return max(needed, levels.articles + 1) if needed <= MOST_NEEDED else None


def _needed_at_the_end(margin: float, levels: _Levels) -> int | None:
    """The same for `widths_at_the_end`: articles at which that bound reaches the bar, if all go on as they do."""
    if not _ZERO < abs(margin) < 1:
        return None
    tail = levels.tail_to_pass if margin > 0 else levels.tail_to_fail
    needed = math.ceil(math.log(tail) / math.log1p(-abs(margin)))
    return max(needed, levels.articles + 1) if needed <= MOST_NEEDED else None


def _why(kind: str, bar: float, verdict: Verdict) -> str:
    good, bad = {
        "floor": (f"at least {bar:.3f}", f"below {bar:.3f}"),
        "ceiling": (f"at most {bar:.3f}", f"above {bar:.3f}"),
        "drop": (f"at most {abs(bar):.3f} worse than the baseline", f"more than {abs(bar):.3f} worse"),
    }[kind]
    return {
        Verdict.PASS: f"shown to be {good}",
        Verdict.FAIL: f"shown to be {bad}",
        Verdict.INCONCLUSIVE: f"not shown to be {good}, nor {bad}",
    }[verdict]
