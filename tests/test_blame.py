"""Who blames whom, for what, and who is called on: golden cases, total on any input, the wire, labels and tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmap.analysis import analyse, blaming, called_on, compare
from argmap.analysis.blaming import Blaming, CalledOn
from argmap.analysis.comparison_report import blame_rows
from argmap.analysis.markdown import analysis_markdown, comparison_markdown
from argmap.analysis.report_json import dump_analyses
from argmap.annotations import read_articles
from argmap.attribution import attribute
from argmap.blame import find_blame, scenes_of
from argmap.blame.fitting import Labelled, fitted_weights
from argmap.blame.ranker import bundled_weights, dump_weights
from argmap.cli import main
from argmap.cli.unit_writers import CsvWriter
from argmap.document import Attribution, Blame, Document, Party, Span, Unit
from argmap.errors import InputError, MapError
from argmap.evaluation.blame import as_found, blame_scores, found_in, is_right
from argmap.evaluation.blame_gold import BlameFile, LabelledBlame, check_blame, read_blame_file
from argmap.formats.map_json import dump_map, load_map
from argmap.graph import ArgumentMap
from argmap.labels import NoParty, Stance, UnitKind, Wording
from argmap.rendering.dot import to_dot
from argmap.rendering.picture import compose

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden" / "blame.txt"
LABELLED = ROOT / "annotations" / "blame"
SECOND = ROOT / "annotations" / "blame-annotator-b"
OWN = ROOT / "annotations" / "own"
STANCES = {
    "|": (),
    "!": (Stance.ACCUSATION,),
    ">": (Stance.RECOMMENDATION,),
    "“": (Stance.QUOTATION, Stance.ACCUSATION),
}
Case = tuple[list[tuple[str, str]], list[tuple[int, str, str]]]


def cases() -> list[Case]:
    """The golden cases: sentences with their sign, and what must be found at which of them."""
    found: list[Case] = []
    sentences: list[tuple[str, str]] = []
    facts: list[tuple[int, str, str]] = []
    for line in [*GOLDEN.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("#"):
            continue
        if not line:
            if sentences:
                found.append((sentences, facts))
            sentences, facts = [], []
        elif line[0] in STANCES:
            sentences.append((line[0], line[2:]))
        else:
            key, _, value = line.partition(": ")
            facts.append((len(sentences) - 1, key, value))
    return found


def document_of(sentences: list[tuple[str, str]], name: str = "d") -> Document:
    """An article of these sentences, each with the stances of its sign."""
    units = []
    at = 0
    for number, (sign, words) in enumerate(sentences):
        units.append(Unit(f"u{number}", Span(at, at + len(words)), stances=STANCES[sign]))
        at += len(words) + 1
    return Document(name, " ".join(words for _, words in sentences), units=tuple(units))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case[0][-1][1][:40])
def test_golden_cases(case: Case) -> None:
    """Every case of the golden file is found as it says."""
    sentences, facts = case
    document = find_blame(attribute(document_of(sentences)))
    for number, key, wanted in facts:
        blame = document.units[number].blame
        assert blame is not None
        parties = blame.addressees if key == "addressee" else blame.accused
        found = {
            "accused": parties[0].name if parties else "none",
            "addressee": parties[0].name if parties else "none",
            "charge": blame.charge.of(document.text) if blame.charge else "none",
            "by": blame.by.name if blame.by else "none",
        }[key]
        assert found.casefold().removeprefix("the ") == wanted.casefold().removeprefix("the ")


def test_the_golden_file_is_read_whole() -> None:
    """Every accusation and recommendation that says what must be found is asked about."""
    assert sum(len(facts) for _, facts in cases()) >= 12


def test_only_accusations_and_recommendations_get_one() -> None:
    """A sentence that blames nobody and calls on nobody has none, also where it had one."""
    document = document_of([("|", "The council met."), ("!", "The council lied.")])
    old = document.with_units(tuple(replace(unit, blame=Blame()) for unit in document.units))
    assert [unit.blame is None for unit in find_blame(old).units] == [True, False]
    plain = document_of([("|", "The council met.")])
    assert [unit.blame for unit in find_blame(plain).units] == [None]


def test_two_parties_stay_two() -> None:
    """A capital and a leadership that the text does not identify are two parties."""
    text = [("!", "Baku closed the road in May."), ("!", "Azerbaijan’s leadership jailed three reporters.")]
    document = find_blame(attribute(document_of(text)))
    names = [unit.blame.accused[0].name for unit in document.units if unit.blame and unit.blame.accused]
    assert len(set(names)) == 2


def test_a_company_is_not_the_place_it_serves() -> None:
    """`the company` is not made one with the name that the article mentions most."""
    words = "Sgarra is an island.", "Sgarra has one boat.", "Sgarra waits.", "The company let Sgarra down."
    document = find_blame(attribute(document_of([*(("|", one) for one in words[:3]), ("!", words[3])])))
    blame = document.units[3].blame
    assert blame is not None
    assert [party.head for party in blame.accused][:1] == ["company"]


def test_of_two_companies_none_is_the_company() -> None:
    """`the company` is made one with a name only if no other name has a company's staff."""
    words = "Plainspoken’s lawyers spoke first.", "Then Verity’s lawyers answered.", "The company hid the report."
    document = find_blame(attribute(document_of([*(("|", one) for one in words[:2]), ("!", words[2])])))
    blame = document.units[2].blame
    assert blame is not None
    assert [party.head for party in blame.accused][:1] == ["company"]


