"""JUnit XML: one test case a bar, so that CI servers list them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from argmap.errors import one_line

Outcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Case:
    """One test case; `message` says why, also of one that passed."""

    name: str
    outcome: Outcome
    message: str


def junit_xml(suite: str, cases: Sequence[Case], *, properties: Sequence[tuple[str, str]] = ()) -> bytes:
    """The XML of one suite. No clock is read, so the same cases give the same bytes."""
    tally = {
        "tests": str(len(cases)),
        "failures": str(sum(case.outcome == "failed" for case in cases)),
        "errors": "0",
        "skipped": str(sum(case.outcome == "skipped" for case in cases)),
    }
    root = Element("testsuites", tally)
    element = SubElement(root, "testsuite", {"name": one_line(suite), **tally})
    if properties:
        listed = SubElement(element, "properties")
        for name, value in properties:
            SubElement(listed, "property", {"name": one_line(name), "value": one_line(value)})
    for case in cases:
        entry = SubElement(
            element, "testcase", {"classname": one_line(suite), "name": one_line(case.name), "time": "0"}
        )
        message = one_line(case.message)
        if case.outcome == "failed":
            SubElement(entry, "failure", {"message": message, "type": "gate"}).text = message
        elif case.outcome == "skipped":
            SubElement(entry, "skipped", {"message": message})
        else:
            SubElement(entry, "system-out").text = message
    indent(root)
    # tostring's own declaration has the quotes of Python, which some readers of JUnit files do not take.
    body: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()
