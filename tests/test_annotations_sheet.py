from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argmap.annotations import check_file, dump_article, read_article, write_article
from argmap.annotations.sheet import check_sheet, dump_sheet, read_sheet
from argmap.errors import InputError

GOLDEN = Path(__file__).parent / "golden" / "annotations"
OWN = Path(__file__).parent.parent / "annotations" / "own"

HEAD = "# title: T\n# thesis: 1\n"


def sheet(tmp_path: Path, content: str, name: str = "made-up.sheet") -> Path:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_sheet_becomes_the_golden_annotation_file(tmp_path: Path) -> None:
    """Title, thesis, variety, stances in order, evidence, links, paragraphs and the text's own bars all arrive."""
    article = read_sheet(GOLDEN / "weir.sheet")
    write_article(article, tmp_path / "weir.jsonl")
    assert (tmp_path / "weir.jsonl").read_bytes() == (GOLDEN / "weir.jsonl").read_bytes()
    text = article.document.text
    assert "shop.\n\n" not in text, "units on consecutive lines are one space apart"
    assert "May.\n\n“We are" in text, "the mark is a paragraph break inside one unit"
    assert "ours.” | she said" in text


def test_an_annotation_file_becomes_the_golden_sheet() -> None:
    """The way back gives the sheet that it came from, character for character."""
    article = read_article(GOLDEN / "weir.jsonl")
    assert dump_sheet(article) == (GOLDEN / "weir.sheet").read_text(encoding="utf-8")


words = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"], exclude_characters="¶"), min_size=1, max_size=8)
rows = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from(["-", "acc", "quo", "rec", "quo,acc", "rec,quo", "acc,rec"]),
        st.sampled_from(["-", "testimony", "statistic", "document", "event"]),
        st.sampled_from(["-", "+", "*"]),
        st.lists(words, min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=6,
)


@given(rows)
def test_any_sheet_survives_the_way_through_an_annotation_file(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[bool, str, str, str, list[str]]]
) -> None:
    """Sheet to annotation file to sheet is the identity, for any labels, links and words."""
    lines = ["# title: Made up", f"# thesis: {len(rows)}"]
    for number, (opens, stance, evidence, link, parts) in enumerate(rows, start=1):
        sign = {"-": "-", "+": f"+{number + 1}", "*": f"-{number + 1},+{len(rows)}"}[link]
        links = sign if number < len(rows) - 1 else "-"
        lines += [""] if opens and number > 1 else []
        lines.append(f"{number} | {stance} | {evidence} | {links} | {' ¶ '.join(parts)}")
    content = "\n".join(lines) + "\n"
    folder = tmp_path_factory.mktemp("sheets")
    article = read_sheet(sheet(folder, content))
    path = folder / "made-up.jsonl"
    write_article(article, path)
    assert check_file(path) == []
    assert dump_sheet(read_article(path)) == content


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("", ["1: no unit in the sheet", "1: no title", "1: no thesis"]),
        (HEAD + "1 | - | - | no text\n", ["3: 4 columns", "1: no unit in the sheet", "2: thesis 1, which is not"]),
        (HEAD + "1 | - | - | - | A.\n3 | - | - | - | B.\n", ["4: unit number '3'; expected 2"]),
        (HEAD + "1 | acd | - | - | A.\n", ["3: unknown stance or kind 'acd'; expected one of -, acc, quo, rec, h"]),
        (HEAD + "1 | acc,acc | - | - | A.\n", ["3: the same stance twice"]),
        (HEAD + "1 | - | number | - | A.\n", ["3: unknown evidence 'number'"]),
        (HEAD + "1 | - | - | 2 | A.\n2 | - | - | - | B.\n", ["3: link '2'; expected +N"]),
        (HEAD + "1 | - | - | +7 | A.\n", ["3: a link to unit 7, which is not a unit of the sheet"]),
        (HEAD + "1 | - | - | +1 | A.\n", ["3: unit 1 links to itself"]),
        (HEAD + "1 | - | - | +2,-2 | A.\n2 | - | - | - | B.\n", ["3: two links to unit 2"]),
        (HEAD + "1 | - | - | +2 | A.\n2 | - | - | +1 | B.\n", ["3: the links form a cycle: 1 -> 2 -> 1"]),
        (HEAD + "1 | - | - | +2 | A.\n2 | heading | - | - | B.\n", ["3: a link to unit 2, which is heading"]),
        (HEAD + "1 | - | - | - | A.\n2 | heading | event | - | B.\n", ["4: a heading with evidence or links"]),
        (HEAD + "1 | - | - | - | ¶\n", ["3: unit 1 has no text"]),
        ("# title: T\n# thesis: 9\n1 | - | - | - | A.\n", ["2: thesis 9, which is not a unit"]),
        ("# title: T\n# thesis: ²\n1 | - | - | - | A.\n", ["2: thesis ², which is not a unit"]),
        ("# title: T\n# titel: T\n# thesis: -\n1 | - | - | - | A.\n", ["2: unknown header '# titel: T'"]),
        ("# title:\n# thesis: -\n1 | - | - | - | A.\n", ["1: header 'title' is empty", "1: no title"]),
    ],
)  # fmt: skip
def test_every_problem_of_a_sheet_is_reported_on_its_line(content: str, problems: list[str], tmp_path: Path) -> None:
    """A slip of the author's is named with line and remedy, and such a sheet is not read."""
    path = sheet(tmp_path, content)
    found, _ = check_sheet(path)
    shown = [str(problem).removeprefix(f"{path}:") for problem in found]
    assert len(shown) == len(problems)
    for start in problems:
        assert any(line.startswith(start) for line in shown)
    with pytest.raises(InputError):
        read_sheet(path)


