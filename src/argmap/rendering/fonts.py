"""The font that pictures are set in, wherever they are drawn.

A bare machine has no fonts, and then Graphviz draws empty boxes; on others Helvetica is a different font each. So
argmap carries two cuts of DejaVu Sans and tells fontconfig to take them for Helvetica; the scripts that they lack come
from the system's fonts.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

FONTS = Path(__file__).with_name("fonts")
FAMILY = "DejaVu Sans"
_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">{system}</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <match target="pattern">
    <test name="family"><string>Helvetica</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>{family}</string></edit>
  </match>
</fontconfig>
"""


@contextmanager
def font_environment() -> Iterator[dict[str, str]]:
    """The environment in which an engine finds our fonts, as long as the context lasts."""
    system = os.environ.get("FONTCONFIG_FILE") or "/etc/fonts/fonts.conf"
    with tempfile.TemporaryDirectory(prefix="argmap-fonts-", ignore_cleanup_errors=True) as folder:
        configuration = Path(folder) / "fonts.conf"
        text = _CONFIGURATION.format(
            system=escape(system), fonts=escape(str(FONTS)), cache=escape(str(Path(folder) / "cache")), family=FAMILY
        )
        configuration.write_text(text, encoding="utf-8")
        yield {**os.environ, "FONTCONFIG_FILE": str(configuration)}
