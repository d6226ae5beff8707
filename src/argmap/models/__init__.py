"""The model store: a folder with a card, `model.json`, and weights that cannot execute code. No pickle, ever."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import NotFittedError

from argmap import __version__
from argmap.document import Document, Span, Unit
from argmap.errors import InputError, MissingDependencyError, ModelError
from argmap.explanation import Example
from argmap.labels import EVIDENCE_TYPES, STANCES
from argmap.linking.model import LinkModel, link
from argmap.models.arrays import WEIGHTS, Arrays, from_arrays, to_arrays
from argmap.models.folder import CARD, archive, read_arrays, read_info, read_vouched, refuse_place, write_folder
from argmap.stance.classifier import EvidenceClassifier, StanceClassifier, label, score
from argmap.stance.cues import CUES_SOURCE
from argmap.stance.domain import DomainModel, withhold
from argmap.stance.encoder import Encoder, EncoderFiles, Layout, require_runtime
from argmap.stance.nearest import dump_examples, read_examples

__all__ = [
    "CARD", "DEFAULT", "FAST", "WEIGHTS", "Model",
    "as_stored", "bundled_models", "load_model", "new_info", "save_model",
]  # fmt: skip

FORMAT = "argmap-model"
VERSION = 1
DEFAULT = "stance-en"
FAST = "stance-en-fast"
_NAMES = {"fast": FAST, FAST: FAST, DEFAULT: DEFAULT}
_GRAPH, _TOKENIZER, _HEAD = "encoder.onnx", "tokenizer.json", "encoder.npz"
_DOMAIN = "domain.npz"
_EXAMPLES, _EXAMPLE_VECTORS = "examples.jsonl", "examples.npz"


@dataclass(frozen=True)
class Model:
    """Everything that turns sentences into a map; `info` is the content of `model.json`.

    `domain` tells English prose from other text; `examples` are labelled training sentences that may be passed on, with
    the encoder's vectors of them (examples, d), if there is one.
    """

    id: str
    stance: StanceClassifier
    evidence: EvidenceClassifier
    links: LinkModel
    info: Mapping[str, Any]
    domain: DomainModel | None = None
    examples: tuple[Example, ...] = ()
    example_vectors: npt.NDArray[np.int8] | None = None

    @property
    def encoder(self) -> Encoder | None:
        """The encoder, which the fast tier has not."""
        return self.stance.encoder

    @property
    def training_texts(self) -> Mapping[str, str]:
        """SHA-256 of the text of every training article, by its id."""
        texts: Mapping[str, str] = self.info["training"]["articles"]
        return texts


def bundled_models() -> Path:
    """The folder of the models that come with argmap: inside the package, or beside the sources."""
    installed = Path(str(files("argmap"))) / "_models"
    return installed if installed.is_dir() else Path(str(files("argmap"))).parent.parent / "models"


def load_model(folder: Path | str | None = None) -> Model:
    """Load a model: a folder, the name of a bundled one ("fast", "stance-en"), or None for the default.

    Raises `ModelError` naming what is missing, altered or different, and `MissingDependencyError` if the model has an
    encoder and this platform cannot run one.
    """
    name = _NAMES.get(str(folder)) if folder is not None else DEFAULT
    place = bundled_models() / name if name is not None else Path(str(folder))
    if not place.is_dir():
        if name is not None:
            raise MissingDependencyError(
                "the bundled model is missing", where=str(place), advice="install argmap again: pip install argmap"
            )
        known = ", ".join(_NAMES)
        raise ModelError(
            "is not a model folder", where=str(place), expected=f"a folder written by argmap train, or one of {known}"
        )
    info = read_info(place, _wanted())
    if info.get("encoder") is not None:
        require_runtime()
    arrays = {name: read_arrays(place, name, info) for name in WEIGHTS}
    read_vouched(place, CARD, info)
    try:
        encoder = None if info.get("encoder") is None else _read_encoder(place, info)
        model = replace(_assemble(info, arrays, encoder), **_read_extras(place, info))
        _rehearse(model)
        return model
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, NotFittedError) as error:
        raise ModelError(f"does not fit together ({error})", where=str(place), expected="a complete model") from error


def _wanted() -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "stances": [stance.value for stance in STANCES],
        "evidence": [kind.value for kind in EVIDENCE_TYPES],
        "cues_sha256": hashlib.sha256(CUES_SOURCE.encode("utf-8")).hexdigest(),
    }


def _read_encoder(place: Path, info: Mapping[str, Any]) -> Encoder:
    said = info["encoder"]
    head = read_arrays(place, _HEAD, info)
    files = EncoderFiles(
        graph=read_vouched(place, _GRAPH, info),
        tokenizer=read_vouched(place, _TOKENIZER, info),
        layout=Layout(**{key: int(value) for key, value in said["layout"].items()}),
        weights=head["weights"],
        bias=head["bias"],
        source=dict(said["source"]),
    )
    return Encoder(files)


def _read_extras(place: Path, info: Mapping[str, Any]) -> dict[str, Any]:
    """What a model may do without: the domain, and labelled sentences to show."""
    present = info["files"]
    extras: dict[str, Any] = {}
    if _DOMAIN in present:
        extras["domain"] = DomainModel.from_arrays(read_arrays(place, _DOMAIN, info))
    if _EXAMPLES in present:
        try:
            extras["examples"] = read_examples(read_vouched(place, _EXAMPLES, info), where=str(place / _EXAMPLES))
        except ModelError:
            raise
        except InputError as error:
            raise ModelError(error.what, where=error.where, expected=error.expected) from error
    if _EXAMPLE_VECTORS in present:
        vectors = read_arrays(place, _EXAMPLE_VECTORS, info)["vectors"]
        if vectors.ndim != 2 or len(vectors) != len(extras.get("examples", ())):
            raise ValueError("vectors for other examples")
        extras["example_vectors"] = vectors
    return extras


def save_model(model: Model, folder: Path, *, card: str, force: bool = False) -> None:
    """Write the folder's files, all or none; raise `InputError` if it exists and `force` is not given."""
    refuse_place(folder, force=force)
    blobs = {name: archive(arrays) for name, arrays in _arrays_of(model).items()}
    if model.encoder is not None:
        own = model.encoder.files
        blobs[_HEAD] = archive({"weights": own.weights, "bias": own.bias})
        blobs[_GRAPH], blobs[_TOKENIZER] = own.graph, own.tokenizer
    if model.domain is not None:
        blobs[_DOMAIN] = archive(model.domain.arrays())
    if model.examples:
        blobs[_EXAMPLES] = dump_examples(model.examples)
    if model.example_vectors is not None:
        blobs[_EXAMPLE_VECTORS] = archive({"vectors": model.example_vectors})
    blobs[CARD] = card.encode("utf-8")
    write_folder(folder, blobs, model.info)


