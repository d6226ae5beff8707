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
    version: Literal[1]
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
    """Return the record on `line`, or None and everything that is wrong with it."""
    try:
        value = _load(line)
    except _DuplicateKeyError as error:
        return None, [(f"key {error.args[0]!r} stands twice in one object", "each key once")]
    except RecursionError:
        return None, [("not JSON that can be read: too deep", "one flat JSON object a line")]
    except json.JSONDecodeError as error:
        return None, [(f"not JSON: {error.msg} at column {error.colno}", "one JSON object a line")]
    except ValueError as error:
        return None, [(f"not JSON: {error}", "one JSON object a line")]
    if _has_lone_surrogate(line, value):
        return None, [("holds an unpaired surrogate, which no encoding has", "Unicode text")]
    if not isinstance(value, dict):
        return None, [(f"a JSON {_json_type(value)}", "one JSON object a line")]
    try:
        return record.model_validate(value), []
    except ValidationError as error:
        return None, [_explain(details, record) for details in error.errors(include_url=False)]


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


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKeyError(key)
        found[key] = value
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


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
    if kind == "missing":
        return f"key {name!r} is missing", _keys(record)
    if kind == "extra_forbidden":
        return f"unknown key {name!r}", _keys(record)
    if kind == "literal_error":
        return f"unknown {name} {_short(given)}", str(details["ctx"]["expected"])
    if kind == "enum":
        label = next((_VOCABULARIES[str(part)] for part in reversed(location) if part in _VOCABULARIES), None)
        known = ", ".join(member.value for member in label) if label else str(details["ctx"]["expected"])
        return f"unknown label {_short(given)} in {name!r}", f"one of {known}"
    if kind == "string_pattern_mismatch":
        return f"{name!r} is {_short(given)}", "64 hexadecimal digits in lower case"
    return f"{name!r} is {_short(given)}", details["msg"].removeprefix("Input should be ")


def _keys(record: type[Record]) -> str:
    required = [name for name, field in record.model_fields.items() if field.is_required()]
    return "the keys " + ", ".join(required)


def _dotted(location: tuple[int | str, ...]) -> str:
    name = ""
    for part in location:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else str(part)
    return name


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "…"
