"""Small maps for the rendering tests; every sentence is made up."""

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from argmap.document import Document, Relation, Span, Unit
from argmap.graph import ArgumentMap
from argmap.labels import EvidenceType, RelationKind, Stance, UnitKind

Row = tuple[str, str] | tuple[str, str, str] | tuple[str, str, str, str]


def build(
    rows: Iterable[Row],
    links: Sequence[tuple[str, str, str]] = (),
    thesis: str | None = None,
    title: str | None = "A title",
) -> ArgumentMap:
    """Rows: (kind, text, stances, evidence), units u1, u2, …; links: (kind, "u2 u3", target), relations r1, r2, …"""
    text, units = "", []
    for index, (kind, words, *rest) in enumerate(rows, start=1):
        text += ("\n\n" if kind != "text" or (units and units[-1].kind is not UnitKind.TEXT) else " ") if text else ""
        start = len(text)
        text += words
        stances = tuple(Stance(name) for name in (rest[0].split() if rest else ()))
        evidence = EvidenceType(rest[1]) if len(rest) > 1 else None
        scores = MappingProxyType(dict.fromkeys(stances, 0.9))
        units.append(Unit(f"u{index}", Span(start, len(text)), UnitKind(kind), stances, evidence, scores))
    relations = tuple(
        Relation(f"r{index}", RelationKind(kind), tuple(sources.split()), target, 0.5)
        for index, (kind, sources, target) in enumerate(links, start=1)
    )
    return ArgumentMap(Document("test", text, title=title, units=tuple(units)), relations, thesis)


def harbour() -> ArgumentMap:
    """Three sections, all stances, linked grounds, an undercut, links across sections."""
    return build(
        [
            ("heading", "The harbour"),
            ("text", "The council must reopen the pier.", "recommendation"),
            ("text", "The operator let the pilings rot.", "accusation"),
            ("text", "Divers counted forty broken pilings.", "", "statistic"),
            ("text", "The survey of May says so.", "", "document"),
            ("text", "“We inspected it,” said the operator.", "quotation", "testimony"),
            ("text", "No inspection is on record.", "", "document"),
            ("heading", "What it costs"),
            ("text", "A repair is cheaper than the bus.", "recommendation accusation"),
            ("text", "The bus costs two million a year."),
            ("text", "Opponents speak of waste.", "quotation"),
            ("text", "They closed three piers themselves.", "accusation"),
            ("boilerplate", "Read more about ferries."),
            ("heading", "What to do"),
            ("text", "The winter will not wait."),
            ("text", "Nobody is drawn here.", "accusation"),
            ("comment", "Well said!"),
        ],
        [
            ("support", "u3", "u2"),
            ("support", "u4 u5", "u3"),
            ("attack", "u6", "u3"),
            ("attack", "u7", "r3"),
            ("support", "u9", "u2"),
            ("support", "u10", "u9"),
            ("attack", "u11", "u2"),
            ("attack", "u12", "u11"),
            ("support", "u12", "u3"),
            ("support", "u15", "u9"),
            ("support", "u15", "u2"),
            ("attack", "u15", "r7"),
        ],
        "u2",
    )


def chain(length: int) -> ArgumentMap:
    """Each sentence supports the one before."""
    rows: list[Row] = [("text", f"Sentence number {index} says something.") for index in range(1, length + 1)]
    return build(rows, [("support", f"u{index + 1}", f"u{index}") for index in range(1, length)], "u1")


def broad(claims: int, grounds: int) -> ArgumentMap:
    """A thesis, claims that support it, and grounds for each of them."""
    rows: list[Row] = [("text", "The thesis stands.", "recommendation")]
    links = []
    for _ in range(claims):
        rows.append(
            ("text", "Somebody neglected a duty and should answer for it before the year is over.", "accusation")
        )
        claim = f"u{len(rows)}"
        links.append(("support", claim, "u1"))
        for _ in range(grounds):
            rows.append(("text", "It happened on a Tuesday in the rain, as three people saw.", "", "event"))
            links.append(("support", f"u{len(rows)}", claim))
    return build(rows, links, "u1")
