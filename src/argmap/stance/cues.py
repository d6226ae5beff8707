"""Hand-made cue features: words and constructions that mark accusation, quotation, recommendation and evidence.

The lists stand in `cues.toml`. Each feature is a count (capped), a flag or a share, computed from the sentence alone;
place and neighbours are added by `features`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from argmap.stance.tokens import NAME, NUMBER, QUOTE

CUES_SOURCE = files("argmap.stance").joinpath("cues.toml").read_text(encoding="utf-8")
_CUES = tomllib.loads(CUES_SOURCE)
WORD_CLASSES: dict[str, frozenset[str]] = {name: frozenset(words.split()) for name, words in _CUES["words"].items()}
CLASSES_OF: dict[str, list[int]] = {}  # the numbers of a word's classes: one look-up a token instead of one a class
for _number, _words in enumerate(WORD_CLASSES.values()):
    for _word in _words:
        CLASSES_OF.setdefault(_word, []).append(_number)
PATTERNS: dict[str, str] = _CUES["patterns"]
_COMPILED = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}
STARTS: dict[str, frozenset[str]] = {name: frozenset(words.split()) for name, words in _CUES["starts"].items()}
CUE_LISTS: dict[str, frozenset[str]] = {name: frozenset(words.split()) for name, words in _CUES["lists"].items()}
_IMPERATIVES = CUE_LISTS["imperatives"]
_SHAPE = (
    "log length",
    "quotes",
    "quoted share",
    "longest quoted run",
    "opens with quote",
    "ends with quote",
    "open inside",
    "names",
    "numbers",
    "imperative start",
    "duty without quote",
    "say with quote",
    "blame with agent",
    "blame with name",
    "single quotes",
    "commas",
)
CUE_NAMES: tuple[str, ...] = (*WORD_CLASSES, *PATTERNS, *STARTS, *_SHAPE)


def cue_vector(text: str, tokens: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the cue features of one sentence, shape (len(CUE_NAMES),); `tokens` as `masked_tokens` gives them.

    `cue_matrix.CueReader` computes the same for many sentences at once, and is held to this by a test.
    """
    joined = " ".join(tokens)
    words = set(tokens)
    totals = [0] * len(WORD_CLASSES)
    for token in tokens:
        for number in CLASSES_OF.get(token, ()):
            totals[number] += 1
    counts = {name: min(total, 4) for name, total in zip(WORD_CLASSES, totals, strict=True)}
    values: list[float] = [float(count) for count in counts.values()]
    values += [1.0 if pattern.search(joined) else 0.0 for pattern in _COMPILED.values()]
    first = next((t for t in tokens if t != QUOTE), "")
    opening = tokens[0] if tokens else ""
    values += [
        1.0 if (opening if name == "starts quote" else first) in start else 0.0 for name, start in STARTS.items()
    ]
    shares = _quoted(tokens)
    n = max(len(tokens), 1)
    agent = counts["agent"] > 0
    blame = counts["blame verb"] + counts["blame noun"]
    quotes = tokens.count(QUOTE)
    unquoted_duty = any(t in WORD_CLASSES["duty"] for t, inside in zip(tokens, shares, strict=True) if not inside)
    values += [
        float(np.log1p(n)),
        float(min(quotes, 4)),
        sum(shares) / n,
        _longest_run(shares) / 10.0,
        1.0 if opening == QUOTE else 0.0,
        1.0 if tokens and tokens[-1] == QUOTE else 0.0,
        float(quotes % 2),
        float(min(tokens.count(NAME), 4)),
        float(min(tokens.count(NUMBER), 4)),
        1.0 if first in _IMPERATIVES else 0.0,
        1.0 if unquoted_duty else 0.0,
        1.0 if quotes and (counts["say"] or "according" in words) else 0.0,
        float(min(blame, 3)) if agent else 0.0,
        float(min(blame, 3)) if NAME in words else 0.0,
        1.0 if single_quoted(text) else 0.0,
        float(min(text.count(","), 6)),
    ]
    return np.asarray(values, dtype=np.float64)


def single_quoted(text: str) -> bool:
    """Whether the text may quote in single marks: an apostrophe inside a word does not count."""
    return "‘" in text or " '" in text or text.startswith("'")


def _quoted(tokens: Sequence[str]) -> list[bool]:
    inside = False
    out = []
    for token in tokens:
        if token == QUOTE:
            inside = not inside
            out.append(False)
        else:
            out.append(inside)
    return out


def _longest_run(flags: Sequence[bool]) -> int:
    best = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        best = max(best, run)
    return best
