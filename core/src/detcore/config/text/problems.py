"""Everything wrong with one config, collected and told at once."""

from collections.abc import Iterable

from attrs import frozen

from detcore.config.text.nodes import Origin, Path, dotted
from detcore.errors import ConfigError, UnknownComponentError

__all__ = ["Finding", "raise_all"]


@frozen
class Finding:
    """One mistake, at the value that is wrong."""

    origin: Origin
    path: Path
    message: str
    is_unknown_component: bool = False

    def __str__(self) -> str:
        path = f"{dotted(self.path)}: " if self.path else ""
        return f"{self.origin}: {path}{self.message}"


def raise_all(findings: Iterable[Finding]) -> None:
    """One error that lists every finding, a line each, in the order of the files' lines; nothing if there is none.

    Raises:
        UnknownComponentError: every finding is a name that nothing installed provides.
        ConfigError: otherwise.
    """
    ordered = sorted(
        dict.fromkeys(findings), key=lambda found: (found.origin.override, found.origin.file, found.origin.line)
    )
    if not ordered:
        return
    only_unknown = all(found.is_unknown_component for found in ordered)
    raise (UnknownComponentError if only_unknown else ConfigError)("\n".join(map(str, ordered)))
