"""The authoring sheet: an article and its labels as plain text, a line a unit (docs/annotating.md), and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from argmap.annotations.article import AnnotatedArticle, Link, Problem
from argmap.annotations.links import find_cycles
from argmap.document import Document, Span, Unit
from argmap.errors import InputError
from argmap.files import decode_utf8, read_bytes
from argmap.labels import EvidenceType, RelationKind, Stance, UnitKind

COLUMNS = ("number", "stance or kind", "evidence", "links", "text")
PARAGRAPH_MARK = "¶"
PARAGRAPH_BREAK = "\n\n"
GUIDELINES = "1.1"
_STANCE_CODES = {"acc": Stance.ACCUSATION, "quo": Stance.QUOTATION, "rec": Stance.RECOMMENDATION}
_KIND_CODES = {kind.value: kind for kind in UnitKind if kind is not UnitKind.TEXT}
_EVIDENCE_CODES = {kind.value: kind for kind in EvidenceType}
_LINK = re.compile(r"([+-])([0-9]{1,9})")
_RELATIONS = {"+": RelationKind.SUPPORT, "-": RelationKind.ATTACK}
_NONE = "-"
_HEADER_KEYS = ("title", "english", "thesis", "annotator", "licence", "guidelines")
_MARK_WITH_SPACE = re.compile(r" *¶ *")


@dataclass(slots=True)
class _Row:
    line: int
    number: int
    text: str
    opens_paragraph: bool
    kind: UnitKind = UnitKind.TEXT
    stances: tuple[Stance, ...] = ()
    evidence: EvidenceType | None = None
    links: list[tuple[RelationKind, int]] = field(default_factory=list)


def read_sheet(path: Path) -> AnnotatedArticle:
    """Read an authoring sheet into an inline article whose id is the file's name without its suffix.

    Raises `InputError` for the first problem that `check_sheet` would report, with the number of the others.
    """
    sheet = _Sheet(path)
    if sheet.problems:
        first = min(sheet.problems, key=lambda problem: problem.line)
        more = len(sheet.problems) - 1
        advice = f"`argmap annotations check` lists {more} more" if more else None
        raise InputError(first.what, where=f"{path}:{first.line}", expected=first.expected or None, advice=advice)
    return sheet.article()


def check_sheet(path: Path) -> tuple[list[Problem], int]:
    """Every problem of an authoring sheet, by line, and its number of units; raise `InputError` if it is not text."""
    sheet = _Sheet(path)
    return sorted(sheet.problems, key=lambda problem: problem.line), len(sheet.rows)


class _Sheet:
    """A sheet parsed as far as it goes; `problems` holds what was wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.header: dict[str, str] = {}
        self.header_lines: dict[str, int] = {}
        self.rows: list[_Row] = []
        self.parse(decode_utf8(read_bytes(path), where=str(path)))
        self.check_header()
        self.check_links()

    def add(self, line: int, what: str, expected: str) -> None:
        self.problems.append(Problem(self.path, line, what, expected))

    def parse(self, content: str) -> None:
        opens_paragraph = True
        for line, raw in enumerate(content.split("\n"), start=1):
            if not raw.strip():
                opens_paragraph = True
            elif raw.startswith("#") and not self.rows:
                self.parse_header(line, raw)
            else:
                row = self.parse_row(line, raw, opens_paragraph)
                if row is not None:
                    self.rows.append(row)
                    opens_paragraph = False

    def parse_header(self, line: int, raw: str) -> None:
        key, colon, value = raw[1:].partition(":")
        key, value = key.strip(), value.strip()
        if not colon or key not in _HEADER_KEYS:
            self.add(
                line, f"unknown header {raw.strip()[:60]!r}", "'# key: value' with one of " + ", ".join(_HEADER_KEYS)
            )
        elif key in self.header:
            self.add(line, f"header {key!r} stands twice", "each header once")
        elif not value:
            self.add(line, f"header {key!r} is empty", "a value after the colon")
        else:
            self.header[key] = value
            self.header_lines[key] = line

    def parse_row(self, line: int, raw: str, opens_paragraph: bool) -> _Row | None:
        columns = [column.strip() for column in raw.split(" | ", len(COLUMNS) - 1)]
        if len(columns) < len(COLUMNS):
            self.add(line, f"{len(columns)} columns", f"{len(COLUMNS)} columns: " + " | ".join(COLUMNS))
            return None
        number, label, evidence, links, text = columns
        wanted = len(self.rows) + 1
        if number != str(wanted):
            self.add(line, f"unit number {number[:20]!r}", str(wanted))
        if not text.replace(PARAGRAPH_MARK, "").strip():
            self.add(line, f"unit {wanted} has no text", "the words of the unit in the last column")
        row = _Row(line, wanted, _MARK_WITH_SPACE.sub(PARAGRAPH_BREAK, text), opens_paragraph)
        row.kind, row.stances = self.parse_label(line, label)
        row.evidence = self.parse_evidence(line, evidence)
        row.links = list(self.parse_links(line, links))
        if row.kind is not UnitKind.TEXT and (row.evidence is not None or row.links):
            self.add(line, f"a {row.kind.value} with evidence or links", "'-' in both columns")
        return row

    def parse_label(self, line: int, column: str) -> tuple[UnitKind, tuple[Stance, ...]]:
        if column == _NONE:
            return UnitKind.TEXT, ()
        if column in _KIND_CODES:
            return _KIND_CODES[column], ()
        codes = [code.strip() for code in column.split(",")]
        known = ", ".join((_NONE, *_STANCE_CODES, *_KIND_CODES))
        for code in codes:
            if code not in _STANCE_CODES:
                self.add(line, f"unknown stance or kind {code[:40]!r}", f"one of {known}")
        if len(set(codes)) < len(codes):
            self.add(line, "the same stance twice", "each stance once")
        return UnitKind.TEXT, tuple(_STANCE_CODES[code] for code in codes if code in _STANCE_CODES)

    def parse_evidence(self, line: int, column: str) -> EvidenceType | None:
        if column != _NONE and column not in _EVIDENCE_CODES:
            self.add(line, f"unknown evidence {column[:40]!r}", "one of " + ", ".join((_NONE, *_EVIDENCE_CODES)))
        return _EVIDENCE_CODES.get(column)

    def parse_links(self, line: int, column: str) -> Iterator[tuple[RelationKind, int]]:
        if column == _NONE:
            return
        for part in column.split(","):
            match = _LINK.fullmatch(part.strip())
            if match is None:
                self.add(
                    line, f"link {part.strip()[:40]!r}", "+N (supports unit N) or -N (attacks it), with commas between"
                )
            else:
                yield _RELATIONS[match[1]], int(match[2])

    def check_header(self) -> None:
        if not self.rows:
            self.add(1, "no unit in the sheet", "lines of " + " | ".join(COLUMNS))
        if "title" not in self.header:
            self.add(1, "no title", "a line '# title: …' at the top")
        thesis = self.header.get("thesis")
        if thesis is None:
            self.add(1, "no thesis", "a line '# thesis: N' at the top, or '# thesis: -' where there is none")
        elif thesis != _NONE:
            self.check_target(self.header_lines["thesis"], "thesis", thesis)

    def check_target(self, line: int, name: str, number: str) -> None:
        row = (
            self.rows[int(number) - 1]
            if re.fullmatch(r"[0-9]{1,9}", number) and 0 < int(number) <= len(self.rows)
            else None
        )
        if row is None:
            self.add(
                line, f"{name} {number[:20]}, which is not a unit of the sheet", f"a number from 1 to {len(self.rows)}"
            )
        elif row.kind is not UnitKind.TEXT:
            self.add(line, f"{name} {number}, which is {row.kind.value}", "a unit of the text")

    def check_links(self) -> None:
        targets: dict[str, list[str]] = {}
        for row in self.rows:
            seen: set[int] = set()
            for _, target in row.links:
                if target == row.number:
                    self.add(row.line, f"unit {target} links to itself", "another unit as target")
                elif target in seen:
                    self.add(row.line, f"two links to unit {target}", "one link to a target")
                else:
                    self.check_target(row.line, "a link to unit", str(target))
                    targets.setdefault(str(row.number), []).append(str(target))
                seen.add(target)
        for cycle in find_cycles(targets):
            line = self.rows[int(cycle[0]) - 1].line
            self.add(line, "the links form a cycle: " + " -> ".join((*cycle, cycle[0])), "links without a cycle")

    def article(self) -> AnnotatedArticle:
        parts: list[str] = []
        units: list[Unit] = []
        position = 0
        for row in self.rows:
            gap = "" if not units else PARAGRAPH_BREAK if row.opens_paragraph else " "
            start = position + len(gap)
            position = start + len(row.text)
            parts += (gap, row.text)
            units.append(Unit(f"u{row.number}", Span(start, position), row.kind, row.stances, row.evidence))
        thesis = self.header["thesis"]
        return AnnotatedArticle(
            document=Document(self.path.stem, "".join(parts), title=self.header["title"], units=tuple(units)),
            links=tuple(Link(f"u{row.number}", f"u{to}", kind) for row in self.rows for kind, to in row.links),
            thesis=None if thesis == _NONE else f"u{int(thesis)}",
            annotator=self.header.get("annotator", "a"),
            licence=self.header.get("licence", "CC0-1.0"),
            language="en",
            guidelines=self.header.get("guidelines", GUIDELINES),
            source=None,
            inline=True,
            path=self.path,
            variety=self.header.get("english"),
        )


