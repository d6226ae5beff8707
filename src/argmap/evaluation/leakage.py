"""Texts that stand on both sides of a split, and texts that are labelled in two ways.

Sentences are compared as sets of words, articles as sets of runs of five words, exactly and not by hashes: the words
are indexed rarest first, and only as many of each sentence as two that are alike enough must share one of (Bayardo, Ma
and Srikant, Scaling up all pairs similarity search, WWW 2007).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from argmap.annotations import AnnotatedArticle
from argmap.document import Unit
from argmap.errors import InputError, one_line

SENTENCE_THRESHOLD = 0.8
"""Jaccard index of two sentences' words from which they count as the same."""
ARTICLE_THRESHOLD = 0.5
"""Share of the five-word runs of the shorter article, found in the other, from which they count as the same."""
FEWEST_WORDS = 8
"""Shorter sentences ("We were told so.") recur by themselves."""
RUN = 5
_APOSTROPHES = re.compile("['’ʼ]")
_WORD = re.compile(r"\w+")
_UNSEEN = frozenset({"Mn", "Cf"})
_SHOWN = 80


class LeakKind(StrEnum):
    """What two places have in common."""

    ARTICLE = "article"
    SENTENCE = "sentence"
    LABELS = "labels"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of an annotation file (counted from 1; the article's own is the first), or of an article without one."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Leak:
    """Two places that a split must not separate (`similarity` from 0 to 1), or whose labels contradict each other."""

    kind: LeakKind
    first: Place
    second: Place
    similarity: float
    note: str = ""

    def __str__(self) -> str:
        return one_line(f"{self.first}: {self.message}")

    @property
    def message(self) -> str:
        """What is wrong, and with which other place, without the first place."""
        if self.kind is LeakKind.LABELS:
            what = f"the same sentence is labelled otherwise at {self.second} ({self.note})"
        else:
            same = "the same" if self.similarity == 1 else "nearly the same"
            what = f"{same} {self.kind.value} as at {self.second} ({self.similarity:.2f} alike)"
        shown = self.first.text if len(self.first.text) <= _SHOWN else self.first.text[:_SHOWN].rstrip() + "…"
        return f"{what}: {shown}"


def find_leaks(first: Sequence[AnnotatedArticle], second: Sequence[AnnotatedArticle]) -> tuple[Leak, ...]:
    """Articles and sentences of `first` that stand, the same or nearly so, in `second`; sorted by place.

    Of two articles that are the same the sentences are not listed.
    """
    articles = list(_article_leaks(first, second))
    told = {(leak.first.file, leak.second.file) for leak in articles}
    sentences = [
        leak
        for leak in _sentence_leaks(_sentences(first), _sentences(second))
        if (leak.first.file, leak.second.file) not in told
    ]
    return tuple(sorted((*articles, *sentences), key=lambda leak: (leak.first, leak.second)))


def contradictions(articles: Sequence[AnnotatedArticle]) -> tuple[Leak, ...]:
    """Sentences with the same words and other stances or evidence, each against the first of its kind."""
    seen: dict[tuple[str, ...], _Sentence] = {}
    found = []
    for sentence in _sentences(articles):
        other = seen.setdefault(sentence.words, sentence)
        if sentence.labels != other.labels:
            note = f"{sentence.labels} here, {other.labels} there"
            found.append(Leak(LeakKind.LABELS, sentence.place, other.place, 1.0, note))
    return tuple(found)


def refuse_contradictions(articles: Sequence[AnnotatedArticle]) -> None:
    """Raise `InputError`, naming two lines, if the same sentence has two labels: no model can have both right."""
    found = contradictions(articles)
    if found:
        more = f"; {len(found) - 1:,} more (argmap annotations leaks lists them)" if len(found) > 1 else ""
        raise InputError(
            f"{found[0]}{more}",
            expected="one label for one sentence",
            advice="label both alike, or leave one article out",
        )


def refuse_leaks(tested: Sequence[AnnotatedArticle], others: Sequence[AnnotatedArticle]) -> None:
    """Raise `InputError`, naming two lines, if anything tested stands among the other articles."""
    leaks = find_leaks(tested, others)
    if leaks:
        more = f"; {len(leaks) - 1:,} more (argmap annotations leaks lists them)" if len(leaks) > 1 else ""
        raise InputError(
            f"{leaks[0]}{more}",
            expected="test articles that share no sentence with those of another fold",
            advice="take one of the two out, or put both articles into the same fold",
        )


@dataclass(frozen=True, slots=True)
class _Sentence:
    place: Place
    words: tuple[str, ...]
    labels: str


def _words(text: str) -> tuple[str, ...]:
    """Without accents and invisible signs, by which a copy would look like another sentence to a program alone."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in _UNSEEN)
    return tuple(_WORD.findall(_APOSTROPHES.sub("", text.casefold())))


def _sentences(articles: Sequence[AnnotatedArticle]) -> list[_Sentence]:
    """The text units that are long enough to compare, in order."""
    found = []
    for article in articles:
        for line, unit in enumerate(article.document.units, start=2):
            if unit.is_text:
                text = article.document.text_of(unit)
                words = _words(text)
                if len(words) >= FEWEST_WORDS:
                    found.append(_Sentence(Place(_file(article), line, text), words, _labels(unit)))
    return found


def _file(article: AnnotatedArticle) -> str:
    return str(article.path or article.document.id)


def _labels(unit: Unit) -> str:
    stances = " + ".join(sorted(stance.value for stance in unit.stances)) or "no stance"
    return f"{stances}, {unit.evidence.value if unit.evidence else 'no'} evidence"


def _article_leaks(first: Sequence[AnnotatedArticle], second: Sequence[AnnotatedArticle]) -> Iterator[Leak]:
    left, right = ([_runs(article) for article in side] for side in (first, second))
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, runs in enumerate(right):
        for run in runs:
            index[run].append(number)
    for article, runs in zip(first, left, strict=True):
        shared = Counter(number for run in runs for number in index.get(run, ()))
        for number, count in sorted(shared.items()):
            similarity = count / min(len(runs), len(right[number]))
            if similarity >= ARTICLE_THRESHOLD:
                yield Leak(LeakKind.ARTICLE, _head(article), _head(second[number]), similarity)


def _head(article: AnnotatedArticle) -> Place:
    return Place(_file(article), 1, article.document.title or article.document.id)


def _runs(article: AnnotatedArticle) -> frozenset[tuple[str, ...]]:
    """The five-word runs of an article's own text; what a site puts around it is no leak."""
    document = article.document
    words = [word for unit in document.units if unit.is_text for word in _words(document.text_of(unit))]
    return frozenset(zip(*(words[start:] for start in range(RUN)), strict=False))


def _sentence_leaks(first: Sequence[_Sentence], second: Sequence[_Sentence]) -> Iterator[Leak]:
    """Each sentence of `first` with the most similar one of `second` from the threshold up."""
    frequency = Counter(word for side in (first, second) for sentence in side for word in set(sentence.words))
    kept: dict[frozenset[str], _Sentence] = {}
    for sentence in second:
        kept.setdefault(frozenset(sentence.words), sentence)
    index: dict[str, list[frozenset[str]]] = defaultdict(list)
    for words in kept:
        for word in _prefix(words, frequency):
            index[word].append(words)
    for sentence in first:
        own = frozenset(sentence.words)
        candidates = dict.fromkeys(other for word in _prefix(own, frequency) for other in index.get(word, ()))
        best, similarity = None, 0.0
        for other in candidates:
            if (likeness := len(own & other) / len(own | other)) > similarity:
                best, similarity = other, likeness
        if best is not None and similarity >= SENTENCE_THRESHOLD:
            yield Leak(LeakKind.SENTENCE, sentence.place, kept[best].place, similarity)


def _prefix(words: frozenset[str], frequency: Counter[str]) -> list[str]:
    """The rarest words; two sets as similar as the threshold asks share one of them."""
    length = len(words) - math.ceil(SENTENCE_THRESHOLD * len(words)) + 1
    return sorted(words, key=lambda word: (frequency[word], word))[:length]
