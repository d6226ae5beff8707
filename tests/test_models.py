"""A model folder holds plain arrays, comes back as it went, and is refused, by name, if anything in it is not right."""

import hashlib
import io
import json
import os
import pickle
import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import ROOT, bundled_model, document, essay, own_articles, small_model

from argmap.errors import EXIT_BAD_INPUT, EXIT_MISSING, InputError, MissingDependencyError, ModelError
from argmap.formats.map_json import dump_map
from argmap.models import WEIGHTS, Model, load_model, save_model
from argmap.pipeline import map_document, read_article
from argmap.stance.classifier import score
from argmap.training import card_of

FILES = (*WEIGHTS, "domain.npz", "examples.jsonl", "model.json", "README.md")
EXPLODED: list[str] = []
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"))


def explode() -> None:
    EXPLODED.append("boom")


class Bomb:
    """What runs code when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return explode, ()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "small"
    save_model(small_model(), folder, card=card_of(small_model()))
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(saved, tmp_path / "small"))


def mapped(model: Model) -> list[object]:
    texts = [article.document for article in own_articles()[:2]]
    return [dump_map(map_document(doc, model)) for doc in (*texts, document("A title\n\n" + essay(30)))]


def test_a_model_comes_back_as_it_went(saved: Path) -> None:
    """The loaded model gives every label, score and link that the trained one gave, and knows its training texts."""
    loaded = load_model(saved)
    assert mapped(loaded) == mapped(small_model())
    doc = own_articles()[0].document
    one, other = (score(doc, model.stance, model.evidence) for model in (loaded, small_model()))
    np.testing.assert_array_equal(one.stances, other.stances)
    np.testing.assert_array_equal(one.evidence, other.evidence)
    assert loaded.id == "small"
    assert loaded.training_texts == {a.document.id: a.document.text_sha256 for a in own_articles()}


def test_saving_twice_gives_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    """A folder depends on the model alone: neither the clock nor the way over the disk shows in it."""
    save_model(load_model(saved), tmp_path / "again", card=card_of(small_model()))
    assert sorted(path.name for path in saved.iterdir()) == sorted(FILES)
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (saved / name).read_bytes(), name


def test_the_card_says_what_it_is(saved: Path) -> None:
    """The card names the model, its training and its figures."""
    card = (saved / "README.md").read_text(encoding="utf-8")
    metrics = small_model().info["metrics"]
    for fact in ("# small", f"{len(own_articles())} hand-labelled", f"{metrics['stance_macro_f1']:.3f}", "seed\n0"):
        assert fact in card


# ---- refusals ----


def refused(folder: Path, *facts: str) -> None:
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert caught.value.exit_code == EXIT_BAD_INPUT
    message = str(caught.value)
    assert str(folder) in message
    assert "\n" not in message
    for fact in facts:
        assert fact in message


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(name: str, folder: Path) -> None:
    """A folder that lacks a file is no model."""
    (folder / name).unlink()
    refused(folder, f"has no {name}")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.0, 0.31, 0.5, 0.77, 1.0])
def test_one_changed_byte_is_seen(name: str, place: float, folder: Path) -> None:
    """A byte that is not as it was, anywhere in any file, is found before the model is used."""
    path = folder / name
    data = bytearray(path.read_bytes())
    data[min(int(place * len(data)), len(data) - 1)] ^= 0x01
    path.write_bytes(data)
    refused(folder, name)


def test_each_byte_of_the_description_counts(folder: Path) -> None:
    """`model.json` vouches for the other files, and its own hash for itself: any digit of it may not change."""
    path = folder / "model.json"
    data = path.read_bytes()
    for place in range(0, len(data), 97):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :])
        refused(folder, "model.json")


def test_a_pickle_in_the_folder_is_refused_unread(folder: Path) -> None:
    """A file that could execute code has no business in a model folder, and is not opened."""
    for name in ("model.pkl", "HEAD.PICKLE", "x.joblib", "weights.pt"):
        (folder / name).write_bytes(pickle.dumps(Bomb()))
        refused(folder, name, "could execute code")
        (folder / name).unlink()
    assert EXPLODED == []
    load_model(folder)


def reseal(folder: Path, **changes: Any) -> None:
    """Write `model.json` as somebody would who changes a model on purpose: all hashes are right."""
    path = folder / "model.json"
    info = {**json.loads(path.read_bytes()), **changes}
    info = {key: value for key, value in info.items() if value is not None}
    info["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (*WEIGHTS, "README.md")}
    info["sha256"] = "0" * 64
    data = json.dumps(info).encode()
    path.write_bytes(data.replace(b"0" * 64, hashlib.sha256(data).hexdigest().encode()))


def arrays_of(folder: Path, name: str) -> dict[str, Any]:
    with np.load(folder / name) as archive:
        return {key: archive[key] for key in archive.files}


def test_a_model_that_is_resealed_loads(folder: Path) -> None:
    """The refusals below are for what was changed, not for how it was written."""
    reseal(folder)
    load_model(folder)


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"version": 2}, ["version 2", "expected 1"]),
        ({"version": None}, ["version null"]),
        ({"format": "argmap-map"}, ["argmap-map"]),
        ({"stances": ["accusation", "quotation"]}, ["stances", "recommendation"]),
        ({"evidence": ["event", "testimony", "statistic", "document"]}, ["evidence"]),
        ({"cues_sha256": "1" * 64}, ["cues_sha256", "train it again"]),
        ({"training": None}, ["training"]),
        ({"training": {"articles": []}}, ["training"]),
        ({"id": ["x"]}, ["id"]),
    ],
)
def test_another_description_is_refused(changes: dict[str, Any], facts: list[str], folder: Path) -> None:
    """Another version, other labels or other cues: what differs is said, and what was expected."""
    reseal(folder, **changes)
    refused(folder, *facts)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"format": "argmap-model"}', b"\0"],
    ids=["empty", "cut", "list", "null", "no-text", "deep", "bare", "NUL"],
)
def test_a_description_that_is_none(content: bytes, folder: Path) -> None:
    """What is not JSON, or not a model's, is refused as such."""
    (folder / "model.json").write_bytes(content)
    refused(folder, "model.json")


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def without_end(data: bytes) -> bytes:
    return data[:-1]