def dump_sheet(article: AnnotatedArticle) -> str:
    """Write an article as an authoring sheet; units are numbered 1, 2, 3 … in text order.

    Raises `InputError`, naming the unit, for what a sheet cannot hold: a line break inside a unit that is not a
    paragraph break, a `¶` in the text, units that are not one space or one empty line apart, a language other than
    English.
    """
    numbers = {unit.id: number for number, unit in enumerate(article.document.units, start=1)}
    _refuse_header(article)
    thesis = _NONE if article.thesis is None else str(numbers[article.thesis])
    lines = [f"# title: {article.document.title}"]
    lines += [f"# english: {article.variety}"] if article.variety else []
    lines += [f"# thesis: {thesis}"]
    lines += [f"# annotator: {article.annotator}"] if article.annotator != "a" else []
    lines += [f"# licence: {article.licence}"] if article.licence != "CC0-1.0" else []
    lines += [f"# guidelines: {article.guidelines}"] if article.guidelines != GUIDELINES else []
    signs = {kind: sign for sign, kind in _RELATIONS.items()}
    links: dict[str, list[str]] = {}
    for link in article.links:
        links.setdefault(link.source, []).append(f"{signs[link.kind]}{numbers[link.target]}")
    position = 0
    for unit in article.document.units:
        gap = article.document.text[position : unit.span.start]
        position = unit.span.end
        if gap not in (("",) if numbers[unit.id] == 1 else (" ", PARAGRAPH_BREAK)):
            raise _unholdable(article, unit, f"stands after {gap[:20]!r}", "one space or one empty line between units")
        text = _one_line_text(article, unit)
        columns = (
            str(numbers[unit.id]),
            _label_column(unit),
            unit.evidence or _NONE,
            ",".join(links.get(unit.id, [_NONE])),
        )
        lines += [""] if gap == PARAGRAPH_BREAK else []
        lines.append(" | ".join((*columns, text)))
    if article.document.text[position:]:
        raise _unholdable(article, article.document.units[-1], "is not the end of the text", "no white space after it")
    return "\n".join(lines) + "\n"


