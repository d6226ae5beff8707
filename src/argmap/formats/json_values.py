"""JSON from strangers: values out of it by type, or an `InputError` that names the place and the rule."""

import json
import math
from collections.abc import Callable
from typing import Any, NoReturn

from argmap.document import Span
from argmap.errors import InputError
from argmap.files import decode_utf8


def parse_json(data: bytes, *, where: str, nan_is_null: bool = False) -> Any:
    """Parse UTF-8 JSON; refuse repeated keys, NaN and Infinity, and nesting deeper than the interpreter can follow.

    With `nan_is_null` NaN and Infinity, which some programs write, are read as null.
    """
    text = decode_utf8(data, where=where)
    constant = _no_number if nan_is_null else _refuse_constant
    try:
        return json.loads(text, object_pairs_hook=_without_repeats(where), parse_constant=constant)
    except json.JSONDecodeError as error:
        raise InputError(
            f"is not JSON: {error.msg}", where=f"{where}:{error.lineno}:{error.colno}", expected="a JSON document"
        ) from error
    except RecursionError as error:
        raise InputError("is nested too deeply", where=where, expected="a JSON document of a few levels") from error
    except ValueError as error:  # NaN, Infinity, or an integer of thousands of digits
        raise InputError(f"holds a number that cannot be used ({error})", where=where) from error


def _without_repeats(where: str) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key, value in pairs:
            if key in built:
                raise InputError(f"key {key!r} stands twice in one object", where=where)
            built[key] = value
        return built

    return build


def _no_number(_: str) -> None:
    return None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


class ObjectReader:
    """One JSON object with its place (`file.units[3]`); a getter returns the type it names or raises `InputError`."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise InputError(f"is {_kind_of(value)}", where=where, expected="an object")
        self.value: dict[str, Any] = value
        self.where = where

    def fail(self, what: str, *, expected: str | None = None) -> NoReturn:
        raise InputError(what, where=self.where, expected=expected)

    def _get(self, key: str, expected: str) -> Any:
        if key not in self.value:
            self.fail(f"{key!r} is missing", expected=expected)
        return self.value[key]

    def _refuse(self, key: str, value: Any, expected: str) -> NoReturn:
        self.fail(f"{key!r} is {_kind_of(value)}", expected=expected)

    def string(self, key: str) -> str:
        value = self._get(key, "a string")
        if not isinstance(value, str):
            self._refuse(key, value, "a string")
        return value

    def optional_string(self, key: str) -> str | None:
        return None if self.value.get(key) is None else self.string(key)

    def integer(self, key: str) -> int:
        value = self._get(key, "an integer")
        if isinstance(value, bool) or not isinstance(value, int):
            self._refuse(key, value, "an integer")
        return value

    def optional_number(self, key: str) -> float | None:
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._refuse(key, value, "a finite number or null")
        try:
            finite = math.isfinite(value)
        except OverflowError:  # an integer of hundreds of digits
            finite = False
        if not finite:
            self._refuse(key, value, "a finite number or null")
        return value

    def array(self, key: str) -> list[Any]:
        value = self._get(key, "an array")
        if not isinstance(value, list):
            self._refuse(key, value, "an array")
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        values = self.array(key)
        for value in values:
            if not isinstance(value, str):
                self._refuse(f"{key}[…]", value, "a string")
        return tuple(values)

    def object(self, key: str) -> "ObjectReader":
        return ObjectReader(self._get(key, "an object"), f"{self.where}.{key}")

    def optional_object(self, key: str) -> "ObjectReader | None":
        return None if self.value.get(key) is None else self.object(key)

    def objects(self, key: str) -> "list[ObjectReader]":
        return [ObjectReader(value, f"{self.where}.{key}[{index}]") for index, value in enumerate(self.array(key))]

    def span(self, length: int) -> Span:
        """`start` and `end`, inside a text of `length` characters."""
        start, end = self.integer("start"), self.integer("end")
        if not 0 <= start <= end <= length:
            self.fail(f"span {start}..{end} is out of range", expected=f"0 <= start <= end <= {length}")
        return Span(start, end)


def _kind_of(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return "a string"
    if isinstance(value, list):
        return "an array"
    return "an object" if isinstance(value, dict) else "a number"
