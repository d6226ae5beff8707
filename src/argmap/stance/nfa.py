r"""Regular expressions as one position automaton (Glushkov, The Abstract Theory of Automata, 1961).

All patterns are read into the same automaton, so that one pass over a text finds which of them match somewhere in it,
as `re.search` would. The subset: literals, classes, `.`, groups, `|`, `? + * {m,n}`, `^` at the start, `\b \w \s
\d` and their like. Positions of a class that holds both word characters and others are split in two, which makes every
`\b` a matter of the two positions beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

WIDE = 8  # a repeat of up to more than this would fill the automaton with counters
_ESCAPED: dict[str, Callable[[str], bool]] = {
    "w": lambda c: c.isalnum() or c == "_",
    "W": lambda c: not (c.isalnum() or c == "_"),
    "s": str.isspace,
    "S": lambda c: not c.isspace(),
    "d": str.isdecimal,
    "D": lambda c: not c.isdecimal(),
}
_COUNTED = re.compile(r"\{(\d*)(,?)(\d*)\}")


class UnreadableError(ValueError):
    """A construction that the automaton does not know; the pattern is left to `re`."""


def is_word(character: str) -> bool:
    r"""Whether `\w` matches the character."""
    return character.isalnum() or character == "_"


@dataclass(frozen=True)
class _Node:
    """Of a syntax tree. `kind`: char, edge (`\\b`), start (`^`), all (in a row), any (one of them), repeat."""

    kind: str
    parts: tuple[_Node, ...] = ()
    literal: str = ""
    matches: Callable[[str], bool] | None = None
    least: int = 1
    most: int | None = 1


class _Reader:
    """Recursive descent over the text of one pattern."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0

    def read(self) -> _Node:
        node = self._alternatives()
        if self.at < len(self.text):
            raise UnreadableError(self.text)
        return node

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self) -> str:
        character = self._next()
        if not character:
            raise UnreadableError(self.text)
        self.at += 1
        return character

    def _alternatives(self) -> _Node:
        options = [self._sequence()]
        while self._next() == "|":
            self.at += 1
            options.append(self._sequence())
        return options[0] if len(options) == 1 else _Node("any", tuple(options))

    def _sequence(self) -> _Node:
        parts: list[_Node] = []
        while self._next() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return _Node("all", tuple(parts))

    def _repeated(self, atom: _Node) -> _Node:
        sign = self._next()
        if sign == "" or sign not in "?+*{":
            return atom
        if sign == "{":
            found = _COUNTED.match(self.text, self.at)
            if not found or not found[1]:
                raise UnreadableError(self.text)
            self.at = found.end()
            least = int(found[1])
            most = least if not found[2] else int(found[3]) if found[3] else None
        else:
            self.at += 1
            least, most = {"?": (0, 1), "+": (1, None), "*": (0, None)}[sign]
        if self._next() == "?":  # lazy: matches the same texts
            self.at += 1
        elif self._next() in ("+", "*", "{") and self._next():
            raise UnreadableError(self.text)
        return _Node("repeat", (atom,), least=least, most=most)

    def _atom(self) -> _Node:
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return _Node("char", matches=self._class())
        if character == ".":
            return _Node("char", matches=lambda c: c != "\n")
        if character == "^":
            return _Node("start")
        if character == "\\":
            return self._escape()
        if character in "?+*{}$)":
            raise UnreadableError(self.text)
        return _Node("char", literal=character)

    def _group(self) -> _Node:
        if self._next() == "?":
            if self.text[self.at : self.at + 2] != "?:":
                raise UnreadableError(self.text)
            self.at += 2
        inside = self._alternatives()
        if self._take() != ")":
            raise UnreadableError(self.text)
        return inside

    def _escape(self) -> _Node:
        character = self._take()
        if character == "b":
            return _Node("edge")
        if character in _ESCAPED:
            return _Node("char", matches=_ESCAPED[character])
        if character.isalnum():
            raise UnreadableError(self.text)
        return _Node("char", literal=character)

    def _class(self) -> Callable[[str], bool]:
        first = self.at
        negated = self._next() == "^"
        self.at += negated
        while self._take() != "]" or self.at == first + negated + 1:
            if self.text[self.at - 1] == "\\":
                self._take()
        one = re.compile(self.text[first - 1 : self.at])
        return lambda c: one.match(c) is not None