def _label_column(unit: Unit) -> str:
    codes = {stance: code for code, stance in _STANCE_CODES.items()}
    return unit.kind.value if not unit.is_text else ",".join(codes[stance] for stance in unit.stances) or _NONE


def _one_line_text(article: AnnotatedArticle, unit: Unit) -> str:
    text = article.document.text_of(unit)
    shown = text.replace(PARAGRAPH_BREAK, f" {PARAGRAPH_MARK} ")
    if PARAGRAPH_MARK in text or "\n" in shown or _MARK_WITH_SPACE.sub(PARAGRAPH_BREAK, shown) != text:
        raise _unholdable(article, unit, f"has a {PARAGRAPH_MARK} or a line break", "paragraph breaks only")
    return shown


def _refuse_header(article: AnnotatedArticle) -> None:
    title = article.document.title or ""
    for name, value in (
        ("title", title),
        ("english", article.variety or "-"),
        ("licence", article.licence),
        ("annotator", article.annotator),
        ("guidelines", article.guidelines),
    ):
        if not value.strip() or value != value.strip() or "\n" in value:
            raise InputError(
                f"{name} {value!r} cannot stand in a sheet", where=article.document.id, expected="one trimmed line"
            )
    if article.language != "en":
        what = f"language {article.language!r} cannot stand in a sheet"
        raise InputError(what, where=article.document.id, expected="'en'")


def _unholdable(article: AnnotatedArticle, unit: Unit, what: str, expected: str) -> InputError:
    return InputError(
        f"unit {unit.id!r} {what}, which a sheet cannot hold", where=article.document.id, expected=expected
    )
