"""The paragraphs of an article while their kinds are being found out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from argmap.labels import UnitKind

_INVISIBLE = (
    "\u00ad\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2060"
    + ("".join(map(chr, range(9))) + "\x7f")
)
_CLOSERS = "\"'”’»)]*_ " + _INVISIBLE
_HEAD = 320  # characters of a paragraph that the phrase patterns get to see


@dataclass(slots=True)
class Page:
    """Paragraphs in text order, and for each its kind, or None as long as no rule has named it."""

    paragraphs: tuple[str, ...]
    kinds: list[UnitKind | None]
    authors: list[str] = field(default_factory=list)
    """Names that the byline or the standfirst gives."""

    def name(self, index: int, kind: UnitKind) -> None:
        """Name a paragraph unless it has a name."""
        if self.kinds[index] is None:
            self.kinds[index] = kind

    def unnamed(self) -> Iterator[int]:
        return (index for index, kind in enumerate(self.kinds) if kind is None)

    def head(self, index: int) -> str:
        """The beginning of a paragraph, as much as a pattern may need."""
        return self.paragraphs[index][:_HEAD]

    def is_short(self, index: int, words: int) -> bool:
        """Whether a paragraph has at most so many words."""
        paragraph = self.paragraphs[index]
        return len(paragraph) <= words * 30 and len(paragraph.split()) <= words

    def ends_sentence(self, index: int) -> bool:
        """Whether a paragraph ends in a full stop or the like, closing marks aside."""
        return self.paragraphs[index][-20:].rstrip(_CLOSERS).endswith((".", "!", "?", "…", ":", ";", ","))

    def is_prose(self, index: int) -> bool:
        """Whether a paragraph looks like running text: a sentence or more, with its end."""
        return self.ends_sentence(index) and not self.is_short(index, 11)

    def is_title_like(self, index: int) -> bool:
        """Whether a paragraph looks like the title of something: short, and without a full stop."""
        tail = self.paragraphs[index][-20:].rstrip(_CLOSERS)
        return self.is_short(index, 22) and not tail.endswith((".", ":", ";", ","))
