"""`argmap evaluate`: sorts of articles, swapped names, and figures that go into a model's folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from argmap.cli.common import tell
from argmap.cli.progress import progress
from argmap.errors import UsageError

if TYPE_CHECKING:
    from argmap.annotations import AnnotatedArticle
    from argmap.evaluation.evaluate import Evaluation
    from argmap.models import Model


def traits_by(subjects: Path | None) -> Callable[[AnnotatedArticle], Mapping[str, str]]:
    """What says of which sort an article is; with its subject, if a file names those. Raises `InputError`."""
    from argmap.evaluation.traits import read_subjects, traits_of, with_subjects

    return traits_of if subjects is None else with_subjects(read_subjects(subjects))


def hash_of(model: Model) -> str | None:
    """The hash of the model's `model.json`; None for one that was never written."""
    found = model.info.get("sha256")
    return found if isinstance(found, str) else None


def with_swaps(evaluation: Evaluation, articles: Sequence[AnnotatedArticle], model: Model) -> Evaluation:
    """The evaluation with what other names change; the names hang on the evaluation's seed."""
    from argmap.evaluation.flips import measure_flips
    from argmap.pipeline import classify_document

    with progress("swapping names", len(articles)) as meter:

        def step(doc: str) -> None:
            meter.say(f"swapping names in {doc}")
            meter.advance()

        swaps = measure_flips(
            articles,
            partial(classify_document, model=model),
            seed=evaluation.seed,
            resamples=evaluation.resamples,
            step=step,
        )
    return replace(evaluation, swaps=swaps)


def place_of_card(name: str | None, model: str | None) -> Path | None:
    """The model folder that figures go into; None without a name. Raises `UsageError` where no folder is named."""
    if name is None:
        return None
    from argmap.evaluation.card import check_name

    check_name(name)
    folder = Path(model) if model is not None else None
    if folder is None or not folder.is_dir():
        raise UsageError(
            "--into-card without the folder of a model",
            expected="a folder that figures can be written into",
            advice="give --model DIR",
        )
    return folder


def write_card(evaluation: Evaluation, folder: Path, name: str) -> None:
    """Write the figures of a test set into a model's folder, in the place of earlier ones of this name."""
    from argmap.evaluation.card import card_files
    from argmap.files import write_atomically

    for file, data in card_files(evaluation, name).items():
        path = folder / file
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, data)
        tell(f"{path}: written")
