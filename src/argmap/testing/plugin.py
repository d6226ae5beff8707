"""The pytest plugin: every hand-labelled article a test of a model, and the gate a test.

pytest loads this module in each project beside which argmap is installed. It imports nothing but pytest, and its hooks
do nothing until `--argmap-gold` is given.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from argmap.testing.trial import Trial

TRIAL: pytest.StashKey[Trial] = pytest.StashKey()
_VERDICT = "argmap gate"
"""Under this name a report carries the verdict, also from a worker of pytest-xdist and into JUnit XML."""
_VALUES = {
    "--argmap-model": ("DIR", "Model folder, or fast; without it the model that comes with argmap."),
    "--argmap-texts": ("DIR", "Folder where the texts of standoff files lie."),
    "--argmap-split": ("FILE", "JSON file that lists the article ids of each fold by its name."),
    "--argmap-fold": ("NAME", "The fold of --argmap-split to test on (default: dev)."),
    "--argmap-gate": ("FILE.toml", "Hold the model against these bars, as one more test."),
    "--argmap-baseline": ("REPORT.json", "The report of the model before, for the gate's drops."),
    "--argmap-baseline-model": ("DIR", "The model before, to be scored on the same articles."),
}


class BrokenError(Exception):
    """What is wrong with a model, in words for people: shown without a traceback."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options, all of them under `--argmap-`."""
    group = parser.getgroup("argmap", "argmap: a model on hand-labelled articles")
    group.addoption(
        "--argmap-gold",
        action="append",
        default=[],
        metavar="PATH",
        help="Annotation file, or folder with *.jsonl in it; each article becomes a test. May repeat.",
    )
    for name, (metavar, text) in _VALUES.items():
        group.addoption(name, default=None, metavar=metavar, help=text)
    group.addoption(
        "--argmap-article-floor",
        type=_share,
        default=None,
        metavar="F1",
        help="Fail an article whose macro-F1 of stances is lower (0 to 1); without it only structural faults fail.",
    )
    group.addoption(
        "--argmap-strict", action="store_true", default=False, help="Fail an INCONCLUSIVE gate, which else is skipped."
    )


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:  # also true for NaN
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number from 0 to 1")
    return value


def pytest_configure(config: pytest.Config) -> None:
    """Read what the options name, the model excepted; a wrong call or file stops pytest with one line."""
    gold: list[str] = config.getoption("argmap_gold")
    others = [name for name in (*_VALUES, "--argmap-article-floor", "--argmap-strict") if _given(config, name)]
    if not gold:
        if others:
            raise pytest.UsageError(f"{others[0]} without --argmap-gold PATH, the hand-labelled articles to test on")
        return
    from argmap.errors import ArgmapError
    from argmap.testing.trial import Trial, Wanted

    # Absolute, since a test of the project may leave another working folder behind.
    folder = config.invocation_params.dir
    named = {name.removeprefix("--argmap-").replace("-", "_"): _given(config, name) for name in _VALUES}
    places = {name: folder / named[name] if named[name] else None for name in ("texts", "split", "gate", "baseline")}
    try:
        config.stash[TRIAL] = Trial(
            Wanted(
                gold=tuple(folder / path for path in gold),
                model=_model(named["model"], folder),
                baseline_model=_model(named["baseline_model"], folder),
                fold=named["fold"],
                floor=config.getoption("argmap_article_floor"),
                **places,
            )
        )
    except ArgmapError as error:
        raise pytest.UsageError(f"argmap: {error}") from error


def _given(config: pytest.Config, option: str) -> Any:
    return config.getoption(option.removeprefix("--").replace("-", "_"))


def _model(name: str | None, folder: Path) -> str | None:
    """A folder as an absolute path; the name of a bundled model as it is."""
    return str(folder / name) if name is not None and (folder / name).is_dir() else name


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The test of an annotation file or gate that is named on the command line itself, as when one test is repeated."""
    trial = parent.config.stash.get(TRIAL, None)
    return None if trial is None else _node(trial, file_path, parent)


def _node(trial: Trial, path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    resolved = path.resolve()
    if resolved in trial.files:
        return GoldFile.from_parent(parent, path=path)
    return GateFile.from_parent(parent, path=path) if resolved == trial.gate_file else None


@pytest.hookimpl(tryfirst=True)  # before -k and -m choose
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the articles and the gate to whatever else is tested, unless some of them are named one by one."""
    trial = config.stash.get(TRIAL, None)
    if trial is None:
        return
    paths = [*trial.files.values(), *([trial.gate_file] if trial.gate_file is not None else [])]
    named = {Path(os.path.abspath(argument.split("::")[0])).resolve() for argument in config.args}  # noqa: PTH100
    if named & {path.resolve() for path in paths}:
        return
    there = {item.path.resolve() for item in items if isinstance(item, ArticleTest | GateTest)}
    for path in paths:
        node = _node(trial, path, session) if path.resolve() not in there else None
        if node is not None:
            # The way of pytest's own collection, so that the terminal counts them and --last-failed knows them.
            report = session.ihook.pytest_make_collect_report(collector=node)
            session.ihook.pytest_collectreport(report=report)
            items.extend(report.result or ())


class GoldFile(pytest.File):
    """An annotation file, which is not read before its test runs."""

    def collect(self) -> Iterator[pytest.Item]:
        yield ArticleTest.from_parent(self, name="argmap")


class GateFile(pytest.File):
    """The gate's file."""

    def collect(self) -> Iterator[pytest.Item]:
        yield GateTest.from_parent(self, name="argmap-gate")


class _Test(pytest.Item):
    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from argmap.errors import ArgmapError

        if isinstance(excinfo.value, BrokenError | ArgmapError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, 0, self.name


class ArticleTest(_Test):
    """The model reads one article without a structural fault, and well enough if there is a floor."""

    def runtest(self) -> None:
        faults = self.config.stash[TRIAL].faults_of(self.path)
        if faults:
            raise BrokenError("\n".join(faults))


class GateTest(_Test):
    """The model passes the gate on all the articles together."""

    def runtest(self) -> None:
        judged = self.config.stash[TRIAL].judged()
        self.user_properties.append((_VERDICT, judged.conclusion))
        if judged.failed or (judged.inconclusive and self.config.getoption("argmap_strict")):
            raise BrokenError(judged.text)
        if judged.inconclusive:
            pytest.skip(judged.conclusion)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say the verdict in full: of a test that is skipped pytest says no more than that it is."""
    verdicts = dict.fromkeys(
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == _VERDICT
    )
    if verdicts:
        terminalreporter.section(_VERDICT)
        for verdict in verdicts:
            terminalreporter.line(str(verdict))
