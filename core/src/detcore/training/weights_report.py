"""What became of every tensor when weights were loaded."""

from attrs import frozen

__all__ = ["LoadReport", "WrongShape"]


@frozen
class WrongShape:
    """A tensor whose shape in the file is not the model's."""

    name: str
    file: tuple[int, ...]
    model: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.name} is {list(self.file)} in the file and {list(self.model)} in the model"


@frozen(kw_only=True)
class LoadReport:
    """Names of tensors by what became of them, each list in the model's (or the file's) order."""

    source: str
    """The file."""

    loaded: tuple[str, ...]
    """Taken from the file."""

    reinitialised: tuple[str, ...]
    """Left fresh because a pattern says so."""

    missing: tuple[str, ...]
    """In the model, but not in the file."""

    unexpected: tuple[str, ...]
    """In the file, but not in the model."""

    wrong_shape: tuple[WrongShape, ...]
    """In both, but not of one shape."""

    loaded_share: float
    """Share of the model's parameters and statistics, counted in numbers, that the file gave; those reinitialised do
    not count."""

    notes: tuple[str, ...] = ()
    """What the file's reader has to say."""

    def __str__(self) -> str:
        lines = [f"weights from {self.source}: {self.loaded_share:.1%} of the parameters meant to be loaded"]
        for word in ("loaded", "reinitialised", "missing", "unexpected"):
            lines += _line(word, getattr(self, word), named=word != "loaded")
        lines += _line("wrong shape", tuple(map(str, self.wrong_shape)), named=True)
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])


def _line(word: str, names: tuple[str, ...], *, named: bool) -> list[str]:
    if not names:
        return []
    shown = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
    return [f"  {word}: {len(names)} tensors" + (f" ({shown})" if named else "")]
