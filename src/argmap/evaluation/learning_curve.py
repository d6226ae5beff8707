"""Whether more labels would help: models trained on growing shares of the articles, and a curve through their figures.

The curve is an inverse power law, F1(n) = ceiling - scale * n ** -rate, fitted by weighted least squares (Cortes,
Jackel, Solla, Vapnik and Denker, Learning Curves: Asymptotic Values and Rate of Convergence, NIPS 1993; for annotated
text Figueroa, Zeng-Treitler, Kandula and Ngo, Predicting sample size required for classification performance, BMC
Medical Informatics and Decision Making 12:8, 2012). That learning curves keep such a shape is an experience, not a law
(Viering and Loog, The Shape of Learning Curves: a Review, TPAMI 2023), so nothing is foretold beyond twice as many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from argmap.annotations import AnnotatedArticle
from argmap.errors import InputError
from argmap.evaluation.cross_validation import Articles, Fit, Traits, check_folds, trained_and_scored
from argmap.evaluation.evaluate import ScoredArticle
from argmap.evaluation.folds import stratified_folds
from argmap.evaluation.intervals import Interval
from argmap.evaluation.paired import drawn_figures
from argmap.evaluation.traits import traits_of

FloatArray = NDArray[np.float64]
METRICS = ("stance.macro_f1", "evidence.macro_f1", "links.f1")
SIZES = 5
SHARE = 1 / 8
"""The smallest share of what can be trained on: below it the curve is about a model that nobody would use."""
FEWEST = 5
"""Articles that training needs at all."""
FOR_A_LAW = 4
"""Points below which a curve with three parameters says nothing."""
HARDLY = 0.01
"""A gain in F1 that is not worth labelling as many articles again."""
CONFIDENCE = 0.95
_RATES = np.geomspace(0.1, 2.0, 40)
_Laws = tuple[FloatArray, FloatArray, FloatArray]
"""Ceilings, scales and rates, a law a place."""


class Answer(StrEnum):
    """Whether more labels would help."""

    YES = "yes"
    HARDLY = "hardly"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Models that were trained on this many articles: the figure on all held-out ones, and that of each fold.

    `fitted` is where the curve passes; None if there is none.
    """

    articles: int
    value: Interval
    by_fold: tuple[float, ...]
    fitted: float | None


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """A figure after learning from n articles: `ceiling - scale * n ** -rate`."""

    ceiling: float
    scale: float
    rate: float

    def __call__(self, articles: float) -> float:
        return float(self.ceiling - self.scale * articles**-self.rate)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the curve says about going from `now` articles to `then`: the figure there, what is gained, and whether it
    is worth it. Without a curve (`value` and `gain` None) the answer is unknown.
    """

    now: int
    then: int
    value: Interval | None
    gain: Interval | None
    answer: Answer


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """A figure (`stance.macro_f1`) by the number of training articles, fewest first, with the curve through it."""

    metric: str
    points: tuple[CurvePoint, ...]
    law: PowerLaw | None
    outlook: Outlook


@dataclass(frozen=True)
class LearningCurves:
    """The curves of one recipe, `model`, on `articles` in `folds` (ids by name), each of which was held out in turn."""

    model: str
    from_text: bool
    articles: int
    folds: Mapping[str, tuple[str, ...]]
    resamples: int
    seed: int
    curves: tuple[LearningCurve, ...]


def learning_curves(
    articles: Articles,
    folds: Mapping[str, Sequence[str]],
    fit: Fit,
    *,
    model: str,
    check: Callable[[Articles], None] = lambda _: None,
    from_text: bool = False,
    resamples: int = 1000,
    seed: int = 0,
    jobs: int = 1,
    step: Callable[[str], None] = lambda _: None,
    traits: Traits = traits_of,
) -> LearningCurves:
    """For each fold train on growing, nested shares of the articles outside it, and score the fold each time.

    `check` raises `InputError` for articles that nothing can be learnt from; sizes at which it does so in any fold are
    left out. The number of `jobs` changes no figure. Raises as `cross_validate` does, and `InputError` where fewer than
    three sizes remain.
    """
    check_folds(articles, folds)
    known = {article.document.id: article for article in articles}
    pools = {
        name: nested([article for article in articles if article.document.id not in docs], seed=seed + number)
        for number, (name, docs) in enumerate(folds.items())
    }
    sizes = learnable_sizes(list(pools.values()), check)
    work = [
        (f"without {name}, {size} articles", pools[name][:size], [known[doc] for doc in docs])
        for size in sizes
        for name, docs in folds.items()
    ]
    found = []
    results = trained_and_scored(work, fit, jobs=jobs, from_text=from_text, traits=traits)
    for (name, _, _), scored in zip(work, results, strict=True):
        step(name)
        found.append([article for article, _ in scored])
    by_size = [found[place : place + len(folds)] for place in range(0, len(found), len(folds))]
    return LearningCurves(
        model=model,
        from_text=from_text,
        articles=len(articles),
        folds={name: tuple(docs) for name, docs in folds.items()},
        resamples=resamples,
        seed=seed,
        curves=curves_of(sizes, by_size, articles=len(articles), from_text=from_text, resamples=resamples, seed=seed),
    )


def nested(pool: Articles, *, seed: int) -> list[AnnotatedArticle]:
    """The articles in an order of which every beginning has about like shares of all labels."""
    random = np.random.default_rng(seed)
    groups = max(len(pool) // FEWEST, 1)
    named = {article.document.id: article for article in pool}
    dealt = list(stratified_folds(pool, groups, seed=seed).values()) if groups > 1 else [tuple(sorted(named))]
    order: list[AnnotatedArticle] = []
    for group in random.permutation(len(dealt)):
        ids = dealt[group]
        order += [named[ids[place]] for place in random.permutation(len(ids))]
    return order


def learnable_sizes(pools: Sequence[Articles], check: Callable[[Articles], None]) -> list[int]:
    """Up to `SIZES` numbers of articles, in even steps of a logarithmic scale, that can be learnt from in each pool.

    Raises `InputError` where fewer than three are left.
    """
    most = min(map(len, pools))
    if most < FEWEST:
        raise InputError(
            f"{most} articles to train on beside the largest fold",
            expected=f"at least {FEWEST}",
            advice="label more articles, or deal more folds",
        )
    smallest = max(FEWEST, round(most * SHARE))
    sizes = sorted({round(float(size)) for size in np.geomspace(smallest, most, SIZES)})
    faults = {size: _fault(pools, size, check) for size in sizes}
    sizes = [size for size, fault in faults.items() if fault is None]
    if len(sizes) < 3:
        fault = next((fault for fault in faults.values() if fault is not None), None)
        why = f" ({fault.what})" if fault is not None else ""
        raise InputError(
            f"{most} articles to train on leave {len(sizes)} size{'s' * (len(sizes) != 1)} that can be learnt "
            f"from{why}",
            expected="at least three",
            advice="label more articles, or deal more folds",
        )
    return sizes


def _fault(pools: Sequence[Articles], size: int, check: Callable[[Articles], None]) -> InputError | None:
    """What the check says of so many articles of any pool."""
    try:
        for pool in pools:
            check(pool[:size])
    except InputError as error:
        return error
    return None


def curves_of(
    sizes: Sequence[int],
    scored: Sequence[Sequence[Sequence[ScoredArticle]]],
    *,
    articles: int,
    from_text: bool,
    resamples: int,
    seed: int,
) -> tuple[LearningCurve, ...]:
    """The curve of each of `METRICS` from the scored articles of each size and fold.

    Folds are drawn anew and then the articles in each (Davison and Hinkley, Bootstrap Methods and their Application,
    1997, section 3.8), the same ones for all sizes, since a fold stands for the luck of its training articles, too.
    """
    lengths = [len(fold) for fold in scored[0]]
    weights = two_stage_weights(lengths, resamples=resamples, seed=seed)
    own = np.repeat(np.eye(len(lengths)), lengths, axis=1)
    draws = np.vstack([np.ones((1, sum(lengths))), own, weights])
    figures = [
        drawn_figures([article.counts for fold in folds for article in fold], draws, from_text=from_text)
        for folds in scored
    ]
    return tuple(
        curve_of(
            metric,
            sizes,
            np.stack([each[metric][0] for each in figures]),
            np.stack([each[metric][1 : 1 + len(lengths)] for each in figures]),
            np.stack([each[metric][1 + len(lengths) :] for each in figures], axis=-1),
            articles=articles,
        )
        for metric in METRICS
    )


def two_stage_weights(lengths: Sequence[int], *, resamples: int, seed: int) -> FloatArray:
    """How often each article is drawn, (resamples, articles): folds of these lengths first, then articles in them."""
    random = np.random.default_rng(seed)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    weights = np.zeros((resamples, int(starts[-1])))
    for row in weights:
        for fold in random.integers(0, len(lengths), size=len(lengths)):
            drawn = random.multinomial(lengths[fold], np.full(lengths[fold], 1 / lengths[fold]))
            row[starts[fold] : starts[fold + 1]] += drawn
    return weights


def curve_of(
    metric: str, sizes: Sequence[int], values: FloatArray, by_fold: FloatArray, samples: FloatArray, *, articles: int
) -> LearningCurve:
    """The curve through `values` (sizes,), given those of each fold (sizes, folds) and of each draw (draws, sizes)."""
    intervals = [_interval(value, samples[:, place]) for place, value in enumerate(values)]
    law: PowerLaw | None = None
    laws: _Laws | None = None
    if len(sizes) >= FOR_A_LAW:
        trust = 1 / np.maximum(samples.var(axis=0), 1e-6)
        laws = fit_power_laws(sizes, samples, trust)
        law = PowerLaw(*(float(part[0]) for part in fit_power_laws(sizes, values[None], trust)))
    points = tuple(
        CurvePoint(size, interval, tuple(map(float, folds)), None if law is None else law(size))
        for size, interval, folds in zip(sizes, intervals, by_fold, strict=True)
    )
    return LearningCurve(metric, points, law, _outlook(law, laws, articles))


def _outlook(law: PowerLaw | None, laws: _Laws | None, now: int) -> Outlook:
    then = 2 * now
    if law is None or laws is None:
        return Outlook(now, then, None, None, Answer.UNKNOWN)
    ceiling, scale, rate = laws
    before, after = (ceiling - scale * float(number) ** -rate for number in (now, then))
    gain = _interval(law(then) - law(now), after - before)
    answer = Answer.HARDLY if gain.high < HARDLY else Answer.YES if gain.low > 0 else Answer.UNKNOWN
    return Outlook(now, then, _interval(law(then), after), gain, answer)


def fit_power_laws(
    sizes: Sequence[int], values: FloatArray, trust: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Ceiling, scale and rate, (curves,) each, of the best law through each row of `values` (curves, sizes).

    `trust` (sizes,) are the weights of the squared distances. For a given rate the law is a straight line, so all rates
    of a grid are tried, with the ceiling kept between 0 and 1. A falling curve has a negative scale.
    """
    w = trust / trust.sum()
    x = np.asarray(sizes, dtype=np.float64)[None, :] ** -_RATES[:, None]
    mean_x, mean_y = x @ w, values @ w
    spread = (x - mean_x[:, None]) ** 2 @ w
    slope = ((values - mean_y[:, None]) * w) @ (x - mean_x[:, None]).T / spread
    ceiling = mean_y[:, None] - slope * mean_x
    for bound, outside in ((1.0, ceiling > 1), (0.0, ceiling < 0)):
        through = ((values - bound) * w) @ x.T / (x**2 @ w)
        slope = np.where(outside, through, slope)
        ceiling = np.where(outside, bound, ceiling)
    fitted = ceiling[:, :, None] + slope[:, :, None] * x
    best = (((values[:, None, :] - fitted) ** 2) @ w).argmin(axis=1)
    rows = np.arange(len(values))
    return ceiling[rows, best], -slope[rows, best], _RATES[best]


def _interval(value: float, samples: FloatArray) -> Interval:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(samples, [tail, 1 - tail])
    return Interval(float(value), float(low), float(high), CONFIDENCE)
