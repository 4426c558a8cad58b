"""Numbers of things, as sentences have them."""

__all__ = ["counted"]


def counted(number: int, noun: str) -> str:
    """A number and its noun.

    >>> counted(1, "component"), counted(2, "component")
    ('1 component', '2 components')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
