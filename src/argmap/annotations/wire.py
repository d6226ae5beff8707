"""The annotation file's records as they stand on disk, and their parsing: every error of a line, in plain words."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictInt, StrictStr, ValidationError
from pydantic_core import ErrorDetails

from argmap.labels import EvidenceType, RelationKind, Stance, UnitKind

FORMAT = "argmap-annotation"
VERSION = 1

Offset = Annotated[StrictInt, Field(ge=0)]
Id = Annotated[StrictStr, Field(min_length=1)]
Fault = tuple[str, str]
"""What is wrong, and what was expected."""


class Record(BaseModel):
    """Base of the records: frozen, and no key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HeaderRecord(Record):
    """The first line: the article."""

    format: Literal["argmap-annotation"]
    version: Annotated[StrictInt, Field(ge=VERSION, le=VERSION)]
    doc: Id
    title: StrictStr
    language: Id
    guidelines: StrictStr
    annotator: Id
    licence: StrictStr
    variety: StrictStr | None = None
    text_sha256: Annotated[StrictStr, Field(pattern=r"^[0-9a-f]{64}$")]
    source: dict[str, JsonValue] | None
    thesis: StrictStr | None


class LinkRecord(Record):
    """A link from the unit of its line to the unit `to`."""

    to: Id
    relation: RelationKind


class UnitRecord(Record):
    """One unit; `text` stands in inline files only."""

    unit: Id
    start: Offset
    end: Offset
    text: StrictStr = ""
    kind: UnitKind
    stances: list[Stance]
    evidence: EvidenceType | None
    links: list[LinkRecord]

    @property
    def has_text(self) -> bool:
        return "text" in self.model_fields_set


_UNIT_ID = re.compile(r'"unit"\s*:\s*"([^"\\]*)"')
R = TypeVar("R", bound=Record)


def parse_record(line: str, record: type[R]) -> tuple[R | None, list[Fault]]:
    """Return the record on `line` and everything that is wrong with it.

    Where only labels or descriptions are wrong, the record comes without those, so that the rest can be checked too;
    where nothing can be made of the line, it is None.
    """
    try:
        value = _load(line)
    except _DuplicateKeyError as error:
        return None, [(f"key {error.args[0]!r} stands twice in one object", "each key once")]
    except RecursionError:
        return None, [("not JSON that can be read: too deep", "one flat JSON object a line")]
    except json.JSONDecodeError as error:
        return None, [(f"not JSON: {error.msg} at column {error.colno}", "one JSON object a line")]
    except _NotAValueError as error:
        return None, [(f"not JSON: {error}", "one JSON object a line")]
    except ValueError:  # Python refuses to read it
        return None, [("holds a number of thousands of digits", "one JSON object a line")]
    if _has_lone_surrogate(line, value):
        return None, [("holds an unpaired surrogate, which no encoding has", "Unicode text")]
    if not isinstance(value, dict):
        return None, [(f"a JSON {_json_type(value)}", "one JSON object a line")]
    if record is UnitRecord and value.get("format") == FORMAT:
        return None, [("an article's line where a unit's is due", "one article a file")]
    if record is HeaderRecord and "unit" in value and "format" not in value:
        return None, [("a unit's line where the article's is due", "the article's line first")]
    try:
        return record.model_validate(value), []
    except ValidationError as error:
        faults = error.errors(include_url=False)
        return _without(faults, value, record), [_explain(details, record) for details in faults]


# What stands for a value that is wrong, where the rest of the line says enough to be checked without it.
_NEUTRAL: dict[str, JsonValue] = {
    "kind": "text",
    "stances": [],
    "evidence": None,
    "links": [],
    "title": "",
    "language": "-",
    "guidelines": "-",
    "annotator": "-",
    "licence": "",
    "variety": None,
    "source": {},
    "thesis": None,
}


def _without(faults: list[ErrorDetails], value: dict[str, Any], record: type[R]) -> R | None:
    """The record without its unknown keys and its faulty labels; None if what is wrong is more than that."""
    places = [details["loc"] for details in faults]
    wrong = {str(place[0]) for place in places if place[:1] != ("links",) or len(place) == 1}
    bad_links = {place[1] for place in places if place[0] == "links" and len(place) > 1}
    kept = {key: entry for key, entry in value.items() if key in record.model_fields}
    for key in wrong & record.model_fields.keys():
        if key not in _NEUTRAL:
            return None
        kept[key] = _NEUTRAL[key]
    if bad_links:
        kept["links"] = [link for number, link in enumerate(kept["links"]) if number not in bad_links]
    return record.model_validate(kept)


def claimed_id(line: str) -> str | None:
    """The unit's id on a line that may otherwise be wrong, so that links to it are not called wrong as well."""
    match = _UNIT_ID.search(line)
    return match[1] if match else None


def dump_record(record: Record) -> str:
    """One line of JSON in the order of the contract; keys that were not set are left out."""
    # Lone surrogates cannot occur: they do not pass validation.
    return json.dumps(record.model_dump(mode="json", exclude_unset=True), ensure_ascii=False)


class _DuplicateKeyError(ValueError):
    pass


class _NotAValueError(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKeyError(key)
        found[key] = value
    return found


def _no_constant(name: str) -> None:
    raise _NotAValueError(f"{name} is not a JSON value")


def _load(line: str) -> object:
    value: object = json.loads(line, object_pairs_hook=_unique, parse_constant=_no_constant)
    return value


def _has_lone_surrogate(line: str, value: object) -> bool:
    # The line was UTF-8, so that a surrogate can only come from an escape.
    if "\\ud" not in line and "\\uD" not in line:
        return False
    return any("\ud800" <= character <= "\udfff" for character in json.dumps(value, ensure_ascii=False))


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    names: dict[type, str] = {
        bool: "boolean",
        int: "number",
        float: "number",
        str: "string",
        list: "array",
        dict: "object",
    }
    return names.get(type(value), "value")


_VOCABULARIES = {"stances": Stance, "evidence": EvidenceType, "kind": UnitKind, "relation": RelationKind}


def _explain(details: ErrorDetails, record: type[Record]) -> Fault:
    location, kind, given = details["loc"], details["type"], details["input"]
    name = _dotted(location)
    if kind in ("missing", "extra_forbidden"):
        keys = _keys(LinkRecord if location[0] == "links" else record)
        return (f"key {name!r} is missing" if kind == "missing" else f"unknown key {name!r}"), keys
    if name == "version":
        return f"unknown version {_short(given)}", str(VERSION)
    if kind == "literal_error":
        return f"unknown {name} {_short(given)}", str(details["ctx"]["expected"])
    if kind == "enum":
        label = next((_VOCABULARIES[str(part)] for part in reversed(location) if part in _VOCABULARIES), None)
        known = ", ".join(member.value for member in label) if label else str(details["ctx"]["expected"])
        return f"unknown label {_short(given)} in {name!r}", f"one of {known}"
    if kind == "string_pattern_mismatch":
        return f"{name!r} is {_short(given)}", "64 hexadecimal digits in lower case"
    expected = _EXPECTED.get(kind) or details["msg"].removeprefix("Input should be ")
    return f"{name!r} is {_short(given)}", expected


_EXPECTED = {
    "string_too_short": "at least one character",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object or null",
}


def _keys(record: type[Record]) -> str:
    required = [name for name, field in record.model_fields.items() if field.is_required()]
    return "the keys " + ", ".join(required)


def _dotted(location: tuple[int | str, ...]) -> str:
    name = ""
    for part in location:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else str(part)
    return name


def _short(value: object) -> str:
    shown = json.dumps(value) if value is None or isinstance(value, bool) else repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "…"
