"""The figures that stand in the bundled models' folders are those that `argmap evaluate` gives.

`make figures` measures them anew, after training and after a change of what is counted.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from test_hygiene import SHARED

from argmap.cli import main
from argmap.models import load_model

ROOT = Path(__file__).parent.parent
ANNOTATIONS = ROOT / "annotations"
TEXTS = SHARED / "corpus" / "texts"
FOLDERS = sorted(path.parent for path in (ROOT / "models").glob("*/model.json"))
# What one processor rounds otherwise than another may turn a sentence that lies on a threshold.
TOLERANCE = 0.015
SETS = {
    "own-test": [str(ANNOTATIONS / "own"), "--fold", "test"],
    "dev": [str(ANNOTATIONS / "standoff"), "--fold", "dev", "--texts", str(TEXTS)],
}


def shown(folder: Path, name: str) -> dict[str, Any]:
    path = folder / "figures" / f"{name}.json"
    assert path.is_file(), f"{path} is missing: make figures"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def measured(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    split = ["--split", str(ANNOTATIONS / "splits.json"), "--subjects", str(ANNOTATIONS / "subjects.json")]
    command = ["evaluate", *SETS[name], *split, "--model", str(folder), "--swap-names", "--format", "json", "-q"]
    assert main(command) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def values(report: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    """Every figure of a report by a name of its own."""
    yield from ((name, figure["value"]) for name, figure in report["metrics"].items())
    for trait, found in report["slices"].items():
        for entry in found:
            macro = entry["macro_f1"]
            yield f"{trait} {entry['value']}", None if macro is None else macro["value"]
    for kind, found in report["name_swaps"]["kinds"].items():
        yield from ((f"{kind} {name}", share["value"]) for name, share in found["changed"].items())


def differences(report: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The figures of which one report says something else than the other."""
    now, then = dict(values(report)), dict(values(other))
    return [
        f"{name}: {then.get(name)} shown, {now.get(name)} measured"
        for name in sorted(now.keys() | then.keys())
        if not close(now.get(name), then.get(name))
    ]


def close(one: float | None, other: float | None) -> bool:
    return one is other is None or (one is not None and other is not None and abs(one - other) <= TOLERANCE)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("name", SETS)
def test_figures_are_of_this_model(folder: Path, name: str) -> None:
    """They name the hash of the model.json beside them, and were measured on articles that the model has not seen."""
    report = shown(folder, name)
    assert report["model_sha256"] == load_model(folder).info["sha256"], "the model is another one: make figures"
    assert report["trained_on"] == []
    assert (folder / "figures" / f"{name}.md").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_figures_on_our_own_articles(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the card says of our own held-out articles `argmap evaluate` says again, with slices and swapped names."""
    assert differences(measured(folder, "own-test", capsys), shown(folder, "own-test")) == []


@pytest.mark.slow
@pytest.mark.skipif(not TEXTS.is_dir(), reason="the publishers' texts are not here (ARGMAP_SHARED)")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_figures_on_published_articles(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same for the published articles of the fold dev, where their texts are."""
    assert differences(measured(folder, "dev", capsys), shown(folder, "dev")) == []


def test_a_difference_is_found() -> None:
    """The comparison forgives rounding, and neither a figure that moved nor one that is missing."""
    macro = {"value": 0.6, "low": 0.5, "high": 0.7}
    report = {
        "metrics": {"stance.macro_f1": macro},
        "slices": {"length": [{"value": "short", "macro_f1": None}]},
        "name_swaps": {"kinds": {"all": {"changed": {"sentences": {"value": 0.01}}}}},
    }
    assert differences(report, report) == []
    assert differences({**report, "metrics": {"stance.macro_f1": {**macro, "value": 0.605}}}, report) == []
    assert differences({**report, "metrics": {"stance.macro_f1": {**macro, "value": 0.63}}}, report) == [
        "stance.macro_f1: 0.6 shown, 0.63 measured"
    ]
    assert differences({**report, "metrics": {}}, report) == ["stance.macro_f1: 0.6 shown, None measured"]
