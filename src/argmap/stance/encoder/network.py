"""The network that is fine-tuned: an encoder, the mean over each sentence's tokens, and a linear head."""

from __future__ import annotations

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
