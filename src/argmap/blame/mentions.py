"""Who is spoken of in a sentence: names, nouns for persons and bodies, and pronouns, with the part they play in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from argmap.attribution.cast import Run, runs
from argmap.attribution.lexicon import ADVERBS, BREAKS, DETERMINERS, PREPOSITIONS, TIMES
from argmap.attribution.words import Sentence, Word
from argmap.blame import lexicon

_APART, _ASIDES = 26, 3  # words between a subject and its verb, and commas that close what is set between them
_LONGEST = 7  # words before a noun that belong to it
_OBJECTS = frozenset(["me", "us", "him", "her", "them"])
_OWNERS = frozenset(["my", "our", "your", "his", "her", "its", "their"])
PRONOUNS = {
    "he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f",
    "it": "it", "its": "it", "itself": "it", "they": "they", "them": "they", "their": "they", "themselves": "they",
    "we": "we", "us": "we", "our": "we", "ourselves": "we", "you": "you", "your": "you",
}  # fmt: skip
_SKIPPED = ADVERBS | frozenset(
    ["not", "too", "both", "all", "each", "alone", "then", "instead", "which", "who", "that"]
)
_CLOSED = DETERMINERS | BREAKS | PREPOSITIONS | TIMES | lexicon.CLOSED
_NOMINATIVE = frozenset(["he", "she", "they", "we"])


class Role(StrEnum):
    """The part that a mention plays in its clause, as far as the surface shows."""

    SUBJECT = "subject"
    PASSIVE = "passive subject"
    AGENT = "agent"
    OWNER = "owner"
    OBJECT = "object"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Mention:
    """Words `first` to `last` of a sentence that stand for somebody; `head` is the place of the word that carries it.

    `kind` is `name`, `noun` or `pronoun`; `owner` the words of a genitive before the noun, if it has one.
    """

    sentence: int
    first: int
    last: int
    head: int
    kind: str
    role: Role
    is_main: bool
    quoted: bool
    run: Run | None = None
    owner: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Spelling:
    """How an article writes its words, all in lower case: `small` ones, and those that are large inside a sentence."""

    small: frozenset[str]
    large: frozenset[str]


def spelling_of(sentences: Iterable[Sentence]) -> Spelling:
    """How the words of these sentences are written."""
    small, large = set(), set()
    for sentence in sentences:
        inside = False
        for word in sentence.words:
            if word.text[0].islower():
                small.add(word.lower)
            elif inside and word.is_capital:
                large.add(_bare(word))
            inside = word.is_word
    return Spelling(frozenset(small), frozenset(large))


def mentions_of(number: int, sentence: Sentence, spelling: Spelling) -> list[Mention]:
    """All mentions in sentence `number`, in order."""
    found: list[Mention] = []
    taken = -1
    starts = {run.first: run for run in runs(sentence, spelling.small)}
    for at, word in enumerate(sentence.words):
        if at <= taken or not word.is_word:
            continue
        if word.lower in PRONOUNS and word.text != "US":
            found.append(_mention(number, sentence, at, at, at, "pronoun"))
        elif at in starts and not _is_no_name(sentence, starts[at], spelling):
            named = _name(number, sentence, starts[at])
            if named is not None:
                found.append(named)
                taken = named.last
        elif _is_noun_of_party(sentence, at) or (_opens(sentence, at) and lexicon.is_party(_bare(word))):
            noun = _noun(number, sentence, at)
            if noun is not None:
                found.append(noun)
                taken = noun.last
        else:
            subject = _subject_noun(number, sentence, at)
            if subject is not None:
                found.append(subject)
                taken = subject.last
    return found


def _opens(sentence: Sentence, at: int) -> bool:
    return at == 0 or not sentence.words[at - 1].is_word


def _subject_noun(number: int, sentence: Sentence, at: int) -> Mention | None:
    """A noun phrase that is the subject of a verb, of whatever noun: `the morning host has …`, `its plan forgets …`."""
    words = sentence.words
    if words[at].lower not in ("the", "this", "that", "these", "those", "a", "an") and words[at].lower not in _OWNERS:
        return None
    end = at + 1
    while end < len(words) and end - at < 6 and _is_plain(words[end]) and not lexicon.is_verb(words[end].lower):
        if lexicon.is_party(_bare(words[end])) or words[end].lower in ADVERBS:
            return None
        end += 1
    last = end - 1
    if words[last].lower in lexicon.ORDINALS:
        return None
    if last <= at or end >= len(words) or not lexicon.is_verb(words[end].lower):
        return None
    before = words[at - 1] if at else None
    if before is not None and before.is_word and before.lower not in BREAKS | {"let"}:
        return None
    return _mention(number, sentence, at, last, last, "noun", owner=(at, at) if words[at].lower in _OWNERS else None)


def _bare(word: Word) -> str:
    return word.lower.removesuffix("'s").removesuffix("'")


def _is_no_name(sentence: Sentence, run: Run, spelling: Spelling) -> bool:
    """Whether a lone capital is a letter, a day, or only the first word of its sentence."""
    if len(run.rest) != 1 or run.titles:
        return False
    words = sentence.words
    bare = _bare(words[run.last])
    if len(bare) < 2 or bare in TIMES or bare in lexicon.OPENERS:
        return True
    opens = run.first == 0 or not words[run.first - 1].is_word
    if not opens or bare in spelling.large:
        return False
    verb = verb_behind(sentence, run.last)
    acts = words[run.last].owns or (verb is not None and verb <= run.last + 2 and lexicon.is_verb(words[verb].lower))
    return not acts or bare in _CLOSED or bare in ADVERBS or bare.endswith("ly") or "'" in bare


def _is_noun_of_party(sentence: Sentence, at: int) -> bool:
    return not sentence.words[at].is_capital and lexicon.is_party(_bare(sentence.words[at]))


def _name(number: int, sentence: Sentence, run: Run) -> Mention | None:
    """A name, or a noun that a name stands before (`the Orlo council`, `Labour ministers`)."""
    words = sentence.words
    first, last = run.first, run.last
    if not words[last].owns and last + 1 < len(words) and not words[last + 1].quoted:
        ahead = next((n for n in (last + 1, last + 2) if n < len(words) and _is_noun_of_party(sentence, n)), None)
        between = ahead is not None and all(_is_plain(words[n]) for n in range(last + 1, ahead))
        if ahead is not None and between and not lexicon.is_verb(words[last + 1].lower):
            return _noun(number, sentence, ahead, least=first)
    if not run.rest:  # a title alone: the Minister, the President
        at = last
        return _mention(number, sentence, _start(sentence, at, 0), last, at, "noun")
    while first > 0 and words[first - 1].lower in ("the", "a", "an"):
        first -= 1
    return _mention(number, sentence, first, last, last, "name", run=run)


def _is_plain(word: Word) -> bool:
    closed = word.lower in _CLOSED or word.lower in ADVERBS or word.lower.endswith("ly")
    return word.is_word and not word.is_capital and not closed and not word.owns


def _noun(number: int, sentence: Sentence, at: int, least: int = 0) -> Mention | None:
    """The noun phrase whose noun stands at `at`, or behind it where nouns follow one another (`police commission`)."""
    words = sentence.words
    while at + 1 < len(words) and not words[at].owns and _is_noun_of_party(sentence, at + 1):
        at += 1
    first = _start(sentence, at, least)
    opening = words[first].lower
    bare = first == at and not lexicon.is_plural(_bare(words[at])) and opening not in lexicon.BARE
    if bare or (first == at and at > 0 and (words[at - 1].lower == "to" or words[at - 1].lower in lexicon.MODALS)):
        return None
    owner = next(((first, n) for n in range(at - 1, first - 1, -1) if words[n].owns), None)
    if owner is None and opening in _OWNERS:
        owner = first, first
    return _mention(number, sentence, first, at, at, "noun", owner=owner)


def _start(sentence: Sentence, at: int, least: int) -> int:
    """The first word of the noun phrase of the noun at `at`."""
    words = sentence.words
    first = at
    opened = False  # behind a determiner only another one belongs to the phrase: `all the men`, `these two men`
    while first > least and at - first < _LONGEST:
        before = words[first - 1]
        if before.quoted != words[at].quoted or not before.is_word:
            break
        if before.lower in DETERMINERS or before.lower in _OWNERS:
            first -= 1
            opened = True
            continue
        if opened:
            break
        if before.lower in _CLOSED or before.lower in PRONOUNS or before.lower in ADVERBS:
            break
        if lexicon.is_verb(before.lower) and not _is_adjective(sentence, first - 1):
            break
        first -= 1
    return first


def _is_adjective(sentence: Sentence, at: int) -> bool:
    """Whether a word in -ed stands behind an article: `the elected board`."""
    words = sentence.words
    return at > 0 and words[at].lower.endswith("ed") and (words[at - 1].lower in DETERMINERS or words[at - 1].owns)


def _mention(
    number: int,
    sentence: Sentence,
    first: int,
    last: int,
    head: int,
    kind: str,
    *,
    run: Run | None = None,
    owner: tuple[int, int] | None = None,
) -> Mention:
    role = _role(sentence, first, last)
    return Mention(
        number, first, last, head, kind, role, _is_main(sentence, first), sentence.words[head].quoted, run, owner
    )


def _role(sentence: Sentence, first: int, last: int) -> Role:
    words = sentence.words
    word = words[last]
    if word.owns or (first == last and word.lower in _OWNERS and word.lower != "her"):
        return Role.OWNER
    before = next((words[n].lower for n in range(first - 1, -1, -1) if words[n].lower not in ADVERBS), "")
    if before == "of" and first > 1 and words[first - 2].lower in lexicon.QUANTITIES:
        return _role(sentence, first - 2, last)
    verb = verb_behind(sentence, last)
    if verb is None and first > 0 and _is_inverted(sentence, first):
        return Role.SUBJECT
    if first == last and word.lower in _NOMINATIVE:
        return Role.PASSIVE if verb is not None and is_passive(sentence, verb) else Role.SUBJECT
    if first == last and word.lower == "it" and _is_expletive(sentence, verb):
        return Role.OTHER
    if first == last and word.lower == "her":
        following = words[last + 1] if last + 1 < len(words) else None
        owns = following is not None and following.is_word and following.lower not in _CLOSED
        return Role.OWNER if owns else Role.OBJECT
    if before == "by":
        return Role.AGENT
    if first == last and word.lower in _OBJECTS:
        return Role.OTHER if before in PREPOSITIONS else Role.OBJECT
    if before in PREPOSITIONS - {"as"} or before in ("to", "into", "through", "than", "without", "like"):
        return Role.OTHER
    if verb is not None:
        return Role.PASSIVE if is_passive(sentence, verb) else Role.SUBJECT
    return Role.OBJECT if before and before not in BREAKS and before.isalpha() else Role.OTHER


def _is_inverted(sentence: Sentence, first: int) -> bool:
    """Whether the verb stands before its subject: `Nor should the board …`, `Did they …?`, `Has the Trust …`."""
    words = sentence.words
    if words[first - 1].lower not in lexicon.MODALS | {"did", "does", "do"}:
        return False
    return (
        first == 1
        or not words[first - 2].is_word
        or words[first - 2].lower in ("nor", "neither", "never", "why", "how")
    )


def _is_expletive(sentence: Sentence, verb: int | None) -> bool:
    """Whether `it` stands for nobody: `it is time`, `it would be a mistake`."""
    if verb is None or is_passive(sentence, verb):
        return False
    return any(word.lower in lexicon.BEING for word in sentence.words[verb : verb + 3])


def verb_behind(sentence: Sentence, last: int) -> int | None:
    """The verb whose subject ends with the word `last`; what is set between commas is skipped, and `of …`."""
    words = sentence.words
    at = _skipped(sentence, last + 1)
    if at < len(words) and words[at].lower in ("of", "in", "at", "from", "for", "on", "behind", "with"):
        at = _behind_phrase(sentence, at)
    if at < len(words) and words[at].text in ",—–(" and not words[at].quoted:
        closing = ")" if words[at].text == "(" else words[at].text
        ends = [n for n in range(at + 1, min(at + _APART, len(words))) if words[n].text == closing]
        behind = [_skipped(sentence, end + 1) for end in ends[:_ASIDES]]
        return next((n for n in behind if n < len(words) and lexicon.is_verb(words[n].lower)), None)
    if at >= len(words) or not words[at].is_word or words[at].is_capital or words[at].text[0].isdigit():
        return None
    lower = words[at].lower
    if lexicon.is_verb(lower):
        return at
    if lower in _CLOSED or lower in PRONOUNS or at > last + 2 or lower.endswith("ing"):
        return None
    plural = lexicon.is_plural(_bare(words[last])) or words[last].lower in ("we", "they", "you")
    return at if lower.endswith("s") != plural and not lower.endswith("ly") else None


def _skipped(sentence: Sentence, at: int) -> int:
    words = sentence.words
    while at < len(words) and (
        words[at].lower in _SKIPPED - lexicon.MODALS - lexicon.IRREGULAR
        or (words[at].lower.endswith("ly") and len(words[at].lower) > 4)
    ):
        at += 1
    return at


def _behind_phrase(sentence: Sentence, at: int) -> int:
    """The word behind a phrase with a preposition at `at`, up to the next verb or mark."""
    words = sentence.words
    end = at + 1
    while end < len(words) and end - at < 9 and words[end].is_word and not lexicon.is_verb(words[end].lower):
        end += 1
    return end


def is_passive(sentence: Sentence, verb: int) -> bool:
    """Whether the verb group that begins at `verb` is passive: `was sold`, `has never been asked`."""
    words = sentence.words
    being = False
    for word in words[verb : verb + 7]:
        lower = word.lower
        if lower in lexicon.BEING:
            being = True
        elif being and (lower in lexicon.PARTICIPLES or (lower.endswith("ed") and len(lower) > 3)):
            return True
        elif lower in lexicon.MODALS or lower in ADVERBS or lower.endswith("ly") or lower == "not":
            continue
        else:
            return False
    return False


def _is_main(sentence: Sentence, first: int) -> bool:
    """Whether nothing subordinate has been opened in its clause before the word `first`."""
    words = sentence.words
    at = first - 1
    while at >= 0 and words[at].text not in ",;:—–":
        if words[at].lower in lexicon.SUBORDINATE:
            return False
        at -= 1
    return True


def pronouns(mentions: list[Mention], sentence: Sentence) -> Iterator[tuple[Mention, str]]:
    """The pronouns among mentions, each with whom it can stand for: `m`, `f`, `it`, `they`, `we`, `you`."""
    for mention in mentions:
        if mention.kind == "pronoun":
            yield mention, PRONOUNS[sentence.words[mention.head].lower]
