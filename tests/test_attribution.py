"""Who is quoted: golden cases, canonical names, total on any input, and the labelled attributions."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmap.analysis.voices import UNKNOWN, source_of
from argmap.annotations import read_articles
from argmap.attribution import attribute
from argmap.cli import main
from argmap.document import Attribution, Document, Span, Unit
from argmap.errors import InputError
from argmap.evaluation.attribution_gold import (
    AttributionFile,
    LabelledAttribution,
    check_attributions,
    read_attributions,
)
from argmap.evaluation.attributions import attribution_scores, same_name
from argmap.formats.map_json import dump_map, load_map
from argmap.graph import ArgumentMap
from argmap.labels import NoSource, Stance, UnitKind, Wording

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden" / "attribution.txt"
LABELLED = ROOT / "annotations" / "attributions"
KEYS = {"source", "name", "cue", "content", "wording", "reason"}
Case = tuple[list[str], int, dict[str, str]]


def cases() -> list[Case]:
    """The golden cases: sentences, the one that is asked about, and what should be found."""
    found: list[Case] = []
    sentences: list[str] = []
    asked = -1
    facts: dict[str, str] = {}
    for line in [*GOLDEN.read_text(encoding="utf-8").splitlines(), "| end"]:
        if line.startswith("#"):
            continue
        key, colon, value = line.partition(": ")
        if colon and key in KEYS:
            facts[key] = value.replace("\\n", "\n")
            continue
        if facts and line.startswith(("|", ">")):
            found.append((sentences, asked, facts))
            sentences, asked, facts = [], -1, {}
        if line.startswith((">", "|")):
            asked = len(sentences) if line.startswith(">") else asked
            sentences.append(line[2:])
        elif line and sentences:
            sentences[-1] += "\n\n" + line
    return found


def document_of(sentences: list[str], quotations: set[int] | None = None) -> Document:
    """An article of these sentences, all or some of which are quotations."""
    units = []
    at = 0
    for number, sentence in enumerate(sentences):
        stances = (Stance.QUOTATION,) if quotations is None or number in quotations else ()
        units.append(Unit(f"u{number}", Span(at, at + len(sentence)), stances=stances))
        at += len(sentence) + 1
    return Document("d", " ".join(sentences), units=tuple(units))


def found_in(sentences: list[str], asked: int) -> tuple[Document, Attribution]:
    quoted = {asked} | {n for n, sentence in enumerate(sentences) if n < asked and "“" in sentence}
    document = attribute(document_of(sentences, quoted))
    attribution = document.units[asked].attribution
    assert attribution is not None
    return document, attribution


@pytest.mark.parametrize("case", cases(), ids=lambda case: re.sub(r"\W+", " ", case[0][case[1]])[:50].strip())
def test_golden_cases(case: Case) -> None:
    """Every case of the golden file is found as it says."""
    sentences, asked, facts = case
    document, attribution = found_in(sentences, asked)
    text = document.text
    parts = attribution.parts or (attribution.content,)
    found = {
        "source": attribution.source.of(text) if attribution.source else "none",
        "name": attribution.name or "none",
        "cue": attribution.cue.of(text) if attribution.cue else "none",
        "content": " ¦ ".join(part.of(text) for part in parts),
        "wording": attribution.wording or "none",
        "reason": attribution.reason or "none",
    }
    assert {key: found[key] for key in facts} == facts


def test_the_golden_file_is_read_whole() -> None:
    """Every `>` of the golden file is a case, so that none is skipped unseen."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    assert len(cases()) == sum(line.startswith(">") for line in lines) > 15


def test_only_quotations_get_one() -> None:
    """A sentence without the stance quotation has no attribution, also where it had one."""
    document = document_of(["“No,” said Ana Lee.", "The road is shut."], quotations=set())
    old = document.with_units(tuple(replace(unit, attribution=Attribution(unit.span)) for unit in document.units))
    assert [unit.attribution for unit in attribute(old).units] == [None, None]


_MARKS = "“ ” \" ' ‘ ’ « » — – - : ; , . ! ? ( )"
_REPORTING = (
    "said says told that who which according to the report claims by in of and was been is how puts argument view"
)
_OTHERS = "minister She he it they Ana Lee Mr X's 5 £4m \n\n \0 \ud800 \u202e \u2028 é 中文 From Chair"
WORDS = st.sampled_from(" ".join((_MARKS, _REPORTING, _OTHERS)).split(" "))
TEXTS = st.one_of(st.lists(WORDS, max_size=40).map(" ".join), st.text(max_size=80))


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=4))
def test_total_on_any_input(sentences: list[str]) -> None:
    """Whatever the text, every quotation gets spans inside its text, and a source or the reason why there is none."""
    document = attribute(document_of(sentences))
    for unit in document.units:
        attribution = unit.attribution
        assert attribution is not None
        assert (attribution.source is None) == (attribution.reason is not None)
        assert attribution.confidence is None or 0 <= attribution.confidence <= 1
        for span in (attribution.content, *attribution.parts):
            assert unit.span.start <= span.start <= span.end <= unit.span.end
        for named in (attribution.source, attribution.cue):
            assert named is None or (named.end <= len(document.text) and named.of(document.text).strip())


