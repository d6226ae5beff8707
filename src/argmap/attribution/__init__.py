"""Who is quoted, by which words, and what is reported: source, cue and content of every quotation of an article.

Rules over words, quotation marks and the lists of `lexicon.toml`; no model. Total on any input: what is not understood
gets a reason code and no source.
"""

from __future__ import annotations

from dataclasses import replace

from argmap.attribution import phrases
from argmap.attribution.clauses import reports
from argmap.attribution.lexicon import BODIES, FIRST_PERSON, PEOPLE, PREPOSITIONS, SAY, TELL, TIMES, WORDS
from argmap.attribution.resolve import Named, Resolver
from argmap.attribution.sayings import Report
from argmap.attribution.shapes import shaped
from argmap.attribution.words import Sentence, Word, sentences_in
from argmap.document import Attribution, Document, Span
from argmap.labels import NoSource, Stance, Wording

_LEAST = 3.4  # score of a reading that is taken
_FIRM = 6.5  # score of a reading that others inside its content give way to
_CARRIES = 2  # sentences over which a quotation without a speaker goes on with the last one


def attribute(document: Document) -> Document:
    """Put an attribution on every unit with the stance quotation, and none on others."""
    units = [unit for unit in document.units if unit.is_text]
    if not any(Stance.QUOTATION in unit.stances for unit in units):
        return document.with_units(tuple(replace(unit, attribution=None) for unit in document.units))
    resolver = Resolver(sentences_in(document))
    speaker: tuple[int, Attribution] | None = None
    found: dict[str, Attribution] = {}
    for number, unit in enumerate(units):
        if Stance.QUOTATION not in unit.stances:
            continue
        attribution = _attribution(resolver, number, speaker)
        found[unit.id] = attribution
        if attribution.source is not None:
            speaker = (number, attribution)
            kept = resolver.sources.get(number)
            if kept is None and attribution.name is not None:
                resolver.sources[number] = Named(attribution.name, attribution.confidence or 0.5)
    return document.with_units(tuple(replace(unit, attribution=found.get(unit.id)) for unit in document.units))


def _attribution(resolver: Resolver, number: int, speaker: tuple[int, Attribution] | None) -> Attribution:
    sentence = resolver.sentences[number]
    found = [*reports(sentence), *shaped(sentence)]
    if not found and sentence.is_unclosed:  # a mark too many, or too few: the words may say more than the marks
        sentence = sentence.without_marks()
        found = list(reports(sentence))
    best = max(found, key=lambda report: report.score - 2 * _is_inside(report, found), default=None)
    if best is None or best.score < _LEAST or not best.parts:
        return _carried_on(resolver, number, speaker)
    content, parts = _joined(_until_others(sentence, best, found))
    plain = Attribution(content, None, best.cue, parts, _wording(sentence, best))
    if best.source is None:
        return replace(plain, reason=NoSource.IMPERSONAL)
    named = resolver.name(number, _words_of(sentence, best.source))
    resolver.sources[number] = named
    confidence = round(named.confidence * (1.0 if best.score >= 6 else 0.9 if best.score >= 5 else 0.75), 2)
    return replace(plain, source=best.source, name=named.name, confidence=confidence)


def _is_inside(report: Report, found: list[Report]) -> bool:
    """Whether somebody else reports that it is reported: the reading's cue stands in the content of another."""
    if report.cue is None:
        return False
    at = report.cue.start
    return any(
        other.cue is not None
        and other.cue.start < at
        and other.score > _FIRM
        and any(part.start <= at < part.end for part in other.parts)
        for other in found
    )


def _until_others(sentence: Sentence, best: Report, found: list[Report]) -> tuple[Span, ...]:
    """The parts of a report, up to where the sentence goes on to report somebody else (`, and the other said …`)."""
    if best.cue is None:
        return best.parts
    last = best.parts[-1]
    words = sentence.words
    for other in found:
        if other.source is None or other.cue is None or not last.start < other.source.start < last.end:
            continue
        first = _words_of(sentence, other.source)[0]
        joined = first > 1 and words[first - 1].lower in ("and", "but", "while") and words[first - 2].text == ","
        if joined and other.score > 5 and words[first - 2].start > last.start and other.cue.start > last.start:
            last = Span(last.start, words[first - 3].end)
    return (*best.parts[:-1], last)


