"""Map JSON: the lossless format. `load_map(dump_map(m)) == m`, and the same map gives the same bytes.

Beyond the contract's keys a file carries `document.blocks`, each unit's `evidence_score`, more about attributions than
their spans, `out_of_domain` of units and document, and units' `blame`; a file may lack them.
"""

import itertools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypedDict

from argmap import __version__
from argmap.document import Attribution, Block, Document, Relation, Span, Unit
from argmap.errors import InputError, MapError
from argmap.formats.blame_json import read_blame
from argmap.formats.json_values import ObjectReader, parse_json
from argmap.formats.unit_json import unit_object
from argmap.graph import ArgumentMap
from argmap.labels import STANCES, EvidenceType, NoSource, Origin, RelationKind, Stance, UnitKind, Wording

FORMAT = "argmap"
VERSION = 1
STANCE_MODEL = "stance"  # the key of ArgumentMap.models that names who labelled the units

_SURROGATE = re.compile("[\ud800-\udfff]")
_SPLIT_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class RelationObject(TypedDict):
    """The wire shape of a relation, in the order in which the keys are written."""

    id: str
    kind: str
    sources: list[str]
    target: str
    score: float | None
    origin: str


def dump_map(argument_map: ArgumentMap) -> bytes:
    """Return the map as UTF-8 JSON, one unit or relation a line; unpaired surrogates stand as `\\udXXX` escapes.

    Raises `MapError` for the two things that JSON cannot hold: a score that is not finite, and a surrogate pair that
    the text holds as two halves (it would come back as one character, and every later offset would shift).
    """
    document = argument_map.document
    model = argument_map.models.get(STANCE_MODEL)
    head = {"format": FORMAT, "version": VERSION, "document": _document_object(document)}
    tail = {
        "thesis": argument_map.thesis,
        "created_with": {"argmap": __version__, "models": dict(sorted(argument_map.models.items()))},
        "thesis_score": argument_map.thesis_score,
    }
    parts = [f"  {_dumps(key)}: {_dumps(value)}" for key, value in head.items()]
    parts.append(_listing("units", (unit_object(document, unit, model) for unit in document.units)))
    parts.append(_listing("relations", (_relation_object(relation) for relation in argument_map.relations)))
    parts += [f"  {_dumps(key)}: {_dumps(value)}" for key, value in tail.items()]
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    if _SPLIT_PAIR.search(text):
        raise MapError(
            "a surrogate pair stands in two halves, which JSON cannot tell from one character",
            where=document.id,
            advice="decode the text properly first",
        )
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode("utf-8")


def _listing(key: str, values: Iterable[Mapping[str, Any]]) -> str:
    lines = ",\n".join(f"    {_dumps(value)}" for value in values)
    return f'  "{key}": [\n{lines}\n  ]' if lines else f'  "{key}": []'


