"""What a model must reach: `gate.toml`, read with every key and value checked."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from argmap.errors import InputError
from argmap.evaluation.stored import metric_names
from argmap.files import decode_utf8, read_bytes
from argmap.labels import EVIDENCE_TYPES, STANCES, UnitKind

VERSION = 1
TABLES = ("minimum", "floors", "ceilings", "drops")
SETTINGS = ("version", "confidence", "resamples", "seed")
SAMPLES = (
    "articles",
    "sentences",
    *(f"stance.{stance.value}" for stance in STANCES),
    *(f"evidence.{kind.value}" for kind in EVIDENCE_TYPES),
    *(f"kind.{kind.value}" for kind in UnitKind),
    "links",
    "links.attack",
    "thesis",
)
"""What a minimum can be set for: the names under `support` in a report."""
FEWEST_ARTICLES = 5
"""The minimum of articles where the gate sets none; below it an interval over articles means nothing."""
_LARGEST = 2**16  # characters
_LOWER_IS_BETTER = frozenset({"ece"})


@dataclass(frozen=True)
class Gate:
    """Bars by figure. A `drop` is how far a figure may fall below the baseline's (rise above, if lower is better)."""

    floors: Mapping[str, float]
    ceilings: Mapping[str, float]
    drops: Mapping[str, float]
    minimum: Mapping[str, int]
    confidence: float = 0.95
    resamples: int = 10_000
    seed: int = 0

    @property
    def metrics(self) -> tuple[str, ...]:
        """Every figure that has a bar, sorted."""
        return tuple(sorted({*self.floors, *self.ceilings, *self.drops}))


def lower_is_better(metric: str) -> bool:
    """Whether a figure is an error, so that it has a ceiling and no floor."""
    return metric.rpartition(".")[2] in _LOWER_IS_BETTER


def read_gate(path: Path) -> Gate:
    """Read a gate file; raise `InputError` with the file, the key and what it may be."""
    return parse_gate(decode_utf8(read_bytes(path), where=str(path)), where=str(path))


def parse_gate(text: str, *, where: str) -> Gate:
    """The gate that a TOML text describes; raises `InputError` as `read_gate` does."""
    if len(text) > _LARGEST:  # a key of very many parts would keep the parser busy for hours
        raise InputError(f"has {len(text):,} characters", where=where, expected=f"a gate of at most {_LARGEST:,}")
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise InputError(f"is not TOML: {error}", where=where, expected="a gate as docs/gating.md shows") from error
    return _Reader(where).gate(data)


class _Reader:
    def __init__(self, where: str) -> None:
        self.where = where

    def gate(self, data: Mapping[str, Any]) -> Gate:
        for key in data:
            self._known(key, (*SETTINGS, *TABLES), "key")
        if (version := data.get("version", VERSION)) != VERSION or isinstance(version, bool):
            self._fail("version", data["version"], f"{VERSION}, the only one that this argmap knows")
        bars = {name: self._bars(name, data.get(name, {})) for name in ("floors", "ceilings", "drops")}
        gate = Gate(
            floors=bars["floors"],
            ceilings=bars["ceilings"],
            drops=bars["drops"],
            minimum=self._minimum(data.get("minimum", {})),
            confidence=self._number("confidence", data.get("confidence", Gate.confidence), 0.5, 0.9999),
            resamples=self._integer("resamples", data.get("resamples", Gate.resamples), 200, 100_000),
            seed=self._integer("seed", data.get("seed", Gate.seed), 0, 2**63 - 1),
        )
        if not gate.metrics:
            raise InputError(
                "has no bar, so that every model would pass",
                where=self.where,
                expected="at least one figure under [floors], [ceilings] or [drops]",
            )
        return gate

    def _bars(self, table: str, value: Any) -> Mapping[str, float]:
        found = {}
        for metric, bar in self._flat(table, value):
            self._known(metric, metric_names(), f"figure in [{table}]")
            better_low = lower_is_better(metric)
            if table == "floors" and better_low:
                self._fail(f"floors.{metric}", bar, "no floor, since the lower this is the better", "use [ceilings]")
            if table == "ceilings" and not better_low:
                self._fail(f"ceilings.{metric}", bar, "no ceiling, since the higher this is the better", "use [floors]")
            found[metric] = self._number(f"{table}.{metric}", bar, 0, 1)
        return MappingProxyType(found)

    def _minimum(self, value: Any) -> Mapping[str, int]:
        found = {"articles": FEWEST_ARTICLES}
        for name, number in self._flat("minimum", value):
            self._known(name, SAMPLES, "sample in [minimum]")
            found[name] = self._integer(f"minimum.{name}", number, 1, 10**9)
        return MappingProxyType(found)

    def _flat(self, key: str, value: Any) -> Iterable[tuple[str, Any]]:
        """Dotted names, whether they are quoted in the file or spelled as tables in tables."""
        if not isinstance(value, dict):
            self._fail(key, value, f"a table: [{key}] and below it a line a name")
        pending = [(str(name), entry) for name, entry in value.items()]
        seen: set[str] = set()
        while pending:
            name, entry = pending.pop(0)
            if isinstance(entry, dict):
                pending = [(f"{name}.{part}", inner) for part, inner in entry.items()] + pending
                continue
            if name in seen:
                self._fail(f"{key}.{name}", entry, "each name once")
            seen.add(name)
            yield name, entry

    def _known(self, name: str, names: Iterable[str], what: str) -> None:
        known = tuple(names)
        if name in known:
            return
        if close := difflib.get_close_matches(name, known, n=3, cutoff=0.6):
            expected = "did you mean " + " or ".join(close) + "?"
            raise InputError(f"unknown {what}: {name!r}; {expected}", where=self.where)
        shown = ", ".join(known) if len(known) <= 20 else "a name under `metrics` in a report (--format json)"
        raise InputError(f"unknown {what}: {name!r}", where=self.where, expected=shown)

    def _number(self, key: str, value: Any, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._fail(key, value, f"a number from {low:g} to {high:g}")
        if not low <= value <= high:  # also true for NaN
            self._fail(key, value, f"a number from {low:g} to {high:g}", _percent(value, low, high))
        return float(value)

    def _integer(self, key: str, value: Any, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self._fail(key, value, f"a whole number from {low} to {high}")
        return value

    def _fail(self, key: str, value: Any, expected: str, advice: str | None = None) -> NoReturn:
        shown = str(value) if not isinstance(value, dict) else "a table"
        raise InputError(f"{key} is {shown[:80]}", where=self.where, expected=expected, advice=advice)


def _percent(value: float, low: float, high: float) -> str | None:
    return f"write {value / 100:g} for {value:g} %" if 1 < value <= 100 and low <= value / 100 <= high else None
