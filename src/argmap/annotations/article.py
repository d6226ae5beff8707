"""What an annotation file says, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from argmap.document import Document
from argmap.errors import one_line
from argmap.labels import RelationKind


@dataclass(frozen=True, slots=True)
class Link:
    """A hand-labelled link from grounds (`source`, a unit's id) to a claim (`target`)."""

    source: str
    target: str
    kind: RelationKind


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a file, on one line (counted from 1)."""

    path: Path
    line: int
    what: str
    expected: str

    def __str__(self) -> str:
        return one_line(f"{self.path}:{self.line}: {self.message}")

    @property
    def message(self) -> str:
        """What is wrong, without the place."""
        return f"{self.what}; expected {self.expected}" if self.expected else self.what


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """An article with its gold labels: `document.units` carry kind, stances and evidence; their scores are empty.

    `inline` files hold the text themselves; standoff files hold offsets into a text that lies elsewhere. `faults` are
    what `check` finds in how the labels of a standoff file lie on its text (a unit past the end of the text, words in
    no unit): the file can be read, but those units are not to be trusted. `lines` are the file's lines as read; writing
    keeps every line whose content has not changed. `cited_as` is the title as the file gives it: a standoff file may
    cite its article by the first words and `…`.
    """

    document: Document
    links: tuple[Link, ...]
    thesis: str | None
    annotator: str
    licence: str
    language: str
    guidelines: str
    source: Mapping[str, object] | None
    inline: bool
    path: Path | None = None
    variety: str | None = None
    faults: tuple[Problem, ...] = ()
    lines: tuple[str, ...] = field(default=(), repr=False, compare=False)
    cited_as: str | None = field(default=None, repr=False, compare=False)
