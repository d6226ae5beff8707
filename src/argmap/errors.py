"""The family of errors that argmap raises on purpose.

Every message is one line built from fields: where, what, expected, what to do. The library raises; only the command
line prints and turns `exit_code` into the status of the process.
"""

EXIT_CHECK_FAILED = 1
EXIT_USAGE = 2
EXIT_BAD_INPUT = 3
EXIT_MISSING = 4
EXIT_INCONCLUSIVE = 5


def one_line(text: str) -> str:
    """Escape what would break a terminal line: control and format characters, line separators, unpaired surrogates."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)


class ArgmapError(Exception):
    """Base of the family. `where` is a file, optionally with a place in it."""

    exit_code = EXIT_CHECK_FAILED

    def __init__(
        self, what: str, *, where: str | None = None, expected: str | None = None, advice: str | None = None
    ) -> None:
        self.where = where
        self.what = what
        self.expected = expected
        self.advice = advice
        message = f"{where}: {what}" if where else what
        if expected:
            message += f"; expected {expected}"
        if advice:
            message += f"; {advice}"
        super().__init__(one_line(message))


class UsageError(ArgmapError):
    """The command or call itself is wrong."""

    exit_code = EXIT_USAGE


class InputError(ArgmapError):
    """A file or a value handed in cannot be used as it is."""

    exit_code = EXIT_BAD_INPUT


class MapError(InputError):
    """An argument map breaks one of its invariants; `what` names the id and the rule, as do `id` and `rule`."""

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        expected: str | None = None,
        advice: str | None = None,
        id: str | None = None,  # noqa: A002 - what the maps call it
        rule: str | None = None,
    ) -> None:
        super().__init__(what, where=where, expected=expected, advice=advice)
        self.id = id
        self.rule = rule


class ModelError(InputError):
    """A model folder is incomplete, altered, of another version, or not a model."""


class MissingDependencyError(ArgmapError):
    """A program or an extra that is needed is not installed; `advice` holds the install line."""

    exit_code = EXIT_MISSING


class EngineError(ArgmapError):
    """A drawing engine was there but failed, or ran out of its time."""

    exit_code = EXIT_MISSING
