"""The words by which somebody is reported; the lists stand in `lexicon.toml`."""

from __future__ import annotations

import tomllib
from importlib.resources import files

_DATA = tomllib.loads(files("argmap.attribution").joinpath("lexicon.toml").read_text(encoding="utf-8"))


def _set(table: str, key: str) -> frozenset[str]:
    return frozenset(_DATA[table][key].split())


def _phrases(key: str) -> tuple[tuple[str, ...], ...]:
    """Phrases as words, the longest first."""
    found = {tuple(part.split()) for part in _DATA["phrases"][key].replace("\n", "|").split("|") if part.strip()}
    return tuple(sorted(found, key=lambda words: (-len(words), words)))


SAY, TELL, BELIEVE, WANT, NAME, WEAK = (
    _set("verbs", key) for key in ("say", "tell", "believe", "want", "name", "weak")
)
VERBS = SAY | TELL | BELIEVE | WANT | NAME | WEAK
SAID_AS, FROM, NOBODY = _phrases("said_as"), _phrases("from"), _phrases("nobody")


def _with_plurals(nouns: frozenset[str]) -> frozenset[str]:
    return nouns | {noun + "s" for noun in nouns if not noun.endswith(("s", "men", "people"))}


WORDS, PEOPLE, BODIES, FEMALE, MALE = (_set("nouns", key) for key in ("words", "people", "bodies", "female", "male"))
PEOPLE = _with_plurals(PEOPLE)
TITLES = _set("titles", "words")
DETERMINERS, PRONOUNS, ADVERBS, PREPOSITIONS, BREAKS, TIMES, ADDRESSEES = (
    _set("words", key)
    for key in ("determiners", "pronouns", "adverbs", "prepositions", "breaks", "times", "addressees")
)
AUXILIARIES = frozenset(
    [
        "is",
        "was",
        "were",
        "are",
        "be",
        "been",
        "has",
        "had",
        "have",
        "do",
        "does",
        "did",
        "will",
        "would",
        "can",
        "could",
        "may",
        "might",
        "shall",
        "should",
        "must",
    ]
)
FIRST_PERSON = frozenset(["i", "we", "you"])
