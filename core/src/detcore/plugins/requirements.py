"""Whether the distributions that a config requires are there, in a version that fits."""

from collections.abc import Iterable, Sequence

from detcore.plugins.component import Component, Row, Status
from detcore.plugins.distribution import normalised
from detcore.plugins.versions import requirement_on, satisfies

__all__ = ["unmet_requirements"]

_UNUSABLE: tuple[Status, ...] = ("blocked", "incompatible")


def unmet_requirements(requirements: Iterable[str], rows: Sequence[Row]) -> list[str]:
    """One sentence for each of ``"det-plugin-x>=0.1"`` that no usable distribution satisfies, with what to install."""
    return [text for requirement in requirements if (text := _unmet(requirement, rows))]


def _unmet(requirement: str, rows: Sequence[Row]) -> str:
    parsed = requirement_on(requirement)
    if parsed is None:
        return f"{requirement!r} is not a distribution with versions, such as 'det-plugin-maskrcnn>=0.1'"
    name, clauses = normalised(parsed[0]), parsed[1]
    own = [row for row in rows if row.component.distribution == name and row.status not in ("duplicate", "stale")]
    version = own[0].component.version if own else _version_of_another(name)
    if not version:
        return f"{name} is not installed: pip install {requirement!r}"
    try:
        fits = satisfies(version, clauses)
    except ValueError as error:
        return f"{requirement!r}: {error}"
    if not fits:
        return f"needs {requirement}, but {version} is installed: pip install {requirement!r}"
    return _refusal(own)


def _version_of_another(name: str) -> str:
    """Of a distribution that offers no component."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import, and seldom needed

    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _refusal(rows: Sequence[Row]) -> str:
    if not rows or any(row.status not in _UNUSABLE for row in rows):
        return ""
    component: Component = rows[0].component
    return f"{component.distribution} {component.version} is installed, but cannot be used: {rows[0].reason}"
