"""The model folder: a card, `model.json`, and weights as plain arrays. No pickle is ever written or read."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import NotFittedError

from argmap import __version__
from argmap.document import Document, Span, Unit
from argmap.errors import InputError, MissingDependencyError, ModelError
from argmap.files import read_bytes, write_atomically
from argmap.labels import EVIDENCE_TYPES, STANCES
from argmap.linking.model import LinkModel, link
from argmap.linking.networks import LinearScorer, NetworkScorer
from argmap.stance.classifier import EvidenceClassifier, StanceClassifier, label, score
from argmap.stance.cues import CUE_NAMES, CUES_SOURCE
from argmap.stance.features import LexicalFeatures, character_vectorizer, word_vectorizer
from argmap.stance.head import ContextualHead
from argmap.stance.vectors import WordVectors

FORMAT = "argmap-model"
VERSION = 1
DEFAULT = "stance-en-fast"
CARD = "README.md"
WEIGHTS = ("features.npz", "stance.npz", "evidence.npz", "links.npz")
Arrays = dict[str, npt.NDArray[Any]]
_ZEROS = "0" * 64
# What numpy, zipfile and zlib raise on bytes that are no archive of arrays, are cut off, encrypted or forged.
_UNREADABLE = (
    ValueError, TypeError, AttributeError, KeyError, OSError, EOFError, RuntimeError, MemoryError, OverflowError,
    SyntaxError, struct.error, zlib.error, zipfile.BadZipFile,
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """Everything that turns sentences into a map; `info` is the content of `model.json`."""

    id: str
    stance: StanceClassifier
    evidence: EvidenceClassifier
    links: LinkModel
    info: Mapping[str, Any]

    @property
    def training_texts(self) -> Mapping[str, str]:
        """SHA-256 of the text of every training article, by its id."""
        texts: Mapping[str, str] = self.info["training"]["articles"]
        return texts


def bundled_models() -> Path:
    """The folder of the models that come with argmap: inside the package, or beside the sources."""
    installed = Path(str(files("argmap"))) / "_models"
    return installed if installed.is_dir() else Path(str(files("argmap"))).parent.parent / "models"


def load_model(folder: Path | None = None) -> Model:
    """Load a model folder (None: the bundled one); raise `ModelError` naming what is missing, altered or different."""
    if folder is None:
        folder = bundled_models() / DEFAULT
        if not folder.is_dir():
            raise MissingDependencyError(
                "the bundled model is missing", where=str(folder), advice="install argmap again: pip install argmap"
            )
    if not folder.is_dir():
        raise ModelError("is not a model folder", where=str(folder), expected="a folder written by argmap train")
    info = _read_info(folder)
    arrays = {name: _read_weights(folder, name, info) for name in WEIGHTS}
    _read_vouched(folder, CARD, info)
    try:
        model = _assemble(info, arrays)
        _rehearse(model)
        return model
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, NotFittedError) as error:
        raise ModelError(f"does not fit together ({error})", where=str(folder), expected="a complete model") from error


def _read_info(folder: Path) -> dict[str, Any]:
    path = folder / "model.json"
    if not path.is_file():
        raise ModelError("has no model.json", where=str(folder), expected="a folder written by argmap train")
    for stray in sorted(folder.iterdir()):
        if stray.suffix.lower() in {".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin", ".dill"}:
            raise ModelError(
                "holds a file that could execute code", where=str(stray), advice="argmap reads no pickle; remove it"
            )
    try:
        data = read_bytes(path)
        info = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ModelError("is not JSON", where=str(path)) from error
    wanted = {
        "format": FORMAT,
        "version": VERSION,
        "stances": [stance.value for stance in STANCES],
        "evidence": [kind.value for kind in EVIDENCE_TYPES],
        "cues_sha256": _cues_sha256(),
    }
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


def _read_vouched(folder: Path, name: str, info: Mapping[str, Any]) -> bytes:
    path = folder / name
    if not path.is_file():
        raise ModelError(f"has no {name}", where=str(folder), expected="a complete model folder")
    data = read_bytes(path)
    if info["files"].get(name) != hashlib.sha256(data).hexdigest():
        raise ModelError(
            "differs from the hash in model.json", where=str(path), advice="get the model again; it was altered"
        )
    return data


def _read_weights(folder: Path, name: str, info: Mapping[str, Any]) -> Arrays:
    path, data = folder / name, _read_vouched(folder, name, info)
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    except _UNREADABLE as error:
        raise ModelError(f"is not an archive of plain arrays ({error})", where=str(path)) from error
    for key, values in arrays.items():
        if not isinstance(values, np.ndarray) or values.dtype.kind not in "fiu" or not np.all(np.isfinite(values)):
            raise ModelError(f"holds something else than finite numbers in {key}", where=str(path))
    return arrays


def save_model(model: Model, folder: Path, *, card: str, force: bool = False) -> None:
    """Write the folder's files, all or none; raise `InputError` if it exists and `force` is not given."""
    if folder.exists() and not folder.is_dir():
        raise InputError("is a file", where=str(folder), expected="a folder for the model")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise InputError("exists already", where=str(folder), advice="choose another folder or give --force")
    if not folder.parent.is_dir():
        raise InputError("the folder does not exist", where=str(folder.parent), advice="create it first")
    blobs = {name: _archive(arrays) for name, arrays in _disassemble(model).items()}
    blobs[CARD] = card.encode("utf-8")
    blobs["model.json"] = _info_bytes(model.info, blobs)  # last: its hashes vouch for the others
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


