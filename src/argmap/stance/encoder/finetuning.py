"""Fine-tuning an encoder with PyTorch (`pip install "argmap[train]"`): from labelled articles, or from a teacher.

An encoder learns stances, evidence types, the thesis and who gives grounds to whom at once. What builds on its scores,
the second stage and the thresholds, must see each labelled article through an encoder that was not trained on it.

Without a teacher one encoder per fold scores the articles of its fold. The encoder that is kept goes on from the mean
of their weights (Wortsman et al., Model soups, ICML 2022) and hears all articles once more. It has seen all articles,
so its log-odds are on another scale than the out-of-fold ones: its head is stretched until they have, on texts that
nobody labelled, the mean and the spread that those have on articles not seen.

With a `teacher`, a larger encoder is fine-tuned on all labelled articles and labels others that nobody labelled; the
encoder learns from those soft labels alone (Hinton, Vinyals and Dean, Distilling the knowledge in a neural network,
2015). It has seen no labelled article, so its scores need no folds and no stretching. It knows them at second hand, by
what the teacher says of others: figures on them may be a little flattered, and held-out articles must decide.

Weights are averaged exponentially while learning (Polyak and Juditsky, 1992).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.model_selection import GroupKFold

from argmap.errors import MissingDependencyError
from argmap.stance.encoder.learning import Learner, Lesson, Round, lessons_of
from argmap.stance.encoder.names import with_names_masked
from argmap.stance.encoder.pretrained import Pretrained, load_pretrained
from argmap.stance.encoder.runtime import Encoder, EncoderFiles, EncoderOutputs
from argmap.stance.encoder.windows import Layout
from argmap.stance.sentences import Sentence, article_numbers

FloatArray = npt.NDArray[np.float64]
_ARTICLES_FOR_SCALE = 300


@dataclass(frozen=True)
class Recipe:
    """How an encoder learns: without a teacher, `folds` parts by `learning` and then all by `last`.

    With a teacher: the teacher by `teaching`, the encoder by `studying` at most `taught` articles that it labelled.
    """

    folds: int = 3
    learning: Round = field(default_factory=Round)
    last: Round = field(default_factory=lambda: Round(epochs=1, rate=1e-4))
    taught: int = 1400
    teaching: Round = field(default_factory=lambda: Round(epochs=2, rate=6e-5, window_lengths=(128, 256), memory=0.99))
    studying: Round = field(default_factory=lambda: Round(epochs=4))


def recipe_for(epochs: int | None) -> Recipe:
    """The recipe with another number of epochs for the encoder; None leaves it as it is."""
    plain = Recipe()
    if epochs is None:
        return plain
    return replace(
        plain, learning=replace(plain.learning, epochs=epochs), studying=replace(plain.studying, epochs=epochs)
    )


@dataclass(frozen=True)
class FineTuned:
    """The encoder's files, and for each training sentence the outputs of an encoder that has not seen its article."""

    files: EncoderFiles
    out_of_fold: EncoderOutputs


def fine_tune(
    X: Sequence[Sentence],
    Y: FloatArray,
    *,
    encoder: str,
    ordinary: frozenset[str],
    unlabelled: Sequence[Sentence] = (),
    teacher: str | None = None,
    recipe: Recipe | None = None,
    seed: int = 0,
    threads: int = 1,
    report: Callable[[str], None],
) -> FineTuned:
    """Fine-tune `encoder` (a folder, a hub's name or a known package) on targets Y (sentences, len(HEADS)) of 0 and 1.

    `ordinary` are the words that are no names; `unlabelled` sentences of further articles, which a `teacher` (named
    like `encoder`) labels, or by which, without one, the scores of the kept encoder are put on the scale of the
    out-of-fold ones (without any: by X, less exactly). The same seed gives the same encoder on the same machine and
    threads.
    Raises `MissingDependencyError` without PyTorch and `InputError` if an encoder cannot be read or learning diverges.
    """
    require_training()
    from argmap.stance.encoder.network import settings

    recipe = recipe or Recipe()
    masked, further = with_names_masked(X, ordinary), with_names_masked(unlabelled, ordinary)
    course = _Course(tuple(lessons_of(X, Y)), tuple(lessons_of(masked, Y)), ordinary, seed, report)
    with settings(threads):
        if teacher is not None and unlabelled:
            larger = load_pretrained(teacher)
            lessons = _taught(larger, course, unlabelled, further, recipe)
            return _studied(load_pretrained(encoder), larger, course, lessons, recipe)
        folds = GroupKFold(recipe.folds).split(Y, groups=article_numbers(X))
        return _fine_tuned(load_pretrained(encoder), course, tuple(folds), further or masked, recipe)


@dataclass(frozen=True)
class _Course:
    """What is learnt: the labelled articles as they are, and with stand-ins for names, as an encoder reads them."""

    lessons: tuple[Lesson, ...]
    masked: tuple[Lesson, ...]
    ordinary: frozenset[str]
    seed: int
    report: Callable[[str], None]

    def learner(self, pretrained: Pretrained, settings: Round, part: int = 0) -> Learner:
        layout = Layout(pretrained.opening, pretrained.separator)
        return Learner(pretrained, layout, self.ordinary, settings, self.seed + part)

    def heard(self, what: str) -> Callable[[str], None]:
        return lambda message: self.report(f"{what}, {message}")