def test_a_ship_is_no_woman_and_the_state_no_price() -> None:
    """A name with an article and no title is no person, and a body's noun is no short form of a name it begins."""
    words = "The Leira Pride is late.", "The State Advised Price is low.", "The State let the dam rot."
    document = find_blame(attribute(document_of([*(("|", one) for one in words[:2]), ("!", words[2])])))
    blame = document.units[2].blame
    assert blame is not None
    assert [party.head for party in blame.accused][:1] == ["State"]
    forms = {entry.name: entry.form for entry in scenes_of(document).parties.entries}
    assert forms["Leira Pride"] == "it"


def test_a_quoted_source_accuses() -> None:
    """An accusation in somebody's quoted words is theirs; the author's, who quotes to accuse, is the author's."""
    text = "“The board sold the reservoir,” said Ana Lee."
    quoted = Attribution(Span(0, 31), Span(37, 44), wording=Wording.DIRECT, name="Ana Lee", confidence=0.9)
    stances = (Stance.QUOTATION, Stance.ACCUSATION)
    document = Document("d", text, units=(Unit("u0", Span(0, len(text)), stances=stances, attribution=quoted),))
    blame = find_blame(document).units[0].blame
    assert blame is not None
    assert blame.by is None or blame.by.name == "Ana Lee"
    plain = replace(document.units[0], attribution=replace(quoted, wording=Wording.INDIRECT))
    own = find_blame(document.with_units((plain,))).units[0].blame
    assert own is not None
    assert own.by is None


