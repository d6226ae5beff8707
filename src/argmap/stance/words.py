"""Masked tokens with their places, so that what a model says about a token can be shown on the words of the text."""

from __future__ import annotations

from dataclasses import dataclass

from argmap.stance.tokens import NAME, masked_tokens, raw_tokens


@dataclass(frozen=True, slots=True)
class Word:
    """A masked token and the half-open character offsets, in the sentence, of what it stands for."""

    token: str
    start: int
    end: int


def words_of(text: str, ordinary: frozenset[str]) -> list[Word]:
    """The tokens of `masked_tokens(text, ordinary)`, each with its place; a run of names is one word."""
    words: list[Word] = []
    end = 0
    for raw in raw_tokens(text):
        start = text.index(raw, end)  # what lies between two tokens holds nothing that a token could begin with
        end = start + len(raw)
        for token in masked_tokens(raw, ordinary):
            if token == NAME and words and words[-1].token == NAME:
                words[-1] = Word(NAME, words[-1].start, end)
            else:
                words.append(Word(token, start, end))
    return words
