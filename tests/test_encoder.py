"""The encoder's room: windows, outputs, what joins the second stage, and what happens where it cannot run."""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import HOSTILE, bundled_model, document

from argmap.cli import main
from argmap.errors import MissingDependencyError, ModelError
from argmap.models import DEFAULT, FAST, bundled_models, load_model
from argmap.pipeline import classify_document, map_document
from argmap.stance.classifier import Rescorer, score
from argmap.stance.encoder import COLUMN_GROUPS, HEADS, Encoder, EncoderOutputs, Layout, encoder_columns
from argmap.stance.encoder.finetuning import on_scale
from argmap.stance.encoder.windows import windows_of
from argmap.stance.sentences import Sentence, sentences_of

LAYOUT = Layout(opening=1, separator=2, window=20, sentence=8, title=3)
TEXT = (
    "The mayor lied about the bridge. “We owe nobody an answer,” said the minister. The bridge fell in 2019. "
    "Nobody was told. The council must publish the report now. It was raining that day."
)
tokens = st.lists(st.integers(3, 99), max_size=12)


def encoder() -> Encoder:
    found = bundled_model().encoder
    assert found is not None, "the default model has an encoder"
    return found


@given(sentences=st.lists(tokens, max_size=12), title=tokens, first=st.none() | st.integers(1, 20))
def test_each_sentence_stands_in_one_window(sentences: list[list[int]], title: list[int], first: int | None) -> None:
    """Windows hold all sentences once and in order, each cut at its limit with its separator, none too long."""
    windows = windows_of(sentences, title, LAYOUT, first=first)
    assert [row for window in windows for row in window.rows] == list(range(len(sentences)))
    for window in windows:
        assert window.tokens[: 2 + len(title[:3])] == (1, *title[:3], 2)
        for row, (start, end) in zip(window.rows, window.spans, strict=True):
            assert window.tokens[start:end] == (*sentences[row][:8], 2)
        assert len(window.tokens) <= LAYOUT.window + LAYOUT.title + 2


def test_an_article_scores_the_same_alone_and_among_others() -> None:
    """Outputs are the same bytes whatever else is encoded in the call, and however many threads there are."""
    one, two = document(TEXT, title="The bridge"), replace(document("Nobody knows. We must ask."), id="another")
    alone = encoder().outputs(sentences_of(one))
    together = encoder().outputs([*sentences_of(two), *sentences_of(one)])
    np.testing.assert_array_equal(alone.logits, together.logits[2:])
    more = Encoder(encoder().files, threads=8).outputs(sentences_of(one))
    np.testing.assert_allclose(alone.logits, more.logits, atol=1e-4)
    model = bundled_model()
    labels = [unit.stances for unit in classify_document(one, model).units]
    several = replace(model, stance=_with_encoder(Encoder(encoder().files, threads=8)))
    assert [unit.stances for unit in classify_document(one, several).units] == labels


def _with_encoder(other: Encoder) -> object:
    import copy

    stance = copy.copy(bundled_model().stance)
    stance.encoder = other
    return stance


def test_the_context_is_read() -> None:
    """A sentence's outputs depend on the sentences around it, and on the title."""
    other = TEXT.replace("Nobody was told.", "Everybody cheered.")
    here, there = (encoder().outputs(sentences_of(document(text))).logits[0] for text in (TEXT, other))
    titled = encoder().outputs(sentences_of(document(TEXT, title="Dams"))).logits[0]
    assert not np.allclose(here, there)
    assert not np.allclose(here, titled)


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_text_is_encoded_or_has_no_sentence(name: str) -> None:
    """Whatever the text, there is one finite row a sentence."""
    X = sentences_of(document(HOSTILE[name], title=HOSTILE[name][:50]))
    outputs = encoder().outputs(X)
    assert outputs.logits.shape == (len(X), len(HEADS))
    assert np.isfinite(outputs.logits).all()
    assert np.isfinite(outputs.vectors).all()


@settings(max_examples=20, deadline=None)
@given(text=st.text(max_size=80))
def test_any_text_is_encoded(text: str) -> None:
    """Any string in the place of a sentence gives finite numbers."""
    outputs = encoder().outputs([Sentence("We must act.", "a"), Sentence(text, "a"), Sentence(text, "b", title=text)])
    assert np.isfinite(outputs.logits).all()