def _dumps(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise MapError("a score is not a finite number", expected="numbers from 0 to 1") from error


def _document_object(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "text": document.text,
        "text_sha256": document.text_sha256,
        "blocks": [
            {"start": block.span.start, "end": block.span.end, "kind": block.kind.value} for block in document.blocks
        ],
        "out_of_domain": document.out_of_domain,
    }


def _relation_object(relation: Relation) -> RelationObject:
    return {
        "id": relation.id,
        "kind": relation.kind.value,
        "sources": list(relation.sources),
        "target": relation.target,
        "score": relation.score,
        "origin": relation.origin.value,
    }


@dataclass(frozen=True)
class MapParts:
    """What a file holds, before anything is asked of ids, links and scores."""

    document: Document
    relations: tuple[Relation, ...]
    thesis: str | None
    models: Mapping[str, str]
    thesis_score: float | None


def load_map(data: bytes, *, where: str) -> ArgumentMap:
    """Read map JSON; raise `InputError` naming `where` (the file), the place or id, and the rule that is broken."""
    return whole_map(read_parts(data, where=where), where=where)


def whole_map(parts: MapParts, *, where: str) -> ArgumentMap:
    """The map of these parts; raises `MapError` as `load_map` does."""
    try:
        return ArgumentMap(parts.document, parts.relations, parts.thesis, parts.models, parts.thesis_score)
    except MapError as error:
        raise MapError(error.what, where=where, id=error.id, rule=error.rule) from error


def read_parts(data: bytes, *, where: str) -> MapParts:
    """Read what a file holds, whether or not it is a map; raise `InputError` if it is not of the format."""
    root = ObjectReader(parse_json(data, where=where), where)
    if root.value.get("format") != FORMAT:
        root.fail("is not map JSON", expected=f'"format": "{FORMAT}"')
    version = root.value.get("version")
    if version != VERSION or isinstance(version, bool):
        root.fail(f"has map JSON version {version!r}", expected=f"version {VERSION}")
    document = _read_document(root)
    units = tuple(_read_unit(reader, document) for reader in root.objects("units"))
    relations = tuple(_read_relation(reader) for reader in root.objects("relations"))
    _check_order(units, where)
    return MapParts(
        document.with_units(units),
        relations,
        root.optional_string("thesis"),
        _read_models(root),
        root.optional_number("thesis_score"),
    )


def _read_document(root: ObjectReader) -> Document:
    reader = root.object("document")
    text = reader.string("text")
    blocks = reader.objects("blocks") if "blocks" in reader.value else []
    document = Document(
        id=reader.string("id"),
        text=text,
        title=reader.optional_string("title"),
        source=reader.optional_string("source"),
        blocks=tuple(
            Block(block.span(len(text)), UnitKind.parse(block.string("kind"), where=block.where)) for block in blocks
        ),
        out_of_domain=_share(reader, "out_of_domain"),
    )
    stated = reader.string("text_sha256")
    if stated != document.text_sha256:
        reader.fail(f"text_sha256 {stated!r} is not that of the text", expected=document.text_sha256)
    return document


def _read_unit(reader: ObjectReader, document: Document) -> Unit:
    span = reader.span(len(document.text))
    if "text" in reader.value and reader.string("text") != span.of(document.text):
        reader.fail(
            f"unit {reader.string('unit')!r}: 'text' differs from the document's text at {span.start}..{span.end}"
        )
    kind = UnitKind.parse(reader.string("kind"), where=reader.where)
    stances = tuple(Stance.parse(value, where=reader.where) for value in reader.strings("stances"))
    if len(set(stances)) != len(stances):
        reader.fail(f"unit {reader.string('unit')!r} names a stance twice")
    if stances and kind is not UnitKind.TEXT:
        reader.fail(f"unit {reader.string('unit')!r} is {kind.value} and carries a stance", expected="kind text")
    evidence = reader.optional_string("evidence")
    attribution, blame = reader.optional_object("attribution"), reader.optional_object("blame")
    name = reader.string("unit")
    if blame is not None and kind is not UnitKind.TEXT:
        reader.fail(f"unit {name!r} is {kind.value} and carries blame", expected="kind text")
    return Unit(
        id=name,
        span=span,
        kind=kind,
        stances=stances,
        evidence=None if evidence is None else EvidenceType.parse(evidence, where=reader.where),
        scores=_read_scores(reader),
        evidence_score=reader.optional_number("evidence_score"),
        attribution=None if attribution is None else _read_attribution(attribution, document),
        out_of_domain=_share(reader, "out_of_domain"),
        blame=None if blame is None else read_blame(blame, document.text, unit=name, span=span),
    )


def _share(reader: ObjectReader, key: str) -> float | None:
    value = reader.optional_number(key)
    if value is not None and not 0 <= value <= 1:
        reader.fail(f"{key!r} is {value}", expected="a number from 0 to 1")
    return value


def _read_scores(reader: ObjectReader) -> Mapping[Stance, float]:
    scores = reader.object("scores")
    known = {Stance.parse(key, where=scores.where) for key in scores.value}
    read: dict[Stance, float] = {}
    for stance in STANCES:
        if stance in known:
            value = scores.optional_number(stance.value)
            if value is None:
                scores.fail(f"{stance.value!r} is null", expected="a finite number")
            read[stance] = value
    return MappingProxyType(read)


def _read_attribution(reader: ObjectReader, document: Document) -> Attribution:
    def part(key: str) -> Span | None:
        found = reader.optional_object(key)
        return None if found is None else found.span(len(document.text))

    wording, reason = reader.optional_string("wording"), reader.optional_string("reason")
    parts = reader.objects("parts") if "parts" in reader.value else []
    return Attribution(
        content=reader.object("content").span(len(document.text)),
        source=part("source"),
        cue=part("cue"),
        parts=tuple(one.span(len(document.text)) for one in parts),
        wording=None if wording is None else Wording.parse(wording, where=reader.where),
        name=reader.optional_string("name"),
        confidence=_share(reader, "confidence"),
        reason=None if reason is None else NoSource.parse(reason, where=reader.where),
    )


def _read_relation(reader: ObjectReader) -> Relation:
    return Relation(
        id=reader.string("id"),
        kind=RelationKind.parse(reader.string("kind"), where=reader.where),
        sources=reader.strings("sources"),
        target=reader.string("target"),
        score=reader.optional_number("score"),
        origin=Origin.parse(reader.string("origin"), where=reader.where),
    )


def _read_models(root: ObjectReader) -> Mapping[str, str]:
    created = root.optional_object("created_with")
    models = created.optional_object("models") if created else None
    return MappingProxyType({} if models is None else {key: models.string(key) for key in models.value})


def _check_order(units: tuple[Unit, ...], where: str) -> None:
    for before, after in itertools.pairwise(units):
        if after.span.start < before.span.end:
            raise InputError(
                f"unit {after.id!r} overlaps unit {before.id!r}", where=where, expected="units in text order, disjoint"
            )
