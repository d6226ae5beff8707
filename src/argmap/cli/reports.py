"""`argmap evaluate --report DIR`: the files for people, and the two readers that a model is set beside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from argmap.cli.common import tell
from argmap.errors import ArgmapError, UsageError

if TYPE_CHECKING:
    from argmap.annotations import AnnotatedArticle
    from argmap.evaluation.agreement import Agreement
    from argmap.evaluation.comparison import GateResult
    from argmap.evaluation.evaluate import Evaluation
    from argmap.models import Model

PAGE = "report.html"
PLOTS = ("figures", "confusion", "confusion-by-stance", "reliability", "precision-recall", "coverage", "slices")
PICTURES = tuple(f"plots/{name}.png" for name in PLOTS)
_SIDES = ("-annotator-a", "-annotator-b")


def thresholds_of(model: Model) -> tuple[float, ...]:
    """The scores from which on the model gives each stance."""
    return tuple(float(threshold) for threshold in model.stance.thresholds_)


def sides_of_readers(
    annotations: Sequence[Path], given: tuple[Path, Path] | None, *, shown: bool
) -> tuple[Path, Path] | None:
    """Where two readers' labels lie: as given, else in NAME-annotator-a and NAME-annotator-b beside a folder NAME.

    Raises `UsageError` if they are given where there is no page on which they are `shown`.
    """
    if given is not None:
        if not shown:
            raise UsageError("--readers without --report DIR", expected="a folder for the page that shows them")
        return given
    for path in annotations if shown else ():
        folder = (path if path.is_dir() else path.parent).resolve()
        first, second = (folder.with_name(f"{folder.name}{side}") for side in _SIDES)
        if first.is_dir() and second.is_dir():
            return first, second
    return None


def agreement_of(
    sides: tuple[Path, Path] | None, *, texts: Path | None, asked: bool, resamples: int, seed: int
) -> Agreement | None:
    """How far two readers agree; None without any, or where labels that nobody `asked` for are no use.

    Raises `InputError` where they were asked for.
    """
    if sides is None:
        return None
    from argmap.annotations import read_articles
    from argmap.evaluation.agreement import compare

    try:
        first, second = (read_articles([side], texts=texts) for side in sides)
        return compare(first, second, resamples=resamples, seed=seed)
    except ArgmapError as error:
        if asked:
            raise
        tell(f"readers left out of {PAGE}: {error}")
        return None


def page_and_pictures(
    evaluation: Evaluation,
    articles: Sequence[AnnotatedArticle],
    *,
    result: GateResult | None,
    readers: Agreement | None,
    texts: bool,
) -> dict[str, bytes]:
    """`report.html` and the plots as PNG, by name. Where no picture can be drawn, it is said, and the page is there."""
    from argmap.rendering.plot_png import draw_png
    from argmap.rendering.report_page import build_report_page
    from argmap.rendering.report_plots import report_plots

    files = {PAGE: build_report_page(evaluation, articles, result=result, readers=readers, texts=texts)}
    try:
        for name, plot in report_plots(evaluation, readers).items():
            files[f"plots/{name}.png"] = draw_png(plot).data
    except ArgmapError as error:
        tell(f"plots left out: {error}")
    return files
