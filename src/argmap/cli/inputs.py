"""From what is named on the command line to articles, names that do not collide, and folds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from argmap.cli.common import counted, tell
from argmap.errors import InputError, UsageError

if TYPE_CHECKING:
    from argmap.annotations import AnnotatedArticle
    from argmap.document import Document

STDIN = "-"
ARTICLE_SUFFIXES = (".txt", ".md", ".html", ".htm")


class InputFormat(StrEnum):
    """What the files to read hold."""

    ARTICLE = "article"
    JSONL = "jsonl"


class Names:
    """Hands out each document id once; a second `harbour` becomes `harbour-2`, also where only capitals differ.

    With `capitals` they tell ids apart. `renamed` counts. An id is remembered as eight bytes of a hash: a million of
    them take less than 100 MB.
    """

    def __init__(self, *, capitals: bool = False) -> None:
        self.renamed = 0
        self._capitals = capitals
        self._taken: set[int] = set()
        self._last: dict[int, int] = {}  # the number given last, of ids that came more than once

    def distinct(self, document: Document) -> Document:
        """The document, under an id that no earlier one has."""
        key = self._key(document.id)
        if key not in self._taken:
            self._taken.add(key)
            return document
        number = self._last.get(key, 1) + 1
        while self._key(f"{document.id}-{number}") in self._taken:
            number += 1
        self._last[key] = number
        name = f"{document.id}-{number}"
        self._taken.add(self._key(name))
        self.renamed += 1
        return replace(document, id=name)

    def _key(self, name: str) -> int:
        data = (name if self._capitals else name.casefold()).encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


def article_paths(paths: Sequence[str], suffixes: tuple[str, ...] = ARTICLE_SUFFIXES) -> Iterator[str | InputError]:
    """The articles that files and folders (with all below them, sorted) name, each once; errors in their place.

    Of a folder, those whose names end with one of `suffixes`.
    """
    seen: set[Path] = set()
    for name in paths:
        path = Path(name)
        if not name:  # an unset variable in a script, not the folder where one stands
            yield InputError("an empty name", expected="a file, a folder or -")
            continue
        if name != STDIN and path.is_dir():
            named = (file for file in path.rglob("*") if file.suffix and file.name.lower().endswith(suffixes))
            found = sorted(file for file in named if file.is_file())
            if not found:
                known = ", ".join(f"*{suffix}" for suffix in suffixes)
                yield InputError("no article in the folder", where=name, expected=f"files named {known}")
        else:
            found = [path]
        for file in found:
            key = file.resolve()
            if key not in seen:
                seen.add(key)
                yield str(file)


def refuse_own_input(inputs: Sequence[str | Path], outputs: Sequence[Path]) -> None:
    """Raise `UsageError` if an output is one of the inputs, or stands twice."""
    read = {Path(path).resolve() for path in inputs if str(path) != STDIN}
    written: set[Path] = set()
    for output in outputs:
        target = output.resolve()
        if target in read:
            raise UsageError("would overwrite what is read", where=str(output), advice="choose another name")
        if target in written:
            raise UsageError("is named twice as output", where=str(output))
        written.add(target)


def in_fold(
    articles: Sequence[AnnotatedArticle], split: Path | None, fold: str | None, *, default: str
) -> tuple[AnnotatedArticle, ...]:
    """The articles that a fold of a split file lists, all of them without such a file; says what is left out.

    Raises `UsageError` for a fold without a split, and `InputError` if no article is in the fold.
    """
    if split is None:
        if fold is not None:
            raise UsageError(f"--fold {fold} without --split", expected="a file that says what is in the fold")
        return tuple(articles)
    name = default if fold is None else fold
    ids, elsewhere = fold_of(split, name)
    inside = tuple(article for article in articles if article.document.id in ids)
    if not inside:
        raise InputError(f"no article of these annotations is in fold {name!r}", where=str(split))
    _refuse_leak(inside, [article for article in articles if article.document.id in elsewhere], split)
    absent = len(ids - {article.document.id for article in inside})
    note = f"; {absent:,} of the fold not among these annotations" if absent else ""
    left = len(articles) - len(inside)
    tell(f"fold {name}: {counted(len(inside), 'article')}; {left:,} not in it left out{note}")
    return inside


def _refuse_leak(inside: Sequence[AnnotatedArticle], outside: Sequence[AnnotatedArticle], split: Path) -> None:
    """Raise `InputError` if a text of the fold stands in another fold too, under another id."""
    known = {article.document.text_sha256: article for article in inside}
    for article in outside:
        twin = known.get(article.document.text_sha256)
        if twin is not None:
            places = " and ".join(f"{one.path or one.document.id}:1" for one in (twin, article))
            raise InputError(
                f"{twin.document.id} and {article.document.id} are the same text in two folds ({places})",
                where=str(split),
                expected="each text in one fold",
                advice="take one of them out",
            )


def folds_of(split: Path) -> dict[str, frozenset[str]]:
    """The article ids of each fold of a split file."""
    from argmap.files import read_bytes
    from argmap.formats.json_values import ObjectReader, parse_json

    reader = ObjectReader(parse_json(read_bytes(split), where=str(split)), str(split))
    return {key: frozenset(reader.strings(key)) for key, value in reader.value.items() if isinstance(value, list)}


def fold_of(split: Path, fold: str) -> tuple[frozenset[str], frozenset[str]]:
    """The ids of a fold, and those of the other folds; raises `InputError` if one is in both."""
    from argmap.files import read_bytes
    from argmap.formats.json_values import ObjectReader, parse_json

    reader = ObjectReader(parse_json(read_bytes(split), where=str(split)), str(split))
    folds = [key for key, value in reader.value.items() if isinstance(value, list)]
    if fold not in reader.value:
        raise InputError(
            f"no fold {fold!r}", where=str(split), expected=f"one of {', '.join(folds) or 'none is there'}"
        )
    ids = frozenset(reader.strings(fold))
    others = {id_: key for key in folds if key != fold for id_ in reader.strings(key)}
    both = sorted(ids & others.keys())
    if both:
        raise InputError(
            f"{both[0]} is in the folds {fold} and {others[both[0]]}",
            where=str(split),
            expected="each article in one fold",
            advice="take it out of one",
        )
    return ids, frozenset(others)
