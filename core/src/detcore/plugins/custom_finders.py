"""Metadata that finders on ``sys.meta_path`` have, which others than Python's own importers put there."""

import warnings
from collections.abc import Iterator
from functools import partial
from importlib.metadata import Distribution as StandardDistribution
from importlib.metadata import DistributionFinder

from detcore.errors import DetcoreWarning
from detcore.plugins.distribution import Distribution, normalised
from detcore.plugins.entry_points import parse_entry_points

__all__ = ["distributions_of"]


def distributions_of(finder: object) -> Iterator[Distribution]:
    """Everything that a finder has; a warning tells of what it cannot say."""
    try:
        found = list(finder.find_distributions(DistributionFinder.Context()))  # type: ignore[attr-defined]  # it has
    except Exception as error:  # noqa: BLE001  # somebody else's code, which must not stop the list
        _tell(finder, "does not say which distributions it has", error)
        return
    for each in found:
        read = partial(_text, finder, each)
        distribution = Distribution(
            name="",
            version="",
            entry_points=parse_entry_points(read("entry_points.txt")),
            location=_location(each),
            read=read,
        )
        distribution.name = normalised(distribution.stated_name)
        if distribution.name:
            yield distribution
        elif distribution.entry_points:
            _tell(finder, "has a distribution that says no name", each)


def _text(finder: object, distribution: StandardDistribution, name: str) -> str:
    try:
        return (distribution.read_text(name) or "").removeprefix("\ufeff")
    except Exception as error:  # noqa: BLE001  # as above
        _tell(finder, f"cannot read {name or 'the metadata'!r} of a distribution", error)
        return ""


def _location(distribution: StandardDistribution) -> str:
    try:
        return str(distribution.locate_file(""))
    except Exception:  # noqa: BLE001  # as above; without a place it is no less usable
        return f"<{type(distribution).__module__}.{type(distribution).__qualname__}>"


def _tell(finder: object, what: str, cause: object) -> None:
    kind = finder if isinstance(finder, type) else type(finder)
    told = f"the finder {kind.__module__}.{kind.__qualname__} on sys.meta_path {what}, so its plugins are left out"
    warnings.warn(f"{told}: {cause!r:.200}", DetcoreWarning, stacklevel=2)
