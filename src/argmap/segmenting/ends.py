"""Where sentences may end: sentencex proposes, a second look adds and removes.

Quotation marks and brackets are hidden from sentencex, which would not look inside them and which takes quadratic time
when they are not closed; what may not be cut inside them is decided in `argmap.segmenting.joining`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

CLOSERS = "\"'”’»›)]}"
"""Marks that belong to the sentence before them."""
OPENERS = "\"'“‘„«‹([{"

_LONGEST_CALL = 20_000  # characters handed to sentencex at once
_HIDDEN = {ord(mark): " " for mark in '"“”„«»‹›()[]{}*_\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029'}
_SINGLE_MARK = re.compile(r"(?<![^\W_])['‘’]|['‘’](?![^\W_])")
_SURROGATE = re.compile("[\ud800-\udfff]")

_TERMINAL = re.compile(r"[.!?…؟۔।॥]|[^\x00-\u2fff]")  # sentencex knows the stops of other scripts
_INVISIBLE = "\x00-\x08\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_STOP = re.compile(
    rf"[.!?…](?:[.!?…]|\s(?=[.!?…])){{0,40}}[{re.escape(CLOSERS)}*_]*(?=[{_INVISIBLE}]{{0,8}}(?:\s|$))[{_INVISIBLE}]{{0,8}}"
)
_UNCASED_STOP = re.compile(r"[؟۔।॥](?=\s)")
_GLUED = re.compile(r"(?:(?<=[a-z]{3})[.!?]|(?<=[a-z]{2})[!?])[.!?]*[”\"’)]*(?=[“‘\"(]?[A-Z][a-z]*[ ,’'])")
_CLOSERS_AT = re.compile(rf"[{re.escape(CLOSERS)}]*")
_NEXT = re.compile(rf"(?P<marks>[\s{re.escape(OPENERS)}–—•*>_{_INVISIBLE}-]{{0,40}})(?P<word>[\w$£€#@&’'.-]{{0,40}})")
_LAST_WORD = re.compile(r"[^\s“”\"‘'(\[–—-]+(?:\.-[^\s“”\"‘'(\[–—-]+)*$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+$")
_INITIAL = re.compile(r"[^\W\d_a-z]\.")
_NICKNAME = re.compile(r"\s*[“\"‘'(][\w .-]{2,20}[”\"’')]\s+[^\W\d_a-z]")
_ENUMERATOR = re.compile(r"(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)]$")


def _words(lines: str) -> frozenset[str]:
    return frozenset(lines.split())


_BOUND = _words(
    "mr mrs ms mx mmes messrs dr drs prof profs m/s viz vs v cf e.g i.e eg ie approx engr shri smt mlle mme"
)
"""Short forms that are followed by the word they belong to, whatever it is."""
_TITLES = _words(
    """
    rev fr st hon gov govs sen sens rep reps pfc pres supt sgt cpl capt cmdr lt lieut col gen maj adm brig insp det amb
    atty ca rs ksh tsh ush ft mt
    """
)
"""Short forms that are followed by a name (or a sum): they end a sentence only before a word that begins one."""
_CAPITAL_TITLES = _words(
    """
    Eng Ing Ir Adv Advs Barr Arc Arch Revd Rt Msgr Mgr Mons Abp Bp Br Bro Eld Evang Comr Commr Cde Ald Cllr Clr Alh
    Chf Cmdt Comdt Cdr Cdt Pvt Pte Wg Sqn Flt Const Cst Asst Dep Rear Rtd Retd Redt Ret Del Smti Hajj
    """
)
"""The same, of those that in small letters are words or parts of words."""
_RETIRED = _words("rtd redt retd ret")
_ALSO_NAMES = _words("will may an so do no in on my can such last even")
"""Words that often begin a sentence and are also people's names."""
_BEFORE_NUMBER = _words(
    "no nos rs art arts sec para fig vol pp p ch cl ca approx jan feb mar apr jun jul aug sep sept oct nov dec"
)
_MAY_END = _words("inc ltd co corp bros jr sr etc al esq ph.d phd p.m a.m pm am ave blvd pvt plc llc")
"""Short forms that end a sentence only if the next word is one that often begins one."""
_COUNTRIES = _words("u.s u.k u.n e.u u.s.a d.c u.a.e u.s.s.r a.d b.c")
STARTERS = _words(
    """
    the a an this that these those it he she they we i you his her their our its my there here in on at by for from
    with to of as but and or so yet nor if when while since although though because after before until unless once
    what who why how where which however moreover meanwhile instead indeed even now then today yesterday tomorrow last
    not no yes most many some all each every both another such let do does did is are was were will would should could
    can may might must have has had it's that's he's she's they're we're there's what's i'm i've don't didn't nobody
    nothing everyone everything perhaps still
    """
)


