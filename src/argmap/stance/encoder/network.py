"""The network that is fine-tuned: an encoder, means over sentences, a linear head; and PyTorch's settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from argmap.stance.encoder.runtime import HEADS

_POOL = 1 << 22
_HEAD_DROPOUT = 0.1


class PooledDropout(torch.nn.Module):  # type: ignore[misc]  # torch need not be installed to check types
    """Dropout whose masks are cut out of one pool of random bits, at a random place.

    Drawing fresh bits for every mask takes as long as all the rest of a step on a processor.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p  # as in torch.nn.Dropout; attention reads it there
        kept = torch.rand(_POOL) >= p
        self.register_buffer("pool", kept.to(torch.bfloat16), persistent=False)

    def forward(self, states: Any) -> Any:
        """The states, while training with some of them zero and the others larger by as much."""
        if not self.training or not self.p:
            return states
        if states.numel() > _POOL:
            return torch.nn.functional.dropout(states, self.p)
        place = int(torch.randint(0, _POOL - states.numel() + 1, ()))
        mask = self.pool[place : place + states.numel()].view(states.shape)
        return states * mask.to(states.dtype) / (1 - self.p)


def with_pooled_dropout(encoder: Any) -> Any:
    """The encoder with each of its dropout layers replaced, in place; all share one pool for each share."""
    pooled: dict[float, PooledDropout] = {}
    for parent in list(encoder.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, torch.nn.Dropout):
                setattr(parent, name, pooled.setdefault(child.p, PooledDropout(child.p)))
    return encoder


class Network(torch.nn.Module):  # type: ignore[misc]  # torch need not be installed to check types
    """Log-odds (sentences, len(HEADS)) and vectors (sentences, dimensions) of windows of sentences."""

    def __init__(self, encoder: Any, dimensions: int) -> None:
        super().__init__()
        self.encoder = with_pooled_dropout(encoder)
        self.dimensions = dimensions
        self.dropout = PooledDropout(_HEAD_DROPOUT)
        self.head = torch.nn.Linear(dimensions, len(HEADS))

    def set_base_rates(self, shares: Any) -> None:
        """Start each label's log-odds at its share (labels,) of the sentences."""
        with torch.no_grad():
            self.head.bias.copy_(torch.logit(torch.as_tensor(shares, dtype=torch.float32), eps=1e-4))

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
    filled = torch.utils.deterministic.fill_uninitialized_memory
    torch.utils.deterministic.fill_uninitialized_memory = False  # nothing here reads what was not written
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    torch.set_flush_denormal(True)  # moments that fade out would slow the processor down
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
        torch.use_deterministic_algorithms(strict)
        torch.utils.deterministic.fill_uninitialized_memory = filled
        torch.set_num_threads(before)


def has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 faster than float32."""
    return bool(getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)())
