"""Who is spoken to (`…, Prime Minister,`) and who is said to have something to do: `the council should`, `let …`."""

from __future__ import annotations

from argmap.attribution.words import Sentence
from argmap.blame import lexicon
from argmap.blame.mentions import Mention
from argmap.blame.parties import Parties
from argmap.blame.roles import Role, verb_behind

SUBJECTS = (Role.SUBJECT, Role.PASSIVE)
LINKS = frozenset(["and", "so", "but", "then", "please", "now", "first", "or", "otherwise", "instead"])
_OUGHT = frozenset(["should", "ought", "must", "shall", "shouldn't", "mustn't"])
_MAY = frozenset(["could", "can", "might", "would"])
_URGING = ("urge", "ask", "call", "beg", "press", "invite", "want")
_ARTICLES = frozenset(["the", "a", "an"])


def order_of(sentence: Sentence) -> str:
    """The first word, in lower case, that is no link to what stood before; empty within quotation marks."""
    words = (word for word in sentence.words if word.is_word and word.lower not in LINKS)
    first = next(words, None)
    return "" if first is None or first.quoted else first.lower


def is_called_on(mention: Mention, sentence: Sentence) -> bool:
    """Whether the words call on it: `the council should`, `let ministers`, `time that Congress`, `for the board to`."""
    words = sentence.words
    before = [word.lower for word in words[max(0, mention.first - 2) : mention.first]]
    last = before[-1] if before else ""
    behind = words[mention.last + 1].lower if mention.last + 1 < len(words) else ""
    lets = last == "let" and behind != "be" and order_of(sentence) not in lexicon.ORDERS - {"let"}
    timely = any(word.lower == "time" for word in words[max(0, mention.first - 6) : mention.first])
    if lets or (timely and last in ("time", "that") and mention.kind != "pronoun"):
        return True
    if (behind == "to" and last in ("for", "on")) or (last.startswith(_URGING) and mention.kind != "pronoun"):
        return True
    verb = verb_behind(sentence, mention.last)
    if verb is None or mention.role is not Role.SUBJECT:
        return False
    needs = (
        words[verb].lower in ("has", "have", "needs", "need")
        and verb + 1 < len(words)
        and words[verb + 1].lower == "to"
    )
    may = mention.is_main and words[verb].lower in _MAY
    return words[verb].lower in _OUGHT or needs or may


def is_vocative(mention: Mention, sentence: Sentence) -> bool:
    """Whether it is called by a name or title between marks: `…, Prime Minister;`."""
    words = sentence.words
    if mention.kind == "pronoun" or mention.quoted or words[mention.first].lower in _ARTICLES:
        return False
    if not words[mention.last].is_capital:
        return False
    before = words[mention.first - 1].text if mention.first else ","
    behind = words[mention.last + 1].text if mention.last + 1 < len(words) else "."
    return before in ",;:—–" and behind in ",;:.!?—–"


def addressed(parties: Parties) -> frozenset[int]:
    """The parties that an article speaks to by name or title, in sentences with `you` or an order."""
    found = set()
    for sentence, held in zip(parties.sentences, parties.in_sentence, strict=True):
        if order_of(sentence) not in lexicon.ORDERS and not any(entry is parties.you for _, entry in held):
            continue
        found |= {id(entry) for mention, entry in held if entry is not None and is_vocative(mention, sentence)}
    return frozenset(found)


def called_before(parties: Parties) -> list[int | None]:
    """For each sentence the party, by id, that was last said before it to have something to do."""
    last: int | None = None
    found: list[int | None] = []
    for sentence, held in zip(parties.sentences, parties.in_sentence, strict=True):
        found.append(last)
        for mention, entry in held:
            if entry is not None and not mention.quoted and mention.is_main and is_called_on(mention, sentence):
                last = id(entry)
    return found
