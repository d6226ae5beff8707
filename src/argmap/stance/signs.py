"""The cue features in plain words, and which words of a sentence show each of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from itertools import accumulate

from argmap.stance.cues import PATTERNS, WORD_CLASSES
from argmap.stance.tokens import NAME, NUMBER, QUOTE

SIGN_NAMES: dict[str, str] = tomllib.loads(
    files("argmap.stance").joinpath("sign_names.toml").read_text(encoding="utf-8")
)
_PATTERNS = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}
_MARKS = {"quotes": QUOTE, "names": NAME, "numbers": NUMBER}


def rows_of_sign(cue: str, tokens: Sequence[str]) -> tuple[int, ...]:
    """The numbers of the masked tokens that show a cue which is there; none for what the sentence shows as a whole."""
    if cue in WORD_CLASSES:
        return tuple(i for i, token in enumerate(tokens) if token in WORD_CLASSES[cue])
    if cue in _PATTERNS:
        return _matched(_PATTERNS[cue], tokens)
    if cue in _MARKS:
        return tuple(i for i, token in enumerate(tokens) if token == _MARKS[cue])
    if cue == "imperative start" or cue.startswith("starts "):
        return tuple(i for i, token in enumerate(tokens) if token != QUOTE or cue == "starts quote")[:1]
    return ()


def _matched(pattern: re.Pattern[str], tokens: Sequence[str]) -> tuple[int, ...]:
    match = pattern.search(" ".join(tokens))
    if match is None:
        return ()
    starts = accumulate((len(token) + 1 for token in tokens), initial=0)
    return tuple(
        i
        for i, (start, token) in enumerate(zip(starts, tokens, strict=False))
        if start < match.end() and start + len(token) > match.start()
    )
