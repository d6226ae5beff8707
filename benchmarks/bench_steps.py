"""How long each step takes, at the length of an op-ed and ten times that, beside a peer in the same run.

Run with `make bench`. Compare within a group only: the factor in brackets is against the fastest of the group, and
holds on other machines better than milliseconds do. The texts are our own articles, one or several in a row.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from sentencex import segment as sentencex_segment
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from argmap.annotations import AnnotatedArticle, read_articles
from argmap.document import Document
from argmap.graph import ArgumentMap
from argmap.labels import STANCES
from argmap.models import Model, load_model
from argmap.pipeline import classify_document, link_document, map_document
from argmap.reading import document_from_text
from argmap.rendering import render
from argmap.segmenting import segment

ROOT = Path(__file__).parent.parent
SIZES = (40, 400)  # units: a short op-ed, and ten of them


@cache
def model() -> Model:
    return load_model()


@cache
def articles() -> tuple[AnnotatedArticle, ...]:
    return read_articles([ROOT / "annotations" / "own"])


@cache
def text(units: int) -> str:
    """Our own articles, one after the other, until they hold at least this many units."""
    whole = ""
    for article in articles():
        whole += article.document.text.strip() + "\n\n"
        if len(segment(document_from_text(whole, id="bench")).units) >= units:
            return whole
    raise AssertionError(f"the articles hold fewer than {units} units")


@cache
def document(units: int) -> Document:
    return segment(document_from_text(text(units), id="bench"))


@cache
def classified(units: int) -> Document:
    return classify_document(document(units), model())


@cache
def mapped(units: int) -> ArgumentMap:
    return map_document(document(units), model())


@cache
def plain_classifier() -> Pipeline:
    """The pipeline that a tutorial shows: word TF-IDF and logistic regression, fitted on our own articles."""
    sentences, labels = [], []
    for article in articles():
        for unit in article.document.text_units():
            sentences.append(article.document.text_of(unit))
            labels.append([stance in unit.stances for stance in STANCES])
    pipeline = make_pipeline(TfidfVectorizer(), OneVsRestClassifier(LogisticRegression(max_iter=1000)))
    return pipeline.fit(sentences, np.array(labels))


def measure(benchmark: BenchmarkFixture, group: str, step: Callable[[], Any]) -> Any:
    """Time one step; the first call, which fills caches of the process, is not counted."""
    benchmark.group = group
    step()
    return benchmark.pedantic(step, rounds=5, iterations=1)


@pytest.mark.parametrize("units", SIZES)
def test_segment(benchmark: BenchmarkFixture, units: int) -> None:
    """Paragraph kinds and sentences with offsets, quotations whole."""
    whole = text(units)
    found = measure(benchmark, f"segment-{units}", lambda: segment(document_from_text(whole, id="bench")))
    assert len(found.units) >= units


@pytest.mark.parametrize("units", SIZES)
def test_segment_peer_sentencex(benchmark: BenchmarkFixture, units: int) -> None:
    """The peer: sentencex alone, which cuts quotations and gives no kinds."""
    whole = text(units)
    assert measure(benchmark, f"segment-{units}", lambda: list(sentencex_segment("en", whole)))


@pytest.mark.parametrize("units", SIZES)
def test_classify(benchmark: BenchmarkFixture, units: int) -> None:
    """Stances, scores and evidence types."""
    units_in = document(units)
    found = measure(benchmark, f"classify-{units}", lambda: classify_document(units_in, model()))
    assert any(unit.stances for unit in found.units)


@pytest.mark.parametrize("units", SIZES)
def test_classify_peer_tfidf(benchmark: BenchmarkFixture, units: int) -> None:
    """The peer: plain TF-IDF words and logistic regression, which labels stances only, and worse."""
    sentences = [document(units).text_of(unit) for unit in document(units).text_units()]
    pipeline = plain_classifier()
    assert len(measure(benchmark, f"classify-{units}", lambda: pipeline.predict_proba(sentences))) == len(sentences)


@pytest.mark.parametrize("units", SIZES)
def test_link(benchmark: BenchmarkFixture, units: int) -> None:
    """Relations and thesis for units whose stances are known."""
    units_in = classified(units)
    assert measure(benchmark, f"link-{units}", lambda: link_document(units_in, model())).relations


@pytest.mark.parametrize("units", SIZES)
def test_map(benchmark: BenchmarkFixture, units: int) -> None:
    """The whole way from text to map, without loading and drawing."""
    whole = text(units)
    found = measure(
        benchmark, f"map-{units}", lambda: map_document(segment(document_from_text(whole, id="bench")), model())
    )
    assert found.relations


@pytest.mark.parametrize("suffix", [".svg", ".html"])
@pytest.mark.parametrize("units", SIZES)
def test_render(benchmark: BenchmarkFixture, units: int, suffix: str) -> None:
    """A map drawn, by whichever Graphviz there is."""
    drawn = mapped(units)
    # A fresh value each time: a map remembers views of itself.
    assert measure(benchmark, f"render-{units}", lambda: render(replace(drawn), suffix)).data


def test_load_model(benchmark: BenchmarkFixture) -> None:
    """The bundled model read and checked."""
    assert measure(benchmark, "load model", load_model).id