def _carried_on(resolver: Resolver, number: int, speaker: tuple[int, Attribution] | None) -> Attribution:
    """A sentence that names no speaker: the last one goes on, or the one whom the sentence before introduces."""
    sentence = resolver.sentences[number]
    quoted = bool(sentence.quotes)
    content = _whole(sentence)
    plain = Attribution(content, wording=_wording(sentence, Report((content,), None, None, 0.0)))
    introduced = quoted and number > 0 and _introduces(resolver.sentences[number - 1])
    subject = _subject(sentence)
    if subject is not None and (quoted or phrases.is_name(sentence, subject)):
        return _by_subject(resolver, number, subject, plain)
    if speaker is not None and number - speaker[0] <= _CARRIES and not (introduced and speaker[0] < number - 1):
        last = speaker[1]
        resolver.sources[number] = resolver.sources[speaker[0]]
        return replace(plain, source=last.source, name=last.name, confidence=round((last.confidence or 0.5) * 0.9, 2))
    if subject is not None:
        return _by_subject(resolver, number, subject, plain)
    if number > 0:
        persons = [mention for mention in resolver.mentions(number - 1) if not mention.named.thing]
        if persons and quoted:
            named = persons[0].named
            resolver.sources[number] = named
            at = persons[0].at
            return replace(
                plain, source=_phrase_at(resolver.sentences[number - 1], at), name=named.name, confidence=0.5
            )
    return replace(plain, reason=NoSource.NO_SPEAKER if quoted else NoSource.NO_CUE)


def _by_subject(resolver: Resolver, number: int, subject: phrases.Found, plain: Attribution) -> Attribution:
    """A sentence without a word that reports, by its subject: what stands in quotation marks, if anything does."""
    sentence = resolver.sentences[number]
    named = resolver.name(number, subject)
    resolver.sources[number] = named
    found = replace(
        plain, source=sentence.stretch(*subject), name=named.name, confidence=round(0.6 * named.confidence, 2)
    )
    if not sentence.quotes:
        return found
    content, parts = _joined(sentence.quotes)
    return replace(found, content=content, parts=parts, wording=Wording.DIRECT)


def _subject(sentence: Sentence) -> phrases.Found | None:
    """The first noun phrase, if it is somebody or something that can be quoted."""
    words = sentence.words
    first = next((n for n, word in enumerate(words) if word.is_word and not word.quoted), None)
    if first is None or any(word.quoted for word in words[:first]):
        return None
    if words[first].lower in PREPOSITIONS | TIMES:
        comma = next((n for n in range(first, min(first + 12, len(words))) if words[n].text == ","), None)
        first = first if comma is None else comma + 1
    found = phrases.behind(sentence, first)
    if found is None or words[found[0]].lower in FIRST_PERSON:
        return None
    while found[1] > found[0] and words[found[1]].text.islower() and not _is_head(words[found[1]]):
        found = found[0], found[1] - 1
    return found if phrases.speaks(sentence, found) >= 2 or _is_head(words[found[1]]) else None


def _is_head(word: Word) -> bool:
    return word.lower in PEOPLE or word.lower in BODIES or word.lower in WORDS


def _introduces(sentence: Sentence) -> bool:
    return any(not word.quoted and (word.lower in SAY or word.lower in TELL) for word in sentence.words)


def _phrase_at(sentence: Sentence, at: int) -> Span | None:
    first = next((n for n, word in enumerate(sentence.words) if word.start == at), None)
    found = None if first is None else phrases.behind(sentence, first)
    return None if found is None else sentence.stretch(*found)


def _whole(sentence: Sentence) -> Span:
    """The sentence without the full stop, or its quotation with its marks if it is nothing else."""
    start, end = sentence.span.start, sentence.span.end
    text = sentence.text
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start and text[end - 1] == "." and not sentence.quote_at(end - 1):
        end -= 1
    return Span(start, end)


def _joined(parts: tuple[Span, ...]) -> tuple[Span, tuple[Span, ...]]:
    """The span of all parts, and the parts if they are several."""
    ordered = sorted(parts)
    return Span(ordered[0].start, max(part.end for part in ordered)), tuple(ordered) if len(ordered) > 1 else ()


def _wording(sentence: Sentence, report: Report) -> Wording:
    inside = outside = 0
    for word in sentence.words:
        if word.is_word and any(part.start <= word.start < part.end for part in report.parts):
            inside += word.quoted
            outside += not word.quoted
    if not inside:
        return Wording.INDIRECT
    return Wording.MIXED if outside else Wording.DIRECT


def _words_of(sentence: Sentence, span: Span) -> tuple[int, int]:
    held = [n for n, word in enumerate(sentence.words) if span.start <= word.start < span.end]
    return held[0], held[-1]