_PARTIES = "The board council Ana Lee she they it we you his sold was by let should must and who Nor has did US CS I"
_OTHERS = ", . “ ” ’s ( ) — Mr Minister of ministers 5 £4m \n\n \0 \ud800 \u202e \u2028 é 中文 S’s ’s"
WORDS = st.sampled_from(" ".join((_PARTIES, _OTHERS)).split(" "))
TEXTS = st.one_of(st.lists(WORDS, min_size=1, max_size=30).map(" ".join), st.text(min_size=1, max_size=60))
SENTENCES = st.lists(st.tuples(st.sampled_from(sorted(STANCES)), TEXTS), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(SENTENCES)
def test_total_on_any_input(sentences: list[tuple[str, str]]) -> None:
    """Whatever the text: parties with a name that holds their head, spans inside the sentence, or a reason."""
    document = find_blame(attribute(document_of(sentences)))
    for unit in document.units:
        asked = {Stance.ACCUSATION, Stance.RECOMMENDATION} & set(unit.stances)
        assert (unit.blame is not None) == bool(asked)
        if unit.blame is None:
            continue
        blame = unit.blame
        assert blame.accused or blame.addressees or blame.reason is not None
        for party in (*blame.accused, *blame.addressees):
            assert party.head in party.name
            assert party.confidence is not None
            assert 0 <= party.confidence <= 1
        mentions = [party.mention for party in (*blame.accused, *blame.addressees)]
        for span in (blame.charge, *mentions):
            assert span is None or unit.span.start <= span.start <= span.end <= unit.span.end


@settings(max_examples=60, deadline=None)
@given(SENTENCES)
def test_it_survives_map_json(sentences: list[tuple[str, str]]) -> None:
    """What is found is read back from map JSON as it was, whatever the text."""
    argument_map = ArgumentMap(find_blame(attribute(document_of(sentences))))
    try:
        data = dump_map(argument_map)
    except MapError:
        return  # a surrogate pair in two halves, which JSON cannot hold
    assert load_map(data, where="m.json") == argument_map


@pytest.mark.parametrize(
    "text", ["The board " * 600, "X’s " * 1500, "“" * 3000, "they " * 1200, "\0" * 4000, "a, " * 2000]
)
def test_long_and_odd_sentences_end(text: str) -> None:
    """A sentence of thousands of words, marks or genitives is asked like any other."""
    document = find_blame(attribute(document_of([("!", text), (">", text)])))
    assert all(unit.blame is not None for unit in document.units)


def test_nobody_has_a_reason() -> None:
    """Where nothing names anybody, nobody is blamed, and the reason says so."""
    blame = find_blame(document_of([("!", "...")])).units[0].blame
    assert blame is not None
    assert (blame.accused, blame.reason) == ((), NoParty.NOBODY_NAMED)


def blamed() -> Document:
    """Two accusations of one board and one by somebody else, and a recommendation to nobody."""
    document = document_of(
        [("!", "The Water Board lied."), ("!", "It sold the dam."), ("!", "“They knew,” said Bo."), (">", "Stop it.")]
    )
    board = Party("Water Board", "Board", None, 0.8)
    found = [
        Blame((replace(board, mention=Span(0, 15)),), Span(16, 20)),
        Blame((Party("the water board", "board"),), Span(25, 37)),
        Blame((board,), Span(40, 49), by=Party("Bo", "Bo", Span(56, 58), 0.9)),
        Blame(reason=NoParty.TOO_DOUBTFUL),
    ]
    units = tuple(replace(unit, blame=blame) for unit, blame in zip(document.units, found, strict=True))
    return document.with_units(units)


def test_map_json_holds_blame_as_documented() -> None:
    """A unit's `blame` has the documented keys, and null where a party is not mentioned."""
    value = json.loads(dump_map(ArgumentMap(blamed())))["units"]
    party = {
        "name": "Water Board",
        "head": "Board",
        "start": 0,
        "end": 15,
        "text": "The Water Board",
        "confidence": 0.8,
    }
    charge = {"start": 16, "end": 20, "text": "lied"}
    assert value[0]["blame"] == {"accused": [party], "addressees": [], "charge": charge, "by": None, "reason": None}
    assert value[2]["blame"]["by"]["name"] == "Bo"
    assert value[1]["blame"]["accused"][0]["start"] is None
    assert value[3]["blame"]["reason"] == "too doubtful"


def test_a_file_without_blame_is_read() -> None:
    """Map JSON of an older argmap, without `blame`, is read as before."""
    value = json.loads(dump_map(ArgumentMap(blamed())))
    for unit in value["units"]:
        del unit["blame"]
    read = load_map(json.dumps(value).encode(), where="m.json")
    assert [unit.blame for unit in read.document.units] == [None] * 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda blame: blame["accused"][0].update(start=16, end=30), "outside of the unit"),
        (lambda blame: blame["accused"][0].update(text="The Fire Board"), "differs"),
        (lambda blame: blame["accused"][0].update(head="Council"), "no part of the name"),
        (lambda blame: blame["accused"][0].update(name=" ", head=" "), "no part of the name"),
        (lambda blame: blame["accused"][0].update(confidence=1.5), "confidence"),
        (lambda blame: blame["charge"].update(end=2000), "out of range"),
        (lambda blame: blame.update(accused={}), "'accused'"),
        (lambda blame: blame.update(reason="whim"), "NoParty"),
    ],
)
def test_broken_blame_is_refused(
    change: Callable[[dict[str, object]], None], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hand-edited map whose blame cannot be is exit 3, with the place or id and the rule; the file stays."""
    value = json.loads(dump_map(ArgumentMap(blamed())))
    change(value["units"][0]["blame"])
    path = tmp_path / "m.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    before = path.read_bytes()
    assert main(["analyse", str(path)]) == 3
    error = capsys.readouterr().err
    assert message in error
    assert "u0" in error or "units[0]" in error
    assert path.read_bytes() == before


def test_who_blames_whom_is_counted() -> None:
    """Accusations are counted by accuser and accused, one name written in two ways is one, each with its units."""
    argument_map = ArgumentMap(blamed())
    assert blaming(argument_map) == (
        Blaming(None, "Water Board", ("u0", "u1")),
        Blaming("Bo", "Water Board", ("u2",)),
    )
    assert called_on(argument_map) == (CalledOn(None, ("u3",)),)


def test_the_table_stands_in_every_format() -> None:
    """Text, Markdown and JSON say who blames whom for what, and several articles are compared by it."""
    argument_map = ArgumentMap(blamed())
    page = analysis_markdown(analyse(argument_map))
    assert "the author blames Water Board: 2 accusations" in page
    assert "Bo blames Water Board: 1 accusation" in page
    assert "**u1** “sold the dam”" in page
    other = replace(argument_map, document=replace(blamed(), id="e"))
    figures = compare([argument_map, other])
    assert ("Water Board", "the author", "e", "2", "u0, u1") in blame_rows(figures)
    assert "Who is blamed by whom" in comparison_markdown(figures)
    value = json.loads(dump_analyses([analyse(argument_map)], figures))
    assert value["articles"][0]["blame"][0] == {"accuser": None, "accused": "Water Board", "units": ["u0", "u1"]}
    assert value["articles"][0]["called_on"] == [{"addressee": None, "units": ["u3"]}]
    assert value["comparison"][1]["blame"][1]["accuser"] == "Bo"


def test_an_older_map_is_asked_when_it_is_analysed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`argmap analyse` of a map that says nothing of blame asks who is blamed."""
    path = tmp_path / "m.json"
    path.write_bytes(dump_map(ArgumentMap(document_of([("!", "The Corley Water Board sold the reservoir.")]))))
    assert main(["analyse", str(path)]) == 0
    assert "the author blames Corley Water Board: 1 accusation" in capsys.readouterr().out


def test_the_picture_says_it_on_demand() -> None:
    """Boxes name who is likely blamed or called on, and how sure it is, with `--blame`; they are as ever without."""
    document = blamed()
    argument_map = ArgumentMap(document, thesis="u0")
    (unit, *_) = document.units
    assert unit.blame is not None
    for confidence, is_drawn in ((0.5, True), (0.83, True), (0.49, False)):
        accused = tuple(replace(party, confidence=confidence) for party in unit.blame.accused)
        changed = replace(unit, blame=replace(unit.blame, accused=accused))
        doubted = replace(argument_map, document=document.with_units((changed, *document.units[1:])))
        drawn = to_dot(doubted, compose(doubted, blame=True))
        assert (f"blamed: Water Board {confidence:.2f}" in drawn) == is_drawn
    unasked = replace(argument_map, document=document.with_units(tuple(replace(u, blame=None) for u in document.units)))
    assert to_dot(argument_map) == to_dot(unasked)


def test_csv_has_its_columns(tmp_path: Path) -> None:
    """CSV ends with accused, addressees, charge and accuser."""
    path = tmp_path / "u.csv"
    with path.open("wb") as stream:
        writer = CsvWriter(stream)
        writer.write(blamed(), "m")
        writer.close()
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [rows[2][key] for key in ("accused", "addressees", "charge", "accuser")] == [
        "Water Board",
        "",
        "They knew",
        "Bo",
    ]


def labelled_file(document: Document) -> BlameFile:
    """The blame of a document as if it had been labelled by hand."""
    labels = []
    for unit in document.units:
        if unit.blame is not None:
            stance = unit.stances[-1]
            parties = unit.blame.accused if stance is Stance.ACCUSATION else unit.blame.addressees
            labels.append(LabelledBlame(unit.id, stance, parties, unit.blame.charge, unit.blame.by))
    return BlameFile(document.id, document.text_sha256, tuple(labels), Path("d.jsonl"))


def test_scores_are_what_they_say() -> None:
    """What agrees scores 1, a wrong head, a charge half found, a wrong accuser and somebody for nobody less."""
    document = blamed()
    file = labelled_file(document)
    full = blame_scores([file], found_in([document]))
    assert (full.accused, full.f1, full.charge_f1, full.accuser, full.addressee) == (1, 1, 1, 1, 1)
    assert (full.accusations, full.recommendations) == (3, 1)
    assert blame_scores([file], as_found([file])) == full
    found = found_in([document])
    found["d", "u0"] = Blame((Party("Fire Brigade", "Brigade"), Party("Board", "Board")), Span(16, 18))
    found["d", "u2"] = replace(found["d", "u2"], by=None)
    found["d", "u3"] = Blame(addressees=(Party("we", "we"),))
    less = blame_scores([file], found)
    assert (less.accused, less.accused_first, less.precision) == (1, pytest.approx(2 / 3), 0.75)
    assert (less.accuser, less.addressee) == (pytest.approx(2 / 3), 0)
    assert less.charge_f1 is not None
    assert 0 < less.charge_f1 < 1
    with pytest.raises(ValueError, match="no labelled"):
        blame_scores([], {})


def test_nobody_is_right_only_for_nobody() -> None:
    """Finding nobody is right where nobody is labelled, and wrong elsewhere."""
    board = Party("Water Board", "Board")
    assert is_right((), ())
    assert not is_right((board,), ())
    assert not is_right((), (board,))
    assert is_right((board,), (Party("the board", "board"),))


def test_weights_prefer_what_labels_prefer() -> None:
    """Fitting finds the feature that tells the right choices from others, and the same labels give the same weights."""
    labelled = [Labelled([{"subject": 1.0}, {"object": 1.0}], 0)] * 8 + [Labelled([{"object": 1.0}, {}], 1)] * 2
    weights = fitted_weights(labelled, ridge=0.5)
    assert weights["subject"] > weights.get("object", 0.0)
    assert fitted_weights(labelled, ridge=0.5) == weights
    with pytest.raises(ValueError, match="no labelled"):
        fitted_weights([])


def test_bundled_weights_are_readable_text() -> None:
    """The weights that ship are JSON, a feature a line, and are written as they are read."""
    path = ROOT / "src" / "argmap" / "blame" / "weights.json"
    assert dump_weights(bundled_weights()) == path.read_bytes()
    assert min(len(own) for own in bundled_weights().values()) > 20


def files_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"))


def test_labels_lie_on_their_articles() -> None:
    """Every offset of our labelled blame holds the words that stand beside it, and no sentence is left out."""
    documents = [article.document for article in read_articles([OWN])]
    files = [*files_of(LABELLED), *files_of(SECOND)]
    assert [str(problem) for path in files for problem in check_blame(path, documents)] == []
    accusations = sum(
        label.stance is Stance.ACCUSATION for path in files_of(LABELLED) for label in read_blame_file(path).labels
    )
    assert accusations >= 300


LINE = {
    "unit": "u0",
    "stance": "accusation",
    "parties": [
        {"name": "Water Board", "head": "Board", "mention": {"start": 0, "end": 15, "text": "The Water Board"}}
    ],
    "charge": {"start": 16, "end": 20, "text": "lied"},
    "by": None,
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda line: line.replace('"lied"', '"knew"'), "does not read"),
        (lambda line: line.replace('"u0"', '"u7"'), "no accusation of the article"),
        (lambda line: line.replace('"head": "Board"', '"head": "Council"'), "no part of the name"),
        (lambda line: line.replace("Water Board", "Fire Board"), "does not"),
        (lambda line: line.replace('"accusation"', '"quotation"'), "'stance'"),
        (lambda line: line.replace('"by"', '"from"'), "unknown key"),
        (lambda line: line + "\n" + line, "labelled twice"),
        (lambda line: line[:-5], "JSON"),
    ],
)
def test_slips_of_a_labelled_file_are_named(change: Callable[[str], str], message: str, tmp_path: Path) -> None:
    """A wrong offset, unit, head, name, stance or key is a problem at its line."""
    document = document_of([("!", "The Water Board lied.")])
    path = tmp_path / "d.jsonl"
    head = json.dumps({"format": "argmap-blame", "version": 1, "doc": "d", "text_sha256": document.text_sha256})
    good = json.dumps(LINE)
    path.write_text(f"{head}\n{good}\n", encoding="utf-8")
    assert check_blame(path, [document]) == []
    path.write_text(f"{head}\n{change(good)}\n", encoding="utf-8")
    problems = check_blame(path, [document])
    assert {problem.line for problem in problems} <= {2, 3}
    assert any(message in str(problem) for problem in problems)
    path.write_text(f"{head}\n", encoding="utf-8")
    assert "has no line" in str(check_blame(path, [document])[0])


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """What is no file of blame, or of another text, is said at its first line."""
    path = tmp_path / "d.jsonl"
    path.write_text('{"format": "argmap-annotation"}\n')
    with pytest.raises(InputError, match="no file of blame"):
        read_blame_file(path)
    path.write_text('{"format": "argmap-blame", "version": 1, "doc": "d", "text_sha256": "0"}\n')
    assert "text_sha256" in str(check_blame(path, [document_of([("|", "No.")])])[0])
    assert "not there" in str(check_blame(path, [])[0])


