"""A translated experiment as the text of a config file, with what is missing as comments on top."""

from detcore.config.converting import write_as
from detcore.config.text.comments import Comments
from detcore.config.text.nodes import Origin, dotted
from detcore.config.text.reading import from_plain
from detcore.specs import Translation

__all__ = ["translated_text"]


def translated_text(translation: Translation, *, source: str, suffix: str = ".toml") -> str:
    """The experiment in the format of a file's ending; JSON has no comments.

    Raises:
        ConfigError: there is no such format, or it has no word for a value.
    """
    root = from_plain(dict(translation.values), lambda _: Origin(source))
    head = [_comment(line) for line in _lines(translation, source)]
    return write_as(root, suffix, Comments(head=[*head, ""])).text


def _lines(translation: Translation, source: str) -> list[str]:
    missing = [f"  {dotted(part.path)}: {part.what}" for part in translation.missing]
    heading = ["Nothing installed offers these parts; they are left out:"] if missing else []
    partial = ["It is about some tables only: extend it."] if translation.is_partial else []
    return [f"Converted from {source}.", *partial, *heading, *missing]


def _comment(line: str) -> str:
    """On one line whatever a name holds, so that nothing of it ends outside the comment."""
    return f"# {' '.join(line.splitlines())}"
