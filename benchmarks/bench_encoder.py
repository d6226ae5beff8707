"""How long the default model takes, beside the same encoder in PyTorch in the same run.

Run with `make bench`, or alone: `pytest benchmarks/bench_encoder.py --benchmark-only -s`, on one core with
`OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1`. The peer is all-MiniLM-L6-v2 as it is usually run: PyTorch, float32, batches
of 32 sentences in the order of the text, padded to the longest; it gives vectors only, no labels. It needs
`pip install "argmap[train]"`. The texts are our own articles.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from argmap.annotations import read_articles
from argmap.document import Document
from argmap.models import Model, load_model
from argmap.pipeline import classify_document
from argmap.stance.sentences import Sentence, sentences_of

ROOT = Path(__file__).parent.parent
SECONDS: dict[str, tuple[float, int]] = {}  # the best time of each, and for how many sentences
DEFAULT, ENCODER = "the default model, from sentences to labels", "its encoder alone, eight bits, onnxruntime"
PEER = "the same encoder in PyTorch, float32, batches of 32"


@cache
def documents() -> tuple[Document, ...]:
    return tuple(article.document for article in read_articles([ROOT / "annotations" / "own"]))[:12]


@cache
def sentences() -> tuple[Sentence, ...]:
    return tuple(sentence for document in documents() for sentence in sentences_of(document))


@cache
def model() -> Model:
    return load_model()


def measure(benchmark: BenchmarkFixture, what: str, step: Callable[[], Any], sentences: int, rounds: int = 3) -> Any:
    """Time one step after a first call that does not count."""
    step()
    found = benchmark.pedantic(step, rounds=rounds, iterations=1)
    if benchmark.stats is not None:
        SECONDS[what] = (benchmark.stats.stats.min, sentences)
        benchmark.extra_info["sentences/s"] = round(sentences / benchmark.stats.stats.min)
    return found


@pytest.fixture(scope="module", autouse=True)
def in_words() -> Iterator[None]:
    """Print what was measured when all has been."""
    yield
    for what, (seconds, number) in SECONDS.items():
        print(f"\n  {number / seconds:9,.0f} sentences/s, {seconds:.3f} s for {number}: {what}", end="")
    if PEER in SECONDS:
        peer = SECONDS[PEER][1] / SECONDS[PEER][0]
        for what in (DEFAULT, ENCODER):
            if what in SECONDS:
                print(f"\n  {SECONDS[what][1] / SECONDS[what][0] / peer:.1f} times as fast as {PEER}: {what}", end="")
    print()


def test_load(benchmark: BenchmarkFixture) -> None:
    """From the folder to a model that can label."""
    benchmark.group = "load"
    assert measure(benchmark, "loading the default model", load_model, 1).encoder is not None


def test_one_op_ed(benchmark: BenchmarkFixture) -> None:
    """An op-ed of about 40 sentences, labelled."""
    benchmark.group = "one op-ed"
    document = min(documents(), key=lambda one: abs(40 - sum(1 for _ in one.text_units())))
    number = sum(1 for _ in document.text_units())
    measure(benchmark, "one op-ed, labelled by the default model", lambda: classify_document(document, model()), number)


def test_default_model(benchmark: BenchmarkFixture) -> None:
    """Twelve articles, labelled one by one."""
    benchmark.group = "sentences"
    step = lambda: [classify_document(document, model()) for document in documents()]  # noqa: E731
    assert len(measure(benchmark, DEFAULT, step, len(sentences()))) == len(documents())


def test_encoder_alone(benchmark: BenchmarkFixture) -> None:
    """What of that is the encoder's."""
    benchmark.group = "sentences"
    encoder = model().encoder
    assert encoder is not None
    found = measure(benchmark, ENCODER, lambda: encoder.outputs(sentences()), len(sentences()))
    assert len(found.logits) == len(sentences())


def test_peer_torch(benchmark: BenchmarkFixture) -> None:
    """The peer: mean token vectors of single sentences."""
    torch = pytest.importorskip("torch", reason='no PyTorch here: pip install "argmap[train]"')
    transformers = pytest.importorskip("transformers", reason='no transformers here: pip install "argmap[train]"')
    from argmap.stance.encoder.pretrained import load_pretrained

    torch.set_num_threads(1)
    place = load_pretrained("all-MiniLM-L6-v2").place
    tokenizer, network = (
        transformers.AutoTokenizer.from_pretrained(place),
        transformers.AutoModel.from_pretrained(place),
    )
    network.eval()
    texts = [sentence.text for sentence in sentences()]

    def step() -> list[Any]:
        found = []
        with torch.inference_mode():
            for start in range(0, len(texts), 32):
                batch = tokenizer(
                    texts[start : start + 32], padding=True, truncation=True, max_length=256, return_tensors="pt"
                )
                states = network(**batch).last_hidden_state
                mask = batch["attention_mask"].unsqueeze(-1)
                found += list((states * mask).sum(1) / mask.sum(1))
        return found

    benchmark.group = "sentences"
    assert len(measure(benchmark, PEER, step, len(texts), rounds=2)) == len(texts)
