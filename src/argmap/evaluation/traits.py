"""Of what sort an article is, by what its annotation file says of its source: publisher's country and decade."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from argmap.annotations import AnnotatedArticle
from argmap.files import read_bytes
from argmap.formats.json_values import ObjectReader, parse_json

UNKNOWN = "unknown"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR_IN_PATH = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=[-/_.]\d)")


def traits_of(article: AnnotatedArticle) -> Mapping[str, str]:
    """`country` and `decade` (`2010s`) of publication, each `unknown` where the file's `source` does not tell."""
    source = article.source or {}
    publisher, read_at = (str(source.get(key) or "") for key in ("publisher", "read_at"))
    return {
        "country": _country(publisher, read_at),
        "decade": _decade(str(source.get("year") or ""), read_at),
    }


def with_subjects(subjects: Mapping[str, str]) -> Callable[[AnnotatedArticle], Mapping[str, str]]:
    """`traits_of` with a `subject`, by the article's id; `unknown` for one that is not listed."""
    return lambda article: {**traits_of(article), "subject": subjects.get(article.document.id, UNKNOWN)}


def read_subjects(path: Path) -> dict[str, str]:
    """The subject of each article by its id, from a JSON file.

    It holds `subjects`, the words that are used, each with what it covers, and `articles`, a word for each id. Raises
    `InputError` for a file of another shape, and for a word that is not among the subjects.
    """
    reader = ObjectReader(parse_json(read_bytes(path), where=str(path)), str(path))
    words, articles = reader.object("subjects"), reader.object("articles")
    for doc in articles.value:
        if articles.string(doc) not in words.value:
            articles.fail(f"{doc!r} is {articles.string(doc)!r}", expected=f"one of {', '.join(words.value)}")
    return {doc: articles.string(doc) for doc in articles.value}


def _country(publisher: str, read_at: str) -> str:
    table = _table()
    name = publisher.casefold()
    known = [start for start in table["publishers"] if _begins(name, start.casefold())]
    if known:
        return table["publishers"][max(known, key=len)]
    place = read_at.casefold()
    found = [part for part in table["places"] if part.casefold() in place]
    return table["places"][max(found, key=len)] if found else UNKNOWN


def _begins(name: str, start: str) -> bool:
    return name.startswith(start) and not name[len(start) :][:1].isalnum()


def _decade(year: str, read_at: str) -> str:
    found = _YEAR.search(year) or _YEAR_IN_PATH.search(read_at)
    if found:
        return f"{found.group()[:3]}0s"
    place = read_at.casefold()
    known = [part for part in _table()["decades"] if part.casefold() in place]
    return _table()["decades"][max(known, key=len)] if known else UNKNOWN


@cache
def _table() -> dict[str, dict[str, str]]:
    """`publishers.toml`, turned round: a country for each publisher and each place where texts are read."""
    source = files("argmap.evaluation").joinpath("publishers.toml").read_text(encoding="utf-8")
    return {
        part: {name: country for country, names in groups.items() for name in names}
        for part, groups in tomllib.loads(source).items()
    }