def bent(data: bytes) -> bytes:
    """The archive's directory is whole, a compressed stream in it is not."""
    middle = len(data) // 3
    return data[:middle] + bytes(255 - byte for byte in data[middle : middle + 200]) + data[middle + 200 :]


def as_npy(data: bytes) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.zeros(len(data) % 7))
    return stream.getvalue()


def as_other_zip(_: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("words.txt", "no array")
    return stream.getvalue()


def as_pickle(_: bytes) -> bytes:
    return pickle.dumps(Bomb())


def as_objects(data: bytes) -> bytes:
    return npz({**dict(np.load(io.BytesIO(data))), "thresholds": np.array([Bomb()], dtype=object)})


def with_nan(data: bytes) -> bytes:
    arrays = dict(np.load(io.BytesIO(data)))
    name = next(name for name, values in arrays.items() if values.dtype.kind == "f")
    arrays[name] = np.full_like(arrays[name], np.nan)
    return npz(arrays)


def with_words(data: bytes) -> bytes:
    return npz({**dict(np.load(io.BytesIO(data))), "thresholds": np.array(["high"])})


def npz(arrays: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize(
    "spoil", [cut, without_end, bent, as_npy, as_other_zip, as_pickle, as_objects, with_nan, with_words, len]
)
def test_weights_that_are_none(name: str, spoil: Callable[[bytes], Any], folder: Path) -> None:
    """Weights that are no archive of plain finite numbers are refused even if every hash is right; nothing is run."""
    data = spoil((folder / name).read_bytes())
    (folder / name).write_bytes(data if isinstance(data, bytes) else b"")
    reseal(folder)
    refused(folder)
    assert EXPLODED == []


def less_columns(array: np.ndarray) -> np.ndarray:
    return array[..., :-1]


def as_scalar(_: np.ndarray) -> np.ndarray:
    return np.array(1.0)


@pytest.mark.parametrize("spoil", [less_columns, as_scalar, None])
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("features.npz", "words_idf"),
        ("features.npz", "letters_idf"),
        ("features.npz", "cue_scale"),
        ("features.npz", "vectors"),
        ("features.npz", "vector_mean"),
        ("stance.npz", "first_coef"),
        ("stance.npz", "second_coef"),
        ("stance.npz", "thresholds"),
        ("evidence.npz", "second_coef"),
        ("evidence.npz", "second_bias"),
        ("links.npz", "thesis.coef"),
        ("links.npz", "pairs.mean"),
        ("links.npz", "pairs.hidden1"),
        ("links.npz", "attack.scale"),
        ("links.npz", "thresholds"),
    ],
)
def test_weights_that_do_not_fit_together(
    name: str, key: str, spoil: Callable[[np.ndarray], np.ndarray] | None, folder: Path
) -> None:
    """An array that is missing or of the wrong shape is found at loading, not in the middle of an article."""
    arrays = arrays_of(folder, name)
    if spoil is None:
        del arrays[key]
    else:
        arrays[key] = spoil(arrays[key])
    (folder / name).write_bytes(npz(arrays))
    reseal(folder)
    refused(folder)


