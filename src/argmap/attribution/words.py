"""A sentence as words with offsets, and what of it stands in quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from argmap.attribution.lexicon import TITLES
from argmap.document import Document, Span
from argmap.segmenting.marks import find_quotes

_TITLE = "|".join(sorted((re.escape(title) for title in TITLES if title.endswith(".")), key=len, reverse=True))
_WORD = re.compile(
    rf"(?i:(?:{_TITLE})(?=\s))|(?:[^\W\d_]\.){{2,}}|[^\W\d_]\.(?=\s[^\W\d_a-z])|[^\W\d_]+(?:[’'-][^\W_]+)*(?:(?<=s)[’'](?=\s))?"
    r"|[$£€₦]?\d[\d,.]*(?<![,.])%?|\S"
)
_LONGEST = 6_000  # characters of a sentence that is read for its words; a longer one is no sentence
_CLOSING = "\"'”’»"
_MARKS = frozenset("\"'“”„‘’«»")
_REOPENED = re.compile("\n\\s*\n\\s*([\"“«‘'])")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a number or a single mark; `lower` has straight apostrophes."""

    start: int
    end: int
    text: str
    lower: str
    quoted: bool

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum() or len(self.text) > 1

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def owns(self) -> bool:
        """Whether it is a genitive: `minister's`, `traders'`."""
        return self.lower.endswith(("'s", "s'"))


@dataclass(frozen=True, slots=True)
class Sentence:
    """`span` of `text` in words; `quotes` are its outermost quotations with their marks, in order."""

    text: str
    span: Span
    words: tuple[Word, ...]
    quotes: tuple[Span, ...]

    @property
    def is_unclosed(self) -> bool:
        """Whether the last quotation is not closed."""
        if not self.quotes:
            return False
        last = self.quotes[-1]
        return last.end - last.start < 2 or self.text[last.end - 1] not in _CLOSING

    def without_marks(self) -> Sentence:
        """The sentence as if nothing stood in quotation marks."""
        words = tuple(replace(word, quoted=False) for word in self.words if word.text not in _MARKS)
        return Sentence(self.text, self.span, words, ())

    def stretch(self, first: int, last: int) -> Span:
        """The span of the words `first` to `last` inclusive."""
        return Span(self.words[first].start, self.words[last].end)

    def quote_at(self, at: int) -> Span | None:
        """The quotation that holds the character `at`."""
        place = bisect_right([quote.start for quote in self.quotes], at) - 1
        return self.quotes[place] if place >= 0 and at < self.quotes[place].end else None


def sentences_in(document: Document) -> list[Sentence]:
    """The text units of a document as sentences, each no longer than a sentence can be."""
    spans = (unit.span for unit in document.text_units())
    return [sentence_of(document.text, Span(span.start, min(span.end, span.start + _LONGEST))) for span in spans]


def sentence_of(text: str, span: Span) -> Sentence:
    """Cut `span` of `text` into words."""
    quotes = quotes_in(text, span)
    words = []
    place = 0
    for match in _WORD.finditer(text, span.start, span.end):
        start, end = match.span()
        while place < len(quotes) and quotes[place].end <= start:
            place += 1
        quoted = place < len(quotes) and quotes[place].start <= start
        words.append(Word(start, end, match.group(), match.group().lower().replace("’", "'"), quoted))
    return Sentence(text, span, tuple(words), quotes)


def quotes_in(text: str, span: Span) -> tuple[Span, ...]:
    """The outermost quotations; one that is opened again in each paragraph is one, and an odd mark reaches to the end.

    A closing mark alone closes what was opened before the sentence.
    """
    part = _REOPENED.sub(lambda match: match.group()[:-1] + " ", text[span.start : span.end])
    found = find_quotes(part, 0, len(part))
    quotes = [Span(span.start + quote.start, span.start + quote.end) for quote in found.closed]
    if found.unclosed is not None:
        start = span.start + found.unclosed[0]
        end = next((quote.start for quote in quotes if quote.start > start), span.end)
        quotes.append(Span(start, _before_space(text, start, end)))
    return tuple(sorted(quotes))


def _before_space(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end