@pytest.mark.parametrize(
    "text",
    [
        "“" * 3000,
        "said " * 1200,
        "“said” " * 900,
        "a, " * 2000 + "said that x",
        "X’s " * 1500,
        "the minister of " * 400 + "said no",
        "\0" * 5000,
    ],
)
def test_long_and_odd_sentences_end_soon(text: str) -> None:
    """A sentence of thousands of marks or verbs takes no time to speak of, nor does one that no human wrote."""
    start = time.perf_counter()
    attribute(document_of([text, text[:2000] + " said Ana."]))
    assert time.perf_counter() - start < 5


def test_a_long_article_takes_little_time() -> None:
    """Two thousand sentences, a third of them quotations, are attributed within seconds."""
    sentences = [
        "Mr Tom Hale came.",
        "“No,” he said.",
        "The council told Ana Lee that it was shut, and the clerk agreed.",
    ] * 700
    start = time.perf_counter()
    document = attribute(document_of(sentences))
    assert time.perf_counter() - start < 10
    assert {unit.attribution.name for unit in document.units[1::3] if unit.attribution} == {"Tom Hale"}


def test_attributions_survive_map_json() -> None:
    """All that is known of a quotation is there again after writing and reading map JSON."""
    document = attribute(document_of(["Mr Tom Hale came.", "“No,” he told me, “never.”", "It is said that he lied."]))
    before = ArgumentMap(document)
    after = load_map(dump_map(before), where="m.json")
    assert after.document.units == document.units
    assert document.units[1].attribution is not None
    assert document.units[1].attribution.wording is Wording.DIRECT
    assert document.units[2].attribution is not None
    assert document.units[2].attribution.reason is NoSource.IMPERSONAL


def test_a_map_without_the_added_keys_is_read() -> None:
    """Map JSON whose attributions hold source, cue and content alone is read as before."""
    document = attribute(document_of(["“No,” said Ana Lee."]))
    value = json.loads(dump_map(ArgumentMap(document)))
    kept = value["units"][0]["attribution"]
    value["units"][0]["attribution"] = {key: kept[key] for key in ("source", "cue", "content")}
    read = load_map(json.dumps(value).encode(), where="m.json").document.units[0].attribution
    assert read is not None
    assert (read.name, read.wording, read.parts) == (None, None, ())
    assert read.source == Span(11, 18)


def test_voices_are_counted_by_name() -> None:
    """`she` and `the minister` are one voice with the name in full."""
    sentences = [
        "The minister, Lucia Abara, said that all was well.",
        "“It is well,” the minister said.",
        "“Very well,” she said.",
    ]
    document = attribute(document_of(sentences))
    assert {source_of(document, unit) for unit in document.units} == {"Lucia Abara"}
    assert source_of(document, replace(document.units[0], attribution=None)) == UNKNOWN


def test_names_are_compared_fairly() -> None:
    """Case, articles, genitives and what describes an unnamed source further do not count; another name does."""
    assert same_name("The officials of both ministries", ("officials",))
    assert same_name("Ana Lee", ("Lee",))
    assert same_name("Harbour Workers’ League", ("harbour workers' league",))
    assert same_name(None, (None,))
    assert not same_name("Ana Lee", ("Ana Moor",))
    assert not same_name(None, ("Ana Lee",))
    assert not same_name("Ana Lee", (None,))


def test_scores_are_what_they_say() -> None:
    """Half a content found, and the wrong name: the figures follow by hand."""
    document = attribute(document_of(["“No,” said Ana Lee."]))
    right = LabelledAttribution("u0", Wording.DIRECT, Span(11, 18), Span(6, 10), (Span(0, 5),), ("Ana Lee",))
    file = AttributionFile("d", document.text_sha256, (right,), Path("x"))
    scores = attribution_scores([file], [document])
    assert (scores.source, scores.source_span, scores.cue_span, scores.content_span, scores.content_f1) == (
        1,
        1,
        1,
        1,
        1,
    )
    wrong = replace(right, names=("Bo",), content=(Span(0, 15),), wording=Wording.MIXED)
    scores = attribution_scores([replace(file, attributions=(wrong,))], [document])
    assert (scores.source, scores.content_span, scores.content_f1, scores.wording) == (0, 0, 0.5, 0)
    with pytest.raises(ValueError, match="no labelled"):
        attribution_scores([], [document])


