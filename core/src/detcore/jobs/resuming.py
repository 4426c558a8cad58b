"""Whether a stored run and a config are the same experiment, so that one may continue the other."""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import tomli

from detcore.config import ExperimentConfig, dump_toml
from detcore.config.dumping import hooks_in_full
from detcore.errors import RunError
from detcore.jobs.assembly import registry_of
from detcore.plugins import Registry

__all__ = ["check_same_experiment", "stored_tables"]

_FREE = (
    "run.name",
    "run.directory",
    "run.do",
    "training.steps",
    "training.epochs",
    "training.device",
    "training.log_every_steps",
    "training.checkpoint_every_steps",
    "training.keep_checkpoints",
    "data.loader.workers",
    "plugins.hooks",
)
"""Settings that may differ when a run continues. All but length and hooks leave every step as it was. Another length
moves the schedule of the steps to come, which follows the progress of the run; other hooks are told.

The seed and the grouping of pictures are not among them: the stored position in the stream would mean other pictures.
"""


def check_same_experiment(stored: Path, experiment: ExperimentConfig) -> None:
    """Compare with the ``config.toml`` of a run.

    Raises:
        RunError: something differs that must not; names everything.
    """
    registry = registry_of(experiment)
    before = _fixed(stored_tables(stored, registry))
    now = _fixed(tomli.loads(dump_toml(experiment, registry=registry)))
    different = [path for path in sorted(before.keys() | now.keys()) if before.get(path) != now.get(path)]
    if different:
        told = "; ".join(f"{path} is {_told(before, path)} in the run and {_told(now, path)} now" for path in different)
        raise RunError(
            f"{stored.parent} cannot be resumed with this config: {told}; go back to the run's settings, or start "
            "another run with --name NAME"
        )


def stored_tables(config: Path, registry: Registry) -> dict[str, Any]:
    """What the ``config.toml`` of a run states, in full: hooks may stand there as a user wrote them."""
    tables = tomli.loads(config.read_text(encoding="utf-8"))
    plugins = tables.get("plugins", {})
    return tables | {"plugins": plugins | {"hooks": hooks_in_full(plugins.get("hooks", []), registry)}}


def _fixed(tables: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(_leaves(tables, ""))
    return {path: value for path, value in values.items() if not any(fnmatchcase(path, free) for free in _FREE)}


def _leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}.{index}")
    else:
        yield path, value


def _told(values: Mapping[str, Any], path: str) -> str:
    return json.dumps(values[path], default=str) if path in values else "not set"