def new_info(model_id: str, *, seed: int, training: Mapping[str, str], metrics: Mapping[str, Any]) -> dict[str, Any]:
    """The content of `model.json`, but for the files' hashes."""
    import networkx
    import sklearn

    return {
        "format": FORMAT,
        "version": VERSION,
        "id": model_id,
        "seed": seed,
        "stances": [stance.value for stance in STANCES],
        "evidence": [kind.value for kind in EVIDENCE_TYPES],
        "cues_sha256": _cues_sha256(),
        "created_with": {
            "argmap": __version__,
            "python": platform.python_version(),
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
            "networkx": networkx.__version__,
        },
        "metrics": dict(metrics),
        "training": {"articles": dict(training)},
    }


def _cues_sha256() -> str:
    return hashlib.sha256(CUES_SOURCE.encode("utf-8")).hexdigest()


def _archive(arrays: Arrays) -> bytes:
    stream = io.BytesIO()
    for key, values in arrays.items():
        if values.dtype.hasobject:  # numpy would pickle it
            raise TypeError(f"{key} holds Python objects, not numbers")
    save: Callable[..., None] = np.savez_compressed  # in numpy 1 without the argument `allow_pickle`
    save(stream, **arrays)
    return stream.getvalue()


def _pack(words: list[str] | tuple[str, ...]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode("utf-8"), dtype=np.uint8)


def _unpack(data: npt.NDArray[np.uint8]) -> list[str]:
    text = data.tobytes().decode("utf-8")
    return text.split("\n") if text else []


def _disassemble(model: Model) -> dict[str, Arrays]:
    features = model.stance.features_
    links = model.links
    link_arrays: Arrays = {"thresholds": np.array([links.threshold, links.attack_threshold])}
    for prefix, scorer in (("thesis", links.thesis), ("pairs", links.pairs), ("attack", links.attack)):
        link_arrays |= {f"{prefix}.{key}": values for key, values in scorer.arrays().items()}
    return {
        "features.npz": {
            "ordinary": _pack(sorted(features.ordinary_)),
            "words": _pack(features.words_.get_feature_names_out().tolist()),
            "words_idf": features.words_.idf_.astype(np.float32),
            "letters": _pack(features.characters_.get_feature_names_out().tolist()),
            "letters_idf": features.characters_.idf_.astype(np.float32),
            "cue_scale": features.cue_scale_,
            "vector_words": _pack(features.vectors_.words),
            "vectors": features.vectors_.matrix.astype(np.float16),
            "vector_weights": features.vectors_.weights,
            "vector_mean": features.vectors_.mean,
        },
        "stance.npz": _head_arrays(model.stance.head_, model.stance.thresholds_),
        "evidence.npz": _head_arrays(model.evidence.head_, model.evidence.thresholds_),
        "links.npz": link_arrays,
    }


