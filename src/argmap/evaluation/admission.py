"""What a gate refuses to judge: figures that say nothing, and two models that were not given the same test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NoReturn

import numpy as np

from argmap.annotations import AnnotatedArticle
from argmap.errors import InputError
from argmap.evaluation.evaluate import training_articles
from argmap.evaluation.gate import Gate
from argmap.evaluation.leakage import refuse_contradictions, refuse_leaks
from argmap.evaluation.stored import StoredReport
from argmap.labels import STANCES


def refuse_tainted_test(
    tested: Sequence[AnnotatedArticle], others: Sequence[AnnotatedArticle], trained: Mapping[str, str]
) -> None:
    """Refuse a test that shares text with other folds or contradicts itself, or a model of unknown training.

    `trained` are the hashes of the model's training articles by id. Raises `InputError`.
    """
    if not trained:
        raise InputError(
            "the model names no training article, so nobody can tell whether it has seen these",
            expected="a model.json with the hashes of its training articles",
            advice="train it again with argmap train",
        )
    chosen = {id(article) for article in tested}
    refuse_leaks(tested, [article for article in others if id(article) not in chosen])
    refuse_contradictions(tested)


def refuse_trained_baseline(tested: Sequence[AnnotatedArticle], trained: Mapping[str, str], model: str) -> None:
    """A baseline that has seen the test articles is no measure for a model that has not; raises `InputError`."""
    if seen := training_articles(tested, trained):
        raise InputError(
            f"was trained on {len(seen)} of these {len(tested)} articles: {seen[0]}",
            where=f"--baseline-model {model}",
            expected="a model that has never seen them",
            advice="choose another fold, or another baseline",
        )


def refuse_other_test_set(report: StoredReport, baseline: StoredReport) -> None:
    """Raise `InputError` unless both reports are on the same texts with the same labels, read in the same way."""
    advice = "make the baseline's report again on these articles, or give --baseline-model DIR to score both on them"

    def refuse(what: str) -> NoReturn:
        raise InputError(what, where=baseline.where, expected="the test set of the model that is judged", advice=advice)

    if report.from_text != baseline.from_text:
        ways = {True: "from the raw text", False: "on gold units"}
        refuse(f"was measured {ways[baseline.from_text]}, the model {ways[report.from_text]}")
    mine = {article.text_sha256: article for article in report.articles}
    theirs = {article.text_sha256: article for article in baseline.articles}
    for more, less, words in ((theirs, mine, "has an article that is not tested now"), (mine, theirs, "lacks article")):
        if extra := [more[key].doc for key in more if key not in less]:
            refuse(f"{words}: {extra[0]!r}" + (f" and {len(extra) - 1} more" if len(extra) > 1 else ""))
    for key, article in mine.items():
        if article.gold_sha256 != theirs[key].gold_sha256:
            refuse(f"has other labels of article {article.doc!r}")
        for name in ("stance", "evidence", "links"):
            counts = article.counts[name], theirs[key].counts[name]
            first, second = (count[..., 0] + count[..., 2] for count in counts)
            if not np.array_equal(first, second):
                refuse(f"counts other gold {name} labels in article {article.doc!r}: gold and predicted are swapped?")


def refuse_trained(report: StoredReport) -> None:
    """Raise `InputError` if the report's model was trained on articles that it was measured on."""
    if report.trained_on:
        raise InputError(
            f"its model was trained on {len(report.trained_on)} of these articles: {report.trained_on[0]}",
            where=report.where,
            expected="figures on articles that the model has never seen",
            advice="leave those articles out (--split, --fold)",
        )


def refuse_unusable_gold(report: StoredReport, gate: Gate) -> None:
    """Raise `InputError` if gold has no sentence, a stance never occurs, or what a bar is about does not."""
    for sample in dict.fromkeys(["sentences", *_stance_samples(), *(s for m in gate.metrics for s in _samples_of(m))]):
        if not report.support.get(sample, 0):
            name = "sentence" if sample == "sentences" else repr(sample)
            raise InputError(
                f"the gold labels hold no {name}, so nothing can be said about it",
                where=report.where,
                expected="test articles in which every stance, and all that the gate asks for, occurs",
                advice="label articles that have it, or choose another fold",
            )


def _stance_samples() -> list[str]:
    return [f"stance.{stance.value}" for stance in STANCES]


def _samples_of(metric: str) -> Iterator[str]:
    """The gold labels, by their names under `support`, without which a figure says nothing."""
    room, _, rest = metric.partition(".")
    if room == "evidence" and rest != "macro_f1":
        yield f"evidence.{rest.partition('.')[0]}"
    elif room == "links":
        yield "links.attack" if rest.endswith("attack_f1") else "thesis" if rest.endswith("thesis_exact") else "links"
