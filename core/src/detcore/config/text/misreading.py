"""A mistake in the text of a config file, at its line."""

__all__ = ["MisreadError", "shortened"]

_SHOWN = 60


class MisreadError(ValueError):
    """What is wrong with a text, and on which of its lines."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def shortened(text: str) -> str:
    """The text, or the beginning of one that is too long for a message."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
