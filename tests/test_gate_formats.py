"""What a gate is written as: JUnit XML, GitHub's workflow commands, OpenMetrics, Markdown, JSON by its schema."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_reports import World

from argmap.evaluation.comparison import judge
from argmap.evaluation.gate import parse_gate
from argmap.evaluation.gate_report import conclusion, gate_json, gate_junit
from argmap.evaluation.stored import parse_report
from argmap.formats.junit import Case, junit_xml
from argmap.formats.markdown import CUT, plain, table, within
from argmap.formats.openmetrics import openmetrics
from argmap.formats.workflow import line_annotation

SCHEMAS = Path(__file__).parent.parent / "docs" / "schemas"
HOSTILE = st.text(st.characters(codec=None), max_size=40) | st.text("%:,\r\n\0\u202e\ud800<&>|`\"'", max_size=20)
BARS = "[floors]\nstance.macro_f1 = 0.3\nlinks.f1 = 0.9\n[drops]\nstance.accusation.f1 = 0.02\n"


@pytest.mark.parametrize(
    ("file", "message", "line"),
    [
        ("annotations/x.jsonl", "wrong", "::error file=annotations/x.jsonl,line=12::wrong"),
        ("a,b:c%.jsonl", "100 % a,b:c", "::error file=a%2Cb%3Ac%25.jsonl,line=12::100 %25 a,b:c"),
        ("a\r\nb", "one\r\ntwo", "::error file=a%0D%0Ab,line=12::one%0D%0Atwo"),
        ("x", "\x1b[31m\0", "::error file=x,line=12::\\x1b[31m\\x00"),
    ],
)
def test_workflow_commands_are_escaped(file: str, message: str, line: str) -> None:
    """Percent signs and line ends are escaped in both parts, colons and commas in the file, as the runner reads it."""
    assert line_annotation("error", file=file, line=12, message=message) == line


@settings(max_examples=80, deadline=None)
@given(HOSTILE, HOSTILE)
def test_a_workflow_command_is_one_line(file: str, message: str) -> None:
    """No text breaks out of its command: one printable line, whose file has no separator."""
    line = line_annotation("error", file=file, line=1, message=message)
    assert line.isprintable()
    properties = line.removeprefix("::error file=").partition(",line=1::")[0]
    assert not set(properties) & set(",:")


@settings(max_examples=80, deadline=None)
@given(HOSTILE, HOSTILE)
def test_junit_is_xml_whatever_it_says(name: str, message: str) -> None:
    """Any text gives well-formed XML with the tally of its cases."""
    cases = [Case(name, "passed", message), Case(name, "failed", message), Case(name, "skipped", message)]
    root = ElementTree.fromstring(junit_xml(name, cases, properties=[(name, message)]))  # noqa: S314 - our own
    suite = root[0]
    assert [suite.get(key) for key in ("tests", "failures", "skipped", "errors")] == ["3", "1", "1", "0"]
    assert [len(case.findall("failure")) for case in suite.iter("testcase")] == [0, 1, 0]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=3))
def test_a_markdown_table_keeps_its_cells(rows: list[tuple[str, str]]) -> None:
    """No text adds a row, a column or a tag."""
    lines = table(("a", "b"), rows).splitlines()
    assert len(lines) == 2 + len(rows)
    for line in lines:
        assert line.replace("\\\\", "").replace("\\|", "").count("|") == 3
        assert "<" not in line


def test_markdown_is_plain() -> None:
    """Signs that could be markup show as themselves."""
    assert plain("a_b*c <b> [x](y) | `z` & \\") == r"a\_b\*c &lt;b&gt; \[x\]\(y\) \| \`z\` &amp; \\"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.integers(0, 400))
def test_markdown_keeps_within_its_bytes(text: str, most: int) -> None:
    """The summary never exceeds what the server takes; what fits stays whole."""
    cut = within(text, most=most)
    assert len(cut.encode("utf-8")) <= most
    if len(text.encode("utf-8")) <= most:
        assert cut == text


def test_what_is_cut_off_is_said_where_it_is_seen() -> None:
    """A summary that is too long ends at a line, and the notice does not stand in a part that is folded away."""
    text = "# head\n" + "<details><summary>one</summary>\n\n" + "a line of text\n" * 40 + "</details>\n"
    cut = within(text, most=300)
    assert len(cut.encode("utf-8")) <= 300
    assert cut.endswith("a line of text\n\n</details>" + CUT)
    plain_cut = within("a line of text\n" * 40, most=300)
    assert plain_cut.endswith("a line of text" + CUT)
    assert "</details>" not in plain_cut


def test_openmetrics() -> None:
    """A sample a figure, names as labels; what is no number is left out."""
    text = openmetrics("x", {'a"b': 0.5, "nan": float("nan"), "none": None}, help_text="h")
    assert text == '# TYPE x gauge\n# HELP x h\nx{name="a\\"b"} 0.5\n# EOF\n'


def valid(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str = "$") -> None:
    """Check a value against the part of JSON Schema that our schemas use; an unknown keyword is an error."""
    known = {"$schema", "$id", "$defs", "title", "description"}
    if "$ref" in schema:
        return valid(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, where)
    types = {"object": dict, "array": list, "string": str, "null": type(None), "integer": int, "number": (int, float)}
    for keyword, rule in schema.items():
        if keyword == "type":
            allowed = [rule] if isinstance(rule, str) else rule
            assert any(isinstance(value, types[name]) and not isinstance(value, bool) for name in allowed), where
        elif keyword in {"const", "enum"}:
            assert value in ([rule] if keyword == "const" else rule), where
        elif keyword in {"minimum", "maximum"}:
            assert value is None or (value >= rule if keyword == "minimum" else value <= rule), where
        elif keyword == "pattern":
            assert rule == "^[0-9a-f]{64}$", where
            assert len(value) == 64, where
        elif keyword == "required":
            assert set(rule) <= set(value), where
        elif keyword == "properties":
            for name, part in rule.items():
                if name in value:
                    valid(value[name], part, root, f"{where}.{name}")
        elif keyword == "additionalProperties":
            extra = set(value) - set(schema.get("properties", {}))
            assert rule is not False or not extra, f"{where}: {extra}"
            for name in extra if isinstance(rule, dict) else ():
                valid(value[name], rule, root, f"{where}.{name}")
        elif keyword == "items":
            for number, item in enumerate(value):
                valid(item, rule, root, f"{where}[{number}]")
        else:
            assert keyword in known, keyword
    return None


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return found


def test_the_gate_follows_its_schema() -> None:
    """What a script reads is what the published schema says, for each verdict."""
    world = World(3, 12)
    now, before = (parse_report(world.measured(name), where=name) for name in ("now", "before"))
    result = judge(now, parse_gate(BARS, where="g"), baseline=before)
    value = json.loads(json.dumps(gate_json(result), allow_nan=False))
    published = schema("argmap-gate-1.schema.json")
    valid(value, published, published)
    assert value["verdict"] == "FAIL"
    with pytest.raises(AssertionError):
        valid(value | {"verdict": "OK"}, published, published)


def test_made_reports_follow_the_schema() -> None:
    """The reports of these tests have the shape that is published; those of the command are checked beside it."""
    valid(World(1, 3).measured("m"), schema("argmap-report-2.schema.json"), schema("argmap-report-2.schema.json"))


def test_junit_lists_every_bar() -> None:
    """One case a bar, failed where the bar is failed, and skipped where nobody can tell."""
    world = World(5, 8)
    now, before = (parse_report(world.measured(name), where=name) for name in ("now", "before"))
    result = judge(now, parse_gate(BARS, where="g"), baseline=before)
    root = ElementTree.fromstring(gate_junit(result))  # noqa: S314 - our own
    found = {case.get("name"): [part.tag for part in case] for case in root.iter("testcase")}
    assert found == {
        "minimum articles": ["system-out"],
        "floor stance.macro_f1": ["system-out"],
        "floor links.f1": ["failure"],
        "drop stance.accusation.f1": ["skipped"],
    }
    assert gate_junit(result) == gate_junit(result)
    assert conclusion(result).startswith("FAIL: floor links.f1: shown to be below 0.900")
