"""From what is named on the command line to articles, names that do not collide, and folds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from argmap.cli.common import counted, tell
from argmap.errors import InputError, UsageError

if TYPE_CHECKING:
    from argmap.annotations import AnnotatedArticle
    from argmap.document import Document

STDIN = "-"
ARTICLE_SUFFIXES = (".txt", ".md", ".html", ".htm")


class Names:
    """Hands out each document id once; a second `harbour` becomes `harbour-2`, also where only capitals differ."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def distinct(self, document: Document) -> Document:
        """The document, under an id that no earlier one has."""
        name, number = document.id, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{document.id}-{number}"
        self._taken.add(name.casefold())
        return document if name == document.id else replace(document, id=name)


def article_paths(paths: Sequence[str]) -> Iterator[str | InputError]:
    """The articles that files and folders (with all below them, sorted) name, each once; errors in their place."""
    seen: set[Path] = set()
    for name in paths:
        path = Path(name)
        if not name:  # an unset variable in a script, not the folder where one stands
            yield InputError("an empty name", expected="a file, a folder or -")
            continue
        if name != STDIN and path.is_dir():
            found = sorted(
                file for file in path.rglob("*") if file.suffix.lower() in ARTICLE_SUFFIXES and file.is_file()
            )
            if not found:
                known = ", ".join(f"*{suffix}" for suffix in ARTICLE_SUFFIXES)
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
    ids = _fold_of(split, name)
    inside = tuple(article for article in articles if article.document.id in ids)
    if not inside:
        raise InputError(f"no article of these annotations is in fold {name!r}", where=str(split))
    absent = len(ids - {article.document.id for article in inside})
    note = f"; {absent:,} of the fold not among these annotations" if absent else ""
    left = len(articles) - len(inside)
    tell(f"fold {name}: {counted(len(inside), 'article')}; {left:,} not in it left out{note}")
    return inside


def _fold_of(split: Path, fold: str) -> frozenset[str]:
    from argmap.files import read_bytes
    from argmap.formats.json_values import ObjectReader, parse_json

    reader = ObjectReader(parse_json(read_bytes(split), where=str(split)), str(split))
    folds = [key for key, value in reader.value.items() if isinstance(value, list)]
    if fold not in reader.value:
        raise InputError(
            f"no fold {fold!r}", where=str(split), expected=f"one of {', '.join(folds) or 'none is there'}"
        )
    return frozenset(reader.strings(fold))
