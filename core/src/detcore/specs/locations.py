"""Where files are: paths, and addresses that a plugin finds a file for."""

import re

__all__ = ["scheme_of"]


def scheme_of(location: str) -> str | None:
    """``"zoo"`` of ``"zoo:name"``; ``None`` where it can only be a path. A drive's letter is no scheme."""
    found = re.match(r"([a-z][a-z0-9+.-]+):", location)
    return found[1] if found else None
