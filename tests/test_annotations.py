import json
import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argmap.annotations import (
    AnnotatedArticle,
    Link,
    check_file,
    dump_article,
    read_article,
    read_articles,
    write_article,
)
from argmap.annotations.links import find_cycles
from argmap.annotations.stats import as_dict, statistics_of
from argmap.annotations.texts import place, sha256_of
from argmap.document import Document, Span, Unit
from argmap.errors import ArgmapError, InputError
from argmap.labels import EvidenceType, RelationKind, Stance, UnitKind

GOLDEN = Path(__file__).parent / "golden" / "annotations"
TEXTS = GOLDEN / "texts"
SHARED = Path(os.environ.get("ARGMAP_SHARED", Path(__file__).parents[2] / "shared"))
needs_corpus = pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="the corpus of real op-eds is not here")


def inline_article(paragraphs: Sequence[Sequence[str]], **fields: object) -> AnnotatedArticle:
    """An article of made-up units; units of a paragraph are a space apart, paragraphs an empty line."""
    text, units = "", []
    for paragraph in paragraphs:
        for index, words in enumerate(paragraph):
            text += "" if not text else " " if index else "\n\n"
            units.append(Unit(f"u{len(units) + 1}", Span(len(text), len(text) + len(words))))
            text += words
    article = AnnotatedArticle(
        Document("made-up", text, title="Made up", units=tuple(units)),
        (), None, "a", "CC0-1.0", "en", "1.1", None, True,
    )  # fmt: skip
    return replace(article, **fields)


def test_an_inline_file_gives_text_labels_and_links() -> None:
    """The units' texts at their offsets are the article, and every label arrives as its own value."""
    article = read_article(GOLDEN / "weir.jsonl")
    document = article.document
    assert article.inline
    assert document.text.startswith("The weir that nobody owns\n\nTwice in November")
    assert document.text == (TEXTS / "weir.txt").read_text(encoding="utf-8")
    assert document.units[5].stances == (Stance.QUOTATION, Stance.ACCUSATION)
    assert document.units[5].evidence is EvidenceType.DOCUMENT
    assert document.units[0].kind is UnitKind.HEADING
    assert not any(unit.scores for unit in document.units)
    assert Link("u5", "u9", RelationKind.ATTACK) in article.links
    assert (article.thesis, document.title, article.variety) == ("u9", "The weir that nobody owns", "Irish")


def test_a_standoff_file_takes_its_text_by_hash() -> None:
    """The same labels come from the standoff file, its text being read from the folder of texts."""
    standoff, inline = read_article(GOLDEN / "weir-standoff.jsonl", texts=TEXTS), read_article(GOLDEN / "weir.jsonl")
    assert not standoff.inline
    assert standoff.document == inline.document
    assert standoff.links == inline.links
    assert standoff.source is not None


def test_a_standoff_file_may_cite_its_article_by_the_first_words(tmp_path: Path) -> None:
    """`title` may end in `…`; the title is then the line at the top of the text, and writing keeps the citation."""
    whole = read_article(GOLDEN / "weir-standoff.jsonl", texts=TEXTS)
    top = whole.document.text.strip().split("\n", 1)[0]
    cited = replace(whole, document=replace(whole.document, title=f"{' '.join(top.split()[:3])} …"), lines=())
    path = tmp_path / "weir.jsonl"
    write_article(cited, path)
    read = read_article(path, texts=TEXTS)
    assert read.document.title == top
    assert dump_article(read) == path.read_text(encoding="utf-8")
    other = replace(read, document=replace(read.document, title="Another title …"))
    write_article(other, path)
    assert read_article(path, texts=TEXTS).document.title == "Another title …"


