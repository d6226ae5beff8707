"""How many sentences a second are scored, beside named peers in the same run.

Run with `make bench`, or alone: `pytest benchmarks/bench_classify.py --benchmark-only -s`, on one core with
`OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1`. Models are loaded and have read the texts once before. The ratios are
printed at the end, in words; they hold on other machines better than sentences a second do. The texts are our own
articles, each classified by itself, as `argmap classify` does it, or all in one call, as the peers do it.

The peer of the fast model is fastText (Joulin et al., 2017) with n-grams of 2 to 5 characters and pairs of words, as
ours has: with 10 and with its usual 100 dimensions. It only gives stances, without neighbours, cues or calibration.
It is no dependency; `pip install fasttext-wheel` makes it run.
"""

import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from argmap.annotations import AnnotatedArticle, read_articles
from argmap.models import Model, bundled_models, load_model
from argmap.stance.sentences import Sentence, sentences_of

ROOT = Path(__file__).parent.parent
FAST = "stance-en-fast"
OURS, OURS_TOGETHER = "the fast model, an article at a time", "the fast model, all articles in one call"
SCIKIT_LEARN = "the same features by scikit-learn's own vectorizers"
SECONDS: dict[str, float] = {}  # the best time of each, for all sentences


@cache
def articles() -> tuple[AnnotatedArticle, ...]:
    return read_articles([ROOT / "annotations" / "own"])


@cache
def texts() -> tuple[tuple[Sentence, ...], ...]:
    return tuple(tuple(sentences_of(article.document)) for article in articles())


def number() -> int:
    return sum(map(len, texts()))


@cache
def fast_model() -> Model:
    return load_model(bundled_models() / FAST)


@cache
def heads() -> tuple[list[Any], list[Any]]:
    model = fast_model()
    both = (model.stance.head_, model.evidence.head_)
    return [head.first_coef_ for head in both], [head.first_bias_ for head in both]


def measure(benchmark: BenchmarkFixture, what: str, step: Callable[[], Any], rounds: int = 5) -> Any:
    """Time one step that scores all sentences; the first call, which fills caches, is not counted."""
    benchmark.group = f"score {number()} sentences"
    step()
    found = benchmark.pedantic(step, rounds=rounds, iterations=1)
    if benchmark.stats is not None:  # with --benchmark-disable there are none
        SECONDS[what] = benchmark.stats.stats.min
        benchmark.extra_info["sentences/s"] = round(number() / SECONDS[what])
    return found


def ratio(one: str, other: str) -> str:
    """How one compares with the other, in words."""
    factor = SECONDS[other] / SECONDS[one]
    words = f"{factor:.1f} times as fast as" if factor >= 1 else f"{1 / factor:.1f} times slower than"
    return f"{one}: {words} {other}"


@pytest.fixture(scope="module", autouse=True)
def in_words() -> Iterator[None]:
    """Print what was measured when all has been."""
    yield
    if not SECONDS:
        return
    print("\n\nSentences a second:")
    for what, seconds in SECONDS.items():
        print(f"  {number() / seconds:9,.0f}  {what}")
    for one in (OURS, OURS_TOGETHER):
        for other in SECONDS:
            if one in SECONDS and other not in (OURS, OURS_TOGETHER):
                print(f"  {ratio(one, other)}")


def test_fast_model(benchmark: BenchmarkFixture) -> None:
    """The first stage of stances and evidence types, from sentences to scores."""
    features, (weights, biases) = fast_model().stance.features_, heads()
    found = measure(benchmark, OURS, lambda: [features.first_stage(rows, weights, biases) for rows in texts()])
    assert sum(len(stances) for stances, _ in found) == number()


def test_fast_model_together(benchmark: BenchmarkFixture) -> None:
    """The same without the cost of a call an article."""
    features, (weights, biases) = fast_model().stance.features_, heads()
    together = [sentence for rows in texts() for sentence in rows]
    assert (
        len(measure(benchmark, OURS_TOGETHER, lambda: features.first_stage(together, weights, biases))[0]) == number()
    )


def test_peer_scikit_learn(benchmark: BenchmarkFixture) -> None:
    """The peer: two `TfidfVectorizer` beside the cues, stacked into a sparse matrix, and a matrix product."""
    features, (weights, biases) = fast_model().stance.features_, heads()
    columns = np.vstack(weights).T.astype(np.float64)
    bias = np.concatenate(biases)
    found = measure(benchmark, SCIKIT_LEARN, lambda: [features.transform(rows) @ columns + bias for rows in texts()], 2)
    fast = features.first_stage(texts()[0], weights, biases)
    np.testing.assert_allclose(np.hstack(fast), found[0], rtol=0, atol=1e-9)


@pytest.mark.parametrize("dimensions", [10, 100])
def test_peer_fasttext(benchmark: BenchmarkFixture, dimensions: int) -> None:
    """The peer: fastText with character n-grams, many lines a call (its fastest way), trained on the same sentences."""
    fasttext = pytest.importorskip(
        "fasttext", reason="no fastText here: pip install fasttext-wheel", exc_type=ImportError
    )
    lines = [" ".join(sentence.text.split()) + "\n" for rows in texts() for sentence in rows]
    labels = [unit.stances for article in articles() for unit in article.document.text_units()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "training.txt")
        rows = [
            f"{' '.join(f'__label__{stance.value}' for stance in stances) or '__label__none'} {line}"
            for stances, line in zip(labels, lines, strict=True)
        ]
        path.write_text("".join(rows), encoding="utf-8")
        peer = fasttext.train_supervised(
            str(path), minn=2, maxn=5, wordNgrams=2, dim=dimensions, bucket=200_000, loss="ova", thread=1, verbose=0
        )
    predict = peer.f.multilinePredict  # `predict` itself fails with numpy 2
    what = f"fastText with character n-grams, {dimensions} dimensions"
    assert len(measure(benchmark, what, lambda: predict(lines, -1, 0.0, "strict"))[0]) == len(lines)
