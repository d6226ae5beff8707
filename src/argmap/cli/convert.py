"""`argmap convert`: a map from one format into another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from argmap.cli.common import ForceOption
from argmap.cli.map import KNOWN, BlameOption, MapFormat, write_map
from argmap.cli.progress import progress
from argmap.errors import InputError, UsageError


def convert(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="A map in JSON, as argmap writes it.", show_default=False)
    ],
    output: Annotated[
        Path,
        typer.Argument(
            metavar="OUT", help=f"File to write; its suffix picks the format ({KNOWN}).", show_default=False
        ),
    ],
    blame: BlameOption = False,
    force: ForceOption = False,
) -> None:
    """Turn a map into another format. JSON keeps everything; what the others do not keep is said on stderr."""
    from argmap.files import read_bytes
    from argmap.formats.map_json import load_map

    if output.suffix.lower().removeprefix(".") not in list(MapFormat):
        raise UsageError(f"no format is written as {output.suffix!r}", where=str(output), expected=f"one of {KNOWN}")
    argument_map = load_map(read_bytes(source), where=str(source))
    if output.exists() and not output.is_dir() and not force:
        raise InputError("is there already", where=str(output), advice="give --force to overwrite it")
    with progress(f"drawing {argument_map.document.id}"):
        write_map(argument_map, [(output, output.suffix)], blame=blame)