@dataclass
class Positions:
    """The automaton. Sets of positions are integers, bit p for position p; so are sets of patterns.

    `follow[p]`: the positions that may come next. `first[k]`: those that begin a match after k = 0 anything but a word
    character, 1 a word character, 2 the start of the text. `ends[p]`: the patterns that end at p, if what comes next
    is 0 no word character (or the end), 1 a word character.
    """

    literals: dict[str, int] = field(default_factory=dict)
    classes: list[tuple[int, bool, Callable[[str], bool]]] = field(default_factory=list)
    follow: list[int] = field(default_factory=list)
    ends: list[tuple[int, int]] = field(default_factory=list)
    first: list[int] = field(default_factory=lambda: [0, 0, 0])

    def add(self, pattern: str, number: int) -> None:
        """Read a pattern in, as the one of this number; raise `UnreadableError`, changing nothing, if it cannot be."""
        tree = _Reader(pattern).read()
        if _wide(tree):
            raise UnreadableError(pattern)
        steps = _Steps()
        entry = steps.before(tree, steps.node())
        if any(steps.reached(entry, start=start)[1] for start in (False, True)):
            raise UnreadableError(pattern)  # it matches the empty text: nothing to look for
        self._join(steps, entry, 1 << number)

    def _join(self, steps: _Steps, entry: int, own: int) -> None:
        base = len(self.follow)
        bits = {node: 1 << (base + order) for order, node in enumerate(steps.chars)}
        for position, (literal, matches, word, _) in enumerate(steps.chars.values(), base):
            if matches is None:
                self.literals[literal] = self.literals.get(literal, 0) | 1 << position
            else:
                self.classes.append((position, word, matches))

        def allowed(found: dict[int, bool], word: bool) -> int:
            """Of the positions found, those that may follow: a `\\b` on the way needs a change of kind."""
            return sum(bits[n] for n, free in found.items() if free or steps.chars[n][2] != word)

        for _, _, word, after in steps.chars.values():
            found, end, edge = steps.after(after)
            self.follow.append(allowed(found, word))
            ends = [own if end or (edge and word != then) else 0 for then in (False, True)]
            self.ends.append((ends[0], ends[1]))
        for kind in range(3):
            found, _ = steps.reached(entry, start=kind == 2)
            self.first[kind] |= allowed(found, kind == 1)

    def matching(self, character: str) -> int:
        """The positions that the character can be at."""
        bits = self.literals.get(character, 0)
        word = is_word(character)
        for position, kind, matches in self.classes:
            if kind == word and matches(character):
                bits |= 1 << position
        return bits


def _wide(node: _Node) -> bool:
    return (node.kind == "repeat" and max(node.least, node.most or 0) > WIDE) or any(map(_wide, node.parts))


class _Steps:
    """Thompson's automaton of one pattern, built from its end: chars, and steps that consume nothing."""

    def __init__(self) -> None:
        self.chars: dict[int, tuple[str, Callable[[str], bool] | None, bool, int]] = {}
        self.empty: list[list[tuple[int, str]]] = []  # (where to, what it asks for)

    def node(self, *steps: tuple[int, str]) -> int:
        self.empty.append(list(steps))
        return len(self.empty) - 1

    def before(self, tree: _Node, after: int) -> int:
        """The entry of a part that goes on to `after`."""
        if tree.kind == "all":
            for part in reversed(tree.parts):
                after = self.before(part, after)
            return after
        if tree.kind == "any":
            return self.node(*((self.before(part, after), "") for part in tree.parts))
        if tree.kind in ("edge", "start"):
            return self.node((after, tree.kind))
        if tree.kind == "repeat":
            return self._repeat(tree, after)
        kinds = (is_word(tree.literal),) if tree.matches is None else (False, True)
        entries = []
        for word in kinds:
            entries.append(self.node())
            self.chars[entries[-1]] = (tree.literal, tree.matches, word, after)
        return entries[0] if len(entries) == 1 else self.node(*((entry, "") for entry in entries))

    def _repeat(self, tree: _Node, after: int) -> int:
        (part,) = tree.parts
        if tree.most is None:
            loop = self.node((after, ""))
            self.empty[loop].append((self.before(part, loop), ""))
            after = loop
        else:
            end = after
            for _ in range(tree.most - tree.least):
                after = self.node((self.before(part, after), ""), (end, ""))
        for _ in range(tree.least):
            after = self.before(part, after)
        return after

    def reached(self, entry: int, *, start: bool) -> tuple[dict[int, bool], bool]:
        """From the beginning of a match: characters (True: without a `\\b` on the way), and whether the end is."""
        found, end, edge = self._walk(entry, start=start)
        return found, end or edge

    def after(self, node: int) -> tuple[dict[int, bool], bool, bool]:
        """From behind a character: characters, and whether the end is reached without a `\\b`, and with one."""
        return self._walk(node, start=False)

    def _walk(self, entry: int, *, start: bool) -> tuple[dict[int, bool], bool, bool]:
        seen: set[tuple[int, bool]] = set()
        todo = [(entry, True)]
        while todo:
            node, free = todo.pop()
            if (node, free) in seen:
                continue
            seen.add((node, free))
            for there, asks in self.empty[node]:
                if asks != "start" or start:
                    todo.append((there, free and asks != "edge"))
        found: dict[int, bool] = {}
        for node, free in seen:
            if node in self.chars:
                found[node] = found.get(node, False) or free
        return found, (0, True) in seen, (0, False) in seen
