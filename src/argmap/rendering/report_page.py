"""An evaluation as one offline page for people: verdict, figures, plots, misread sentences, what each number means.

No script, nothing that is fetched; the same evaluation gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from argmap import __version__
from argmap.annotations import AnnotatedArticle
from argmap.errors import one_line
from argmap.evaluation.agreement import Agreement
from argmap.evaluation.comparison import GateResult, Verdict
from argmap.evaluation.curves import Curve, curves
from argmap.evaluation.evaluate import Evaluation
from argmap.evaluation.gate_report import conclusion, gate_table
from argmap.evaluation.gold import Misread
from argmap.evaluation.intervals import Interval
from argmap.evaluation.reliability import Bin, reliability
from argmap.evaluation.report import remarks, tables
from argmap.evaluation.sizes import SIZES, half_widths
from argmap.evaluation.tables import Table
from argmap.labels import STANCES, Stance
from argmap.rendering.plot_svg import inline_svg, marks_style, palette
from argmap.rendering.plots import Plot
from argmap.rendering.report_plots import (
    FEW,
    coverage_plot,
    figures_plot,
    heat,
    precision_recall_plots,
    reliability_plots,
    slices_plot,
    stance_tables,
)
from argmap.rendering.report_words import WORDS
from argmap.rendering.templating import environment, policy, resource

MOST_MISREAD = 500
"""Sentences that the page shows; more would be read by nobody."""
MOST_CHARACTERS = 600
FEWEST_ARTICLES = 5
"""Below which nothing is said about other numbers of articles."""
_SIGNS = {Verdict.PASS: "✔", Verdict.FAIL: "✘", Verdict.INCONCLUSIVE: "?"}
_READERS = (
    ("stance.accusation.f1", "accusation", "F1 accusation"),
    ("stance.quotation.f1", "quotation", "F1 quotation"),
    ("stance.recommendation.f1", "recommendation", "F1 recommendation"),
    ("stance.macro_f1", "macro-F1", "macro-F1 stance"),
    ("links.f1", "links, right pair", "F1 links"),
    ("links.f1_with_kind", "links, right pair and kind", "F1 links with kind"),
    ("links.thesis_exact", "thesis exact", "same thesis"),
)
_PLACED = {"stances", "confusion", "evidence", "links", "units", "coverage", "slices", "names"}
"""Tables that have a place of their own; others follow the figures."""
_SHOWN_THRESHOLDS = range(5, 100, 5)  # hundredths


@dataclass(frozen=True, slots=True)
class MisreadRow:
    """One misread sentence, in words."""

    text: str
    gold: str
    given: str
    scores: str
    off: str
    place: str


def build_report_page(
    evaluation: Evaluation,
    articles: Sequence[AnnotatedArticle],
    *,
    result: GateResult | None = None,
    readers: Agreement | None = None,
    texts: bool = True,
) -> bytes:
    """The page of an evaluation of these articles, with the gate's `result` and what two `readers` agree on, if known.

    Without `texts` no sentence of an article stands in it.
    """
    style = palette() + marks_style() + resource("report.css")
    by_key = {table.key or table.title: table for table in tables(evaluation)}
    plots = _plots(evaluation, readers)
    page = environment().get_template("report.html.j2").render(
        t=one_line,
        svg=_inline,
        heat=heat,
        policy=policy(style),
        style=Markup(style),  # noqa: S704 - our own
        version=__version__,
        model=evaluation.model,
        scope="from the raw text" if evaluation.from_text else "on hand-cut sentences",
        support=evaluation.support,
        resamples=evaluation.resamples,
        seed=evaluation.seed,
        contents=list(_contents(result, plots)),
        verdict=None if result is None else _verdict(result),
        short=list(_short(evaluation)),
        tables=by_key,
        others=[table for key, table in by_key.items() if key not in _PLACED],
        readers=None if readers is None else _readers(evaluation, readers),
        plots=plots,
        confusion=_confusion(evaluation),
        bins=[_bins(stance, found) for stance, found in _reliability(evaluation).items()],
        thresholds=[_thresholds(stance, curve) for stance, curve in curves(evaluation).items()],
        few=FEW,
        misread=_misread(evaluation, articles),
        texts=texts,
        sizes=_sizes(evaluation),
        words=WORDS,
        remarks=list(remarks(evaluation)),
    )  # fmt: skip
    return page.encode("utf-8")


def _inline(plot: Plot) -> Markup:
    return Markup(inline_svg(plot))  # noqa: S704 - escaped by its writer


def _plots(evaluation: Evaluation, readers: Agreement | None) -> Mapping[str, Any]:
    return {
        "figures": figures_plot(evaluation, readers),
        "reliability": list(reliability_plots(evaluation).values()),
        "curves": list(precision_recall_plots(evaluation).values()),
        "coverage": coverage_plot(evaluation),
        "slices": slices_plot(evaluation),
    }


def _contents(result: GateResult | None, plots: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if result is not None:
        yield "gate", "Gate"
    yield "figures", "Figures"
    yield "confusion", "What is mixed up"
    if plots["reliability"]:
        yield "reliability", "Reliability"
    if plots["curves"]:
        yield "curves", "Precision and recall"
    yield "coverage", "Where it may pass"
    yield "slices", "By sort of article"
    yield "misread", "Misread sentences"
    yield "sizes", "How many articles"
    yield "words", "What the numbers mean"


def _verdict(result: GateResult) -> Mapping[str, Any]:
    return {
        "word": result.verdict.value,
        "sign": _SIGNS[result.verdict],
        "says": conclusion(result).removeprefix(f"{result.verdict.value}: "),
        "table": gate_table(result),
        "known": [
            check.why + (f"; about {check.needed:,} labelled articles would tell" if check.needed is not None else "")
            for check in result.checks
        ],
    }


def _short(evaluation: Evaluation) -> Iterator[tuple[str, str, str]]:
    """The few numbers that most people look for: name, value, what it is."""
    figures = evaluation.figures
    macro, right = figures["stance.macro_f1"], figures["stance.all_right"]
    yield "macro-F1 of stances", f"{macro.value:.3f}", _bounds(macro)
    yield "sentences all right", f"{right.value:.0%}", "stances exactly the annotator's"
    evidence, links = figures["evidence.macro_f1"], figures["links.f1"]
    yield "macro-F1 of evidence", f"{evidence.value:.3f}", _bounds(evidence)
    yield "F1 of links", f"{links.value:.3f}", _bounds(links)
    worst = max(STANCES, key=lambda stance: figures[f"stance.{stance.value}.ece"].value)
    error = figures[f"stance.{worst.value}.ece"]
    yield "calibration error", f"{error.value:.3f}", f"the largest of the three: {worst.value}"


def _bounds(interval: Interval) -> str:
    return f"{interval.low:.3f} to {interval.high:.3f}"


def _readers(evaluation: Evaluation, readers: Agreement) -> Table:
    rows = []
    for name, label, human in _READERS:
        own, other = evaluation.figures[name], readers.figures[human]
        rows.append((label, f"{own.value:.3f}", _bounds(own), f"{other.value:.3f}", _bounds(other)))
    number = f"{readers.articles:,} {'article' if readers.articles == 1 else 'articles'}"
    return Table(
        f"Beside two readers, who labelled {number} apart",
        ("F1", "the model", "95 % interval", "one reader against another", "95 % interval"),
        tuple(rows),
        "Readers were held against each other as the model is held against the annotator; they need not have read the "
        "articles of this test. Their figure is no limit that a program could not pass, but where they differ nobody "
        "can say which of two labels is right.",
    )


def _confusion(evaluation: Evaluation) -> Mapping[str, Any]:
    return {
        "labels": [*(stance.value for stance in STANCES), "none"],
        "table": evaluation.confusion.tolist(),
        "stances": list(stance_tables(evaluation).items()),
    }


def _reliability(evaluation: Evaluation) -> Mapping[Stance, Sequence[Bin]]:
    return reliability([article.counts for article in evaluation.articles])


def _bins(stance: Stance, bins: Sequence[Bin]) -> Table:
    rows = tuple(
        (f"{entry.low:.1f} to {entry.high:.1f}", f"{entry.sentences:,}", _number(entry.score), _number(entry.share))
        for entry in bins
    )
    return Table(stance.value.capitalize(), ("score", "sentences", "mean score", "share with the stance"), rows, "")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _thresholds(stance: Stance, curve: Curve) -> Table:
    rows: list[tuple[str, ...]] = [
        (f"{curve.thresholds[step]:.2f}", _number(curve.precision[step]), f"{curve.recall[step]:.3f}")
        for step in _SHOWN_THRESHOLDS
    ]
    used = "as given" if curve.threshold is None else f"{curve.threshold:.3f}, as used"
    rows.append((used, *(f"{value:.3f}" for value in curve.given)))
    meaning = f"Average precision {curve.average_precision:.3f}. No precision where no score is so high."
    return Table(stance.value.capitalize(), ("threshold", "precision", "recall"), tuple(rows), meaning)


def _misread(evaluation: Evaluation, articles: Sequence[AnnotatedArticle]) -> Mapping[str, Any]:
    found = [(article.doc, misread) for article in evaluation.articles for misread in article.misread]
    found.sort(key=lambda entry: (-entry[1].severity, entry[0], entry[1].start))
    by_doc = {article.document.id: article for article in articles}
    rows = [_row(by_doc.get(doc), doc, misread) for doc, misread in found[:MOST_MISREAD]]
    return {"all": len(found), "left": len(found) - len(rows), "rows": rows}


def _row(article: AnnotatedArticle | None, doc: str, misread: Misread) -> MisreadRow:
    text = "" if article is None else " ".join(article.document.text[misread.start : misread.end].split())
    names = [stance.value for stance in STANCES]
    scores = ", ".join(f"{name} {score:.2f}" for name, score in zip(names, misread.scores, strict=False))
    return MisreadRow(
        text=text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS].rstrip() + "…",
        gold=" + ".join(misread.gold) or "none",
        given=" + ".join(misread.predicted) or "none",
        scores=scores,
        off=f"{misread.severity:.2f}",
        place=_place(article, doc, misread),
    )


def _place(article: AnnotatedArticle | None, doc: str, misread: Misread) -> str:
    """Article, unit, characters, and the line of the annotation file, by its name, since folders differ."""
    place = f"{doc}, unit {misread.unit}, characters {misread.start:,} to {misread.end:,}"
    if article is None or article.path is None:
        return place
    spans = [(unit.span.start, unit.span.end) for unit in article.document.units]
    return f"{place}; {article.path.name}, line {spans.index((misread.start, misread.end)) + 2}"


def _sizes(evaluation: Evaluation) -> Table | None:
    """What the intervals would be on other numbers of articles; None for so few that nobody can say."""
    number = len(evaluation.articles)
    if number < FEWEST_ARTICLES:
        return None
    metrics = (
        {"stance.macro_f1": "macro-F1"} | {f"stance.{s.value}.f1": s.value for s in STANCES} | {"links.f1": "links"}
    )
    widths = half_widths(
        [article.counts for article in evaluation.articles],
        list(metrics),
        from_text=evaluation.from_text,
        sizes=sorted({*SIZES, number}),
        resamples=evaluation.resamples,
        seed=evaluation.seed,
    )
    return Table(
        "What a figure would be known to, by the number of articles",
        ("articles", *metrics.values()),
        tuple(_size_rows(widths, metrics, number)),
        f"± is half the width of the 95 % interval, on so many articles drawn from these {number:,}. Four times as "
        "many articles make it half as wide. To tell a model from another that is better by a given amount, look for a "
        "number of articles whose ± is well below that amount.",
    )


def _size_rows(
    widths: Mapping[int, Mapping[str, float]], metrics: Iterable[str], number: int
) -> Iterator[tuple[str, ...]]:
    for size, found in widths.items():
        label = f"{size:,} (as here)" if size == number else f"{size:,}"
        yield (label, *(f"± {found[name]:.3f}" for name in metrics))
