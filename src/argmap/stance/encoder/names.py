"""Names as the encoder sees them: a stand-in for each name of an article, so that no label hangs on who is named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from argmap.stance.sentences import Sentence
from argmap.stance.tokens import FIRST_PERSON

# Surnames without fame, in the order of first mention; after the last the first comes again.
STAND_INS = (
    "Alder", "Benton", "Corley", "Dalton", "Elwood", "Farrow", "Garvin", "Hadley", "Iverson", "Jarvis",
    "Kendal", "Lowry", "Merton", "Norris", "Orwin", "Parnell", "Quincy", "Ralston", "Selwyn", "Tilden",
    "Upton", "Vernon", "Wardell", "Yardley", "Ashby", "Barlow", "Carver", "Denham", "Everly", "Fenton",
)  # fmt: skip
_WORD = r"[^\W\d_](?:[\w’'-]*\w)?"
_RUN = re.compile(rf"{_WORD}(?:[ \t]+{_WORD})*")
_ONE = re.compile(_WORD)


class NameMask:
    """Puts stand-ins in the place of an article's names; a name always gets the same, `Lucia Abara` that of `Abara`.

    A name is a capitalised word that is not among the `ordinary` words, or that some sentence of the article has large
    inside, as in `the Labour Party`; a run of them is one name, known by its last word.
    """

    def __init__(self, ordinary: frozenset[str], texts: Sequence[str] = ()) -> None:
        self._ordinary = ordinary
        self._proper = frozenset(word for text in texts for word in _capitalised_inside(text))
        self._known: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The text with stand-ins; names that are new are remembered."""
        return _RUN.sub(lambda run: self._masked(run.group()), text)

    def _masked(self, run: str) -> str:
        parts: list[str] = []
        name, end = "", 0  # the name that is being read, and where what was read ends
        for found in _ONE.finditer(run):
            word = found.group()
            if self._is_name(word):
                if not name:
                    parts.append(run[end : found.start()])
                name = word
            else:
                if name:
                    parts.append(self._stand_in(name))
                    name = ""
                parts.append(run[end : found.end()])
            end = found.end()
        if name:
            parts.append(self._stand_in(name))
        return "".join(parts)

    def _is_name(self, word: str) -> bool:
        if not word[0].isupper() or len(word) < 2:
            return False
        plain = _plain(word)
        return plain not in FIRST_PERSON and (plain in self._proper or plain not in self._ordinary)

    def _stand_in(self, name: str) -> str:
        plain = _plain(name)
        known = self._known.setdefault(plain, STAND_INS[len(self._known) % len(STAND_INS)])
        return known if len(plain) == len(name) else f"{known}'s"


def _plain(word: str) -> str:
    plain = word.lower().replace("’", "'")
    return plain if plain in FIRST_PERSON else plain.removesuffix("'s")


def _capitalised_inside(text: str) -> set[str]:
    """Words that are capitalised behind another word, without a mark between; none of a line that mostly is so."""
    words = list(_ONE.finditer(text))
    if 2 * sum(word.group()[0].isupper() for word in words) > len(words):
        return set()
    return {
        _plain(word.group())
        for before, word in pairwise(words)
        if word.group()[0].isupper() and before.group()[-1].islower() and text[before.end() : word.start()].isspace()
    }


def with_names_masked(X: Sequence[Sentence], ordinary: frozenset[str]) -> list[Sentence]:
    """The sentences with stand-ins for names in texts and titles, counted from the start of each article."""
    masked = []
    for _, article in groupby(X, key=lambda sentence: sentence.article):
        sentences = list(article)
        mask = NameMask(ordinary, [sentence.text for sentence in sentences])
        title = mask(sentences[0].title)
        masked += [replace(sentence, text=mask(sentence.text), title=title) for sentence in sentences]
    return masked
