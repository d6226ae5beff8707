"""`argmap evaluate --gate`: what is read before the work, and what is written and said after it."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from argmap.cli.common import complain, tell
from argmap.cli.reports import PAGE, PICTURES
from argmap.cli.workflow import in_checkout, show_on_lines
from argmap.errors import InputError, UsageError, one_line

if TYPE_CHECKING:
    from argmap.annotations import AnnotatedArticle
    from argmap.evaluation.comparison import GateResult
    from argmap.evaluation.evaluate import Evaluation
    from argmap.evaluation.gate import Gate
    from argmap.evaluation.gold import Misread
    from argmap.evaluation.stored import StoredReport

REPORT_FILES = ("report.json", "metrics.txt", "summary.md", PAGE, *PICTURES)
GATE_FILES = ("gate.json", "junit.xml", "annotations.txt")
_SHOWN = 120


@dataclass(frozen=True)
class Gating:
    """A gate, and the baseline: a report that was kept, or (`baseline_model`) a model to be scored on the same test."""

    gate: Gate
    baseline: StoredReport | None
    baseline_model: str | None


def prepare(
    gate: Path | None, baseline: Path | None, baseline_model: str | None, *, allow_training: bool
) -> Gating | None:
    """Read what the options name; None without a gate. Raises `UsageError` where they contradict each other."""
    if gate is None:
        if baseline is not None or baseline_model is not None:
            raise UsageError(
                "a baseline without --gate", expected="a file that says how far a model may fall", advice="give --gate"
            )
        return None
    if baseline is not None and baseline_model is not None:
        raise UsageError("both --baseline and --baseline-model", expected="one of them")
    if allow_training:
        raise UsageError(
            "--gate with --allow-training-articles",
            expected="a test on articles that the model has never seen",
            advice="leave one of the two out",
        )
    from argmap.evaluation.gate import read_gate
    from argmap.evaluation.stored import read_report

    bars = read_gate(gate)
    before = read_report(baseline) if baseline is not None else None
    if bars.drops and before is None and baseline_model is None:
        raise UsageError(
            "[drops] without a baseline",
            where=str(gate),
            expected="the report of the model before, or that model",
            advice="give --baseline REPORT.json or --baseline-model DIR",
        )
    if not bars.drops and (before is not None or baseline_model is not None):
        tell(f"{gate}: no [drops], so the baseline only says which sentences are newly misread")
    return Gating(bars, before, baseline_model)


def place_of_report(report: Path, *, gated: bool, force: bool, files: Sequence[str] = REPORT_FILES) -> dict[str, Path]:
    """Where each of `files` goes: FILE.json is the first of them alone, anything else a folder, made if need be.

    Raises `InputError` for a folder in a folder that is missing, and for what is there already, without `force`.
    """
    if report.suffix.lower() == ".json" and not report.is_dir():
        paths = {files[0]: report}
    else:
        names = (*files, *(GATE_FILES if gated else ()))
        paths = {name: report / name for name in names}
        if report.exists() and not report.is_dir():
            raise InputError("is no folder", where=str(report), expected="FILE.json, or a folder for all reports")
    if not report.parent.is_dir():
        raise InputError("the folder does not exist", where=str(report.parent), advice="create it first")
    for path in paths.values():
        if path.is_file() and not force:
            raise InputError("is there already", where=str(path), advice="give --force to overwrite it")
    return paths


def write_report(paths: Mapping[str, Path], contents: Mapping[str, bytes]) -> None:
    """Write those of the contents that have a place; in the place of others nothing of an earlier run is left."""
    from argmap.files import write_atomically

    for name, path in paths.items():
        if name in contents:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, contents[name])
        else:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
    written = [name for name in paths if name in contents]
    first = next(iter(paths.values()))
    tell(f"{first}: written" if len(paths) == 1 else f"{first.parent}: {', '.join(written)} written")


def metrics_text(evaluation: Evaluation) -> bytes:
    """All figures as OpenMetrics."""
    from argmap.formats.openmetrics import openmetrics

    values = {name: interval.value for name, interval in evaluation.figures.items()}
    return openmetrics("argmap_figure", values, help_text="figures of argmap evaluate").encode("utf-8")


@dataclass(frozen=True)
class Outcome:
    """A judged gate, its files by name, and the annotations of newly misread lines."""

    result: GateResult
    files: Mapping[str, bytes]
    annotations: tuple[str, ...]


def judge(
    gating: Gating,
    evaluation: Evaluation,
    baseline: Evaluation | None,
    articles: Sequence[AnnotatedArticle],
    *,
    texts: bool = True,
) -> Outcome:
    """Hold the evaluation against the gate; `baseline` is that of the baseline model, if one was scored now.

    Without `texts` the files for people name misread sentences by place alone.
    """
    from argmap.evaluation import comparison
    from argmap.evaluation.gate_report import gate_json, gate_junit, misread_message, summary
    from argmap.evaluation.stored import stored
    from argmap.formats.workflow import MOST, line_annotation

    report = stored(evaluation)
    before = stored(baseline) if baseline is not None else gating.baseline
    result = comparison.judge(report, gating.gate, baseline=before)
    misread = comparison.newly_misread(report, before, limit=MOST) if before is not None else ()
    by_doc = {article.document.id: article for article in articles}
    shown = [(doc, sentence, _text(by_doc[doc], sentence) if texts else "") for doc, sentence in misread]
    annotations = tuple(
        line_annotation(
            "error",
            file=in_checkout(by_doc[doc].path or Path(doc)),
            line=_line(by_doc[doc], sentence),
            message=misread_message(result, sentence, text),
        )
        for doc, sentence, text in shown
    )
    data = json.dumps(gate_json(result), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    files = {
        "gate.json": data.encode("utf-8", "backslashreplace"),
        "junit.xml": gate_junit(result),
        "summary.md": summary(evaluation, result, shown).encode("utf-8"),
        "annotations.txt": "".join(f"{line}\n" for line in annotations).encode("utf-8"),
    }
    return Outcome(result, files, annotations)


def announce(outcome: Outcome, echo_table: Callable[[GateResult], None] | None) -> None:
    """Print the checks (not beside JSON), tell GitHub what it can show, and say the verdict last.

    Raises `typer.Exit` with the code of the verdict.
    """
    from argmap.evaluation.gate_report import conclusion

    if echo_table is not None:
        echo_table(outcome.result)
    show_on_lines(outcome.annotations)
    step_summary(outcome.files["summary.md"])
    verdict = outcome.result.verdict
    if echo_table is not None:
        typer.echo(one_line(conclusion(outcome.result)))
    elif verdict.exit_code:
        complain(conclusion(outcome.result))
    else:
        tell(conclusion(outcome.result))
    raise typer.Exit(verdict.exit_code)


def step_summary(data: bytes) -> None:
    """Put Markdown at the end of the summary of a step, where GitHub (or what reads the same) names a file for it.

    One that cannot be written is no reason to lose the verdict.
    """
    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if not target:
        return
    from argmap.evaluation.gate_report import SUMMARY_LIMIT
    from argmap.files import append_bytes
    from argmap.formats.markdown import within

    try:
        path = Path(target)
        used = path.stat().st_size if path.is_file() else 0
        append_bytes(path, within(data.decode("utf-8"), most=SUMMARY_LIMIT - used).encode("utf-8"))
    except (InputError, OSError, ValueError) as error:
        tell(f"GITHUB_STEP_SUMMARY: {error}")


def _text(article: AnnotatedArticle, sentence: Misread) -> str:
    text = " ".join(article.document.text[sentence.start : sentence.end].split())
    return text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + "…"


def _line(article: AnnotatedArticle, sentence: Misread) -> int:
    spans = [(unit.span.start, unit.span.end) for unit in article.document.units]
    return spans.index((sentence.start, sentence.end)) + 2
