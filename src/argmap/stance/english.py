"""What English prose looks like from outside: its words, its letters, the shape of what stands between two spaces.

Every measure is a sum over the chunks of a text (what stands between white space), so a text costs a look-up a chunk.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from argmap.stance.tokens import FIRST_PERSON

FloatArray = npt.NDArray[np.float64]

MEASURES = (
    "unknown words",
    "function words",
    "rare words",
    "letter surprise",
    "other script",
    "accents",
    "odd chunks",
    "digits",
    "signs",
    "brackets",
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CAMEL = re.compile(r"[\"'“‘(\[]*[a-z]{2,}[A-Z]")  # countWells; but not iPhone, YouTube or McKinsey
# Words joined by hyphens, dashes or slashes, G20 and M25, numbers with what is written against them, all in marks of
# prose. Nothing is tried twice (possessive quantifiers), so a long chunk costs no more than its length.
_PROSE = re.compile(
    r"[\"“”„‘’'«‹(\[*¡¿—–…-]*+"
    r"(?:[^\W\d_]++(?:[-'’./–—&…][^\W\d_]++)*+(?:-\d{1,4})?['’]?|[A-Z]{1,5}[a-z]{0,3}-?\d{1,4}[A-Za-z]?|[&§]|"
    r"[$£€₦₹§]?\d++(?:[,.:/–-]\d++)*+(?:%|[^\W\d_]{1,3})?(?:-[^\W\d_]++|\(\w{1,3}\))*+)?"
    r"[\"“”’'»›)\].,;:?!…*—–-]*+"
)
_UNBROKEN = re.compile(r"[^\W\d_]{30}")
_PROSE_MARKS = frozenset(".,;:?!'\"“”‘’«»()-–—…$£€₦₹%/&§")
_FUNCTION_WORDS = 150  # the most frequent words; what is most of a sentence in English, and rare in other languages
_MOST_WORDS = 30_000
_LETTERS = 29  # a-z, any other, the apostrophe, the border of a word
_OTHER, _APOSTROPHE, _BORDER = 26, 27, 28
(
    _KNOWN, _UNKNOWN, _CAPITAL, _FUNCTION, _COMMON, _SURPRISE, _GRAMS, _LOWER,
    _ALL, _SCRIPT, _ACCENTS, _ODD, _DIGITS, _SIGNS, _BRACKETS, _CHARACTERS, _CHUNKS,
) = range(17)  # fmt: skip
_COLUMNS = 17
_NAME_WEIGHT = 0.15  # of a capitalised word that is not in the vocabulary: most are names
_SHOUTED_WEIGHT = 0.5  # the same where a text has capitals only
_HELD = 40  # characters; longer chunks come once, and a longer word is known by its beginning
_CACHE = 100_000  # kinds of chunks


@dataclass(frozen=True, eq=False)
class English:
    """What is known of English: `common` gives a word's commonness 0..1, `surprise` (29, 29, 29) bits a letter.

    `typical` holds the mean of each of `MEASURES` in English sentences; a short text is taken for typical until it
    has shown otherwise.
    """

    common: dict[str, float]
    function: frozenset[str]
    surprise: npt.NDArray[np.float32]
    typical: FloatArray = field(default_factory=lambda: np.zeros(len(MEASURES)))
    _cache: dict[str, bytes] = field(default_factory=dict, repr=False)  # rows by chunk: looked up without a lock

    def measures(self, texts: Sequence[str]) -> FloatArray:
        """The measures of each text, (texts, len(MEASURES)); those of short texts are drawn to `typical`."""
        return self._measures(self._sums(texts))

    def together(self, texts: Sequence[str]) -> FloatArray:
        """The measures of all texts as one, (1, len(MEASURES))."""
        return self._measures(self._sums(texts).sum(axis=0, keepdims=True))

    def _measures(self, sums: FloatArray) -> FloatArray:
        column = sums.T
        names = column[_CAPITAL] * np.where(column[_LOWER] > 0, _NAME_WEIGHT, _SHOUTED_WEIGHT)
        words = column[_KNOWN] + column[_UNKNOWN] + names
        parts = (  # a sum, of how many, and how many of typical English stand beside them
            (column[_UNKNOWN] + names, words, 4),
            (words - column[_FUNCTION], words, 6),
            (words - column[_COMMON], words, 4),
            (column[_SURPRISE], column[_GRAMS], 25),
            (column[_SCRIPT], column[_ALL], 8),
            (column[_ACCENTS], column[_ALL], 25),
            (column[_ODD], column[_CHUNKS], 4),
            (column[_DIGITS], column[_CHARACTERS], 20),
            (column[_SIGNS], column[_CHARACTERS], 20),
            (column[_BRACKETS], column[_CHARACTERS], 40),
        )
        measured = [
            (total + weight * typical) / (number + weight)
            for (total, number, weight), typical in zip(parts, self.typical, strict=True)
        ]
        return np.stack(measured, axis=1)

    def _sums(self, texts: Sequence[str]) -> FloatArray:
        """What the chunks of each text add up to: (texts, columns)."""
        held, rows, numbers = self._cache, [], []
        for text in texts:
            chunks = text.split()
            rows += [held.get(chunk) or self._row(chunk) for chunk in chunks]
            numbers.append(len(chunks))
        sums = np.zeros((len(texts), _COLUMNS))
        filled = np.flatnonzero(numbers)
        if len(filled):
            starts = np.cumsum([0, *numbers])[:-1][filled]
            matrix = np.frombuffer(b"".join(rows), dtype=np.float32).reshape(-1, _COLUMNS)
            sums[filled] = np.add.reduceat(matrix, starts, axis=0, dtype=np.float64)
        return sums

    def _row(self, chunk: str) -> bytes:
        row = np.zeros(_COLUMNS, dtype=np.float32)
        for match in _WORD.finditer(chunk):
            self._add_word(row, match.group())
        row[_CHARACTERS], row[_CHUNKS] = len(chunk), 1
        row[_DIGITS] = sum(character.isdigit() for character in chunk)
        row[_BRACKETS] = chunk.count("(") + chunk.count(")")
        row[_SIGNS] = sum(not (c.isalnum() or c in _PROSE_MARKS) for c in chunk)
        if _UNBROKEN.search(chunk):  # no word is so long; it weighs as much as the words that it takes the place of
            row[_ODD] = row[_CHUNKS] = len(chunk) / 6
        else:
            row[_ODD] = not _PROSE.fullmatch(chunk) or bool(_CAMEL.match(chunk))
        data = row.tobytes()
        if len(chunk) <= _HELD:
            if len(self._cache) >= _CACHE:
                self._cache.clear()
            self._cache[chunk] = data
        return data

    def _add_word(self, row: npt.NDArray[np.float32], word: str) -> None:
        lower = normal(word)
        row[_ALL] += len(word)
        row[_LOWER] += sum(letter.islower() for letter in word)
        row[_SCRIPT] += sum(not _is_latin(letter) for letter in word)
        commonness = self.common.get(lower)
        if commonness is None and word[0].isupper():
            row[_CAPITAL] += 1
            return
        row[_UNKNOWN if commonness is None else _KNOWN] += 1
        row[_COMMON] += commonness or 0.0
        row[_FUNCTION] += lower in self.function
        row[_ACCENTS] += sum(letter > "\x7f" and letter != "’" and _is_latin(letter) for letter in word)
        codes = _codes(lower[:_HELD])
        row[_SURPRISE] += float(self.surprise[codes[:-2], codes[1:-1], codes[2:]].sum())
        row[_GRAMS] += len(codes) - 2


def normal(word: str) -> str:
    """The word in lower case, with straight apostrophes."""
    return word.lower().replace("’", "'")


def learn_english(texts: Iterable[str]) -> English:
    """Count words and letters of English texts; the same texts give the same tables."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word.replace("’", "'") for word in _WORD.findall(text) if not word[0].isupper())
    least = 3 if sum(counts.values()) > 100_000 else 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_WORDS]
    kept = {word: count for word, count in ranked if count >= least}
    return English(
        common=_commonness(kept),
        function=frozenset(list(kept)[:_FUNCTION_WORDS]) | FIRST_PERSON,
        surprise=_surprise(kept),
    )


