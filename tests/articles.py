"""Made-up articles and helpers for the tests of the command line."""

from pathlib import Path

HARBOUR = """The harbour that nobody wanted

The council sat on the survey for eleven months. Divers counted forty broken pilings in May. “We inspected it,” said \
the operator, Anna Vale. No inspection is on record.

The council must publish the survey and reopen the pier. A repair would cost two million, a tenth of what the bus \
costs in a year.

=SUM(A1) is no way to run a port. We should ask who profits.
"""
MARKET = """The market hall will be shut on Mondays. According to the mayor, nobody comes. The mayor never asked. \
Let the traders decide.
"""


def write(path: Path, text: str = HARBOUR) -> str:
    """The path of a new file with this text, as it is given on a command line."""
    path.write_text(text, encoding="utf-8")
    return str(path)
