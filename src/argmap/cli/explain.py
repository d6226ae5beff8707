"""`argmap explain`: what moved the scores of an article's labels and links, as text, data or a page."""

from __future__ import annotations

import os
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from argmap.cli.common import ModelOption, OutputOption, counted, format_by_suffix, tell
from argmap.cli.inputs import refuse_own_input
from argmap.cli.progress import progress
from argmap.errors import InputError

if TYPE_CHECKING:
    from argmap.explaining import Explained


class ExplanationFormat(StrEnum):
    """How an explanation is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


_BY_SUFFIX = {
    ".txt": ExplanationFormat.TEXT,
    ".json": ExplanationFormat.JSON,
    ".html": ExplanationFormat.HTML,
    ".htm": ExplanationFormat.HTML,
}


def explain(
    article: Annotated[
        str, typer.Argument(metavar="OP-ED", help="Article: .txt, .md or .html, - for stdin.", show_default=False)
    ],
    output: OutputOption = None,
    output_format: Annotated[
        ExplanationFormat | None,
        typer.Option("--format", metavar="text|json|html", help="How to write; else by OUT's suffix, or as text."),
    ] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="ID", help="Explain this sentence only, e.g. u12, labelled or not.")
    ] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TITLE", help="Title of the article, if not the one in it.")
    ] = None,
    model: ModelOption = None,
) -> None:
    """Show what moved the score of each label and each link.

    For each labelled sentence: the words and signs that moved its score up and down, the label that came next, and the
    nearest sentences among the hand-labelled ones. For each link: what about the two sentences moved its score. It
    tells how the model came to its scores, not whether it is right.
    """
    from argmap.files import write_atomically

    chosen = output_format or _default_format(output)
    if output is not None:
        refuse_own_input([article], [output])
    explained = _explained(article, title, unit, model)
    data = _written(explained, chosen, to_terminal=output is None and sys.stdout.isatty())
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        write_atomically(output, data)
        explanation = explained.explanation
        parts = f"{counted(len(explanation.units), 'sentence')}, {counted(len(explanation.links), 'link')}"
        tell(f"{output}: {parts} explained, by {explanation.model}")


def _default_format(output: Path | None) -> ExplanationFormat:
    if output is None:
        return ExplanationFormat.TEXT
    return format_by_suffix(output, _BY_SUFFIX)


def _explained(article: str, title: str | None, unit: str | None, model_name: str | None) -> Explained:
    from argmap.cli.loading import chosen_model
    from argmap.explaining import explain_document
    from argmap.pipeline import read_article

    if Path(article).suffix.lower() == ".json":
        raise InputError("is JSON, not an article", where=article, expected="the article that the map was drawn from")
    document = read_article(article, title=title)
    with progress("loading the model") as meter:
        model = chosen_model(model_name)
        meter.say("labelling and linking")

        def report(done: int, of: int) -> None:
            meter.say(f"explaining sentence {done} of {of}")

        return explain_document(document, model, unit=unit, report=report)


def _written(explained: Explained, chosen: ExplanationFormat, *, to_terminal: bool) -> bytes:
    argument_map, explanation = explained.argument_map, explained.explanation
    match chosen:
        case ExplanationFormat.JSON:
            from argmap.formats.explanation_json import dump_explanation

            return dump_explanation(argument_map, explanation)
        case ExplanationFormat.HTML:
            from argmap.rendering import render_explained

            return render_explained(argument_map, explanation).data
        case ExplanationFormat.TEXT:
            from argmap.cli.explanation_text import explanation_text

            colour = to_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
            width = shutil.get_terminal_size().columns if to_terminal else None
            text = explanation_text(argument_map, explanation, colour=colour, width=width)
            return text.encode("utf-8", "backslashreplace")