def test_columns_of_the_second_stage() -> None:
    """Beside its own log-odds a sentence brings its neighbours' (zeros at the ends) and its article's mean."""
    logits = np.arange(3 * len(HEADS), dtype=float).reshape(3, len(HEADS))
    X = [Sentence("x", "a"), Sentence("y", "a"), Sentence("z", "b")]
    columns = encoder_columns(EncoderOutputs(logits, np.zeros((3, 4), dtype=np.float32)), X)
    own, before, after, mean = np.split(columns, COLUMN_GROUPS, axis=1)
    np.testing.assert_array_equal(own, logits)
    np.testing.assert_array_equal(before, [np.zeros(len(HEADS)), logits[0], np.zeros(len(HEADS))])
    np.testing.assert_array_equal(after, [logits[1], np.zeros(len(HEADS)), np.zeros(len(HEADS))])
    np.testing.assert_array_equal(mean, [logits[:2].mean(axis=0)] * 2 + [logits[2]])


def test_other_words_score_as_the_same_article_with_them_would() -> None:
    """In an article of three sentences, which all see each other, a replaced sentence scores as in the new article."""
    model = bundled_model()
    old, new = "The mayor lied. Nobody was told. We must act.", "The mayor lied. The minister stole it. We must act."
    found = Rescorer(sentences_of(document(old)), model.stance).scores(
        1, ["Nobody was told.", "The minister stole it."]
    )
    for row, text in enumerate((old, new)):
        wanted = score(document(text), model.stance, model.evidence).stances[1]
        np.testing.assert_allclose(found[row], wanted, atol=0.1)
    before = score(document(old), model.stance, model.evidence).stances[1]
    np.testing.assert_allclose(found[0], before, atol=1e-6)


def test_averaged_scores_are_put_on_the_scale_of_single_ones() -> None:
    """After stretching, the log-odds of the same vectors have mean and spread of the wanted ones."""
    files, rng = encoder().files, np.random.default_rng(0)
    vectors = rng.normal(size=(50, len(files.weights)))
    wanted = rng.normal(loc=-2.0, scale=3.0, size=(80, len(HEADS)))
    stretched = on_scale(files, vectors @ files.weights + files.bias, wanted)
    logits = vectors @ stretched.weights + stretched.bias
    np.testing.assert_allclose(logits.mean(axis=0), wanted.mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(logits.std(axis=0), wanted.std(axis=0), rtol=1e-3)


def test_the_default_model_has_an_encoder_and_the_fast_one_none() -> None:
    """Without --model the encoder decides; `fast` names the tier without one."""
    assert load_model().id == DEFAULT
    assert load_model("fast").encoder is None
    assert load_model("fast").id == FAST


def test_without_onnxruntime_the_fast_tier_is_used_and_said_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no encoder can run, the commands go on with the fast tier and say so once; asked for by name, it is 4."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    paths = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    assert main(["classify", *paths]) == 0
    out, err = capsys.readouterr()
    assert err.count(FAST) == 1
    assert {json.loads(line)["model"] for line in out.splitlines()} == {FAST}
    assert main(["classify", *paths, "--model", DEFAULT]) == 4
    assert "pip install onnxruntime tokenizers" in capsys.readouterr().err
    with pytest.raises(MissingDependencyError):
        load_model()


@pytest.mark.parametrize("lost", ["encoder.onnx", "tokenizer.json", "encoder.npz"])
def test_a_model_without_a_file_of_its_encoder_is_refused_by_name(tmp_path: Path, lost: str) -> None:
    """A default model that lacks, or has another, file of its encoder is not loaded."""
    folder = tmp_path / "model"
    shutil.copytree(bundled_models() / DEFAULT, folder)
    (folder / lost).write_bytes(b"not this")
    with pytest.raises(ModelError, match=r"differs from the hash in model\.json"):
        load_model(folder)
    (folder / lost).unlink()
    with pytest.raises(ModelError, match=lost):
        load_model(folder)


def test_the_same_text_gives_the_same_map() -> None:
    """Loading again and mapping again changes nothing."""
    article = document(TEXT, title="The bridge")
    first, second = map_document(article, load_model()), map_document(article, load_model())
    assert (first.document, first.relations, first.thesis) == (second.document, second.relations, second.thesis)