def test_a_sheet_keeps_the_version_of_the_guidelines(tmp_path: Path) -> None:
    """Articles labelled by later guidelines go into a sheet and come back; our own are such."""
    article = read_article(next(OWN.glob("*.jsonl")))
    assert article.guidelines != read_sheet(GOLDEN / "weir.sheet").guidelines
    again = read_sheet(sheet(tmp_path, dump_sheet(article), name=f"{article.document.id}.sheet"))
    assert dump_article(again) == dump_article(article)


def test_a_sheet_may_have_no_thesis(tmp_path: Path) -> None:
    """An article that argues for no one thing says so with a dash."""
    article = read_sheet(sheet(tmp_path, "# title: T\n# thesis: -\n1 | - | - | - | A.\n"))
    assert article.thesis is None
    assert "# thesis: -\n" in dump_sheet(article)


@pytest.mark.parametrize("odd", ["A\nb.", "A ¶ b.", "A\n\n b."])
def test_what_a_sheet_cannot_hold_is_not_written(odd: str) -> None:
    """A text that would come back changed is refused, with the name of the unit."""
    article = read_sheet(GOLDEN / "weir.sheet")
    unit = article.document.units[-1]
    text = article.document.text[: unit.span.start] + odd
    units = (*article.document.units[:-1], replace(unit, span=replace(unit.span, end=len(text))))
    with pytest.raises(InputError, match="weir: unit 'u10'"):
        dump_sheet(replace(article, document=replace(article.document, text=text, units=units)))
    with pytest.raises(InputError, match="weir: language 'fr'"):
        dump_sheet(replace(article, language="fr"))


@given(st.text(max_size=120).map(lambda text: HEAD + text) | st.text(max_size=60))
def test_no_text_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, junk: str) -> None:
    """Whatever stands in a sheet, it is read or refused with an `InputError`."""
    path = tmp_path_factory.mktemp("junk") / "junk.sheet"
    path.write_bytes(junk.encode("utf-8", "surrogatepass"))
    try:
        problems, units = check_sheet(path)
    except InputError:
        assert junk.encode("utf-8", "replace").decode() != junk, "only what is not UTF-8 cannot be checked"
        return
    assert all(str(problem).isprintable() for problem in problems)
    assert problems or len(read_sheet(path).document.units) == units > 0