def _head_arrays(head: ContextualHead, thresholds: npt.NDArray[np.float64]) -> Arrays:
    return {
        "first_coef": head.first_coef_,
        "first_bias": head.first_bias_,
        "second_coef": head.second_coef_,
        "second_bias": head.second_bias_,
        "thresholds": thresholds,
    }


def as_stored(model: Model) -> Model:
    """The model as it is after saving and loading: some weights are rounded on the way to the disk."""
    return _assemble(model.info, _disassemble(model))


def _assemble(info: Mapping[str, Any], arrays: Mapping[str, Arrays]) -> Model:
    stance = StanceClassifier()
    stance.features_ = _features(arrays["features.npz"])
    stance.head_, stance.thresholds_ = _head(arrays["stance.npz"], labels=len(STANCES))
    evidence = EvidenceClassifier()
    evidence.head_, evidence.thresholds_ = _head(arrays["evidence.npz"], labels=len(EVIDENCE_TYPES))
    columns = len(stance.features_.get_feature_names_out())
    for head in (stance.head_, evidence.head_):
        if head.first_coef_.shape[1] != columns:
            raise ValueError(f"{head.first_coef_.shape[1]} weights for {columns} features")
    parts = arrays["links.npz"]

    def part(prefix: str) -> Arrays:
        start = prefix + "."
        return {key.removeprefix(start): values for key, values in parts.items() if key.startswith(start)}

    threshold, attack_threshold = parts["thresholds"].tolist()
    links = LinkModel(
        thesis=LinearScorer.from_arrays(part("thesis")),
        pairs=NetworkScorer.from_arrays(part("pairs")),
        attack=LinearScorer.from_arrays(part("attack")),
        threshold=threshold,
        attack_threshold=attack_threshold,
    )
    if not isinstance(info["id"], str) or not isinstance(info["training"]["articles"], dict):
        raise ValueError("the id is no text, or the training articles are no object")
    return Model(info["id"], stance, evidence, links, info)


def _rehearse(model: Model) -> None:
    """Label and link a few words, so that weights which do not fit together are found now, not in the middle."""
    text = "The mayor lied. We must act."
    units = (Unit("u0", Span(0, 15)), Unit("u1", Span(16, len(text))))
    document = Document("rehearsal", text, title="A title", units=units)
    scores = score(document, model.stance, model.evidence)
    label(document, scores, model.stance, model.evidence)
    link(document, model.stance.features_, model.links, stances=scores.stances, evidence=scores.evidence)
    _ = model.links.attack.decision(np.zeros((1, len(model.links.pairs.mean))))


def _features(arrays: Arrays) -> LexicalFeatures:
    features = LexicalFeatures()
    features.ordinary_ = frozenset(_unpack(arrays["ordinary"]))
    features.words_ = word_vectorizer(_unpack(arrays["words"]))
    features.words_.idf_ = arrays["words_idf"].astype(np.float64)
    features.characters_ = character_vectorizer(_unpack(arrays["letters"]))
    features.characters_.idf_ = arrays["letters_idf"].astype(np.float64)
    features.cue_scale_ = arrays["cue_scale"]
    if features.cue_scale_.shape != (len(CUE_NAMES),):
        raise ValueError("another number of cues")
    matrix = arrays["vectors"].astype(np.float32)
    weights, mean = arrays["vector_weights"], arrays["vector_mean"]
    words = tuple(_unpack(arrays["vector_words"]))
    if matrix.shape != (len(words), len(mean)) or len(weights) != len(words):
        raise ValueError("word vectors of the wrong shape")
    features.vectors_ = WordVectors(words, matrix, weights, mean)
    return features


def _head(arrays: Arrays, *, labels: int) -> tuple[ContextualHead, npt.NDArray[np.float64]]:
    head = ContextualHead()
    head.first_coef_ = arrays["first_coef"]
    head.first_bias_ = arrays["first_bias"]
    head.second_coef_ = arrays["second_coef"]
    head.second_bias_ = arrays["second_bias"]
    thresholds = arrays["thresholds"]
    if head.first_coef_.shape[0] != labels or thresholds.shape != (labels,) or len(head.second_bias_) != labels:
        raise ValueError(f"weights for another number of labels than {labels}")
    return head, thresholds
