"""The nearest right word."""

from collections.abc import Iterable

__all__ = ["did_you_mean"]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``"; did you mean 'depth'?"`` for a word close to a known one, otherwise nothing."""
    import difflib  # slow to import, and only ever needed for a mistake

    cutoff = 0.6 if len(word) > 3 else 0.5  # in a short word one slip is half of it
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=cutoff)
    return f"; did you mean {near[0]!r}?" if near else ""
