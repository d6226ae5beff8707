"""A model tried on hand-labelled articles: what is wrong with what it makes of one, and whether it passes a gate.

Every article is mapped once, whichever of the two asks first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from argmap.annotations import AnnotatedArticle, annotation_files, read_article
from argmap.cli.gating import Gating, prepare
from argmap.cli.inputs import fold_of
from argmap.cli.loading import chosen_model
from argmap.document import OUT_OF_DOMAIN, Document
from argmap.errors import InputError, UsageError, one_line
from argmap.evaluation import comparison
from argmap.evaluation.admission import refuse_tainted_test, refuse_trained_baseline
from argmap.evaluation.counts import trusted, without_labels
from argmap.evaluation.evaluate import Evaluation, System, evaluate, refuse_training_articles, training_articles
from argmap.evaluation.gate_report import conclusion, gate_table, misread_message
from argmap.evaluation.metrics import f1_of_counts, label_counts, stance_matrix
from argmap.evaluation.report import table_lines
from argmap.evaluation.stored import StoredReport, stored
from argmap.graph import ArgumentMap
from argmap.labels import STANCES
from argmap.models import Model
from argmap.pipeline import link_document, map_document

_DEFAULT_FOLD = "dev"
_MOST_FAULTS = 10
_SHOWN = 120


@dataclass(frozen=True)
class Wanted:
    """What is to be tried: options by the names that `argmap evaluate` gives them. `floor` is for each article."""

    gold: tuple[Path, ...]
    model: str | None = None
    texts: Path | None = None
    split: Path | None = None
    fold: str | None = None
    gate: Path | None = None
    baseline: Path | None = None
    baseline_model: str | None = None
    floor: float | None = None


@dataclass(frozen=True)
class Judged:
    """What came of the gate: its verdict in one line, and the whole of it."""

    result: comparison.GateResult
    conclusion: str
    text: str

    @property
    def failed(self) -> bool:
        return self.result.verdict is comparison.Verdict.FAIL

    @property
    def inconclusive(self) -> bool:
        return self.result.verdict is comparison.Verdict.INCONCLUSIVE


class Trial:
    """Reads the gate and the baseline at once, articles and models when they are first asked for.

    `files` are those to be tested, by their resolved path. Raises `UsageError` and `InputError` as `argmap evaluate`
    does, but for the articles themselves: one that cannot be read is a test that fails.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        if wanted.gate is None and (wanted.baseline is not None or wanted.baseline_model is not None):
            raise UsageError("a baseline without a gate", expected="a file that says how far a model may fall")
        if wanted.fold is not None and wanted.split is None:
            raise UsageError(f"fold {wanted.fold} without a split", expected="a file that says what is in the fold")
        self._gating: Gating | None = prepare(wanted.gate, wanted.baseline, wanted.baseline_model, allow_training=False)
        self.gate_file = None if wanted.gate is None else wanted.gate.resolve()
        self._articles: dict[Path, AnnotatedArticle] = {}
        self._maps: dict[tuple[str, str, str], ArgumentMap] = {}
        self._others: list[AnnotatedArticle] = []
        everything = annotation_files(wanted.gold)
        self.files: Mapping[Path, Path] = {path.resolve(): path for path in self._chosen(everything)}

    def _chosen(self, files: tuple[Path, ...]) -> Iterator[Path]:
        """The files of the fold, and those that cannot be read, whose fold nobody knows."""
        if self.wanted.split is None:
            yield from files
            return
        ids, _ = fold_of(self.wanted.split, self.wanted.fold or _DEFAULT_FOLD)
        inside = False
        for path in files:
            try:
                article = self.article(path)
            except InputError:
                yield path
                continue
            if article.document.id in ids:
                inside = True
                yield path
            else:
                self._others.append(article)
        if not inside:
            name = self.wanted.fold or _DEFAULT_FOLD
            raise InputError(f"no article of these annotations is in fold {name!r}", where=str(self.wanted.split))

    def article(self, path: Path) -> AnnotatedArticle:
        """The article of a file; raises `InputError`."""
        key = path.resolve()
        if key not in self._articles:
            self._articles[key] = read_article(path, texts=self.wanted.texts)
        return self._articles[key]

    @cached_property
    def model(self) -> Model:
        """The model on trial; raises `ModelError`."""
        return chosen_model(self.wanted.model)

    def faults_of(self, path: Path) -> tuple[str, ...]:
        """What is wrong with an article's file, or with what the model makes of it: a line each, at most ten.

        The labels must lie on the text, the model must never have seen it, must score every sentence and label nothing
        else, and must not take it for other than English prose. Macro-F1 counts only against a floor.
        """
        found = list(self._faults(self.article(path)))
        more = len(found) - _MOST_FAULTS
        return tuple(found if more <= 0 else [*found[:_MOST_FAULTS], f"and {more} more"])

    def _faults(self, article: AnnotatedArticle) -> Iterator[str]:
        yield from map(str, article.faults)
        name = article.path or article.document.id
        if training_articles([article], self.model.training_texts):
            yield one_line(f"{name}: {self.model.id} was trained on this article; leave it out (--argmap-split)")
        gold = trusted(article).document
        predicted = self._map(self.model, without_labels(gold)).document
        yield from (one_line(f"{name}: {self.model.id} {fault}") for fault in structural_faults(gold, predicted))
        floor = self.wanted.floor
        if floor is not None and (value := article_macro_f1(gold=gold, predicted=predicted)) < floor:
            yield one_line(f"{name}: macro-F1 of stances is {value:.3f}; expected at least {floor:g}")

    def judged(self) -> Judged:
        """The gate's judgement on all the articles together; raises `InputError` where there can be none."""
        if self._gating is None:
            raise UsageError("no gate", expected="a file with bars")
        articles = [self.article(path) for path in self.files.values()]
        refuse_training_articles(articles, self.model.training_texts)
        refuse_tainted_test(articles, self._others, self.model.training_texts)
        report, before = self._report(self.model, articles), self._gating.baseline
        if self._gating.baseline_model is not None:
            old = chosen_model(self._gating.baseline_model)
            refuse_trained_baseline(articles, old.training_texts, self._gating.baseline_model)
            before = self._report(old, articles)
        result = comparison.judge(report, self._gating.gate, baseline=before)
        misread = () if before is None else self._misread(result, report, before)
        lines = [conclusion(result), "", *(line for _, line in table_lines(gate_table(result))), *misread]
        return Judged(result, one_line(conclusion(result)), "\n".join(map(one_line, lines)))

    def _report(self, model: Model, articles: list[AnnotatedArticle]) -> StoredReport:
        # The gate draws articles itself; the report's own intervals are not used.
        evaluation: Evaluation = evaluate(articles, self._system(model), resamples=1)
        return stored(evaluation)

    def _system(self, model: Model) -> System:
        return System(model.id, partial(self._map, model), partial(self._link, model))

    def _map(self, model: Model, document: Document) -> ArgumentMap:
        return self._once("map", model, document, map_document)

    def _link(self, model: Model, document: Document) -> ArgumentMap:
        return self._once("link", model, document, link_document)

    def _once(
        self, what: str, model: Model, document: Document, work: Callable[[Document, Model], ArgumentMap]
    ) -> ArgumentMap:
        key = (what, str(id(model)), document.text_sha256)
        if key not in self._maps:
            self._maps[key] = work(document, model)
        return self._maps[key]

    def _misread(self, result: comparison.GateResult, report: StoredReport, before: StoredReport) -> Iterator[str]:
        by_doc = {article.document.id: article for article in map(self.article, self.files.values())}
        found = comparison.newly_misread(report, before)
        if found:
            yield "Read right by the baseline, and no longer:"
        for doc, sentence in found:
            article = by_doc[doc]
            spans = [(unit.span.start, unit.span.end) for unit in article.document.units]
            line = spans.index((sentence.start, sentence.end)) + 2  # the article's own line is the first
            text = " ".join(article.document.text[sentence.start : sentence.end].split())[:_SHOWN]
            yield f"{article.path}:{line}: {misread_message(result, sentence, text)}"


