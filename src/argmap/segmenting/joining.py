"""Which of the possible sentence ends count, and which paragraphs one quotation runs through."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from argmap.document import Block, Span
from argmap.segmenting.ends import STARTERS, begins_sentence, behind_closers, sentence_ends
from argmap.segmenting.marks import Quotes, find_quotes

_LONGEST_CHAIN = 20  # paragraphs that one quotation may run through; beyond it a mark was forgotten
_LONGEST_BRACKET = 1_500
_BRACKET = re.compile(r"[()]")
_WORD = re.compile(r"[^\W_]")
_LEADING = re.compile(r"[\s>*_(\[]*")
CLOSING_MARKS = tuple("\"'”’»")
_MARKS = "\"'“”„‘’«»"

_SPEECH = (
    r"(?:said|says|say|asked|asks|added|adds|replied|replies|answered|answers|told|tells|wrote|writes|warned|warns|noted|notes"
    r"|explained|explains|insisted|insists|declared|declares|stated|states|argued|argues|claimed|claims|concluded|concludes"
    r"|continued|continues|recalled|recalls|remarked|remarks|observed|observes|announced|announces|admitted|admits|complained"
    r"|complains|demanded|demands|shouted|shouts|cried|cries|whispered|exclaimed|joked|quipped|tweeted|posted|commented|comments"
    r"|responded|responds|thundered|mused|sighed|snapped|laughed|pleaded|urged|urges|promised|vowed|boasted|wondered|wonders"
    r"|protested|retorted|repeated|repeats|reported|reports|testified|agreed|agrees|called out)"
)
_NAME = r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Rev|Sir|Lady|Lord|President|Minister|Senator|Judge)\.?\s)?[^\W\d_a-z][\w’'.-]*"
_ATTRIBUTION = re.compile(
    rf"[\s–—-]*(?:{_SPEECH}\s+\w"  # said the mayor
    rf"|(?:I|{_NAME}(?:\s(?:{_NAME}|of|the|de|van|von|bin|al|and)){{0,5}})\s(?:then\s|also\s|once\s|later\s|has\s|had\s)?{_SPEECH}"
    r"(?:[.,;:!?…]|$|\s(?:in|at|on|during|to|after|before|when|while|with|from|as|of|for|last|this|yesterday|today|later|recently"
    r"|me|us|him|her|them|reporters|parliament|journalists)\b))"
)
_NOT_A_NAME = re.compile(
    r"[\s–—-]*(?:He|She|It|They|We|You|This|That|These|Those|There|The|A|An|One|Others?|Some|Many|Who|What"
    r"|(?:No|Some|Any|Every)(?:body|one|thing)|No|None|Few|Most|Several|Both|Neither|Either|Each|All|Not)\b"
)
_LOOK_AHEAD = 160
_CAPITAL = r"[^\W\d_a-z][\w’'.-]*"
_DASHED = re.compile(
    rf"\s*(?:[–—―]|--?)\s*(?P<first>{_CAPITAL})(?:,?\s(?:(?:of|the|de|van|von|bin|al|and|for)\s)*{_CAPITAL}|\s*(?:[,;]|$|\n))"
)
"""`— A. K. Lee, mayor of Orlo` or `— Voltaire` behind a quotation."""
_RUN_ON = re.compile(
    r"\s+(?=(?:It|He|She|They|We|This|That|These|Those|There|But|And|Yet|So|If|When|What|Nobody|Nothing)\s+[a-z])"
)
_INNER_STOP = re.compile(r"[!?;:]|(?<![^\W\d_a-z])\.\s|[“”\"]")
_LONGEST_DASHED = 140
_MOST_WORDS_OF_LINE = 25


def quotes_of(text: str, blocks: Sequence[Block]) -> list[Quotes]:
    """The quotations of every block."""
    return [find_quotes(text, block.span.start, block.span.end) for block in blocks]


def kept_ends(text: str, span: Span, quotes: Quotes) -> list[int]:
    """Sentence ends of a paragraph that are neither inside a quotation nor between a quotation and its attribution."""
    starts = [quote.start for quote in quotes.closed]
    brackets = _brackets(text, span)
    bracket_starts = [bracket.start for bracket in brackets]
    kept: list[int] = []
    for stop in sentence_ends(text, span.start, span.end):
        place = bisect_left(bracket_starts, stop) - 1
        if place >= 0 and stop < brackets[place].end:
            continue
        at = bisect_left(starts, stop) - 1  # the last quotation that begins before the stop
        quote = quotes.closed[at] if at >= 0 else None
        if quote is not None and behind_closers(text, stop, quote.end) < quote.end:
            continue
        if quote is not None and _closes_at(text, quote, stop) and is_attribution(text, max(stop, quote.end), span.end):
            continue
        kept.append(max(stop, quote.end) if quote is not None else stop)
    kept.extend(_run_on_attributions(text, span, quotes))
    return _without_scraps(text, span, sorted(set(kept)))


def _brackets(text: str, span: Span) -> list[Span]:
    """The outermost closed round brackets of a paragraph; longer ones than a note are a forgotten mark."""
    found: list[Span] = []
    opened: list[int] = []
    for match in _BRACKET.finditer(text, span.start, span.end):
        if match.group() == "(":
            opened.append(match.start())
        elif opened:
            bracket = Span(opened.pop(), match.end())
            if bracket.end - bracket.start > _LONGEST_BRACKET:
                continue
            while found and found[-1].start > bracket.start:
                found.pop()
            found.append(bracket)
    return found


def _without_scraps(text: str, span: Span, stops: list[int]) -> list[int]:
    """Leave out the cuts that would make a unit of marks alone (a bullet, a row of dots)."""
    kept: list[int] = []
    last = span.start
    for stop in stops:
        if stop > last and _WORD.search(text, last, stop):
            kept.append(stop)
            last = stop
    if kept and not _WORD.search(text, last, span.end):
        kept.pop()
    return kept


def _closes_at(text: str, quote: Span, stop: int) -> bool:
    """Whether the sentence end at `stop` is the one inside the quotation's closing mark, as in `…?” she asked`."""
    inside = text[max(quote.start, quote.end - 3) : quote.end].rstrip(_MARKS)
    low, high = min(quote.end, stop), max(quote.end, stop)
    return behind_closers(text, low, high) == high and inside.endswith((".", "!", "?", "…", ","))


