"""Where `argmap classify` writes: JSON Lines, CSV and Parquet, each as a stream of articles."""

from __future__ import annotations

import csv
import io
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, BinaryIO

from argmap.document import Document
from argmap.errors import MissingDependencyError
from argmap.formats.unit_json import BlameObject, UnitObject, unit_object
from argmap.labels import STANCES

_SURROGATE = re.compile("[\ud800-\udfff]")
# What spreadsheets take for the start of a formula (OWASP, CSV injection), in full width too; and our own sign.
_RISKY = tuple("=+-@\t\r\n＝＋－＠'")
_ROWS_A_GROUP = 10_000


class UnitWriter(ABC):
    """Takes labelled articles one by one; `units` counts what was written."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.units = 0

    def write(self, document: Document, model: str) -> None:
        """Write the units of an article, labelled by the model of this id."""
        self._write([unit_object(document, unit, model) for unit in document.units])
        self.units += len(document.units)

    @abstractmethod
    def _write(self, units: Sequence[UnitObject]) -> None: ...

    def close(self) -> None:
        """Write what is held back."""
        return


class JsonLinesWriter(UnitWriter):
    """One JSON object a line, in UTF-8; unpaired surrogates stand as escapes."""

    def _write(self, units: Sequence[UnitObject]) -> None:
        for unit in units:
            line = json.dumps(unit, ensure_ascii=False)
            self.stream.write(_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", line).encode("utf-8") + b"\n")
        self.stream.flush()


class CsvWriter(UnitWriter):
    """A row a unit; cells that a spreadsheet could run begin with an apostrophe, as do those that begin with one."""

    COLUMNS = (
        *("doc", "unit", "start", "end", "kind", "text", "stances"),
        *(f"score_{stance.value}" for stance in STANCES),
        *("evidence", "evidence_score", "source", "cue", "content", "model", "out_of_domain", "source_name"),
        *("accused", "addressees", "charge", "accuser"),
    )

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._put(self.COLUMNS)

    def _write(self, units: Sequence[UnitObject]) -> None:
        for unit in units:
            attribution: Any = unit["attribution"] or {}
            parts = [(attribution.get(key) or {}).get("text") for key in ("source", "cue", "content")]
            scores = [unit["scores"].get(stance.value) for stance in STANCES]
            place = [unit["doc"], unit["unit"], unit["start"], unit["end"], unit["kind"], unit["text"]]
            stances = " ".join(unit["stances"])
            evidence = [unit["evidence"], unit["evidence_score"]]
            last = [unit["model"], unit["out_of_domain"], attribution.get("name")]
            self._put([*place, stances, *scores, *evidence, *parts, *last, *_blame_cells(unit["blame"])])
        self.stream.flush()

    def _put(self, cells: Sequence[object]) -> None:
        line = io.StringIO()
        csv.writer(line).writerow([_harmless(cell) for cell in cells])  # its own line ends make it quote a bare \r, too
        self.stream.write(line.getvalue().removesuffix("\r\n").encode("utf-8", "backslashreplace") + b"\n")


def _blame_cells(blame: BlameObject | None) -> tuple[str | None, ...]:
    """Names joined by semicolons; an empty accuser is the author."""
    if blame is None:
        return (None,) * 4
    accused, addressees = ("; ".join(one["name"] for one in many) for many in (blame["accused"], blame["addressees"]))
    charge, by = blame["charge"], blame["by"]
    return accused, addressees, charge["text"] if charge else None, by["name"] if by else None


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell


class ParquetWriter(UnitWriter):
    """A typed table with the keys of the JSON Lines as columns, in groups of about 10,000 rows."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            what = "writing Parquet needs pyarrow, which is not installed"
            raise MissingDependencyError(what, advice='pip install "argmap[parquet]"') from error
        self._pa = pa
        self._schema = _parquet_schema(pa)
        self._rows: list[UnitObject] = []
        self._file = pq.ParquetWriter(stream, self._schema)

    def _write(self, units: Sequence[UnitObject]) -> None:
        self._rows += units
        if len(self._rows) >= _ROWS_A_GROUP:
            self._put()

    def _put(self) -> None:
        self._file.write_table(self._pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows = []

    def close(self) -> None:
        if self._rows:
            self._put()
        self._file.close()


def _parquet_schema(pa: Any) -> Any:
    span = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("text", pa.string())])
    party = pa.struct(
        [
            *(("name", pa.string()), ("head", pa.string()), ("start", pa.int64()), ("end", pa.int64())),
            *(("text", pa.string()), ("confidence", pa.float64())),
        ]
    )
    types = {
        "doc": pa.string(),
        "unit": pa.string(),
        "start": pa.int64(),
        "end": pa.int64(),
        "kind": pa.string(),
        "text": pa.string(),
        "stances": pa.list_(pa.string()),
        "scores": pa.struct([(stance.value, pa.float64()) for stance in STANCES]),
        "evidence": pa.string(),
        "evidence_score": pa.float64(),
        "attribution": pa.struct(
            [
                *(("source", span), ("cue", span), ("content", span), ("parts", pa.list_(span))),
                *(("wording", pa.string()), ("name", pa.string()), ("confidence", pa.float64())),
                ("reason", pa.string()),
            ]
        ),
        "model": pa.string(),
        "out_of_domain": pa.float64(),
        "blame": pa.struct(
            [
                *(("accused", pa.list_(party)), ("addressees", pa.list_(party)), ("charge", span), ("by", party)),
                ("reason", pa.string()),
            ]
        ),
    }
    return pa.schema(list(types.items()))