@pytest.mark.parametrize("what", ["none", "file", "empty"])
def test_what_is_no_folder(what: str, tmp_path: Path) -> None:
    """A path that is no model folder is named."""
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    refused(tmp_path / what)


def test_no_bundled_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without its model says how to get it."""
    monkeypatch.setattr("argmap.models.bundled_models", lambda: tmp_path)
    with pytest.raises(MissingDependencyError, match="pip install argmap") as caught:
        load_model()
    assert caught.value.exit_code == EXIT_MISSING


# ---- saving ----


def test_a_folder_with_something_in_it_is_left_alone(folder: Path) -> None:
    """Nothing is overwritten unless asked; then the folder is a whole model again."""
    (folder / "stance.npz").write_bytes(b"mine")
    with pytest.raises(InputError, match=r"exists already.*--force"):
        save_model(small_model(), folder, card="x")
    assert (folder / "stance.npz").read_bytes() == b"mine"
    save_model(small_model(), folder, card="x", force=True)
    load_model(folder)


@pytest.mark.parametrize(("name", "what"), [("file", "is a file"), ("no/such", "does not exist")])
def test_no_place_for_a_model(name: str, what: str, tmp_path: Path) -> None:
    """A place that cannot hold a folder is named."""
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(InputError, match=what):
        save_model(small_model(), tmp_path / name, card="x")


@pytest.mark.parametrize("times", [0, 1, 4, 5])
def test_a_full_disk_leaves_the_old_model(
    times: int, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the disk fills up at any file, the model that was there still loads, and nothing lies about."""
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    left = iter(range(times))

    def fsync(_: int) -> None:
        if next(left, None) is None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(InputError, match="No space left"):
        save_model(small_model(), folder, card="another", force=True)
    with pytest.raises(InputError, match="No space left"):
        save_model(small_model(), tmp_path / "new", card="another")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert not (tmp_path / "new").exists()


# ---- the bundled model ----


def test_the_bundled_model_loads_at_once() -> None:
    """Loading takes less than two seconds, so a map does not wait for it."""
    started = time.process_time()
    load_model()
    assert time.process_time() - started < 2


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_bundled_model_maps_the_examples(path: Path) -> None:
    """Each example has a thesis, claims of every stance, and links; twice the same bytes."""
    argument_map = map_document(read_article(path), bundled_model())
    assert argument_map.thesis is not None
    assert len(argument_map.relations) >= 10
    assert {stance for unit in argument_map.document.units for stance in unit.stances} >= {"accusation", "quotation"}
    again = map_document(read_article(path), load_model())
    assert dump_map(argument_map) == dump_map(again)


def test_the_bundled_model_has_not_seen_what_it_is_judged_on() -> None:
    """No article of the dev or test split, and no example, is among the training articles: neither id nor text."""
    split = json.loads((ROOT / "annotations" / "splits.json").read_text(encoding="utf-8"))
    trained = bundled_model().training_texts
    assert trained
    assert set(trained) <= set(split["train"])
    hidden = {*split["dev"], *split["test"]}
    assert not hidden & set(trained)
    hashes = {}
    for path in (*(ROOT / "annotations" / "own").glob("*.jsonl"), *(ROOT / "annotations" / "standoff").glob("*.jsonl")):
        with path.open(encoding="utf-8") as stream:
            header = json.loads(stream.readline())
        hashes[header["doc"]] = header["text_sha256"]
    assert hidden <= hashes.keys()
    unseen = {hashes[doc] for doc in hidden} | {read_article(path).text_sha256 for path in EXAMPLES}
    assert not unseen & set(trained.values())
