"""OpenMetrics text: figures as GitLab's metrics report and Prometheus read them."""

from __future__ import annotations

import math
from collections.abc import Mapping


def openmetrics(metric: str, figures: Mapping[str, float | None], *, help_text: str) -> str:
    """One gauge with a sample a figure, its name in the label `name`; what is no number is left out."""
    lines = [f"# TYPE {metric} gauge", f"# HELP {metric} {help_text}"]
    for name, value in figures.items():
        if value is not None and math.isfinite(value):
            label = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            lines.append(f'{metric}{{name="{label}"}} {value:.6g}')
    return "\n".join((*lines, "# EOF")) + "\n"