def test_a_standoff_text_is_found_under_another_name(tmp_path: Path) -> None:
    """The hash decides: a wrong text under the article's name is passed over for the right one, CRLF or not."""
    text = (TEXTS / "weir.txt").read_text(encoding="utf-8")
    (tmp_path / "weir.txt").write_text("Something else.", encoding="utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "other.txt").write_bytes(text.replace("\n", "\r\n").encode())
    (tmp_path / "broken.txt").write_bytes(b"\xff\xfe")
    assert read_article(GOLDEN / "weir-standoff.jsonl", texts=tmp_path).document.text == text


def test_a_standoff_text_that_does_not_match_is_refused_by_name(tmp_path: Path) -> None:
    """A text with one changed character is not the text that was labelled."""
    text = (TEXTS / "weir.txt").read_text(encoding="utf-8")
    (tmp_path / "weir.txt").write_text(text.replace("Twice", "Thrice"), encoding="utf-8")
    with pytest.raises(
        InputError, match=r"weir-standoff\.jsonl:1: no text of 'weir'.*expected the text that was labelled"
    ):
        read_article(GOLDEN / "weir-standoff.jsonl", texts=tmp_path)
    assert [problem.line for problem in check_file(GOLDEN / "weir-standoff.jsonl", texts=tmp_path)] == [1]


def test_a_standoff_file_without_a_folder_of_texts_says_what_to_do() -> None:
    """Reading names the option that is missing; checking what needs no text goes on without it."""
    with pytest.raises(InputError, match="--texts"):
        read_article(GOLDEN / "weir-standoff.jsonl")
    assert check_file(GOLDEN / "weir-standoff.jsonl") == []


def test_labels_that_lie_badly_on_a_standoff_text_are_faults(tmp_path: Path) -> None:
    """Units past the end and words in no unit are problems for `check`, and are told, not hidden, when read."""
    text = "One bridge fell. Two more will."
    units = [(0, 16), (22, 31), (32, 50)]
    header = json.loads((GOLDEN / "weir-standoff.jsonl").read_text(encoding="utf-8").splitlines()[0])
    header |= {"doc": "bridge", "thesis": None, "text_sha256": sha256_of(text)}
    rows = [
        {"unit": f"u{i}", "start": a, "end": b, "kind": "text", "stances": [], "evidence": None, "links": []}
        for i, (a, b) in enumerate(units)
    ]
    path = tmp_path / "bridge.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in (header, *rows)), encoding="utf-8")
    (tmp_path / "bridge.txt").write_text(text, encoding="utf-8")
    problems = check_file(path, texts=tmp_path)
    assert [(problem.line, problem.what) for problem in problems] == [
        (3, "letters or digits at 16-22 before unit 'u1' are in no unit"),
        (4, "unit 'u2' ends at 50, past the end of the text"),
    ]
    assert read_article(path, texts=tmp_path).faults == tuple(problems)


@pytest.mark.parametrize("path", sorted((GOLDEN / "faulty").glob("*.jsonl")), ids=lambda path: path.stem)
def test_every_problem_of_a_file_is_reported(path: Path) -> None:
    """`check_file` gives exactly the problems listed beside the faulty file; reading it raises one line, the first."""
    expected = path.with_suffix(".problems").read_text(encoding="utf-8").splitlines()
    assert [str(problem).removeprefix(f"{path}:") for problem in check_file(path)] == expected
    if path.stem != "standoff-without-source" and expected:
        with pytest.raises(InputError) as raised:
            read_article(path)
        assert str(raised.value).startswith(f"{path}:{expected[0]}")
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["weir.jsonl", "weir-b.jsonl", "weir-standoff.jsonl"])
def test_writing_gives_back_the_bytes_that_were_read(name: str, tmp_path: Path) -> None:
    """A file that was read and written again is the same, byte for byte."""
    article = read_article(GOLDEN / name, texts=TEXTS)
    write_article(article, tmp_path / name)
    assert (tmp_path / name).read_bytes() == (GOLDEN / name).read_bytes()
    assert dump_article(replace(article, lines=())).encode() == (GOLDEN / name).read_bytes()


def test_writing_changes_only_the_lines_that_say_something_new(tmp_path: Path) -> None:
    """Key order, spacing and escapes of untouched lines stay; a changed unit is written in the contract's order."""
    records = [json.loads(line) for line in (GOLDEN / "weir.jsonl").read_text(encoding="utf-8").splitlines()]
    odd = [json.dumps(dict(reversed(record.items())), separators=(",", ":")) for record in records]
    path = tmp_path / "odd.jsonl"
    path.write_text("\n".join(odd) + "\n", encoding="utf-8")
    article = read_article(path)
    assert dump_article(article) == path.read_text(encoding="utf-8")
    units = article.document.units
    changed = (replace(units[0], kind=UnitKind.BOILERPLATE), *units[1:])
    lines = dump_article(replace(article, document=article.document.with_units(changed))).splitlines()
    assert lines[0] == odd[0]
    assert lines[2:] == odd[2:]
    assert json.loads(lines[1]) == records[1] | {"kind": "boilerplate"}
    assert list(json.loads(lines[1])) == list(records[1])


word = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=8)
articles = st.lists(st.lists(word, min_size=1, max_size=4), min_size=1, max_size=4)