def test_labelled_attributions_lie_on_their_articles() -> None:
    """Every offset of our labelled attributions holds the words that stand beside it."""
    articles = read_articles([ROOT / "annotations" / "own"])
    documents = [article.document for article in articles]
    files = sorted(LABELLED.glob("*.jsonl"))
    assert [str(problem) for path in files for problem in check_attributions(path, documents)] == []
    assert sum(len({one.unit for one in read_attributions(path).attributions}) for path in files) >= 400


def test_attributions_are_found_on_articles_that_no_rule_was_made_on() -> None:
    """On the held-out articles, contents overlap with the hand labels at F1 .90 or more, and sources seldom differ."""
    held_out = set(json.loads((ROOT / "annotations" / "splits.json").read_text())["test"])
    files = [read_attributions(path) for path in sorted(LABELLED.glob("*.jsonl")) if path.stem in held_out]
    articles = read_articles([ROOT / "annotations" / "own" / f"{file.doc}.jsonl" for file in files])
    scores = attribution_scores(files, [attribute(article.document) for article in articles])
    assert scores.quotations > 100
    assert scores.content_f1 >= 0.90
    assert scores.source >= 0.70


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda line: line.replace('"text": "“No,”"', '"text": "“Yes,”"'), "does not read"),
        (lambda line: line.replace('"unit": "u0"', '"unit": "u7"'), "no text unit"),
        (lambda line: line.replace('"direct"', '"loud"'), "unknown Wording"),
        (lambda line: line.replace('"names": ["Ana Lee"]', '"names": []'), "'names'"),
        (lambda line: line.replace('"names"', '"name"'), "unknown key"),
        (lambda line: line[:-5], "JSON"),
    ],
)
def test_slips_of_a_labelled_file_are_named(change: object, message: str, tmp_path: Path) -> None:
    """A wrong offset, unit, wording or key is a problem at its line."""
    document = document_of(["“No,” said Ana Lee."])
    head = {"format": "argmap-attributions", "version": 1, "doc": "d", "text_sha256": document.text_sha256}
    spans = {"source": (11, 18), "cue": (6, 10)}
    line = {
        "unit": "u0",
        "wording": "direct",
        **{key: {"start": a, "end": b, "text": document.text[a:b]} for key, (a, b) in spans.items()},
        "content": [{"start": 0, "end": 5, "text": "“No,”"}],
        "names": ["Ana Lee"],
    }
    path = tmp_path / "d.jsonl"
    good = json.dumps(line, ensure_ascii=False)
    path.write_text(json.dumps(head) + "\n" + good + "\n", encoding="utf-8")
    assert check_attributions(path, [document]) == []
    assert callable(change)
    path.write_text(json.dumps(head) + "\n" + change(good) + "\n", encoding="utf-8")
    (problem,) = check_attributions(path, [document])
    assert problem.line == 2
    assert message in str(problem)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """What is no attribution file, or of another text, is said at its first line."""
    path = tmp_path / "d.jsonl"
    path.write_text('{"format": "argmap-annotation"}\n')
    with pytest.raises(InputError, match="no attribution file"):
        read_attributions(path)
    path.write_text('{"format": "argmap-attributions", "version": 1, "doc": "d", "text_sha256": "0"}\n')
    assert "text_sha256" in str(check_attributions(path, [document_of(["No."])])[0])
    assert "not there" in str(check_attributions(path, [])[0])


def test_the_command_scores_and_checks(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`argmap annotations attributions` prints the figures, and with a wrong offset the line and exit code 1."""
    one = LABELLED / "ferry-sgarra.jsonl"
    own = str(ROOT / "annotations" / "own" / "ferry-sgarra.jsonl")
    assert main(["annotations", "attributions", str(one), "--articles", own]) == 0
    assert "content, overlap F1" in capsys.readouterr().out
    assert main(["annotations", "attributions", str(one), "--articles", own, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["quotations"] == 8
    broken = tmp_path / "ferry-sgarra.jsonl"
    broken.write_text(one.read_text(encoding="utf-8").replace('"start": ', '"start": 1', 1), encoding="utf-8")
    assert main(["annotations", "attributions", str(broken), "--articles", own]) == 1
    assert "ferry-sgarra.jsonl:2" in capsys.readouterr().out


def test_other_kinds_of_units_are_left_alone() -> None:
    """Headings and boilerplate get none."""
    document = document_of(["“No,” said Ana Lee."])
    heading = document.with_units((replace(document.units[0], kind=UnitKind.HEADING),))
    assert attribute(heading).units[0].attribution is None
