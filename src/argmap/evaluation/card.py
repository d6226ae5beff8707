"""The figures that stand in a model's folder: one evaluation as data, and the same as tables for its card."""

from __future__ import annotations

import json
import re

from argmap.errors import UsageError
from argmap.evaluation.evaluate import Evaluation
from argmap.evaluation.report import as_json, remarks, tables
from argmap.evaluation.tables import as_markdown
from argmap.formats import markdown

FOLDER = "figures"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def report_bytes(evaluation: Evaluation) -> bytes:
    """The report as JSON in UTF-8, as `argmap evaluate --format json` prints it."""
    return (json.dumps(as_json(evaluation), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def card_files(evaluation: Evaluation, name: str) -> dict[str, bytes]:
    """What is written for a test set of this name: `figures/NAME.json`, the report, and `figures/NAME.md`, its tables.

    They lie outside what the model's hashes vouch for, since they are measured on the finished model; the report names
    the hash of the `model.json` that it is of. Raises `UsageError` as `check_name` does.
    """
    check_name(name)
    return {
        f"{FOLDER}/{name}.json": report_bytes(evaluation),
        f"{FOLDER}/{name}.md": card_text(evaluation, name).encode("utf-8"),
    }


def check_name(name: str) -> None:
    """Raise `UsageError` for a name that is no plain word, and so no name of a file everywhere."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} as a name of figures", expected="small letters, digits and hyphens, as in own-test")


def card_text(evaluation: Evaluation, name: str) -> str:
    """The report's tables as Markdown."""
    support = evaluation.support
    size = f"{support['articles']:,} articles, {support['sentences']:,} sentences"
    parts = [f"# {markdown.plain(evaluation.model)} on {name}: {size}\n"]
    parts += [f"\n## {markdown.plain(table.title)}\n\n{as_markdown(table)}" for table in tables(evaluation)]
    parts += [f"\n{markdown.plain(remark)}\n" for remark in remarks(evaluation)]
    return "".join(parts)
