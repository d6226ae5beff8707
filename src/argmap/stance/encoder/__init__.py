"""The encoder's room: what leaves it are log-odds and vectors of sentences (`Encoder.outputs`)."""

from argmap.stance.encoder.runtime import (
    COLUMN_GROUPS,
    HEADS,
    ROLES,
    Encoder,
    EncoderFiles,
    EncoderOutputs,
    columns_effect,
    encoder_columns,
    require_runtime,
    runtime_missing,
)
from argmap.stance.encoder.windows import Layout

__all__ = [
    "COLUMN_GROUPS",
    "HEADS",
    "ROLES",
    "Encoder",
    "EncoderFiles",
    "EncoderOutputs",
    "Layout",
    "columns_effect",
    "encoder_columns",
    "require_runtime",
    "runtime_missing",
]
