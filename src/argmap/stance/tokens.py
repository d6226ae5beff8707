"""Words of a sentence as the classifiers see them: names and numbers masked, quotation marks and punctuation kept.

Names are masked so that a label never hangs on who is named: a capitalised word that is not an ordinary English word
(one that the training texts mostly write in lower case) becomes `<name>`, and a run of them one `<name>`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

NAME = "<name>"
NUMBER = "<num>"
QUOTE = "<q>"
FIRST_PERSON = frozenset(["i", "i'm", "i've", "i'll", "i'd"])  # always written large, and no names

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d[\d,.]*|[“”\"‘’'?!:;—–…]")
_KEPT_MARKS = frozenset("?!:;—–…")
_DOUBLE = frozenset('“”"')


def raw_tokens(text: str) -> list[str]:
    """Words, numbers and punctuation marks in order, unmasked."""
    return _TOKEN.findall(text)


def ordinary_words(texts: Iterable[str], *, min_count: int = 3, lower_share: float = 0.25) -> frozenset[str]:
    """The words that `texts` write in lower case at least `min_count` times and in more than `lower_share` of uses."""
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    for text in texts:
        for token in raw_tokens(text):
            if token[0].isalpha():
                (upper if token[0].isupper() else lower)[_normal(token)] += 1
    return frozenset(
        word for word, count in lower.items() if count >= min_count and count > lower_share * (count + upper[word])
    )


def masked_tokens(text: str, ordinary: frozenset[str]) -> list[str]:
    """Lower-cased words with names, numbers and double quotation marks replaced by `<name>`, `<num>` and `<q>`."""
    out: list[str] = []
    for token in raw_tokens(text):
        first = token[0]
        if first.isdigit():
            out.append(NUMBER)
        elif first.isalpha():
            word = _normal(token)
            if first.isupper() and word not in ordinary and word not in FIRST_PERSON:
                if not out or out[-1] != NAME:
                    out.append(NAME)
            else:
                out.append(word)
        elif first in _DOUBLE:
            out.append(QUOTE)
        elif first in _KEPT_MARKS:
            out.append(first)
    return out


def _normal(token: str) -> str:
    return token.lower().replace("’", "'")
