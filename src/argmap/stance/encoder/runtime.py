"""The encoder at run time: a pre-trained language model, fine-tuned on labels, as an ONNX graph with its tokenizer.

What leaves this room is `EncoderOutputs`: log-odds of ten labels and a vector for each sentence. Any encoder that fits
`EncoderFiles` can stand behind it. Needs onnxruntime and tokenizers, no torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from argmap.errors import MissingDependencyError
from argmap.labels import EVIDENCE_TYPES, STANCES
from argmap.stance.encoder.windows import Layout, Window, window_of, windows_of
from argmap.stance.sentences import Sentence, article_means, article_numbers, neighbours

FloatArray = npt.NDArray[np.float64]
HEADS: tuple[str, ...] = (*STANCES, *EVIDENCE_TYPES, "thesis", "grounds", "claim")
ROLES = slice(len(STANCES) + len(EVIDENCE_TYPES), len(HEADS))  # thesis; gives grounds; is given grounds
_LOG_ODDS_LIMIT = 8.0


@dataclass(frozen=True)
class EncoderOutputs:
    """Of n sentences: `logits` (n, len(HEADS)), log-odds by label, and `vectors` (n, d), mean token vectors."""

    logits: FloatArray
    vectors: npt.NDArray[np.float32]

    def __getitem__(self, rows: slice | npt.NDArray[np.bool_]) -> EncoderOutputs:
        """The outputs of some of the sentences."""
        return EncoderOutputs(self.logits[rows], self.vectors[rows])


@dataclass(frozen=True)
class EncoderFiles:
    """What an encoder is made of: ONNX graph, tokenizer (JSON), layout, and the linear head (d, labels) and (labels,).

    `source` says where the pre-trained weights came from: a name and the SHA-256 of the weights.
    """

    graph: bytes
    tokenizer: bytes
    layout: Layout
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    source: Mapping[str, str]


class Encoder:
    """Reads sentences in windows of their article; the same sentences give the same bytes with any `threads`.

    Raises `MissingDependencyError` if onnxruntime or tokenizers cannot be imported.
    """

    def __init__(self, files: EncoderFiles, *, threads: int = 1) -> None:
        require_runtime()
        self.files = files
        self.threads = threads

    def outputs(self, X: Sequence[Sentence]) -> EncoderOutputs:
        """Encode sentences of which each article's are contiguous."""
        hidden: list[npt.NDArray[np.float32]] = []
        for _, article in groupby(X, key=lambda sentence: sentence.article):
            hidden += self._pooled(self._windows(list(article)))
        return self._outputs(hidden)

    def variants(self, X: Sequence[Sentence], row: int, texts: Sequence[str]) -> EncoderOutputs:
        """Encode the sentence X[row] as if it were each of `texts`, between the sentences before and after it."""
        around = [i for i in (row - 1, row, row + 1) if 0 <= i < len(X) and X[i].article == X[row].article]
        place = around.index(row)
        context = self._tokens([X[i].text for i in around])
        title = self._tokens([X[row].title])[0]
        windows = []
        for tokens in self._tokens(texts):
            sentences = [*context[:place], tokens, *context[place + 1 :]]
            windows.append(window_of(sentences, title, self.files.layout, range(len(around))))
        pooled = list(self._pooled(windows))
        return self._outputs(pooled[place :: len(around)])

    def _outputs(self, pooled: Sequence[npt.NDArray[np.float32]]) -> EncoderOutputs:
        vectors = np.array(pooled, dtype=np.float32).reshape(len(pooled), len(self.files.weights))
        weights = self.files.weights.astype(np.float64)
        # Row by row: how a matrix product adds up depends on how many rows it has.
        rows = [vector.astype(np.float64) @ weights for vector in vectors]
        logits = np.array(rows, dtype=np.float64).reshape(len(rows), weights.shape[1]) + self.files.bias
        return EncoderOutputs(np.clip(logits, -_LOG_ODDS_LIMIT, _LOG_ODDS_LIMIT), vectors)

    def _windows(self, article: Sequence[Sentence]) -> list[Window]:
        title, *sentences = self._tokens([article[0].title, *(sentence.text for sentence in article)])
        return windows_of(sentences, title, self.files.layout)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [
            encoding.ids for encoding in self._tokenizer.encode_batch(list(map(_cut, texts)), add_special_tokens=False)
        ]

    def _pooled(self, windows: Sequence[Window]) -> Iterator[npt.NDArray[np.float32]]:
        # One window at a time: nothing is padded, and dynamic quantisation, whose scale depends on all that is computed
        # together, gives a window the same numbers whatever else is encoded.
        for window in windows:
            tokens = np.array([window.tokens], dtype=np.int64)
            given = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
            states = self._session.run(None, given)[0][0]
            for start, end in window.spans:
                yield states[start:end].mean(axis=0)

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.log_severity_level = 4  # what is wrong is raised; nothing else belongs on stderr
        return onnxruntime.InferenceSession(self.files.graph, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self.files.tokenizer.decode("utf-8"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


def runtime_missing() -> str | None:
    """What keeps an encoder from running on this platform, None if nothing does."""
    try:
        import onnxruntime  # noqa: F401
        import tokenizers  # noqa: F401
    except ImportError as error:
        return str(error)
    return None


def require_runtime() -> None:
    """Raise `MissingDependencyError` if this platform has no onnxruntime or tokenizers."""
    if (missing := runtime_missing()) is not None:
        raise MissingDependencyError(
            f"the encoder cannot run here ({missing})",
            advice="pip install onnxruntime tokenizers, or give --model fast",
        )


COLUMN_GROUPS = 4


def encoder_columns(outputs: EncoderOutputs, X: Sequence[Sentence]) -> FloatArray:
    """Columns for a second stage: each sentence's log-odds, its two neighbours', the article's mean: (n, 4 labels)."""
    articles = article_numbers(X)
    own = outputs.logits
    around = [neighbours(own, articles, offset) for offset in (-1, 1)]
    return np.hstack([own, *around, article_means(own, articles)])


def columns_effect(weights: npt.NDArray[np.floating[Any]], sentences: int) -> FloatArray:
    """The weight (labels, len(HEADS)) of a sentence's own log-odds, given those (labels, columns) of all columns."""
    own, mean = weights[:, : len(HEADS)], weights[:, -len(HEADS) :]
    return np.asarray(own + mean / sentences, dtype=np.float64)


def _cut(text: str) -> str:
    # A tokenizer's time grows with the text, and no sentence's 112 tokens lie beyond; it takes no lone surrogates.
    return text[:4000].encode("utf-8", "replace").decode("utf-8")
