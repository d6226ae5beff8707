"""`argmap train`: a model from hand-labelled articles."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from argmap.cli.common import Annotations, ForceOption, SplitOption, TextsOption, counted, tell
from argmap.cli.progress import progress
from argmap.errors import InputError, UsageError


def train(
    annotations: Annotations,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="MODEL", help="Model folder to write.", show_default=False)
    ],
    texts: TextsOption = None,
    split: SplitOption = None,
    fold: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The fold of --split to train on.", show_default="train"),
    ] = None,
    unlabelled: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help='Further articles without labels, {"text": …} a line; may be .gz.'),
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option(
            metavar="PATH_OR_NAME",
            help="Pre-trained encoder to fine-tune: a folder, a name on the Hugging Face hub, or all-MiniLM-L6-v2. "
            'Takes about an hour; needs pip install "argmap[train]". Without it: the fast tier.',
            show_default=False,
        ),
    ] = None,
    teacher: Annotated[
        str | None,
        typer.Option(
            metavar="PATH_OR_NAME",
            help="Larger encoder that is fine-tuned first and labels the articles of --unlabelled for the encoder to "
            "learn from, such as sentence-transformers/all-mpnet-base-v2. Takes about an hour more.",
            show_default=False,
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=100, help="Rounds of fine-tuning.", show_default="5"),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=2**32 - 1, help="The same seed gives the same model.")
    ] = 0,
    jobs: Annotated[int, typer.Option(metavar="N", min=1, help="Processes that work at the same time.")] = 1,
    force: ForceOption = False,
) -> None:
    """Train a model on hand-labelled articles. It takes minutes; the model's card says on what it was trained."""
    if epochs is not None and encoder is None:
        raise UsageError("--epochs is for an encoder", advice="give --encoder too, or leave --epochs out")
    if teacher is not None and (encoder is None or unlabelled is None):
        raise UsageError("--teacher labels the articles of --unlabelled for an --encoder", advice="give both too")
    from argmap.annotations import read_articles
    from argmap.cli.inputs import in_fold

    _check_place(output, force=force)
    articles = read_articles(annotations, texts=texts)
    articles = in_fold(articles, split, fold, default="train")
    further = tuple(_read_texts(unlabelled)) if unlabelled is not None else ()
    from argmap.models import save_model
    from argmap.stance.encoder.finetuning import recipe_for
    from argmap.training import card_of
    from argmap.training import train as fit

    name = output.resolve().name
    with progress(f"training on {counted(len(articles), 'article')}") as meter:
        model = fit(
            articles, model_id=name, unlabelled=further, encoder=encoder, teacher=teacher,
            recipe=recipe_for(epochs), seed=seed, jobs=jobs, report=meter.say,
        )  # fmt: skip
    save_model(model, output, card=card_of(model), force=force)
    tell(f"{output}: model {model.id}, trained on {counted(len(articles), 'article')}; see README.md in it")


def _check_place(folder: Path, *, force: bool) -> None:
    """Refuse before the work what could not be written after it."""
    if folder.exists() and not folder.is_dir():
        raise InputError("is a file", where=str(folder), expected="a folder for the model")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise InputError("is there already", where=str(folder), advice="give --force to overwrite the model in it")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "model.json").is_file():
        raise InputError("holds something else than a model", where=str(folder), advice="name another folder")
    if not folder.parent.is_dir():
        raise InputError("the folder does not exist", where=str(folder.parent), advice="create it first")


def _read_texts(path: Path) -> Iterator[str]:
    from argmap.files import decode_utf8, read_bytes
    from argmap.formats.json_values import ObjectReader, parse_json

    data = read_bytes(path)
    if path.suffix.lower() == ".gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(f"is not a whole gzip file ({error})", where=str(path)) from error
    text = decode_utf8(data, where=str(path))
    for number, line in enumerate(io.StringIO(text), start=1):
        if line.strip():
            where = f"{path}:{number}"
            yield ObjectReader(parse_json(line.encode("utf-8"), where=where), where).string("text")
