"""Map JSON is lossless, deterministic and refuses what breaks a rule."""

import itertools
import json
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmap.document import Attribution, Block, Document, Relation, Span, Unit
from argmap.errors import InputError, MapError
from argmap.formats.map_json import dump_map, load_map
from argmap.formats.unit_json import unit_object
from argmap.graph import ArgumentMap
from argmap.labels import EvidenceType, Origin, RelationKind, Stance, UnitKind

TEXTS = st.text(st.characters(exclude_categories=()), max_size=40).filter(
    lambda text: text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") == text
)
SCORES = st.floats(0, 1)


@st.composite
def maps(draw: st.DrawFn) -> ArgumentMap:
    text = draw(TEXTS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    units = []
    for index, (start, end) in enumerate(zip(cuts[::2], cuts[1::2], strict=False)):
        kind = draw(st.sampled_from(UnitKind))
        is_text = kind is UnitKind.TEXT
        span = Span(start, end)
        units.append(
            Unit(
                id=f"u{index}" if draw(st.booleans()) else f"{draw(TEXTS)}{index}",
                span=span,
                kind=kind,
                stances=tuple(draw(st.lists(st.sampled_from(Stance), unique=True))) if is_text else (),
                evidence=draw(st.none() | st.sampled_from(EvidenceType)),
                scores=MappingProxyType(draw(st.dictionaries(st.sampled_from(Stance), SCORES))),
                evidence_score=draw(st.none() | SCORES),
                attribution=draw(st.none() | st.just(Attribution(span, source=span)) | st.just(Attribution(span))),
                out_of_domain=draw(st.none() | SCORES),
            )
        )
    names = [unit.id for unit in units if unit.is_text]
    relations = [
        Relation(f"r:{index}", draw(st.sampled_from(RelationKind)), (source,), target, draw(st.none() | SCORES))
        for index, (source, target) in enumerate(itertools.pairwise(names))
    ]
    document = Document(
        id=draw(TEXTS),
        text=text,
        title=draw(st.none() | TEXTS),
        source=draw(st.none() | TEXTS),
        blocks=(Block(Span(0, len(text)), UnitKind.TEXT),) if draw(st.booleans()) else (),
        units=tuple(units),
        out_of_domain=draw(st.none() | SCORES),
    )
    models = MappingProxyType(draw(st.dictionaries(TEXTS, TEXTS, max_size=2)))
    return ArgumentMap(document, tuple(relations), draw(st.none() | st.sampled_from(names or [None])), models)


@settings(max_examples=100, deadline=None)
@given(maps())
def test_what_is_dumped_comes_back_equal(argument_map: ArgumentMap) -> None:
    """Loading a dumped map gives the same map, whatever its texts, kinds and scores."""
    data = dump_map(argument_map)
    assert load_map(data, where="m.json") == argument_map
    assert dump_map(load_map(data, where="m.json")) == data


def example() -> ArgumentMap:
    text = "Piers\n\nReopen the pier. “It is safe,” said the operator. Divers disagree."
    document = Document(
        "pier",
        text,
        title="Piers",
        units=(
            Unit("u0", Span(0, 5), UnitKind.HEADING),
            Unit("u1", Span(7, 23), stances=(Stance.RECOMMENDATION,), scores={Stance.RECOMMENDATION: 0.9}),
            Unit(
                "u2",
                Span(24, 57),
                stances=(Stance.QUOTATION,),
                evidence=EvidenceType.TESTIMONY,
                attribution=Attribution(Span(24, 37), Span(43, 56), Span(38, 42)),
            ),
            Unit("u3", Span(58, 73), evidence=EvidenceType.EVENT),
        ),
    )
    relations = (
        Relation("r0", RelationKind.ATTACK, ("u2",), "u1", 0.5),
        Relation("r1", RelationKind.ATTACK, ("u3",), "r0", None, Origin.HUMAN),
    )
    return ArgumentMap(document, relations, "u1", MappingProxyType({"stance": "stance-en-1"}), 0.25)


def test_the_wire_shape_is_the_contract() -> None:
    """The keys stand in the contract's order, ours after them, and units carry the model that labelled them."""
    loaded = json.loads(dump_map(example()))
    assert list(loaded) == [
        "format",
        "version",
        "document",
        "units",
        "relations",
        "thesis",
        "created_with",
        "thesis_score",
    ]
    assert (loaded["format"], loaded["version"], loaded["thesis"]) == ("argmap", 1, "u1")
    assert {"id", "title", "source", "text", "text_sha256"} <= set(loaded["document"])
    assert loaded["relations"][1] == {
        "id": "r1",
        "kind": "attack",
        "sources": ["u3"],
        "target": "r0",
        "score": None,
        "origin": "human",
    }
    assert list(loaded["created_with"]) == ["argmap", "models"]
    unit = loaded["units"][2]
    contract = ["doc", "unit", "start", "end", "kind", "text", "stances", "scores", "evidence", "attribution", "model"]
    assert [key for key in unit if key in contract] == contract
    assert unit["attribution"]["source"] == {"start": 43, "end": 56, "text": "the operator."}
    assert unit["model"] == "stance-en-1"


def test_a_unit_object_has_null_where_nothing_is_known() -> None:
    """Without attribution, evidence and model the keys stand there with null."""
    document = Document("d", "Go.", units=(Unit("u1", Span(0, 3)),))
    made = unit_object(document, document.units[0], None)
    assert (made["attribution"], made["evidence"], made["model"], made["scores"]) == (None, None, None, {})


def test_unpaired_surrogates_are_written_as_escapes() -> None:
    """The bytes are proper UTF-8 even if the text is not, and the text comes back."""
    document = Document("d", "a\ud800b", units=(Unit("u1", Span(0, 3)),))
    data = dump_map(ArgumentMap(document))
    assert b"\\ud800" in data
    assert data.decode("utf-8").isprintable() is False
    assert load_map(data, where="m").document.text == "a\ud800b"


def test_what_json_cannot_hold_is_refused_on_writing() -> None:
    """A split surrogate pair and a score that is not a number are errors, not silent changes."""
    with pytest.raises(MapError, match="two halves"):
        dump_map(ArgumentMap(Document("d", "\ud83d\ude00")))
    unit = Unit("u1", Span(0, 1), scores={Stance.ACCUSATION: float("nan")})
    with pytest.raises(MapError, match="finite"):
        dump_map(ArgumentMap(Document("d", "a", units=(unit,))))


def changed(path: str, value: Any) -> bytes:
    loaded = json.loads(dump_map(example()))
    place: Any = loaded
    *steps, last = path.split(".")
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    if value is KeyError:
        del place[last]
    else:
        place[int(last) if last.isdigit() else last] = value
    return json.dumps(loaded).encode()


BACK = {"id": "r1", "kind": "support", "sources": ["u1"], "target": "u2", "origin": "rule"}
BAD = {
    "version": ("version", 2, "version 2"),
    "version true": ("version", True, "version True"),
    "format": ("format", "other", "not map JSON"),
    "hash": ("document.text_sha256", "00", "text_sha256"),
    "text": ("document.text", "Piers", "text_sha256"),
    "missing text": ("document.text", KeyError, "'text' is missing"),
    "span": ("units.1.end", 9999, r"units\[1\]: span 7..9999 is out of range"),
    "negative span": ("units.1.start", -1, "out of range"),
    "float span": ("units.1.start", 7.0, "'start' is a number; expected an integer"),
    "other words": ("units.1.text", "Close the pier.", "differs"),
    "overlap": ("units.2", {"unit": "u2", "start": 8, "end": 9, "kind": "text", "stances": [], "scores": {}}, "laps"),
    "stance": ("units.1.stances", ["praise"], "unknown Stance 'praise'"),
    "stance twice": ("units.1.stances", ["quotation", "quotation"], "twice"),
    "stance of a heading": ("units.0.stances", ["quotation"], "heading"),
    "kind": ("units.1.kind", None, "'kind' is null"),
    "score": ("units.1.scores", {"accusation": "high"}, "'accusation' is a string"),
    "attribution": ("units.2.attribution.content.end", 10**6, "out of range"),
    "duplicate unit": ("units.3.unit", "u2", "'u2' stands twice"),
    "duplicate relation": ("relations.1.id", "r0", "'r0' stands twice"),
    "dangling source": ("relations.0.sources", ["u9"], "'r0' points to 'u9'"),
    "dangling target": ("relations.0.target", "u9", "'r0' points to 'u9'"),
    "self link": ("relations.0.target", "u2", "itself"),
    "cycle": ("relations.1", BACK, "cycle"),
    "heading in a link": ("relations.0.target", "u0", "heading, not text"),
    "relation kind": ("relations.0.kind", "contrary", "unknown RelationKind"),
    "origin": ("relations.0.origin", "oracle", "unknown Origin"),
    "sources": ("relations.0.sources", "u2", "'sources' is a string; expected an array"),
    "thesis": ("thesis", "u9", "thesis 'u9'"),
    "units": ("units", {}, "'units' is an object"),
    "relation score": ("relations.0.score", 5, "relation 'r0' has score 5, .*rule score-range"),
    "unit score": ("units.1.scores", {"accusation": -0.1}, "unit 'u1' has score -0.1, .*rule score-range"),
    "evidence score": ("units.2.evidence_score", 1.01, "unit 'u2' has score 1.01, .*rule score-range"),
    "thesis score": ("thesis_score", 2, "the thesis has score 2, .*rule score-range"),
    "endless score": ("relations.0.score", 10**400, "'score' is a number; expected a finite number"),
    "a unit": ("units.0", 7, r"units\[0\]: is a number; expected an object"),
    "models": ("created_with.models", {"stance": 1}, "'stance' is a number"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message"), BAD.values(), ids=BAD.keys())
def test_a_broken_rule_is_named_with_file_and_place(path: str, value: Any, message: str) -> None:
    """Each broken rule is an InputError that begins with the file and names the id or the rule."""
    with pytest.raises(InputError, match=message) as caught:
        load_map(changed(path, value), where="m.json")
    assert str(caught.value).startswith("m.json")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not JSON"),
        (b"graph {}", "m.json:1:1: is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"format": "argmap", "format": "argmap"}', "'format' stands twice"),
        (b'{"format": NaN}', "cannot be used"),
        (b'{"version": ' + b"9" * 5000 + b"}", "cannot be used"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"[]", "is an array; expected an object"),
        (b"null", "is null; expected an object"),
    ],
)
def test_what_is_not_map_json_is_one_clear_error(data: bytes, message: str) -> None:
    """Foreign bytes never end in a traceback of another kind."""
    with pytest.raises(InputError, match=message):
        load_map(data, where="m.json")


KEYS = st.sampled_from(["format", "version", "document", "units", "relations", "id", "text", "start", "end", "kind"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60), VALUES, st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_input_is_a_map_or_an_input_error(raw: bytes, value: Any, parts: dict[str, Any]) -> None:
    """Nothing but a map or an InputError comes out of loading: bytes, JSON, and the example with parts exchanged."""
    exchanged = {**json.loads(dump_map(example())), **parts}
    for data in (raw, json.dumps(value).encode(), json.dumps(exchanged).encode()):
        try:
            load_map(data, where="m.json")
        except InputError as error:
            assert str(error).startswith("m.json")  # noqa: PT017 - success is fine too


def test_a_dumped_file_can_be_read_from_disk(tmp_path: Path) -> None:
    """A byte-order mark and CRLF, as some editors add, do no harm."""
    path = tmp_path / "m.json"
    path.write_bytes(b"\xef\xbb\xbf" + dump_map(example()).replace(b"\n", b"\r\n"))
    assert load_map(path.read_bytes(), where=str(path)) == example()