@given(articles, st.data())
def test_every_inline_article_survives_the_way_through_a_file(
    tmp_path_factory: pytest.TempPathFactory, paragraphs: list[list[str]], data: st.DataObject
) -> None:
    """Any article of trimmed units in paragraphs, with any labels, comes back equal."""
    article = inline_article(paragraphs)
    units = tuple(
        replace(
            unit,
            stances=tuple(data.draw(st.lists(st.sampled_from(Stance), unique=True, max_size=2))),
            evidence=data.draw(st.sampled_from([None, *EvidenceType])),
        )
        for unit in article.document.units
    )
    links = tuple(
        Link(unit.id, target.id, data.draw(st.sampled_from(RelationKind))) for unit, target in pairwise(units)
    )
    article = replace(article, document=article.document.with_units(units), links=links, thesis=units[-1].id)
    path = tmp_path_factory.mktemp("articles") / "made-up.jsonl"
    write_article(article, path)
    assert check_file(path) == []
    again = read_article(path)
    assert replace(again, path=None) == article
    assert dump_article(again) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("gaps", "text"),
    [
        ("space, then an empty line", "A b. C d.\n\nE f."),
        ("single line breaks", "A b.\nC d.\nE f."),
        ("two spaces", "A b.  C d. E f."),
        ("a newline at the end", "A b. C d. E f.\n"),
        ("white space before the first", "\n\nA b. C d.\n\nE f."),
    ],
)
def test_the_hash_tells_how_the_gaps_of_an_inline_article_were_filled(gaps: str, text: str) -> None:
    """Gaps are filled by the rule whose text has the hash that the file states."""
    pieces = [(text.index(words), words) for words in ("A b.", "C d.", "E f.")]
    assert place(pieces, sha256_of(text)) == text, gaps


def test_a_text_whose_gaps_cannot_be_told_is_not_written_inline() -> None:
    """Writing refuses, rather than lose, a text with mixed white space between its units."""
    article = inline_article([["A b.", "C d."], ["E f."]])
    mixed = replace(article.document, text=article.document.text.replace("A b. ", "A b.\t"))
    with pytest.raises(InputError, match=r"made-up: an inline annotation file cannot hold this text.*standoff"):
        dump_article(replace(article, document=mixed))


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_end_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    """Whatever the file holds, checking lists problems on printable lines, and reading raises an `InputError`."""
    path = tmp_path_factory.mktemp("junk") / "junk.jsonl"
    header, *rest = (GOLDEN / "weir.jsonl").read_bytes().split(b"\n", 2)
    for content in (junk, header + b"\n" + junk, header + b"\n" + junk + b"\n" + b"\n".join(rest)):
        path.write_bytes(content)
        problems = check_file(path)
        assert problems
        assert all(str(problem).isprintable() for problem in problems)
        with pytest.raises(InputError):
            read_article(path)


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        '{"unit": ' * 5_000,
        "9" * 10_000,
        '{"start": 1e999}',
        '{"unit": "\\ud83d"}',
        '"\u2028"',
        "\x00",
        "{}",
    ],
    ids=lambda line: line[:12],
)
def test_hostile_json_is_one_problem_on_its_line(line: str, tmp_path: Path) -> None:
    """Deep nesting, huge numbers, unpaired surrogates and NUL are met by a message that names the line."""
    path = tmp_path / "hostile.jsonl"
    lines = (GOLDEN / "weir.jsonl").read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join((*lines, line)), encoding="utf-8")
    problems = check_file(path)
    assert problems
    assert {problem.line for problem in problems} == {len(lines) + 1}


def test_a_unit_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    """An offset of a million millions is a problem, not a text of that length."""
    lines = (GOLDEN / "weir.jsonl").read_text(encoding="utf-8").splitlines()
    last = json.loads(lines[-1])
    length = last["end"] - last["start"]
    far = json.dumps(last | {"start": 10**12, "end": 10**12 + length})
    path = tmp_path / "far.jsonl"
    path.write_text("\n".join((*lines[:-1], far)), encoding="utf-8")
    (problem,) = check_file(path)
    assert problem.line == len(lines)


def test_a_text_folder_is_not_left_through_the_article_s_name(tmp_path: Path) -> None:
    """A `doc` that climbs out of the folder of texts is searched for inside it only."""
    (tmp_path / "in").mkdir()
    (tmp_path / "weir.txt").write_bytes((TEXTS / "weir.txt").read_bytes())
    path = tmp_path / "climb.jsonl"
    content = (GOLDEN / "weir-standoff.jsonl").read_text(encoding="utf-8")
    path.write_text(content.replace('"doc": "weir"', '"doc": "../weir"'), encoding="utf-8")
    with pytest.raises(InputError, match="no text"):
        read_article(path, texts=tmp_path / "in")


