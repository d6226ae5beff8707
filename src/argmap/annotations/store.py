"""Annotation files read into frozen values, and written back without loss."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from argmap.annotations.article import AnnotatedArticle, Link
from argmap.annotations.check import Inspection, inspect_file
from argmap.annotations.texts import TextFolder, place
from argmap.annotations.wire import FORMAT, VERSION, HeaderRecord, LinkRecord, Record, UnitRecord, dump_record
from argmap.document import Document, Span, Unit
from argmap.errors import InputError
from argmap.files import read_beginning, write_atomically

_LONGEST_TITLE = 160  # characters
_FORMATS = (FORMAT, "argmap-attributions", "argmap-blame")
"""What may stand in one folder; whoever reads one of them passes over the others."""
_NAMED = re.compile(rb'\s*\{\s*"format"\s*:\s*"([^"]*)"')


def read_article(path: Path, *, texts: Path | None = None) -> AnnotatedArticle:
    """Read one annotation file; a standoff file takes its text from the folder `texts`, by hash.

    Raises `InputError` for the first problem that `check_file` would report, and for a standoff file without its text.
    Labels that do not lie well on a text with the right hash do not stop the reading; they are in `faults`.
    """
    return _read(path, TextFolder(texts) if texts is not None else None)


def read_articles(paths: Iterable[Path], *, texts: Path | None = None) -> tuple[AnnotatedArticle, ...]:
    """Read files, and folders with every `*.jsonl` below them (sorted); raise `InputError` as `read_article` does."""
    folder = TextFolder(texts) if texts is not None else None
    return tuple(_read(path, folder) for path in annotation_files(paths))


def annotation_files(paths: Iterable[Path], *, kind: str = FORMAT) -> tuple[Path, ...]:
    """The annotation files that `paths` name, each once; raise `InputError` for a missing path or an empty folder.

    Of a folder those are passed over that say to be of another format of argmap's than `kind`.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _files_of(path, kind):
            found.setdefault(file.resolve(), file)
    return tuple(found.values())


def _files_of(path: Path, kind: str) -> list[Path]:
    if not path.is_dir():
        if not path.exists():
            raise InputError("no such file or folder", where=str(path), advice="check the path")
        return [path]
    others = {name.encode() for name in _FORMATS if name != kind}
    files = [file for file in sorted(path.rglob("*.jsonl")) if file.is_file() and _format_of(file) not in others]
    if not files:
        raise InputError("no annotation file in the folder", where=str(path), expected="files named *.jsonl")
    return files


def _format_of(path: Path) -> bytes | None:
    """What a file says that it is, in its first words."""
    with contextlib.suppress(InputError):  # which is said where it is read
        if found := _NAMED.match(read_beginning(path, 256)):
            return found.group(1)
    return None


def _read(path: Path, texts: TextFolder | None) -> AnnotatedArticle:
    inspection = inspect_file(path, texts)
    if inspection.problems:
        first = min(inspection.problems, key=lambda problem: problem.line)
        more = len(inspection.problems) - 1
        advice = f"`argmap annotations check` lists {more} more" if more else None
        raise InputError(first.what, where=f"{path}:{first.line}", expected=first.expected or None, advice=advice)
    header, text = inspection.header, inspection.text
    if header is None or text is None:
        doc = f" of {header.doc!r}" if header is not None else ""
        raise InputError(
            f"a standoff file: the text{doc} is not in it", where=str(path), advice="say where it lies with --texts DIR"
        )
    return _to_article(inspection, header, text)


def _to_article(inspection: Inspection, header: HeaderRecord, text: str) -> AnnotatedArticle:
    units = tuple(
        Unit(unit.unit, Span(unit.start, unit.end), unit.kind, tuple(unit.stances), unit.evidence)
        for unit in inspection.units
    )
    links = tuple(Link(unit.unit, link.to, link.relation) for unit in inspection.units for link in unit.links)
    return AnnotatedArticle(
        document=Document(header.doc, text, title=_title(header.title, text), units=units),
        links=links,
        thesis=header.thesis,
        annotator=header.annotator,
        licence=header.licence,
        language=header.language,
        guidelines=header.guidelines,
        source=header.source,
        inline=inspection.units[0].has_text,
        path=inspection.path,
        variety=header.variety,
        faults=inspection.faults,
        lines=inspection.lines,
        cited_as=header.title,
    )


def _title(cited: str, text: str) -> str:
    """The title in full, if it is cited by its first words and `…`: the line at the text's top that begins so."""
    opening = cited.removesuffix("…").rstrip()
    top = text.strip().split("\n", 1)[0].strip()
    return top[:_LONGEST_TITLE] if opening != cited and opening and top.startswith(opening) else cited


def _cited_title(article: AnnotatedArticle) -> str:
    """The title as the file that was read cites it, unless it has changed since."""
    title = article.document.title or ""
    if article.cited_as is not None and _title(article.cited_as, article.document.text) == title:
        return article.cited_as
    return title


def write_article(article: AnnotatedArticle, path: Path) -> None:
    """Write an annotation file, whole or not at all; raise `InputError` as `dump_article` and the disk do."""
    write_atomically(path, dump_article(article).encode("utf-8"))


def dump_article(article: AnnotatedArticle) -> str:
    """The annotation file's content. Lines of the file it was read from stay as they were where nothing changed.

    Raises `InputError`, naming the article, if an inline file could not give its text back.
    """
    document = article.document
    if article.inline:
        _refuse_unplaceable(document)
    kept = {_identity(line): line for line in article.lines}
    return "".join(kept.get(_identity(line), line) + "\n" for line in map(dump_record, _records(article)))


def _identity(line: str) -> str:
    """The same for lines that say the same, whatever the order of their keys and the escapes in them."""
    return json.dumps(json.loads(line), sort_keys=True)


def _refuse_unplaceable(document: Document) -> None:
    pieces = [(unit.span.start, document.text_of(unit)) for unit in document.units]
    in_order = all(
        before.span.end <= after.span.start for before, after in zip(document.units, document.units[1:], strict=False)
    )
    if not in_order or place(pieces, document.text_sha256) != document.text:
        raise InputError(
            "an inline annotation file cannot hold this text: what stands between its units is not plain",
            where=document.id,
            expected="one space between units of a paragraph and newlines between paragraphs",
            advice="write it standoff, with the text beside it",
        )


def _records(article: AnnotatedArticle) -> Iterator[Record]:
    document = article.document
    header = {
        "format": FORMAT,
        "version": VERSION,
        "doc": document.id,
        "title": _cited_title(article),
        "language": article.language,
        "guidelines": article.guidelines,
        "annotator": article.annotator,
        "licence": article.licence,
        "text_sha256": document.text_sha256,
        "source": dict(article.source) if article.source is not None else None,
        "thesis": article.thesis,
    }
    if article.variety is not None:
        header["variety"] = article.variety
    yield HeaderRecord.model_validate(header)
    links: dict[str, list[LinkRecord]] = {}
    for link in article.links:
        links.setdefault(link.source, []).append(LinkRecord(to=link.target, relation=link.kind))
    for unit in document.units:
        text = {"text": document.text_of(unit)} if article.inline else {}
        yield UnitRecord(
            unit=unit.id,
            start=unit.span.start,
            end=unit.span.end,
            **text,
            kind=unit.kind,
            stances=list(unit.stances),
            evidence=unit.evidence,
            links=links.get(unit.id, []),
        )
