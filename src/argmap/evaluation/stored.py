"""A report that was kept as JSON, read back: what a later model is compared with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from argmap.annotations import AnnotatedArticle
from argmap.document import Document
from argmap.errors import InputError
from argmap.evaluation.counts import counts_of
from argmap.evaluation.evaluate import Evaluation, figures
from argmap.evaluation.gold import Misread
from argmap.evaluation.report import FORMAT, VERSION, as_json
from argmap.files import read_bytes
from argmap.formats.json_values import ObjectReader, parse_json
from argmap.graph import ArgumentMap

FloatArray = NDArray[np.float64]
_AGAIN = "make it again with this argmap: argmap evaluate … --report FILE.json"
_SLACK = 1e-4  # what rounding in the file may make of a figure
_INPUTS = {"raw text": True, "gold units": False}


@dataclass(frozen=True)
class StoredArticle:
    """One article of a report: hashes of its text and of its labels, its counts, its misread sentences by place."""

    doc: str
    text_sha256: str
    gold_sha256: str
    counts: Mapping[str, FloatArray]
    misread: Mapping[tuple[int, int], Misread]


@dataclass(frozen=True)
class StoredReport:
    """A report as values. A figure is None where the report says null, and absent where it says nothing."""

    where: str
    model: str
    from_text: bool
    metrics: Mapping[str, float | None]
    support: Mapping[str, int]
    trained_on: tuple[str, ...]
    articles: tuple[StoredArticle, ...]


@cache
def count_shapes() -> Mapping[str, tuple[int, ...]]:
    """The name and shape of everything that is counted in an article."""
    nothing = Document("empty", "", units=())
    gold = AnnotatedArticle(nothing, (), None, "", "", "", "", None, inline=True)
    silent = ArgumentMap(nothing)
    counts = counts_of(gold, predicted=silent, with_gold_stances=silent)
    return MappingProxyType({name: value.shape for name, value in counts.items()})


@cache
def metric_names() -> tuple[str, ...]:
    """The name of every figure that a report can hold, sorted."""
    zeros = {name: np.zeros((1, *shape)) for name, shape in count_shapes().items()}
    return tuple(sorted(figures(zeros, from_text=True)))


def stored(evaluation: Evaluation) -> StoredReport:
    """An evaluation as it would be read back, so that a model is treated alike whether it is measured now or was then.

    Raises `InputError` as `parse_report` does.
    """
    return parse_report(as_json(evaluation), where=evaluation.model)


def read_report(path: Path) -> StoredReport:
    """Read `--report`'s file; raise `InputError` for another format or version, or figures that belie their counts.

    A figure that is NaN is one that is not known, as null is: a bar for it fails by name.
    """
    where = str(path)
    return parse_report(parse_json(read_bytes(path), where=where, nan_is_null=True), where=where)


def parse_report(value: Any, *, where: str) -> StoredReport:
    """The report that a JSON value is; raises `InputError` as `read_report` does."""
    reader = ObjectReader(value, where)
    _refuse_other(reader)
    settings = reader.object("settings")
    kind = settings.string("input")
    if kind not in _INPUTS:
        settings.fail(f"'input' is {kind!r}", expected=" or ".join(map(repr, _INPUTS)))
    articles = tuple(_article(entry) for entry in reader.objects("articles"))
    if not articles:
        reader.fail("has no article", expected="a report on at least one labelled article")
    metrics = reader.object("metrics")
    support = reader.object("support")
    report = StoredReport(
        where=where,
        model=reader.string("model"),
        from_text=_INPUTS[kind],
        metrics=MappingProxyType({name: metrics.object(name).optional_number("value") for name in metrics.value}),
        support=MappingProxyType({name: support.integer(name) for name in support.value}),
        trained_on=reader.strings("trained_on"),
        articles=articles,
    )
    _refuse_doubles(report)
    _refuse_belied(report)
    return report


def _refuse_other(reader: ObjectReader) -> None:
    for key, wanted in (("format", FORMAT), ("version", VERSION)):
        found = reader.value.get(key)
        if found != wanted or isinstance(found, bool):
            shown = repr(found)[:80] if key in reader.value else "not there"
            raise InputError(f"{key} is {shown}", where=reader.where, expected=repr(wanted), advice=_AGAIN)


def _article(reader: ObjectReader) -> StoredArticle:
    counts = reader.object("counts")
    shapes = count_shapes()
    for name in counts.value.keys() ^ shapes.keys():
        what = f"has no {name!r}" if name in shapes else f"has an unknown {name!r}"
        raise InputError(what, where=counts.where, expected="what this argmap counts", advice=_AGAIN)
    misread = [_misread(entry) for entry in reader.objects("misread")]
    return StoredArticle(
        doc=reader.string("doc"),
        text_sha256=reader.string("text_sha256"),
        gold_sha256=reader.string("gold_sha256"),
        counts=MappingProxyType({name: _array(counts, name, shape) for name, shape in shapes.items()}),
        misread=MappingProxyType({(entry.start, entry.end): entry for entry in misread}),
    )


def _array(counts: ObjectReader, name: str, shape: tuple[int, ...]) -> FloatArray:
    expected = f"finite numbers in shape {list(shape)}"
    try:
        found = np.asarray(counts.value[name], dtype=np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(f"{name!r} is not an array of numbers", where=counts.where, expected=expected) from error
    if found.shape != shape or not np.isfinite(found).all():
        counts.fail(f"{name!r} has shape {list(found.shape)} or holds what is no number", expected=expected)
    if name != "surplus" and (found < 0).any():  # a surplus of scores over labels is no count
        counts.fail(f"{name!r} holds a number below 0", expected="counts")
    return found


def _misread(reader: ObjectReader) -> Misread:
    severity = reader.optional_number("severity")
    return Misread(
        unit=reader.string("unit"),
        start=reader.integer("start"),
        end=reader.integer("end"),
        gold=reader.strings("gold"),
        predicted=reader.strings("predicted"),
        severity=1.0 if severity is None else severity,
    )


def _refuse_doubles(report: StoredReport) -> None:
    seen: set[str] = set()
    for article in report.articles:
        if article.text_sha256 in seen:
            raise InputError(
                f"article {article.doc!r} stands twice", where=report.where, expected="each text once", advice=_AGAIN
            )
        seen.add(article.text_sha256)


def _refuse_belied(report: StoredReport) -> None:
    """A figure that does not follow from the counts was altered, or comes from another way of counting."""
    sums = {
        name: np.sum([article.counts[name] for article in report.articles], axis=0, keepdims=True)
        for name in count_shapes()
    }
    for name, value in figures(sums, from_text=report.from_text).items():
        told = report.metrics.get(name)
        if told is not None and math.isfinite(value[0]) and abs(told - float(value[0])) > _SLACK:
            raise InputError(
                f"says {name} is {told}, but its counts give {float(value[0]):.6f}",
                where=report.where,
                expected="figures that follow from the counts",
                advice=f"it was altered; {_AGAIN}",
            )
