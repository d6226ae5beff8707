"""Everything that can be wrong with an annotation file, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from argmap.annotations.article import Problem
from argmap.annotations.links import check_links
from argmap.annotations.texts import LONGEST_GAP, TextFolder, place
from argmap.annotations.wire import HeaderRecord, UnitRecord, claimed_id, parse_record
from argmap.errors import InputError
from argmap.files import decode_utf8, read_bytes
from argmap.labels import UnitKind

Numbered = tuple[int, UnitRecord]
"""A unit and the line that it stands on."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A file's records and text as far as they can be read, `problems` that forbid its use, and `faults` that do not.

    `unresolved` means that the file is standoff and no folder of texts was given, so that its text went unchecked.
    """

    path: Path
    lines: tuple[str, ...]
    header: HeaderRecord | None
    units: tuple[UnitRecord, ...]
    text: str | None
    problems: tuple[Problem, ...]
    faults: tuple[Problem, ...]
    unresolved: bool

    @property
    def all_problems(self) -> list[Problem]:
        """Problems and faults in the order of their lines."""
        return sorted((*self.problems, *self.faults), key=lambda problem: problem.line)


def check_file(path: Path, *, texts: Path | None = None) -> list[Problem]:
    """Return every problem of an annotation file, in the order of its lines.

    `texts` is the folder where the texts of standoff files lie. Without it, what needs no text is checked.
    Raises `InputError` only if the file cannot be read at all, or `texts` is not a folder.
    """
    return inspect_file(path, TextFolder(texts) if texts is not None else None).all_problems


def inspect_file(path: Path, texts: TextFolder | None) -> Inspection:
    """Read a file as far as it can be read, and say what is wrong; raise `InputError` only if no file is there."""
    data = read_bytes(path)
    try:
        content = decode_utf8(data, where=str(path))
    except InputError as error:
        problem = Problem(path, _line_of_bad_byte(data), error.what, f"{error.expected}; {error.advice}")
        return Inspection(path, (), None, (), None, (problem,), (), False)
    return _Inspector(path, content, texts).inspect()


def check_ids_of_articles(inspections: Iterable[Inspection]) -> list[Problem]:
    """Articles that cannot be told apart: an id that two texts have, or a text that one annotator labelled twice."""
    problems: list[Problem] = []
    texts: dict[str, Inspection] = {}
    labelled: dict[tuple[str, str, str], Inspection] = {}
    for inspection in inspections:
        header = inspection.header
        if header is None:
            continue
        other = texts.setdefault(header.doc, inspection)
        if other.header is not None and other.header.text_sha256 != header.text_sha256:
            what = f"doc {header.doc!r} is the id of another text in {other.path}"
            problems.append(Problem(inspection.path, 1, what, "an id for each text"))
        twin = labelled.setdefault((header.doc, header.text_sha256, header.annotator), inspection)
        if twin is not inspection:
            what = f"doc {header.doc!r} by annotator {header.annotator!r} stands in {twin.path} too"
            problems.append(Problem(inspection.path, 1, what, "each article once by an annotator"))
    return problems


def _line_of_bad_byte(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1


class _Inspector:
    """Collects the problems of one file; `problems` grows while the steps run."""

    def __init__(self, path: Path, content: str, texts: TextFolder | None) -> None:
        self.path = path
        self.texts = texts
        lines = content.split("\n")  # not splitlines: U+2028 may stand inside a JSON string
        self.lines = tuple(lines[:-1] if lines[-1] == "" else lines)
        self.problems: list[Problem] = []
        self.faults: list[Problem] = []
        self.unresolved = False
        self.unreadable = 0
        self.claimed: set[str] = set()

    def add(self, line: int, what: str, expected: str = "") -> None:
        self.problems.append(Problem(self.path, line, what, expected))

    def inspect(self) -> Inspection:
        header = self.read_header()
        numbered = self.read_units()
        units = tuple(unit for _, unit in numbered)
        whole = header is not None and not self.problems
        if self.lines and not numbered and whole:
            self.add(1, "no unit follows the article's line", "one line a unit")
        self.check_ids(numbered)
        for line, what, expected in check_links(numbered, self.claimed):
            self.add(line, what, expected)
        if header is not None and units:
            self.check_thesis(header, units)
        in_place = self.check_offsets(numbered)
        text = None
        if header is not None and units:
            text = self.find_text(header, numbered, usable=self.unreadable == 0 and in_place)
        return Inspection(
            self.path, self.lines, header, units, text, tuple(self.problems), tuple(self.faults), self.unresolved
        )

    def read_header(self) -> HeaderRecord | None:
        if not self.lines:
            self.add(1, "the file is empty", "the article's line, then one line a unit")
            return None
        header, faults = parse_record(self.lines[0], HeaderRecord)
        for what, expected in faults:
            self.add(1, what, expected)
        if header is None:
            self.claimed.add(claimed_id(self.lines[0]) or "")  # of a unit that stands in the article's place
        return header

    def read_units(self) -> list[Numbered]:
        numbered: list[Numbered] = []
        for line, content in enumerate(self.lines[1:], start=2):
            if not content.strip():
                self.add(line, "empty line", "one JSON object a line")
                continue
            unit, faults = parse_record(content, UnitRecord)
            for what, expected in faults:
                self.add(line, what, expected)
            if unit is None:
                self.unreadable += 1
                self.claimed.add(claimed_id(content) or "")
            else:
                numbered.append((line, unit))
                for what, expected in _faults_of(unit):
                    self.add(line, what, expected)
        return numbered

    def check_ids(self, numbered: Sequence[Numbered]) -> None:
        first: dict[str, int] = {}
        for line, unit in numbered:
            if unit.unit in first:
                self.add(line, f"unit id {unit.unit!r} stands twice (first on line {first[unit.unit]})", "each id once")
            first.setdefault(unit.unit, line)

    def check_thesis(self, header: HeaderRecord, units: Sequence[UnitRecord]) -> None:
        if header.thesis is None:
            return
        kinds = {unit.unit: unit.kind for unit in units}
        kind = kinds.get(header.thesis)
        if kind is None:
            if header.thesis not in self.claimed:
                self.add(1, f"thesis {header.thesis!r} is not a unit of the file", "a unit's id, or null")
        elif kind is not UnitKind.TEXT:
            self.add(1, f"thesis {header.thesis!r} is {kind.value}", "a unit of kind text")

    def check_offsets(self, numbered: Sequence[Numbered]) -> bool:
        """Order and disjointness; whether the units can be placed at their offsets."""
        before = len(self.problems)
        for (_, previous), (line, unit) in pairwise(numbered):
            if unit.start < previous.start:
                what = f"unit {unit.unit!r} starts at {unit.start}, before unit {previous.unit!r} at {previous.start}"
                self.add(line, what, "units in text order")
            elif unit.start < previous.end:
                what = f"unit {unit.unit!r} ({unit.start}-{unit.end}) overlaps {previous.unit!r} (to {previous.end})"
                self.add(line, what, f"a start of {previous.end} or more")
        inline = [(line, unit) for line, unit in numbered if unit.has_text]
        if inline and len(inline) < len(numbered):
            line, unit = next((line, unit) for line, unit in numbered if not unit.has_text)
            self.add(line, f"unit {unit.unit!r} has no text, others have", "'text' in every unit (inline) or in none")
        for line, unit in inline:
            if unit.start < unit.end != unit.start + len(unit.text):
                what = f"offsets {unit.start}-{unit.end} of unit {unit.unit!r} span {unit.end - unit.start} characters"
                self.add(line, what, f"{len(unit.text)}, the length of its text")
        if inline:
            self.check_gaps(numbered)
        return len(self.problems) == before and all(unit.start < unit.end for _, unit in numbered)

    def check_gaps(self, numbered: Sequence[Numbered]) -> None:
        position = 0
        for line, unit in numbered:
            if unit.start - position > LONGEST_GAP:
                what = f"unit {unit.unit!r} starts {unit.start - position} characters after what precedes it"
                self.add(line, what, f"at most {LONGEST_GAP}")
            position = unit.end

    def find_text(self, header: HeaderRecord, numbered: Sequence[Numbered], *, usable: bool) -> str | None:
        if numbered[0][1].has_text:
            if not usable:
                return None
            text = place([(unit.start, unit.text) for _, unit in numbered], header.text_sha256)
            if text is None:
                self.add(
                    1,
                    f"text_sha256 of {header.doc!r} is not the hash of the units' texts placed at their offsets",
                    "units and hash of one text",
                )
            return text
        if header.source is None:
            self.add(1, "a standoff file (its units have no text) with a source of null", "where the text was read")
        if self.texts is None:
            self.unresolved = True
            return None
        text = self.texts.find(header.doc, header.text_sha256)
        if text is None:
            what = f"no text of {header.doc!r} with sha256 {header.text_sha256[:12]}… under {self.texts.folder}"
            self.add(1, what, "the text that was labelled, unchanged")
            return None
        self.faults += [Problem(self.path, *fault) for fault in _misfits(numbered, text)]
        return text


def _faults_of(unit: UnitRecord) -> Iterator[tuple[str, str]]:
    if unit.end <= unit.start:
        yield f"unit {unit.unit!r} ends at {unit.end} and starts at {unit.start}", "an end after the start"
    if len(set(unit.stances)) < len(unit.stances):
        yield f"unit {unit.unit!r} has the same stance twice", "each stance once"
    if unit.has_text and unit.text != unit.text.strip():
        yield f"text of unit {unit.unit!r} begins or ends with white space", "a trimmed text"
    if unit.kind is not UnitKind.TEXT:
        for name, value in (("stances", unit.stances), ("evidence", unit.evidence), ("links", unit.links)):
            if value:
                yield f"unit {unit.unit!r} is {unit.kind.value} and has {name}", f"{name} on units of kind text only"


def _misfits(numbered: Sequence[Numbered], text: str) -> Iterator[tuple[int, str, str]]:
    """How the units of a standoff file fail to lie on their text. Punctuation alone may stand in no unit."""
    position = 0
    for line, unit in numbered:
        name = f"unit {unit.unit!r}"
        if unit.end > len(text):
            yield line, f"{name} ends at {unit.end}, past the end of the text", f"at most {len(text)}"
            continue
        words = text[unit.start : unit.end]
        if words != words.strip():
            yield line, f"{name} ({unit.start}-{unit.end}) begins or ends with white space", "offsets of trimmed text"
        if any(map(str.isalnum, text[position : unit.start])):
            yield (
                line,
                f"letters or digits at {position}-{unit.start} before {name} are in no unit",
                "every word in a unit",
            )
        position = unit.end
    if numbered and any(map(str.isalnum, text[position:])):
        yield numbered[-1][0], f"letters or digits after {position} are in no unit", "every word in a unit"