def test_files_and_folders_are_read_in_order_and_once(tmp_path: Path) -> None:
    """A folder gives its files sorted, below it too; a file named twice is read once; an empty folder is an error."""
    for name in ("b.jsonl", "deep/a.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((GOLDEN / "weir.jsonl").read_bytes())
    (tmp_path / "note.txt").write_text("not one of them", encoding="utf-8")
    found = read_articles([tmp_path, tmp_path / "b.jsonl"])
    assert [article.path for article in found] == [tmp_path / "b.jsonl", tmp_path / "deep" / "a.jsonl"]
    (tmp_path / "empty").mkdir()
    for missing in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(InputError, match=missing.name):
            read_articles([missing])
    with pytest.raises(InputError, match="no such folder"):
        read_articles([tmp_path], texts=tmp_path / "nowhere")


def test_a_failed_write_keeps_the_old_file(tmp_path: Path) -> None:
    """An article that cannot be written leaves what is there, and a missing folder is an error."""
    article = inline_article([["A b.", "C d."]])
    path = tmp_path / "x.jsonl"
    write_article(article, path)
    before = path.read_bytes()
    with pytest.raises(ArgmapError):
        write_article(replace(article, document=replace(article.document, text="A b.\tC d.")), path)
    assert path.read_bytes() == before
    with pytest.raises(InputError, match="folder does not exist"):
        write_article(article, tmp_path / "nowhere" / "x.jsonl")


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16, unique=True))
def test_a_cycle_is_found_if_and_only_if_there_is_one(links: list[tuple[int, int]]) -> None:
    """The walk agrees with repeatedly taking away units that no link leaves."""
    targets: dict[str, list[str]] = {}
    for source, target in links:
        targets.setdefault(str(source), []).append(str(target))
    cycles = list(find_cycles(targets))
    for cycle in cycles:
        assert all(b in targets[a] for a, b in zip(cycle, (*cycle[1:], cycle[0]), strict=True))
    left = dict(targets)
    while leaves := [unit for unit, to in left.items() if not any(target in left for target in to)]:
        for unit in leaves:
            del left[unit]
    assert bool(cycles) == bool(left)


def test_a_long_chain_of_links_is_walked_without_recursion() -> None:
    """A chain of 20,000 links, closed at its end, is one cycle."""
    chain = {str(i): [str(i + 1)] for i in range(20_000)}
    assert list(find_cycles(chain)) == []
    (cycle,) = find_cycles(chain | {"20000": ["0"]})
    assert len(cycle) == 20_001


def test_statistics_count_what_the_article_holds() -> None:
    """Counts and shares of the made-up article, counted by hand."""
    figures = as_dict(statistics_of([read_article(GOLDEN / "weir.jsonl")]))
    assert figures["articles"]["articles"] == {"value": 1}
    assert figures["units"]["text"] == {"value": 8, "share": 0.8}
    assert figures["stances of text units"]["quotation"] == {"value": 3, "share": 0.375}
    assert figures["stances of text units"]["more than one"] == {"value": 1, "share": 0.125}
    assert figures["evidence of text units"]["none"] == {"value": 4, "share": 0.5}
    assert figures["links"] == {
        "links": {"value": 6},
        "support": {"value": 4, "share": 0.6667},
        "attack": {"value": 2, "share": 0.3333},
        "text units with a link": {"value": 5, "share": 0.625},
    }
    assert figures["wording of text units"]["questions"] == {"value": 1, "share": 0.125}
    assert figures["wording of text units"]["with quotation marks"] == {"value": 2, "share": 0.25}
    assert figures["wording of text units"]["in the first person"] == {"value": 2, "share": 0.25}


@needs_corpus
@pytest.mark.parametrize(("folder", "count"), [("labels", 415), ("labels-second-annotator", 45)])
def test_the_corpus_is_read_and_written_without_loss(folder: str, count: int) -> None:
    """Every label file of the corpus loads with its text, and is the same bytes when written anew."""
    read = read_articles([SHARED / "corpus" / folder], texts=SHARED / "corpus" / "texts")
    assert len(read) == count
    for article in read:
        assert article.path is not None
        assert dump_article(replace(article, lines=())).encode() == article.path.read_bytes()