def sentence_ends(text: str, start: int, end: int) -> list[int]:
    """Return the offsets at which a sentence of `text[start:end]` may end, ascending, `end` itself left out.

    Each offset stands behind the sentence's last mark (closing quotation marks and brackets included). Never raises.
    """
    block = text[start:end]
    if not _TERMINAL.search(block):
        return []
    found = {stop for stop in _proposed(block) if not _is_short_form(block, stop)}
    found.update(match.end() for match in _GLUED.finditer(block) if not _in_address(block, match.start()))
    return [start + stop for stop in sorted(found) if 0 < stop < len(block)]


def behind_closers(text: str, at: int, end: int) -> int:
    """The offset behind the closing marks that stand at `at`, at most `end`."""
    match = _CLOSERS_AT.match(text, at, end)
    return match.end() if match else at


def begins_sentence(text: str, at: int) -> bool:
    """Whether the word after `at` looks like the first of a sentence: a capital, a digit, a currency sign, a handle."""
    word, _ = _next_word(text, at)
    return bool(word) and (word[0].isupper() or word[0].isdigit() or word[0] in "$£€#@")


def _proposed(block: str) -> Iterator[int]:
    """Ends by sentencex, moved behind closing marks, and the stops before a capital that it passes over."""
    for match in _STOP.finditer(block):
        if begins_sentence(block, match.end()):
            yield match.end()
    yield from (match.end() for match in _UNCASED_STOP.finditer(block))
    plain = _SINGLE_MARK.sub(" ", _SURROGATE.sub("\ufffd", block)).translate(_HIDDEN)
    for low, high in _pieces(plain):
        for sentence in sentencex.get_sentence_boundaries("en", plain[low:high]):
            words_end = len(plain[low : low + sentence["end_index"]].rstrip()) + low
            stop = behind_closers(block, words_end, len(block))
            if stop < len(block) and block[stop].isspace():
                yield stop


def _pieces(plain: str) -> Iterator[tuple[int, int]]:
    """Cut behind a full stop, else anywhere, so that no call to sentencex gets more than its cap."""
    low = 0
    while low < len(plain):
        high = min(low + _LONGEST_CALL, len(plain))
        if high < len(plain):
            space = plain.rfind(". ", low + 1, high)
            high = space + 2 if space > low else high
        yield low, high
        low = high


def _next_word(block: str, stop: int) -> tuple[str, bool]:
    """The word after `stop` without the marks before it, and whether there were any."""
    match = _NEXT.match(block, stop)
    if match is None:
        return "", False
    return match["word"], bool(match["marks"].strip())


def _is_short_form(block: str, stop: int) -> bool:
    """Whether what stands before `stop` is a title, an initial, an enumerator or another stop inside a sentence."""
    window = block[max(0, stop - 80) : stop]
    bare = window.rstrip(CLOSERS + "*_")
    following, marked = _next_word(block, stop)
    if following[:1].islower() and not marked:
        return True
    if not bare.endswith(".") or bare.endswith(("..", " .")):
        return False
    last = _LAST_WORD.search(bare)
    word = last.group() if last else ""
    if _ENUMERATOR.match(word) and _opens_block(block, stop - len(window) + len(bare) - len(word)):
        return True
    if word.rstrip(".").lower() in _RETIRED and window.endswith(")"):
        return following.lower() not in STARTERS  # Col. (Rtd.) Lee
    if marked and _NICKNAME.match(block, stop):
        marked = False
    return window == bare and bool(following) and _binds(word, following, marked)


def _opens_block(block: str, at: int) -> bool:
    """Whether `at` is the start of the block, of a line, or of what follows another sentence's end; marks aside."""
    before = block[max(0, at - 20) : at]
    line = before[before.rfind("\n") + 1 :].rstrip(OPENERS + " \t*_-")
    if not line:
        return at <= 20 or "\n" in before
    if line[-1] != ".":
        return line[-1] in ":;!?"
    return line.rsplit(maxsplit=1)[-1].rstrip(".").lower() not in _BEFORE_NUMBER


def _binds(word: str, following: str, marked: bool) -> bool:
    """Whether a short form with its full stop belongs together with the word after it."""
    name = word.rstrip(".").lower().rpartition(".-")[2]  # Lt.-Col.
    if following[0].isdigit():
        return name in _BEFORE_NUMBER or (bool(_INITIALS.match(word)) and name not in _COUNTRIES)
    if name in _BOUND:
        return True
    first = following.rstrip(".'’").lower().replace("’", "'")
    starts = marked or (first in STARTERS and not _INITIAL.match(following))  # Sen. A. B. Crow
    if name in _TITLES or word.rstrip(".") in _CAPITAL_TITLES:
        return not starts or (first in _ALSO_NAMES and not marked)
    if name in _MAY_END:
        return not starts
    if _INITIALS.match(word):
        return not starts and word != "I."
    return False


def _in_address(block: str, at: int) -> bool:
    """Whether the stop at `at` lies inside a web or mail address."""
    low = max(block.rfind(space, max(0, at - 80), at) for space in " \n") + 1
    token = block[low : at + 1].lower()
    return "/" in token or "@" in token or "www." in token
