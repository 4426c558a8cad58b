"""Variations of one experiment: every combination of some values, each checked like a config of its own."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path as FilePath

from attrs import frozen

from detcore.config.editing import written_as_nodes
from detcore.config.loading import LoadedConfig, load_written
from detcore.config.sections import ExperimentConfig
from detcore.config.sources import read_source, with_record
from detcore.config.sweeps import Axis, axes_of
from detcore.config.text.nodes import Node
from detcore.config.text.toml_text import inline
from detcore.errors import ConfigError
from detcore.plugins import Registry, installed_registry

__all__ = ["Variation", "load_variations"]

_LONGEST_NAME = 120
"""Characters of a run's name; file systems allow 255 bytes, and checkpoints add to it."""

Values = Mapping[str, str]
"""By path, as overrides spell them."""


@frozen(kw_only=True, eq=False)
class Variation:
    """One combination."""

    values: Values
    base: str
    """The name of the run that this is a variation of; its own is in ``loaded``."""

    loaded: LoadedConfig


def load_variations(
    source: str | os.PathLike[str] | ExperimentConfig,
    sweeps: Sequence[str],
    *,
    overrides: Sequence[str] = (),
    unset: Sequence[str] = (),
    registry: Registry | None = None,
) -> list[Variation]:
    """The product of all sweeps (``"optimizer.lr=0.01,0.02"``) over an experiment, the last one varying fastest.

    The source is read once, and nothing is built. Each variation's ``run.name`` tells its values.

    Raises:
        ConfigError: a sweep cannot be read, or a combination is wrong; lists every mistake of every combination.
    """
    registry = registry or installed_registry()
    if not isinstance(source, ExperimentConfig):
        registry = with_record(registry, FilePath(source))
    axes = axes_of(sweeps)
    paths = [axis.path for axis in axes]
    combinations = [dict(zip(paths, values, strict=True)) for values in product(*(axis.values for axis in axes))]
    root = _read(source, registry)

    def load(values: Values, *more: str) -> LoadedConfig:
        changes = [*overrides, *(f"{path}={text}" for path, text in values.items()), *more]
        return load_written(root, overrides=changes, unset=unset, registry=registry)

    loaded = _all_loaded(combinations, load, axes)
    bases = [each.experiment.run.name for each in loaded]
    names = _unique([_name(base, values) for base, values in zip(bases, combinations, strict=True)])
    return [
        Variation(values=values, base=base, loaded=load(values, f"run.name={inline(name)}"))
        for values, base, name in zip(combinations, bases, names, strict=True)
    ]


def _read(source: str | os.PathLike[str] | ExperimentConfig, registry: Registry) -> Node:
    if isinstance(source, ExperimentConfig):
        return written_as_nodes(source, registry)
    return read_source(FilePath(source), registry)


def _all_loaded(
    combinations: Sequence[Values], load: Callable[[Values], LoadedConfig], axes: Sequence[Axis]
) -> list[LoadedConfig]:
    """Every combination read and checked, so that the mistakes of all are told at once."""
    loaded: list[LoadedConfig] = []
    mistakes: dict[str, list[Values]] = {}
    for values in combinations:
        try:
            loaded.append(load(values))
        except ConfigError as error:
            for mistake in re.split(r"\n(?! )", str(error)):  # an indented line belongs to the one above it
                mistakes.setdefault(_of_its_sweep(mistake, axes), []).append(values)
    if mistakes:
        told = [_told(mistake, where, len(combinations)) for mistake, where in mistakes.items()]
        raise ConfigError("\n".join(told))
    return loaded


def _of_its_sweep(mistake: str, axes: Sequence[Axis]) -> str:
    for axis in axes:
        mistake = axis.told(mistake)
    return mistake


def _told(mistake: str, where: Sequence[Values], count: int) -> str:
    """The mistake, with the values that bring it about where that is not plain."""
    if len(where) == count or mistake.startswith("sweep "):
        return mistake
    values = " ".join(f"{path}={text}" for path, text in where[0].items())
    others = f" and {len(where) - 1} more" if len(where) > 1 else ""
    return f"{mistake} (with {values}{others})"


def _name(base: str, values: Values) -> str:
    shortened = _shortened(list(values))
    words = [f"{short}={_safe(text)}" for short, text in zip(shortened, values.values(), strict=True)]
    return "-".join([base, *words])[:_LONGEST_NAME].rstrip(".-")


def _shortened(paths: Sequence[str]) -> list[str]:
    """The last word of each path, or as many as it takes to tell them apart."""
    shortened = []
    for path in paths:
        words = path.split(".")
        enough = next(
            (n for n in range(1, len(words)) if _tells(words, n) and _is_alone(words[-n:], path, paths)), len(words)
        )
        shortened.append(_safe(".".join(words[-enough:])))
    return shortened


def _tells(words: Sequence[str], count: int) -> bool:
    return not words[-count].isdigit() and words[-count:] != ["type"]


def _is_alone(ending: list[str], path: str, paths: Sequence[str]) -> bool:
    return all(other.split(".")[-len(ending) :] != ending for other in paths if other != path)


def _safe(text: str) -> str:
    """Letters that may stand in a file's name on every system."""
    return re.sub(r"[^A-Za-z0-9._+=-]+", "-", text.strip("[]{}\"' .")).rstrip("-.") or "none"


def _unique(names: Sequence[str]) -> list[str]:
    """The names, with numbers behind those that are there already; also where letters differ in case alone."""
    taken: set[str] = set()
    unique = []
    for name in names:
        candidate, number = name, 1
        while candidate.lower() in taken:
            number += 1
            candidate = f"{name}-{number}"
        taken.add(candidate.lower())
        unique.append(candidate)
    return unique
