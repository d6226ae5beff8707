"""The folder of a model: which files are read, that nothing in it was altered, and writing it whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from argmap.errors import InputError, ModelError
from argmap.files import read_bytes, write_atomically
from argmap.models.arrays import Arrays

CARD = "README.md"
INFO = "model.json"
_ZEROS = "0" * 64
_PICKLES = frozenset({".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin", ".dill"})
# What numpy, zipfile and zlib raise on bytes that are no archive of arrays, are cut off, encrypted or forged.
_UNREADABLE = (
    ValueError, TypeError, AttributeError, KeyError, OSError, EOFError, RuntimeError, MemoryError, OverflowError,
    SyntaxError, struct.error, zlib.error, zipfile.BadZipFile,
)  # fmt: skip


def read_info(folder: Path, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """`model.json`, if it is unaltered and says what is `wanted`; raises `ModelError`."""
    path = folder / INFO
    if not path.is_file():
        raise ModelError("has no model.json", where=str(folder), expected="a folder written by argmap train")
    for stray in sorted(folder.iterdir()):
        if stray.suffix.lower() in _PICKLES:
            raise ModelError(
                "holds a file that could execute code", where=str(stray), advice="argmap reads no pickle; remove it"
            )
    try:
        data = read_bytes(path)
        info = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ModelError("is not JSON", where=str(path)) from error
    if not isinstance(info, dict):
        raise ModelError("is not a JSON object", where=str(path))
    for key, value in wanted.items():
        if info.get(key) != value:
            raise ModelError(
                f"has {key} {json.dumps(info.get(key))}",
                where=str(path),
                expected=json.dumps(value),
                advice="train it again with this argmap",
            )
    if not isinstance(info.get("files"), dict):
        raise ModelError("has no hashes of files", where=str(path), expected="a model.json written by argmap train")
    _refuse_altered_info(data, info, path)
    return info


def _refuse_altered_info(data: bytes, info: Mapping[str, Any], path: Path) -> None:
    own = str(info.get("sha256"))
    if hashlib.sha256(data.replace(own.encode("utf-8", "replace"), _ZEROS.encode())).hexdigest() != own:
        raise ModelError("differs from its own hash", where=str(path), advice="get the model again; it was altered")


def read_vouched(folder: Path, name: str, info: Mapping[str, Any]) -> bytes:
    """A file of the folder whose hash is the one in `model.json`; raises `ModelError`."""
    path = folder / name
    if not path.is_file():
        raise ModelError(f"has no {name}", where=str(folder), expected="a complete model folder")
    data = read_bytes(path)
    if info["files"].get(name) != hashlib.sha256(data).hexdigest():
        raise ModelError(
            "differs from the hash in model.json", where=str(path), advice="get the model again; it was altered"
        )
    return data


def read_arrays(folder: Path, name: str, info: Mapping[str, Any]) -> Arrays:
    """The finite numbers of an npz file of the folder; raises `ModelError`."""
    path, data = folder / name, read_vouched(folder, name, info)
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    except _UNREADABLE as error:
        raise ModelError(f"is not an archive of plain arrays ({error})", where=str(path)) from error
    for key, values in arrays.items():
        if not isinstance(values, np.ndarray) or values.dtype.kind not in "fiu" or not np.all(np.isfinite(values)):
            raise ModelError(f"holds something else than finite numbers in {key}", where=str(path))
    return arrays


def refuse_place(folder: Path, *, force: bool) -> None:
    """Raise `InputError` if a model cannot be written there, or one is there and `force` is not given."""
    if folder.exists() and not folder.is_dir():
        raise InputError("is a file", where=str(folder), expected="a folder for the model")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise InputError("exists already", where=str(folder), advice="choose another folder or give --force")
    if not folder.parent.is_dir():
        raise InputError("the folder does not exist", where=str(folder.parent), advice="create it first")


def write_folder(folder: Path, files: Mapping[str, bytes], info: Mapping[str, Any]) -> None:
    """Write the files and `model.json`, all or none; raises `InputError`."""
    blobs = {**files, INFO: _info_bytes(info, files)}  # last: its hashes vouch for the others
    try:
        with tempfile.TemporaryDirectory(prefix=f".{folder.name[:40]}.", dir=folder.parent) as staging:
            for name, data in blobs.items():
                write_atomically(Path(staging, name), data)
            folder.mkdir(exist_ok=True)
            for name in blobs:
                Path(staging, name).replace(folder / name)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror or error})", where=str(folder)) from error


def _info_bytes(info: Mapping[str, Any], blobs: Mapping[str, bytes]) -> bytes:
    """`model.json`, with the hashes of the other files and, in the place of zeros, of itself."""
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in blobs.items()}
    content = {**info, "files": hashes, "sha256": _ZEROS}
    data = (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
    return data.replace(_ZEROS.encode(), hashlib.sha256(data).hexdigest().encode())


def archive(arrays: Arrays) -> bytes:
    """An npz file of plain arrays."""
    stream = io.BytesIO()
    for key, values in arrays.items():
        if values.dtype.hasobject:  # numpy would pickle it
            raise TypeError(f"{key} holds Python objects, not numbers")
    save: Callable[..., None] = np.savez_compressed  # in numpy 1 without the argument `allow_pickle`
    save(stream, **arrays)
    return stream.getvalue()
