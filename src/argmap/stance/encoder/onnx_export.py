"""An encoder as an ONNX graph with weights of eight bits (dynamic quantisation), in memory."""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import warnings
from pathlib import Path
from typing import Any

import torch


class _States(torch.nn.Module):  # type: ignore[misc]  # torch need not be installed to check types
    """The encoder with plain arguments and its token states alone as the result."""

    def __init__(self, encoder: Any, *, typed: bool) -> None:
        super().__init__()
        self.encoder = encoder
        self.typed = typed

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        """Token states (windows, tokens, dimensions)."""
        more = {"token_type_ids": torch.zeros_like(input_ids)} if self.typed else {}
        return self.encoder(input_ids=input_ids, attention_mask=attention_mask, **more).last_hidden_state


def export_graph(encoder: Any, *, typed: bool) -> bytes:
    """The encoder's ONNX graph, int8; inputs `input_ids` and `attention_mask` (windows, tokens), one output."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = _States(encoder.eval(), typed=typed).eval()
    example = torch.ones(2, 16, dtype=torch.long)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(), _quiet():
        warnings.simplefilter("ignore")  # the exporter warns of its own future
        full, small = Path(folder, "full.onnx"), Path(folder, "small.onnx")
        axes = {0: "windows", 1: "tokens"}
        torch.onnx.export(
            model,
            (example, example),
            str(full),
            input_names=["input_ids", "attention_mask"],
            output_names=["states"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "states": axes},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(str(full), str(small), weight_type=QuantType.QInt8, per_channel=True)
        graph = onnx.load(str(small))
    graph.producer_name, graph.producer_version, graph.doc_string = "argmap", "", ""
    data: bytes = graph.SerializeToString()
    return data


@contextlib.contextmanager
def _quiet() -> Any:
    """Keep the exporter's chatter off the terminal."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        root.setLevel(level)
