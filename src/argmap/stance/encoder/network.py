"""The network that is fine-tuned: an encoder, means over sentences, a linear head; and PyTorch's settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from argmap.stance.encoder.runtime import HEADS


class Network(torch.nn.Module):  # type: ignore[misc]  # torch need not be installed to check types
    """Log-odds (sentences, len(HEADS)) and vectors (sentences, dimensions) of windows of sentences."""

    def __init__(self, encoder: Any, dimensions: int, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.dimensions = dimensions
        self.dropout = torch.nn.Dropout(dropout)
        self.head = torch.nn.Linear(dimensions, len(HEADS))

    def forward(self, tokens: Any, mask: Any, owner: Any, sentences: int) -> tuple[Any, Any]:
        """`owner` (windows, tokens) is the number of the sentence that a token belongs to, or -1."""
        states = self.encoder(input_ids=tokens, attention_mask=mask).last_hidden_state
        with torch.autocast("cpu", enabled=False):  # means and scores in full precision
            flat, numbers = states.float().reshape(-1, self.dimensions), owner.reshape(-1)
            owned = numbers >= 0
            total = torch.zeros(sentences, self.dimensions).index_add(0, numbers[owned], flat[owned])
            count = torch.zeros(sentences).index_add(0, numbers[owned], torch.ones(int(owned.sum())))
            vectors = total / count.clamp(min=1).unsqueeze(1)
            return self.head(self.dropout(vectors)), vectors


@contextmanager
def settings(threads: int) -> Iterator[None]:
    """PyTorch's settings for the block; they hold for the whole process, so they are put back."""
    before, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    torch.set_flush_denormal(True)  # moments that fade out would slow the processor down
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
        torch.use_deterministic_algorithms(strict)
        torch.set_num_threads(before)


def has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 faster than float32."""
    return bool(getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)())
