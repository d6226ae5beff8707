"""Who is spoken of in a sentence: names, nouns for persons and bodies, and pronouns, with the part they play in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from argmap.attribution.cast import Run, runs
from argmap.attribution.lexicon import ADVERBS, BREAKS, DETERMINERS, TIMES
from argmap.attribution.words import Sentence, Word
from argmap.blame import lexicon
from argmap.blame.roles import CLOSED, OWNERS, PRONOUNS, Role, bare_word, is_main, role_of, verb_behind

_LONGEST = 7  # words before a noun that belong to it


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
                large.add(bare_word(word))
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
        elif _is_noun_of_party(sentence, at) or (_opens(sentence, at) and lexicon.is_party(bare_word(word))):
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
    if words[at].lower not in ("the", "this", "that", "these", "those", "a", "an") and words[at].lower not in OWNERS:
        return None
    end = at + 1
    while end < len(words) and end - at < 6 and _is_plain(words[end]) and not lexicon.is_verb(words[end].lower):
        if lexicon.is_party(bare_word(words[end])) or words[end].lower in ADVERBS:
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
    return _mention(number, sentence, at, last, last, "noun", owner=(at, at) if words[at].lower in OWNERS else None)


def _is_no_name(sentence: Sentence, run: Run, spelling: Spelling) -> bool:
    """Whether a lone capital is a letter, a day, or only the first word of its sentence."""
    if len(run.rest) != 1 or run.titles:
        return False
    words = sentence.words
    bare = bare_word(words[run.last])
    if len(bare) < 2 or bare in TIMES or bare in lexicon.OPENERS:
        return True
    opens = run.first == 0 or not words[run.first - 1].is_word
    if not opens or bare in spelling.large:
        return False
    verb = verb_behind(sentence, run.last)
    acts = words[run.last].owns or (verb is not None and verb <= run.last + 2 and lexicon.is_verb(words[verb].lower))
    return not acts or bare in CLOSED or bare in ADVERBS or bare.endswith("ly") or "'" in bare


def _is_noun_of_party(sentence: Sentence, at: int) -> bool:
    return not sentence.words[at].is_capital and lexicon.is_party(bare_word(sentence.words[at]))


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
    closed = word.lower in CLOSED or word.lower in ADVERBS or word.lower.endswith("ly")
    return word.is_word and not word.is_capital and not closed and not word.owns


def _noun(number: int, sentence: Sentence, at: int, least: int = 0) -> Mention | None:
    """The noun phrase whose noun stands at `at`, or behind it where nouns follow one another (`police commission`)."""
    words = sentence.words
    while at + 1 < len(words) and not words[at].owns and _is_noun_of_party(sentence, at + 1):
        at += 1
    first = _start(sentence, at, least)
    opening = words[first].lower
    bare = first == at and not lexicon.is_plural(bare_word(words[at])) and opening not in lexicon.BARE
    if bare or (first == at and at > 0 and (words[at - 1].lower == "to" or words[at - 1].lower in lexicon.MODALS)):
        return None
    owner = next(((first, n) for n in range(at - 1, first - 1, -1) if words[n].owns), None)
    if owner is None and opening in OWNERS:
        owner = first, first
    return _mention(number, sentence, first, at, at, "noun", owner=owner)


def _start(sentence: Sentence, at: int, least: int) -> int:
    """The first word of the noun phrase of the noun at `at`."""
    words = sentence.words
    if words[at].lower in lexicon.ANYONE:
        return at
    first = at
    opened = False  # behind a determiner only another one belongs to the phrase: `all the men`, `these two men`
    while first > least and at - first < _LONGEST:
        before = words[first - 1]
        if before.quoted != words[at].quoted or not before.is_word:
            break
        if before.lower in DETERMINERS or before.lower in OWNERS:
            first -= 1
            opened = True
            continue
        if opened:
            break
        if before.lower in CLOSED or before.lower in PRONOUNS or before.lower in ADVERBS:
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
    role = role_of(sentence, first, last)
    return Mention(
        number, first, last, head, kind, role, is_main(sentence, first), sentence.words[head].quoted, run, owner
    )


def pronouns(mentions: list[Mention], sentence: Sentence) -> Iterator[tuple[Mention, str]]:
    """The pronouns among mentions, each with whom it can stand for: `m`, `f`, `it`, `they`, `we`, `you`."""
    for mention in mentions:
        if mention.kind == "pronoun":
            yield mention, PRONOUNS[sentence.words[mention.head].lower]