def structural_faults(gold: Document, predicted: Document) -> Iterator[str]:
    """What no map of these sentences may have, however good or poor its labels are."""
    if [(unit.id, unit.span, unit.kind) for unit in gold.units] != [
        (unit.id, unit.span, unit.kind) for unit in predicted.units
    ]:
        yield "gives back other sentences than it was given"
        return
    outside = predicted.out_of_domain
    if outside is not None and outside > OUT_OF_DOMAIN:
        yield f"takes the article for other than English prose ({outside:.2f}), and labels nothing"
    for unit in predicted.units:
        if not unit.is_text:
            if unit.stances or unit.evidence or unit.scores:
                yield f"labels {unit.id}, which is {unit.kind.value}"
            continue
        scores = [unit.scores.get(stance, math.nan) for stance in STANCES]
        if not all(0 <= score <= 1 for score in scores):  # also true for NaN
            yield f"gives {unit.id} no score from 0 to 1 for each stance: {scores}"


def article_macro_f1(*, gold: Document, predicted: Document) -> float:
    """Mean F1 over the stances that occur in gold or prediction; 1 where none does.

    Of a single article the mean over all stances would say that one which rightly has none of a stance is poor.
    """
    sides = [stance_matrix([unit.stances for unit in side.text_units()]) for side in (gold, predicted)]
    counts = label_counts(gold=sides[0], predicted=sides[1])
    occurring = counts.sum(axis=-1) > 0
    return float(f1_of_counts(counts)[occurring].mean()) if occurring.any() else 1.0
