"""Hand-labelled sentences that travel with a model, and which of them are nearest to a sentence.

The file `examples.jsonl`: first a line with the format, its version and the titles of the articles, then one line a
sentence, in text order. Only texts that are free to pass on are in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from argmap.annotations import AnnotatedArticle
from argmap.explanation import Example, NearExample
from argmap.files import decode_utf8
from argmap.formats.json_values import ObjectReader, parse_json
from argmap.labels import Stance

FORMAT = "argmap-examples"
VERSION = 1
_FREE = ("CC0", "PUBLIC DOMAIN")
_WITH, _WITHOUT = 2, 1
FloatArray = npt.NDArray[np.float64]


def free_articles(articles: Iterable[AnnotatedArticle]) -> tuple[AnnotatedArticle, ...]:
    """The articles whose texts can be passed on: they stand in the annotation file, under CC0 or in no copyright."""
    return tuple(a for a in articles if a.inline and a.licence.strip().upper().startswith(_FREE))


def examples_in(articles: Iterable[AnnotatedArticle]) -> tuple[Example, ...]:
    """Every text unit of the free ones among `articles`, in text order, those without a stance too."""
    return tuple(
        Example(
            article.document.id, article.document.title or "", unit.id, article.document.text_of(unit), unit.stances
        )
        for article in free_articles(articles)
        for unit in article.document.text_units()
    )


def examples_of(articles: Iterable[AnnotatedArticle]) -> bytes:
    """The file `examples.jsonl` of these articles."""
    return dump_examples(examples_in(articles))


def dump_examples(examples: Sequence[Example]) -> bytes:
    """The file `examples.jsonl`; the same examples give the same bytes."""
    titles = {example.article: example.title for example in examples}
    lines: list[dict[str, Any]] = [{"format": FORMAT, "version": VERSION, "articles": titles}]
    lines += [
        {
            "article": example.article,
            "unit": example.unit,
            "text": example.text,
            "stances": [stance.value for stance in example.stances],
        }
        for example in examples
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return text.encode("utf-8", "backslashreplace")  # an unpaired surrogate becomes JSON's own escape


def read_examples(data: bytes, *, where: str = "examples.jsonl") -> tuple[Example, ...]:
    """What `dump_examples` wrote; raises `InputError`, naming the line, for anything else."""
    first, *lines = decode_utf8(data, where=where).split("\n")[:-1] or [""]
    header = ObjectReader(parse_json(first.encode("utf-8"), where=f"{where}:1"), f"{where}:1")
    if (header.string("format"), header.integer("version")) != (FORMAT, VERSION):
        header.fail("is of another format or version", expected=f"{FORMAT}, version {VERSION}")
    articles = header.object("articles")
    return tuple(_read(line, articles, f"{where}:{number}") for number, line in enumerate(lines, start=2))


def _read(line: str, articles: ObjectReader, where: str) -> Example:
    reader = ObjectReader(parse_json(line.encode("utf-8"), where=where), where)
    article = reader.string("article")
    stances = tuple(Stance.parse(name, where=where) for name in reader.strings("stances"))
    return Example(article, articles.string(article), reader.string("unit"), reader.string("text"), stances)


def packed(vectors: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int8]:
    """Vectors (n, d) as small integers, for a file; their directions stay, to about a percent."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0)
    return np.round(127 * vectors / np.where(largest > 0, largest, 1)).astype(np.int8)


class Neighbours:
    """Examples with their vectors (examples, d), of the same kind as those of the sentences asked about."""

    def __init__(self, examples: Sequence[Example], vectors: npt.NDArray[Any]) -> None:
        self._examples = examples
        self._vectors = _unit(vectors)

    def of(self, vector: npt.NDArray[Any], stance: Stance, *, article: str = "") -> tuple[NearExample, ...]:
        """The two nearest examples that carry `stance`, and the nearest that does not, nearest first.

        None from an article of the id `article`, nor for a vector of zeros, which is like nothing.
        """
        query = _unit(np.asarray(vector)[None, :])[0]
        if not len(self._examples) or not query.any():
            return ()
        likeness = self._vectors @ query
        order = [int(i) for i in np.argsort(-likeness, kind="stable") if self._examples[i].article != article]
        carry = [i for i in order if stance in self._examples[i].stances][:_WITH]
        others = [i for i in order if stance not in self._examples[i].stances][:_WITHOUT]
        chosen = sorted({*carry, *others}, key=lambda i: (-likeness[i], i))
        return tuple(NearExample(self._examples[i], float(likeness[i])) for i in chosen)


def _unit(vectors: npt.NDArray[Any]) -> FloatArray:
    wide = np.asarray(vectors, dtype=np.float64)
    norms = np.linalg.norm(wide, axis=1, keepdims=True)
    unit: FloatArray = wide / np.where(norms > 0, norms, 1)
    return unit