def new_info(
    model_id: str,
    *,
    seed: int,
    training: Mapping[str, str],
    metrics: Mapping[str, Any],
    encoder: EncoderFiles | None = None,
) -> dict[str, Any]:
    """The content of `model.json`, but for the files' hashes."""
    import networkx
    import sklearn

    said = None if encoder is None else {"layout": asdict(encoder.layout), "source": dict(encoder.source)}
    return {
        **_wanted(),
        "id": model_id,
        "seed": seed,
        "created_with": {
            "argmap": __version__,
            "python": platform.python_version(),
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
            "networkx": networkx.__version__,
        },
        "encoder": said,
        "metrics": dict(metrics),
        "training": {"articles": dict(training)},
    }


def _arrays_of(model: Model) -> dict[str, Arrays]:
    return to_arrays(model.stance, model.evidence, model.links)


def as_stored(model: Model) -> Model:
    """The model as it is after saving and loading: some weights are rounded on the way to the disk."""
    stored = _assemble(model.info, _arrays_of(model), model.encoder)
    domain = None if model.domain is None else DomainModel.from_arrays(model.domain.arrays())
    return replace(stored, domain=domain, examples=model.examples, example_vectors=model.example_vectors)


def _assemble(info: Mapping[str, Any], arrays: Mapping[str, Arrays], encoder: Encoder | None) -> Model:
    stance, evidence, links = from_arrays(arrays)
    stance.encoder = encoder
    if not isinstance(info["id"], str) or not isinstance(info["training"]["articles"], dict):
        raise ValueError("the id is no text, or the training articles are no object")
    return Model(info["id"], stance, evidence, links, info)


def _rehearse(model: Model) -> None:
    """Label and link a few words, so that weights which do not fit together are found now, not in the middle."""
    text = "The mayor lied. We must act."
    units = (Unit("u0", Span(0, 15)), Unit("u1", Span(16, len(text))))
    document = Document("rehearsal", text, title="A title", units=units)
    scores = score(document, model.stance, model.evidence)
    labelled = label(document, scores, model.stance, model.evidence)
    if model.domain is not None:
        withhold(labelled, model.domain)
    link(document, model.stance.features_, model.links, scores)
    _ = model.links.attack.decision(np.zeros((1, len(model.links.pairs.mean))))  # no link may have been found above