def is_attribution(text: str, at: int, end: int) -> bool:
    """Whether the clause after a closing mark says who spoke: `said the mayor`, `Mr Moru added.`, `Ana told
    reporters`.
    """
    clause = text[at : min(end, at + _LOOK_AHEAD)]
    if _is_dashed(clause):
        return True
    if not begins_sentence(text, at):
        return True
    return _ATTRIBUTION.match(clause) is not None and _NOT_A_NAME.match(clause) is None


def _is_dashed(clause: str) -> bool:
    match = _DASHED.match(clause)
    return match is not None and match["first"].casefold() not in STARTERS


def _run_on_attributions(text: str, span: Span, quotes: Quotes) -> Iterator[int]:
    """Ends of dashed attributions without a full stop before the next sentence, where a line break was lost."""
    for quote in quotes.closed:
        clause = text[quote.end : min(span.end, quote.end + _LONGEST_DASHED)]
        if not _closes_at(text, quote, quote.end) or not _is_dashed(clause):
            continue
        match = _RUN_ON.search(clause)
        if match is not None and not _INNER_STOP.search(clause, 0, match.start()):
            yield quote.end + match.start()


def attribution_lines(text: str, blocks: Sequence[Block]) -> Iterator[int]:
    """Paragraphs whose quotation is attributed by the paragraph after them, a line like `— Ana Lee, mayor`."""
    for index, (block, line) in enumerate(pairwise(blocks)):
        words = text[line.span.start : min(line.span.end, line.span.start + 10 * _LOOK_AHEAD)]
        if (
            block.kind is line.kind
            and text[max(block.span.start, block.span.end - 4) : block.span.end].rstrip("*_ ")[-1:] in CLOSING_MARKS
            and len(words.split()) <= _MOST_WORDS_OF_LINE
            and _is_dashed(words.lstrip("> *_"))
        ):
            yield index


def chains(text: str, blocks: Sequence[Block], quotes: Sequence[Quotes]) -> list[tuple[int, int, int, int]]:
    """Quotations that are opened again at each paragraph and closed once.

    Returns (first block, last block, offset of the first mark, offset behind the last mark), in text order, disjoint.
    """
    found: list[tuple[int, int, int, int]] = []
    index = 0
    while index < len(blocks):
        link = _chain_from(text, blocks, quotes, index)
        if link is None:
            index += 1
            continue
        found.append(link)
        index = link[1] if quotes[link[1]].unclosed else link[1] + 1
        index = max(index, link[0] + 1)
    return found


def _chain_from(
    text: str, blocks: Sequence[Block], quotes: Sequence[Quotes], first: int
) -> tuple[int, int, int, int] | None:
    opened = quotes[first].unclosed
    if opened is None:
        return None
    at, mark = opened
    for index in range(first + 1, min(first + 1 + _LONGEST_CHAIN, len(blocks))):
        block = blocks[index]
        lead = _LEADING.match(text, block.span.start, block.span.end)
        mark_at = lead.end() if lead else block.span.start
        if block.kind is not blocks[first].kind or text[mark_at : mark_at + 1] != mark:
            return None
        closing = _closing(quotes[index], mark_at)
        if closing is not None:
            return first, index, at, closing
        if quotes[index].unclosed is None:
            return None
    return None


def _closing(quotes: Quotes, mark_at: int) -> int | None:
    """Where the quotation that is opened again at `mark_at` closes in its paragraph, if it does."""
    place = bisect_right([quote.start for quote in quotes.closed], mark_at) - 1
    if place < 0 or quotes.closed[place].start != mark_at:
        return None
    return quotes.closed[place].end