def _commonness(counts: dict[str, int]) -> dict[str, float]:
    """The logarithm of each count, from 0.1 for the rarest to 1; in steps of 1/250, as they are stored."""
    most = np.log1p(max(counts.values(), default=1))
    common = {word: max(0.1, round(250 * float(np.log1p(count) / most)) / 250) for word, count in counts.items()}
    return {**common, **dict.fromkeys(FIRST_PERSON, 1.0)}  # always written large, so never counted above


def _surprise(counts: dict[str, int]) -> npt.NDArray[np.float32]:
    """Bits of each letter after the two before it, interpolated with shorter contexts (Jelinek and Mercer, 1980)."""
    three = np.zeros((_LETTERS,) * 3)
    for word, count in counts.items():
        codes = _codes(word)
        np.add.at(three, (codes[:-2], codes[1:-1], codes[2:]), min(count, 1000))
    two = three.sum(axis=0)
    one = two.sum(axis=0) + 1.0
    p1 = one / one.sum()
    p2 = (two + 5 * p1) / (two.sum(axis=1, keepdims=True) + 5)
    p3 = (three + 5 * p2[None]) / (three.sum(axis=2, keepdims=True) + 5)
    surprise: npt.NDArray[np.float32] = (-np.log2(p3)).astype(np.float16).astype(np.float32)
    return surprise


def _codes(word: str) -> npt.NDArray[np.intp]:
    inner = [_BORDER, _BORDER]
    for letter in word:
        code = ord(letter) - 97
        inner.append(code if 0 <= code < 26 else _APOSTROPHE if letter == "'" else _OTHER)
    inner.append(_BORDER)
    return np.array(inner, dtype=np.intp)


def _is_latin(letter: str) -> bool:
    return letter < "\u0250" or "\u1e00" <= letter <= "\u1eff" or letter == "’"
