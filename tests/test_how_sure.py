"""docs/how-sure.md: its pictures and its table are what its script makes."""

import importlib.util
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "how-sure.md"
NUMBER = re.compile(r"\d+\.\d+")
TOLERANCE = 0.02  # a model made anew has figures a little different; make docs


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("how_sure", ROOT / "benchmarks" / "how_sure.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_what_the_script_makes(script: ModuleType) -> None:
    """Whoever runs the command that the page names gets the table that stands there."""
    report, other = script.read(script.DEFAULT), script.read(script.FAST)
    counts = (script.counts_of(report), script.counts_of(other))
    now = script.table(script.all_widths(report), script.difference_widths(*counts, script.MACRO))
    found = script.TABLE.search(PAGE.read_text(encoding="utf-8"))
    assert found
    shown = found[0].removeprefix(found[1]).removesuffix(found[2]).strip() + "\n"
    assert NUMBER.sub("", shown) == NUMBER.sub("", now), "make docs"
    pairs = zip(NUMBER.findall(shown), NUMBER.findall(now), strict=True)
    assert all(abs(float(one) - float(two)) <= TOLERANCE for one, two in pairs), "make docs"


def test_each_picture_is_drawn_and_shown(script: ModuleType) -> None:
    """The page shows just the pictures that the script draws, each with words for who cannot see it."""
    report = script.read(script.DEFAULT)
    drawn = script.pictures(report, script.all_widths(report))
    shown = re.findall(r'<img src="images/(sure-[a-z-]+)\.svg" width="\d+" alt="([^"]{40,})">', PAGE.read_text("utf-8"))
    assert [name for name, _ in shown] == [
        name for name in (name for name, _ in shown) if name in {plot.name for plot in drawn}
    ]
    assert len(shown) == len(drawn)
    for plot in drawn:
        data = (ROOT / "docs" / "images" / f"{plot.name}.svg").read_text(encoding="utf-8")
        root = ElementTree.fromstring(data)  # noqa: S314 - our own
        assert not re.search(r"https?:(?!//www\.w3\.org/2000/svg)|url\(|<script", data)
        assert "prefers-color-scheme:dark" in data
        assert root[0].text == plot.title


def test_what_the_made_up_picture_claims(script: ModuleType) -> None:
    """In the picture of eight articles the interval by articles is wider than the one by sentences, as is said."""
    says = script.clusters_picture().says
    one, two, three, four = (int(number) for number in re.findall(r"(\d+)%", says))
    assert four - three > 1.5 * (two - one)
