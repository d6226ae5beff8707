"""Files as they stood at a revision of git."""

from __future__ import annotations

import contextlib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from argmap.errors import InputError, MissingDependencyError, UsageError


@contextlib.contextmanager
def earlier(paths: Sequence[Path], against: str) -> Iterator[list[Path]]:
    """What to compare `paths` with: a file or folder of that name, else the same paths at that revision of git.

    Those lie in a folder that is gone when the block ends. Raises `InputError` if it is neither, the paths lie in no
    checkout, or did not exist then, and `MissingDependencyError` without git.
    """
    if not against:  # an unset variable in a script, not the folder where one stands
        raise UsageError("--against without a name", expected="a file, a folder or a revision of git")
    if Path(against).exists():
        yield [Path(against)]
        return
    with tempfile.TemporaryDirectory(prefix="argmap-") as folder:
        yield [_unpack(path, against, Path(folder) / str(number)) for number, path in enumerate(paths)]


def _unpack(path: Path, revision: str, target: Path) -> Path:
    place = path.resolve()
    folder = place if place.is_dir() else place.parent
    top = Path(_git(folder, "rev-parse", "--show-toplevel", blame=str(path)).decode("utf-8").rstrip("\n"))
    named = f"--against {revision}"
    commit = _git(top, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}", blame=named)
    inside = place.relative_to(top.resolve()).as_posix()
    archive = _git(top, "archive", "--format=tar", commit.decode("ascii").strip(), "--", inside, blame=named)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar.getmembers():
            content = tar.extractfile(member) if member.isfile() and member.name.endswith(".jsonl") else None
            if content is not None and ".." not in Path(member.name).parts:
                file = target / member.name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content.read())
    if not (target / inside).exists():
        raise InputError(f"held no annotation file in {inside} then", where=named, expected="a later revision")
    return target / inside


def _git(folder: Path, *arguments: str, blame: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments, of which git takes none for an option
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the git that the user has
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except FileNotFoundError as error:
        raise MissingDependencyError("git is not installed", advice="install it, or name a folder") from error
    except ValueError as error:  # a NUL byte
        raise InputError(f"is no revision ({error})", where=blame) from error
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise InputError(
            f"git says: {told[-1] if told else 'no'}",
            where=blame,
            expected="a folder or file, or a revision of git in which these annotations are",
        )
    return done.stdout
