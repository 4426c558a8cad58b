"""A translated experiment as the text of a config file, with what is missing as comments on top."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from detcore.config.text.comments import Comments
from detcore.config.text.nodes import dotted
from detcore.config.text.toml_writing import write_toml
from detcore.errors import ConfigError
from detcore.specs import Translation

__all__ = ["translated_text"]


def translated_text(translation: Translation, *, source: str, suffix: str = ".toml") -> str:
    """The experiment in the format of a file's ending; JSON has no comments.

    Raises:
        ConfigError: there is no such format.
    """
    if suffix not in _FORMATS:
        raise ConfigError(f"a config file ends in {', '.join(_FORMATS)}, not {suffix!r}")
    text = _FORMATS[suffix](translation.values)
    comments = [] if suffix == ".json" else [_comment(line) for line in _comments(translation, source)]
    return "".join([*comments, *(["\n"] if comments else []), text])


def _comments(translation: Translation, source: str) -> list[str]:
    missing = [f"  {dotted(part.path)}: {part.what}" for part in translation.missing]
    heading = ["Nothing installed offers these parts; they are left out:"] if missing else []
    partial = ["It is about some tables only: extend it."] if translation.is_partial else []
    return [f"Converted from {source}.", *partial, *heading, *missing]


def _comment(line: str) -> str:
    """On one line whatever a name holds, so that nothing of it ends outside the comment."""
    return f"# {' '.join(line.splitlines())}\n"


def _toml(values: Mapping[str, Any]) -> str:
    return write_toml(values, Comments())


def _yaml(values: Mapping[str, Any]) -> str:
    from detcore.config.text.yaml_writing import write_yaml  # slow to import

    return write_yaml(values, Comments())


_FORMATS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".json": lambda values: json.dumps(values, indent=2, ensure_ascii=False) + "\n",
}
