"""The commands on text that is not English prose: labels withheld, one line about it, and all of them on demand."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from articles import HARBOUR, write
from small_models import bundled_model, own_articles

from argmap.cli import main
from argmap.models import Model, load_model, save_model
from argmap.stance.domain import DomainModel

FRENCH = (
    "Le maire a fermé le pont sans prévenir personne. Il faut le rouvrir avant l'hiver, et vite. "
    "« Nous l'avions dit », répond l'ingénieur. La ville doit payer, et le maire doit partir.\n"
)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    """The bundled model with a domain model of our own articles, as every command gets it here."""
    domain = DomainModel.fit([article.document.text for article in own_articles()])
    changed = replace(bundled_model(), domain=domain)
    monkeypatch.setattr("argmap.cli.loading.chosen_model", lambda name: changed)  # noqa: ARG005
    return changed


@pytest.mark.usefixtures("model")
def test_labels_are_withheld_and_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An article in French gets scores and no labels, one line on stderr, exit code 0; -q silences the line."""
    path = write(tmp_path / "lettre.txt", FRENCH)
    assert main(["classify", path]) == 0
    captured = capsys.readouterr()
    units = [json.loads(line) for line in captured.out.splitlines()]
    assert all(not unit["stances"] and unit["evidence"] is None and unit["scores"] for unit in units)
    assert all(0 <= unit["out_of_domain"] <= 1 for unit in units)
    (line,) = captured.err.splitlines()
    assert line.startswith("lettre: reads like words that are not English, not like English prose (")
    assert line.endswith("labels withheld, --any-text shows them")
    assert main(["classify", path, "-q"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("model")
def test_an_honest_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its map has no claims and no links, and says so."""
    path, out = write(tmp_path / "lettre.txt", FRENCH), tmp_path / "map.json"
    assert main(["map", path, "-o", str(out)]) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["document"]["out_of_domain"] > 0.5
    assert (found["relations"], found["thesis"]) == ([], None)
    assert "no claims found" in capsys.readouterr().err


@pytest.mark.usefixtures("model")
def test_a_foreign_sentence_takes_no_part(tmp_path: Path) -> None:
    """In an English article a French paragraph is neither claim nor grounds; the article keeps its labels."""
    path, out = (
        write(tmp_path / "a.txt", f"{HARBOUR}\n{FRENCH}\n{HARBOUR.replace('harbour', 'pier')}"),
        tmp_path / "m.json",
    )
    assert main(["map", path, "-o", str(out), "-q"]) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    outside = {unit["unit"] for unit in found["units"] if (unit["out_of_domain"] or 0) > 0.5}
    assert outside
    assert any(unit["stances"] for unit in found["units"])
    for relation in found["relations"]:
        assert not outside & {*relation["sources"], relation["target"]}
    assert found["thesis"] not in outside


@pytest.mark.usefixtures("model")
def test_any_text_on_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--any-text gives the labels of before, with the score beside them and no line about it."""
    path = write(tmp_path / "lettre.txt", FRENCH)
    assert main(["classify", path, "--any-text"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert any(json.loads(line)["out_of_domain"] > 0.5 for line in captured.out.splitlines())


@pytest.mark.usefixtures("model")
def test_many_articles_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For a file of many articles one line says how many do not read like English prose."""
    path = write(tmp_path / "many.jsonl", "".join(json.dumps({"text": FRENCH}) + "\n" for _ in range(3)))
    assert main(["classify", path]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "3 articles do not read like English prose; labels withheld, --any-text shows them"


def test_a_model_folder_keeps_it(model: Model, tmp_path: Path) -> None:
    """What is saved with a model comes back; a folder without it loads, and asks nothing."""
    save_model(model, tmp_path / "with", card="A card.")
    save_model(replace(model, domain=None), tmp_path / "without", card="A card.")
    kept = load_model(tmp_path / "with").domain
    assert kept is not None
    assert model.domain is not None
    assert kept.scores([FRENCH, HARBOUR]).tolist() == model.domain.scores([FRENCH, HARBOUR]).tolist()
    assert load_model(tmp_path / "without").domain is None
