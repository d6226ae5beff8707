"""`argmap evaluate --report DIR`: page, pictures, Markdown, with a gate and without; no model is trained."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import stub_evaluations
from stub_evaluations import article, articles, labelled

from argmap.annotations import read_articles, write_article
from argmap.cli import main
from argmap.cli.reports import PICTURES
from argmap.document import Document
from argmap.errors import MissingDependencyError
from argmap.graph import ArgumentMap

GATE = "resamples = 200\n[minimum]\narticles = 3\n[floors]\nstance.macro_f1 = 0.1\n[drops]\nstance.macro_f1 = 0.01\n"
FILES = {"report.json", "metrics.txt", "summary.md", "report.html", *PICTURES}
LONG = "A sentence that is long enough to be told from all others in a report."


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four labelled articles, a gate, a model `stub`, and one of the name `mute` that gives no labels."""
    folder = tmp_path / "labels"
    folder.mkdir()
    made = (*articles()[1:4], article("a-long", (*(f"{LONG} {k}." for k in range(6)), "Short.")))
    gold = {one.document.text_of(unit): unit.stances for one in made for unit in one.document.units}
    for one in made:
        write_article(one, folder / f"{one.document.id}.jsonl")
    (tmp_path / "gate.toml").write_text(GATE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    def chosen(option: str | None) -> SimpleNamespace:
        stance = SimpleNamespace(thresholds_=stub_evaluations.THRESHOLDS)
        return SimpleNamespace(id=option or "stub", info={}, training_texts={"x": "0" * 64}, stance=stance)

    def mapped(document: Document, *, model: SimpleNamespace) -> ArgumentMap:
        return ArgumentMap(document) if model.id == "mute" else ArgumentMap(labelled(document, gold))

    monkeypatch.setattr("argmap.cli.loading.chosen_model", chosen)
    monkeypatch.setattr("argmap.pipeline.map_document", mapped)
    monkeypatch.setattr("argmap.pipeline.link_document", lambda document, **_: ArgumentMap(document))
    return tmp_path


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes its time, and is tested elsewhere."""

    def fail(*_: object, **__: object) -> None:
        raise MissingDependencyError("no Graphviz found", advice="install it")

    monkeypatch.setattr("argmap.rendering.plot_png.draw", fail)


def evaluate(*arguments: str) -> int:
    return main(["evaluate", "labels", "--resamples", "10", *arguments])


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_reports_without_a_gate(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Page, pictures and Markdown need no gate; GitHub's summary gets the Markdown, and what stood there stays."""
    (work / "summary").write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(work / "summary"))
    assert evaluate("--report", "out") == 0
    assert written(work / "out") == FILES
    assert all((work / "out" / name).read_bytes().startswith(b"\x89PNG") for name in PICTURES)
    shown = (work / "out" / "summary.md").read_text(encoding="utf-8")
    assert shown.startswith("## argmap evaluate: stub on hand-cut sentences: 4 articles")
    assert (work / "summary").read_text(encoding="utf-8") == f"before\n{shown}"
    page = (work / "out" / "report.html").read_text(encoding="utf-8")
    assert "--readers A B" in page
    assert LONG in page
    assert "out: report.json, metrics.txt, summary.md, report.html, plots/figures.png, " in capsys.readouterr().err
    assert evaluate("--report", "out") == 3
    assert "is there already; give --force" in capsys.readouterr().err
    before = {name: (work / "out" / name).read_bytes() for name in FILES}
    assert evaluate("--report", "out", "--force") == 0
    assert {name: (work / "out" / name).read_bytes() for name in FILES} == before


@pytest.mark.usefixtures("no_pictures")
def test_reports_with_a_gate(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page shows the verdict; without an engine it is there all the same, and one line says what is not."""
    assert evaluate("--report", "base.json") == 0
    assert written(work) >= {"base.json"}
    (work / "out" / "plots").mkdir(parents=True)
    (work / "out" / PICTURES[0]).write_bytes(b"of an earlier run")
    assert evaluate("--gate", "gate.toml", "--baseline", "base.json", "--report", "out") == 3
    assert evaluate("--gate", "gate.toml", "--baseline", "base.json", "--report", "out", "--force") == 0
    assert "plots left out: no Graphviz found; install it" in capsys.readouterr().err
    gated = {"gate.json", "junit.xml", "annotations.txt"}
    assert written(work / "out") == (FILES - set(PICTURES)) | gated
    page = (work / "out" / "report.html").read_text(encoding="utf-8")
    assert "<title>PASS · stub · evaluation</title>" in page


@pytest.mark.usefixtures("no_pictures")
def test_texts_can_be_kept_in_the_house(work: Path) -> None:
    """--without-texts keeps the sentences out of everything that is written for people, and only those."""
    assert evaluate("--report", "base.json") == 0
    gate = ("--gate", "gate.toml", "--baseline", "base.json", "--model", "mute")
    assert evaluate(*gate, "--report", "open") == 1
    assert evaluate(*gate, "--report", "closed", "--without-texts") == 1
    for name in ("report.html", "summary.md", "annotations.txt"):
        assert LONG[:40] in (work / "open" / name).read_text(encoding="utf-8"), name
        closed = (work / "closed" / name).read_text(encoding="utf-8")
        assert LONG[:40] not in closed, name
        assert "Sentence" not in closed.replace("Sentences", ""), name
        assert "a-long" in closed
    assert (work / "closed" / "report.json").read_bytes() == (work / "open" / "report.json").read_bytes()


@pytest.mark.usefixtures("no_pictures")
def test_readers(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two readers are found beside the labels, or named; what was named must be right, what was found may be wrong."""
    for side in "ab":
        (work / f"labels-annotator-{side}").mkdir()
        for one in read_articles([work / "labels"]):
            write_article(one, work / f"labels-annotator-{side}" / f"{one.document.id}.jsonl")
    assert evaluate("--report", "found") == 0
    assert "who labelled 4 articles apart" in (work / "found" / "report.html").read_text(encoding="utf-8")
    named = ("--readers", "labels-annotator-a/a-long.jsonl", "labels/a-long.jsonl")
    assert evaluate("--report", "named", *named) == 0
    assert "who labelled 1 article apart" in (work / "named" / "report.html").read_text(encoding="utf-8")
    capsys.readouterr()
    assert evaluate("--report", "lost", "--readers", "labels", "none") == 3
    assert "none" in capsys.readouterr().err
    assert not (work / "lost").exists()
    assert evaluate("--readers", "labels", "labels") == 2
    assert "--readers without --report DIR" in capsys.readouterr().err
    (work / "labels-annotator-a" / "a-long.jsonl").write_text("no annotation", encoding="utf-8")
    assert evaluate("--report", "broken") == 0
    assert "readers left out of report.html: " in capsys.readouterr().err
    assert "--readers A B" in (work / "broken" / "report.html").read_text(encoding="utf-8")
