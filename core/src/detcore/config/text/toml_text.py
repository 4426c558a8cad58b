"""Values as TOML spells them."""

import json
import re

__all__ = ["inline", "key_text"]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def inline(value: object) -> str:
    """A value on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value)
        case list():
            return f"[{', '.join(map(inline, value))}]"
        case dict():
            entries = ", ".join(f"{key_text(key)} = {inline(entry)}" for key, entry in value.items())
            return f"{{ {entries} }}" if entries else "{}"
        case float():
            return _float(value)
    return str(value)


def key_text(key: str) -> str:
    """A key, in quotes where it needs them."""
    return key if _BARE_KEY.fullmatch(key) else _string(key)


def _float(value: float) -> str:
    text = repr(value)
    return text if "." in text or "e" in text or not text.strip("-").isdigit() else f"{text}.0"


def _string(text: str) -> str:
    # JSON's escapes are TOML's, except that TOML does not let DEL stand as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
