"""Words for who can be blamed and for what they do; the lists stand in `lexicon.toml`."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from argmap.attribution import lexicon as quoted

_DATA = tomllib.loads(files("argmap.blame").joinpath("lexicon.toml").read_text(encoding="utf-8"))


def _set(table: str, key: str) -> frozenset[str]:
    return frozenset(_DATA[table][key].split())


def plural_of(noun: str) -> str:
    """The regular plural of a noun (`agency`: agencies)."""
    if noun.endswith(("s", "sh", "ch", "x")):
        return noun + "es"
    if noun.endswith("man"):
        return noun[:-3] + "men"
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou") else noun + "s"


def _numbers(nouns: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Nouns in the singular and in the plural."""
    plural = frozenset(plural_of(noun) for noun in nouns if plural_of(noun) not in nouns)
    return nouns, plural | {noun for noun in nouns if _is_plural_itself(noun)}


def _is_plural_itself(noun: str) -> bool:
    return noun in ("people", "police", "women", "men", "children", "others") or (
        noun.endswith("s") and not noun.endswith(("ss", "us", "is")) and noun not in ("powers",)
    )


BODIES, BODIES_PLURAL = _numbers(quoted.BODIES | _set("nouns", "bodies"))
_TITLES = frozenset(title for title in quoted.TITLES if title.isalpha() and len(title) > 4)
PEOPLE, PEOPLE_PLURAL = _numbers(quoted.PEOPLE | _set("nouns", "people") | _TITLES)
NOT_BODIES = _set("nouns", "not_bodies")
HARMED, VAGUE = _set("nouns", "harmed"), _set("nouns", "vague")
NOT_AGENTS = _set("nouns", "not_agents")
_AGENT_ENDINGS = ("ers", "ors", "ists", "ians", "eers", "er", "or", "ist", "ian", "men", "man")
COMPANIES, STAFF = _set("nouns", "companies"), _set("nouns", "staff")
DECIDERS, READERS = _set("nouns", "deciders"), _set("names", "readers")
ORDERS, THINGS = _set("names", "orders"), _set("names", "things")
OPENERS = _set("names", "openers") | ORDERS
SUBORDINATE, CLOSED, BARE, ANYONE, QUANTITIES, ORDINALS, LEADS, REASONS = (
    _set("grammar", key)
    for key in ("subordinate", "closed", "bare", "anyone", "quantities", "ordinals", "leads", "reasons")
)
IRREGULAR, PARTICIPLES = _set("verbs", "irregular"), _set("verbs", "participles")
MODALS = frozenset(_DATA["verbs"]["modals"].split())
BEING = frozenset(_DATA["verbs"]["being"].split())


def is_body(noun: str) -> bool:
    """Whether a noun in lower case stands for a body: council, governments."""
    return (noun in BODIES or noun in BODIES_PLURAL) and noun not in NOT_BODIES


def is_person(noun: str) -> bool:
    """Whether a noun in lower case stands for a person or persons: minister, owners; also by its ending."""
    if noun in PEOPLE or noun in PEOPLE_PLURAL:
        return True
    return len(noun) > 5 and noun.endswith(_AGENT_ENDINGS) and noun not in NOT_AGENTS and "-" not in noun


def is_party(noun: str) -> bool:
    """Whether a noun in lower case can stand for somebody who is blamed or called on."""
    return is_body(noun) or is_person(noun)


def is_plural(noun: str) -> bool:
    """Whether a noun in lower case stands for several."""
    return noun in PEOPLE_PLURAL or noun in BODIES_PLURAL or (noun.endswith(("s", "men")) and not noun.endswith("ss"))


def is_verb(word: str) -> bool:
    """Whether a word in lower case is a verb in the past, an auxiliary, or one of the commonest in the present."""
    return (
        word in quoted.AUXILIARIES
        or word in MODALS
        or word in IRREGULAR
        or word in quoted.VERBS
        or (len(word) > 4 and word.endswith("ed") and not word.endswith("eed"))
    )
