"""The arg-microtexts corpus as trees: reading its XML, and the conversion of an argument graph to one head a segment.

Peldszus and Stede, An annotated corpus of argumentative microtexts (2015). Of a relation r, the sources are its own and
those of each `add` edge on it, and first(r) is the lowest-numbered of them. first(r) hangs on the target of r or, where
that is a relation q (an undercut), on first(q); the other sources hang on first(r) as `link`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped, unused-ignore]  # no stubs

from argmap.errors import InputError
from argmap.files import read_bytes

ROOT = "root"
LINK = "link"
SIMPLE = {"root": "root", "sup": "sup", "exa": "sup", "link": "sup", "att": "att", "reb": "att", "und": "att"}
_RELATIONS = ("sup", "exa", "reb", "und")
_SEGMENTATION, _ADDITION = "seg", "add"
_MOST_SEGMENTS = 20  # the corpus has up to 10; joint decoding is for short texts
_ADVICE = "get it from https://github.com/peldszus/arg-microtexts"
_FOLDS_ADVICE = "get it from https://github.com/peldszus/evidencegraph, or name it with --folds"


@dataclass(frozen=True, slots=True)
class Tree:
    """An argument as one head a segment: `heads` count segments from 1, the central claim has 0 and the label `root`.

    `labels` are those of the conversion (root, sup, exa, link, reb, und) or, simplified, root, sup and att.
    """

    heads: tuple[int, ...]
    labels: tuple[str, ...]

    def simplified(self) -> Tree:
        """The tree with sup, exa and link as `sup`, reb and und as `att`."""
        return Tree(self.heads, tuple(SIMPLE[label] for label in self.labels))

    @property
    def opposed(self) -> tuple[bool, ...]:
        """Whether each segment speaks for the opponent: an odd number of attacks up to the root."""
        attacks = {i: SIMPLE[label] == "att" for i, label in enumerate(self.labels, start=1)}
        found = []
        for i in range(1, len(self.heads) + 1):
            odd, node = False, i
            while node:
                odd ^= attacks[node]
                node = self.heads[node - 1]
            found.append(odd)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Microtext:
    """A short text in segments, with its gold tree."""

    id: str
    segments: tuple[str, ...]
    tree: Tree

    def __len__(self) -> int:
        return len(self.segments)


def read_microtexts(folder: Path) -> tuple[Microtext, ...]:
    """Read every `corpus/en/*.xml` below the folder (or the folder's own), in the order of their ids.

    Raises `InputError` if there is none, or naming the file and what is wrong with it.
    """
    if not folder.is_dir():
        raise InputError("no such folder", where=str(folder), expected="the arg-microtexts corpus", advice=_ADVICE)
    inner = folder / "corpus" / "en"
    paths = sorted((inner if inner.is_dir() else folder).glob("*.xml"))
    if not paths:
        raise InputError("holds no text", where=str(folder), expected="corpus/en/*.xml", advice=_ADVICE)
    texts = [microtext_from_xml(read_bytes(path), where=str(path)) for path in paths]
    first: dict[str, Path] = {}
    for text, path in zip(texts, paths, strict=True):
        if text.id in first:
            raise InputError(f"has the id {text.id} of {first[text.id].name}", where=str(path), expected="its own id")
        first[text.id] = path
    return tuple(sorted(texts, key=lambda text: text.id))


def read_folds(path: Path, known: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Read the test sets of the published splits: a JSON list of lists of text ids, all of them `known`.

    Raises `InputError` if the file is missing or holds something else.
    """
    if not path.is_file():
        raise InputError("no such file", where=str(path), expected="the published splits", advice=_FOLDS_ADVICE)
    try:
        folds: Any = json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON ({error})", where=str(path), expected="a list of lists of text ids") from error
    well_formed = isinstance(folds, list) and all(isinstance(fold, list) and fold for fold in folds)
    if not well_formed or not folds or not all(isinstance(name, str) for fold in folds for name in fold):
        raise InputError("holds something else", where=str(path), expected="a list of lists of text ids")
    ids = frozenset(known)
    for number, fold in enumerate(folds):
        if unknown := sorted(set(fold) - ids):
            raise InputError(
                f"split {number} names {unknown[0]}, which the corpus does not hold",
                where=str(path),
                expected="ids of its texts",
            )
        if len(set(fold)) < len(fold):
            raise InputError(f"split {number} names a text twice", where=str(path), expected="each text once")
    return tuple(tuple(fold) for fold in folds)


def microtext_from_xml(data: bytes, *, where: str) -> Microtext:
    """Parse one `arggraph`; raise `InputError` naming `where` and what does not fit."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        graph = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"is not well-formed XML ({error})", where=where, expected="an arggraph") from error
    if graph.tag != "arggraph" or not graph.get("id"):
        raise InputError("is no argument graph", where=where, expected="an element arggraph with an id")
    texts = {_attribute(edu, "id", where): " ".join((edu.text or "").split()) for edu in graph.iterfind("edu")}
    if not texts or not all(texts.values()):
        raise InputError("has no segment, or an empty one", where=where, expected="elements edu with text")
    if len(texts) > _MOST_SEGMENTS:
        raise InputError(f"has {len(texts)} segments", where=where, expected=f"a short text, at most {_MOST_SEGMENTS}")
    units = {_attribute(adu, "id", where) for adu in graph.iterfind("adu")}
    edges = {
        _attribute(edge, "id", where): _Edge(*(_attribute(edge, name, where) for name in ("type", "src", "trg")))
        for edge in graph.iterfind("edge")
    }
    numbers = _numbers(list(texts), units, edges, where)
    return Microtext(graph.get("id"), tuple(texts.values()), _tree(numbers, edges, where))


@dataclass(frozen=True, slots=True)
class _Edge:
    kind: str
    source: str
    target: str


def _attribute(element: Any, name: str, where: str) -> str:
    value = element.get(name)
    if not value:
        raise InputError(f"line {element.sourceline}: {element.tag} without {name}", where=where)
    return str(value)


def _numbers(segments: Sequence[str], units: set[str], edges: Mapping[str, _Edge], where: str) -> dict[str, int]:
    """The number of each unit's segment, from 1; in this corpus each unit is exactly one segment."""
    place = {segment: number for number, segment in enumerate(segments, start=1)}
    numbers: dict[str, int] = {}
    for name, edge in edges.items():
        if edge.kind != _SEGMENTATION:
            continue
        if edge.source not in place or edge.target not in units or edge.target in numbers:
            raise InputError(
                f"{name} ties {edge.source} to {edge.target}", where=where, expected="one segment for each unit"
            )
        numbers[edge.target] = place[edge.source]
    if len(numbers) < len(units) or sorted(numbers.values()) != list(range(1, len(segments) + 1)):
        raise InputError("segments and units do not pair up", where=where, expected="one segment for each unit")
    return numbers


def _tree(numbers: Mapping[str, int], edges: Mapping[str, _Edge], where: str) -> Tree:
    relations = {name: edge for name, edge in edges.items() if edge.kind in _RELATIONS}
    sources: dict[str, list[int]] = {name: [] for name in relations}
    for name, edge in edges.items():
        if edge.kind == _SEGMENTATION:
            continue
        relation = name if edge.kind in _RELATIONS else edge.target if edge.kind == _ADDITION else ""
        if relation not in relations or edge.source not in numbers:
            raise InputError(
                f"{name} ({edge.kind}) leads from {edge.source} to {edge.target}",
                where=where,
                expected=f"one of {', '.join((*_RELATIONS, _ADDITION, _SEGMENTATION))} between what the graph holds",
            )
        sources[relation].append(numbers[edge.source])
    found: dict[int, tuple[int, str]] = {}
    for name, edge in relations.items():
        first = min(sources[name])
        if edge.target not in numbers and edge.target not in relations:
            raise InputError(f"{name} has no target: {edge.target}", where=where, expected="a unit or a relation")
        head = numbers[edge.target] if edge.target in numbers else min(sources[edge.target])
        for source in sources[name]:
            if source in found:
                raise InputError(f"segment {source} serves two relations", where=where, expected="a tree")
            found[source] = (head, edge.kind) if source == first else (first, LINK)
    roots = [number for number in numbers.values() if number not in found]
    if len(roots) != 1:
        raise InputError(f"has {len(roots)} central claims", where=where, expected="one segment that serves no other")
    found[roots[0]] = (0, ROOT)
    tree = Tree(tuple(found[i][0] for i in sorted(found)), tuple(found[i][1] for i in sorted(found)))
    _refuse_circle(tree, where)
    return tree


def _refuse_circle(tree: Tree, where: str) -> None:
    for start in range(1, len(tree.heads) + 1):
        node = start
        for _ in tree.heads:
            node = tree.heads[node - 1] if node else 0
        if node:
            raise InputError(f"segment {start} serves itself by a detour", where=where, expected="a tree")