def test_the_command_scores_compares_and_fits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`argmap annotations blame` prints figures, names a slip with exit code 1, compares annotators, and fits."""
    one = files_of(LABELLED)[0]
    own = str(OWN / one.name)
    assert main(["annotations", "blame", str(one), "--articles", own]) == 0
    assert "accused, main party" in capsys.readouterr().out
    assert main(["annotations", "blame", str(one), "--articles", own, "--against", str(one), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accused"] == 1.0
    broken = tmp_path / one.name
    broken.write_text(one.read_text(encoding="utf-8").replace('"start": ', '"start": 1', 1), encoding="utf-8")
    assert main(["annotations", "blame", str(broken), "--articles", own]) == 1
    assert f"{broken}:" in capsys.readouterr().out
    assert main(["annotations", "blame", str(one), "--articles", own, "--fit", "w", "--against", str(one)]) == 2


def test_the_accused_is_found_on_articles_that_no_weight_was_fitted_to() -> None:
    """On the held-out articles the main accused party is mostly found, and charges overlap with the labelled ones."""
    held_out = set(json.loads((ROOT / "annotations" / "splits.json").read_text())["test"])
    files = [read_blame_file(path) for path in files_of(LABELLED) if path.stem in held_out]
    articles = read_articles([OWN / f"{file.doc}.jsonl" for file in files])
    scores = blame_scores(files, found_in(find_blame(attribute(article.document)) for article in articles))
    assert scores.accusations > 60
    assert scores.accused is not None
    assert scores.accused >= 0.5
    assert scores.charge_f1 is not None
    assert scores.charge_f1 >= 0.7


def test_units_that_are_no_text_carry_none() -> None:
    """A heading with blame is refused."""
    document = blamed()
    unit = replace(document.units[0], kind=UnitKind.HEADING, stances=())
    data = dump_map(ArgumentMap(document.with_units((unit,))))
    with pytest.raises(InputError, match="carries blame"):
        load_map(data, where="m.json")
