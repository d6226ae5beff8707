"""Templates and styles of the offline pages, and the policy that lets nothing be fetched by them."""

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader


@cache
def environment() -> Environment:
    """Our templates; what is put into them is escaped."""
    return Environment(
        loader=PackageLoader("argmap.rendering"), autoescape=True, trim_blocks=True, lstrip_blocks=True, cache_size=4
    )


@cache
def resource(name: str) -> str:
    """A file beside the templates."""
    loader = environment().loader
    assert loader is not None  # noqa: S101 - set above
    return loader.get_source(environment(), name)[0]


def policy(style: str, script: str | None = None) -> str:
    """The content-security policy of a page with this style and, if any, this script: all else is forbidden."""
    parts = ["default-src 'none'", f"style-src 'sha256-{_hash(style)}'"]
    if script is not None:
        parts.append(f"script-src 'sha256-{_hash(script)}'")
    return "; ".join([*parts, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    """The digest by which a content-security policy knows an inline style or script."""
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