def _taught(
    pretrained: Pretrained,
    course: _Course,
    unlabelled: Sequence[Sentence],
    masked: Sequence[Sentence],
    recipe: Recipe,
) -> list[Lesson]:
    """The lessons that a teacher gives: unlabelled articles, with its soft labels."""
    learner = course.learner(pretrained, recipe.teaching)
    model = learner.fit(course.lessons, course.heard("fine-tuning the teacher"))
    size = int(np.searchsorted(article_numbers(unlabelled), recipe.taught))
    course.report(f"the teacher labels {size:,} sentences")
    without = np.zeros((size, course.lessons[0].targets.shape[1]))
    logits = learner.outputs(model, lessons_of(masked[:size], without)).logits
    return lessons_of(unlabelled[:size], expit(logits))


def _studied(
    pretrained: Pretrained, teacher: Pretrained, course: _Course, lessons: Sequence[Lesson], recipe: Recipe
) -> FineTuned:
    learner = course.learner(pretrained, recipe.studying)
    model = learner.fit(lessons, course.heard("fine-tuning the encoder"))
    files = _files(pretrained, learner.layout, model, course.report)
    source = {**files.source, "teacher": teacher.name, "teacher_sha256": teacher.sha256}
    return FineTuned(replace(files, source=source), learner.outputs(model, course.masked))


def _fine_tuned(
    pretrained: Pretrained, course: _Course, folds: Sequence[Any], unseen: Sequence[Sentence], recipe: Recipe
) -> FineTuned:
    parts = []
    total = sum(len(test) for _, test in folds)
    logits = np.zeros((total, course.lessons[0].targets.shape[1]))
    vectors = np.zeros((total, pretrained.dimensions), dtype=np.float32)
    for part, (known, test) in enumerate(folds):
        learner = course.learner(pretrained, recipe.learning, part)
        heard = course.heard(f"fine-tuning the encoder, part {part + 1} of {recipe.folds}")
        model = learner.fit(_among(course.lessons, known), heard)
        outputs = learner.outputs(model, _among(course.masked, test))
        logits[test], vectors[test] = outputs.logits, outputs.vectors
        parts.append(model)
    learner = course.learner(pretrained, recipe.last, recipe.folds)
    heard = course.heard("fine-tuning the encoder on all articles")
    model = learner.fit(course.lessons, heard, start=_mean(parts))
    files = _files(pretrained, learner.layout, model, course.report)
    course.report("putting the scores on one scale")
    read = Encoder(files).outputs(_some_articles(unseen))
    return FineTuned(on_scale(files, read.logits, logits), EncoderOutputs(logits, vectors))


def _among(lessons: Sequence[Lesson], rows: npt.NDArray[np.int64]) -> list[Lesson]:
    chosen = set(rows.tolist())
    return [lesson for lesson in lessons if lesson.rows[0] in chosen]


def _files(pretrained: Pretrained, layout: Layout, model: Any, report: Callable[[str], None]) -> EncoderFiles:
    from argmap.stance.encoder.onnx_export import export_graph

    report("exporting the encoder")
    return EncoderFiles(
        graph=export_graph(model.encoder, typed=pretrained.typed),
        tokenizer=pretrained.tokenizer_json,
        layout=layout,
        weights=np.ascontiguousarray(model.head.weight.detach().numpy().T.astype(np.float32)),
        bias=model.head.bias.detach().numpy().astype(np.float32),
        source={"name": pretrained.name, "sha256": pretrained.sha256},
    )


def _some_articles(X: Sequence[Sentence]) -> list[Sentence]:
    """The sentences of some three hundred of the articles, taken evenly."""
    articles = [list(article) for _, article in groupby(X, key=lambda sentence: sentence.article)]
    some = articles[:: max(len(articles) // _ARTICLES_FOR_SCALE, 1)]
    return [sentence for article in some for sentence in article]


def on_scale(files: EncoderFiles, logits: FloatArray, wanted: FloatArray) -> EncoderFiles:
    """The files with the head stretched so that `logits` (sentences, labels) get mean and spread of `wanted`."""
    factor = wanted.std(axis=0) / np.maximum(logits.std(axis=0), 1e-6)
    bias = (files.bias - logits.mean(axis=0)) * factor + wanted.mean(axis=0)
    return replace(files, weights=(files.weights * factor).astype(np.float32), bias=bias.astype(np.float32))


def require_training() -> None:
    """Raise `MissingDependencyError` unless everything of the extra `train` can be imported."""
    try:
        import onnx  # noqa: F401
        import onnxruntime  # noqa: F401
        import onnxscript  # noqa: F401
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError(
            f"fine-tuning an encoder needs PyTorch and its tools ({error})", advice='pip install "argmap[train]"'
        ) from error


def _mean(models: Sequence[Any]) -> Any:
    states = [model.state_dict() for model in models]
    merged = {
        key: sum(state[key] for state in states) / len(states) if value.is_floating_point() else value
        for key, value in states[0].items()
    }
    result = copy.deepcopy(models[0])
    result.load_state_dict(merged)
    return result
