"""The model that a command uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argmap.cli.common import tell

if TYPE_CHECKING:
    from argmap.models import Model


def chosen_model(option: str | None) -> Model:
    """The model of `--model`; without it the default, or the fast tier where the encoder cannot run, which is said."""
    from argmap.models import FAST, load_model
    from argmap.stance.encoder import runtime_missing

    if option is None and (missing := runtime_missing()) is not None:
        tell(f"the default model cannot run here ({missing}): using {FAST}, which is less accurate")
        return load_model(FAST)
    return load_model(option)
