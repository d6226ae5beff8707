"""`argmap train`: what is trained on, and what is refused before the work begins."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from articles import write

from argmap.annotations import AnnotatedArticle
from argmap.cli import main
from argmap.models import WEIGHTS, Model, load_model
from argmap.stance.encoder.finetuning import Recipe, recipe_for

GOLDEN = Path(__file__).parent / "golden" / "annotations"
WEIR, STANDOFF = str(GOLDEN / "weir.jsonl"), str(GOLDEN / "weir-standoff.jsonl")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What `argmap.training.train` is called with; the bundled model stands for the result of minutes of work."""
    seen: list[dict[str, Any]] = []

    def train(articles: Sequence[AnnotatedArticle], **options: Any) -> Model:
        options.pop("report")("fitting")
        seen.append({"articles": [article.document.id for article in articles], **options})
        return load_model()

    monkeypatch.setattr("argmap.training.train", train)
    return seen


def test_train_writes_a_model_folder(
    tmp_path: Path, calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Annotations in, a model folder out that `--model` takes; the seed is passed on."""
    model = tmp_path / "mine"
    assert main(["train", WEIR, "-o", str(model), "--seed", "7", "--jobs", "2"]) == 0
    settings = {
        "model_id": "mine",
        "unlabelled": (),
        "encoder": None,
        "teacher": None,
        "recipe": Recipe(),
        "seed": 7,
        "jobs": 2,
    }
    assert calls == [{"articles": ["weir"], **settings}]
    assert load_model(model).id == load_model().id
    assert (model / "README.md").read_text(encoding="utf-8").strip()
    assert "trained on 1 article" in capsys.readouterr().err


def test_a_model_is_not_overwritten(tmp_path: Path, calls: list[dict[str, Any]]) -> None:
    """A folder with something in it needs --force, and that is said before the training."""
    write(tmp_path / "model.json", "old")
    assert main(["train", WEIR, "-o", str(tmp_path)]) == 3
    assert (calls, (tmp_path / "model.json").read_text()) == ([], "old")
    assert main(["train", WEIR, "-o", str(tmp_path), "--force"]) == 0
    assert load_model(tmp_path)


def test_a_fold_of_a_split(tmp_path: Path, calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    """Only articles of the fold are trained on, and it is said how many were left out."""
    second = str(GOLDEN.parent.parent.parent / "annotations" / "own" / "ferry-sgarra.jsonl")
    split = write(tmp_path / "splits.json", '{"note": "x", "train": ["weir", "unknown"], "dev": ["ferry-sgarra"]}')
    assert main(["train", WEIR, second, "-o", str(tmp_path / "m"), "--split", split]) == 0
    assert calls[0]["articles"] == ["weir"]
    message = "fold train: 1 article; 1 not in it left out; 1 of the fold not among these annotations"
    assert message in capsys.readouterr().err
    assert main(["train", WEIR, "-o", str(tmp_path / "n"), "--fold", "train"]) == 2
    assert "--fold train without --split" in capsys.readouterr().err
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("folds", "said"),
    [
        ({"train": ["weir"], "dev": ["weir"]}, "weir is in the folds train and dev"),
        ({"train": ["weir"], "dev": ["other"]}, "weir and other are the same text in two folds"),
    ],
)
def test_a_held_out_article_among_the_training_ones_is_refused(
    tmp_path: Path, calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str], folds: dict[str, Any], said: str
) -> None:
    """An article in two folds, by its id or by its text, stops the training before it begins."""
    lines = Path(WEIR).read_text(encoding="utf-8").splitlines()
    other = json.loads(lines[0]) | {"doc": "other"}
    second = write(tmp_path / "other.jsonl", "\n".join([json.dumps(other), *lines[1:]]) + "\n")
    split = write(tmp_path / "splits.json", json.dumps(folds))
    assert main(["train", WEIR, second, "-o", str(tmp_path / "m"), "--split", split]) == 3
    assert said in capsys.readouterr().err
    assert calls == []


def test_the_encoder_is_named_on_the_command_line(
    tmp_path: Path, calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    """--encoder and --epochs reach the training; --epochs alone is a mistake of use."""
    assert main(["train", WEIR, "-o", str(tmp_path / "m"), "--encoder", "some/encoder", "--epochs", "2"]) == 0
    assert (calls[0]["encoder"], calls[0]["recipe"]) == ("some/encoder", recipe_for(2))
    assert main(["train", WEIR, "-o", str(tmp_path / "n"), "--epochs", "2"]) == 2
    assert "--epochs is for an encoder" in capsys.readouterr().err
    assert main(["train", WEIR, "-o", str(tmp_path / "n"), "--encoder", "some/encoder", "--teacher", "larger"]) == 2
    assert "--teacher labels the articles of --unlabelled" in capsys.readouterr().err
    texts = write(tmp_path / "texts.jsonl", json.dumps({"text": "Nobody knows why."}))
    further = ["--encoder", "some/encoder", "--teacher", "larger", "--unlabelled", texts]
    assert main(["train", WEIR, "-o", str(tmp_path / "n"), *further]) == 0
    assert calls[-1]["teacher"] == "larger"


def test_a_model_goes_into_no_folder_of_other_things(
    tmp_path: Path, calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    """--force replaces a model, and never strews one among other files, such as the labels and their README."""
    write(tmp_path / "README.md", "mine")
    assert main(["train", WEIR, "-o", str(tmp_path), "--force"]) == 3
    assert "holds something else than a model" in capsys.readouterr().err
    assert (calls, [path.name for path in tmp_path.iterdir()]) == ([], ["README.md"])


@pytest.mark.slow
def test_a_model_is_really_trained_and_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Eight articles become a model: the same bytes for the same seed, others for another, and it maps and is measured.

    It refuses to be measured on what it was trained on.
    """
    own = Path(__file__).parent.parent / "annotations" / "own"
    labelled = [str(path) for path in sorted(own.glob("*.jsonl"))]
    learnt, unseen = labelled[:8], labelled[8:12]

    def trained(folder: str, seed: str) -> dict[str, bytes]:
        place = tmp_path / folder / "mine"
        place.parent.mkdir()
        assert main(["train", *learnt, "-o", str(place), "--seed", seed]) == 0
        return {path.name: path.read_bytes() for path in place.iterdir()}

    one, again, other = trained("one", "3"), trained("again", "3"), trained("other", "4")
    assert one == again
    assert one.keys() == other.keys() == {"README.md", "model.json", *WEIGHTS}
    assert one["links.npz"] != other["links.npz"]
    model, out = str(tmp_path / "one" / "mine"), tmp_path / "map.json"
    example = next((own.parent.parent / "examples").glob("*.txt"))
    assert main(["map", str(example), "--model", model, "-o", str(out)]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["created_with"]["models"]["stance"] == "mine"
    capsys.readouterr()
    assert main(["evaluate", *unseen, "--model", model, "--format", "json", "--resamples", "20"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["model"] == "mine"
    assert 0.2 < report["metrics"]["stance.macro_f1"]["value"] < 0.95
    assert main(["evaluate", *unseen, learnt[0], "--model", model]) == 3
    assert "trained on 1 of these 5 articles" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["texts.jsonl", "texts.jsonl.gz"])
def test_unlabelled_texts(name: str, tmp_path: Path, calls: list[dict[str, Any]]) -> None:
    """Further texts come a JSON object a line, packed or not."""
    data = b'{"id": "a", "text": "One."}\n\n{"text": "Zwei\\u2028drei."}\n'
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    assert main(["train", WEIR, "-o", str(tmp_path / "m"), "--unlabelled", str(path)]) == 0
    assert calls[0]["unlabelled"] == ("One.", "Zwei\u2028drei.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{tmp}/missing.jsonl"], "missing.jsonl: no such file"),
        ([STANDOFF], "say where it lies with --texts DIR"),
        ([str(GOLDEN / "faulty" / "not-json.jsonl")], "not-json.jsonl:"),
        ([str(GOLDEN / "faulty" / "unknown-labels.jsonl")], "expected one of accusation"),
        ([str(GOLDEN / "faulty" / "offsets.jsonl")], "offsets.jsonl:"),
        ([str(GOLDEN / "faulty" / "links.jsonl")], "links.jsonl:"),
        ([str(GOLDEN / "faulty" / "cycle.jsonl")], "cycle"),
        ([WEIR, "--split", "{tmp}/split.json"], "no fold 'train'; expected one of dev"),
        ([WEIR, "--split", "{tmp}/split.json", "--fold", "dev"], "no article of these annotations is in fold 'dev'"),
        ([WEIR, "--split", WEIR], "weir.jsonl:"),
        ([WEIR, "--unlabelled", "{tmp}/bad.jsonl"], "bad.jsonl:2: 'text' is missing"),
        ([WEIR, "--unlabelled", "{tmp}/bad.gz"], "bad.gz: is not a whole gzip file"),
        ([WEIR, "--texts", "{tmp}/missing", STANDOFF], "missing"),
    ],
)
def test_bad_input(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    calls: list[dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line with file and place, exit code 3, no training and no model."""
    write(tmp_path / "split.json", '{"dev": ["nobody"], "note": "x"}')
    write(tmp_path / "bad.jsonl", '{"text": "One."}\n{"txt": "Two."}\n')
    write(tmp_path / "bad.gz", "no gzip")
    given = [part.format(tmp=tmp_path) for part in arguments]
    assert main(["train", *given, "-o", str(tmp_path / "m")]) == 3
    captured = capsys.readouterr()
    line = captured.err.splitlines()[-1]
    assert line.startswith("argmap: error: ")
    assert words in line
    assert calls == []
    assert not (tmp_path / "m").exists()


def test_a_place_without_a_folder(
    tmp_path: Path, calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    """A model cannot be put into a folder that is not there, or onto a file; that is known before the training."""
    assert main(["train", WEIR, "-o", str(tmp_path / "missing" / "m")]) == 3
    assert main(["train", WEIR, "-o", write(tmp_path / "file")]) == 3
    first, second = capsys.readouterr().err.splitlines()
    assert "the folder does not exist" in first
    assert "is a file" in second
    assert calls == []
