"""``detcore run``: train and evaluate an experiment, or every variation of one."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from detcore.cli.config_arguments import add_config_arguments
from detcore.cli.notices import print_notices
from detcore.config import LoadedConfig, Source, load, load_variations
from detcore.config.sources import record_at
from detcore.config.text.toml_text import inline
from detcore.errors import DetcoreError
from detcore.plugins import Registry, installed_registry

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """CONFIG, overrides, ``--unset``, ``--resume``, ``--name``, ``--locked``, ``--sweep``."""
    add_config_arguments(parser)
    parser.add_argument("--resume", action="store_true", help="continue the run of this name where it stopped")
    parser.add_argument("--name", metavar="NAME", help="name of the run's folder, instead of the config's run.name")
    parser.add_argument(
        "--locked", metavar="FILE", help="run only if the plugins are those of this record, or of a run's folder"
    )
    parser.add_argument(
        "--sweep",
        metavar="PATH=V,V",
        action="append",
        default=[],
        help="run once with each of these values; several sweeps: every combination",
    )


def run(arguments: Namespace) -> int:
    """Read the config, and only then import what trains: a mistake shows at once."""
    overrides = list(arguments.overrides)
    if arguments.name is not None:
        overrides.append(f"run.name={inline(arguments.name)}")  # in quotes, so that 1 is a name too
    if arguments.sweep:
        return _sweep(arguments, overrides)
    may_lack: tuple[Source, ...] = ("weights",) if arguments.resume else ()  # a run under way has weights of its own
    registry = _registry(arguments.locked)
    loaded = load(arguments.config, overrides=overrides, unset=arguments.unset, registry=registry, may_lack=may_lack)
    print_notices(loaded.notices)
    _refuse_drift(arguments.locked, [loaded])

    from detcore.jobs import run as run_experiment

    with _origin_told(loaded):
        folder = run_experiment(loaded.experiment, resume=arguments.resume)
    print(f"done: {folder}")
    return 0


def _sweep(arguments: Namespace, overrides: Sequence[str]) -> int:
    registry = _registry(arguments.locked)
    variations = load_variations(
        arguments.config, arguments.sweep, overrides=overrides, unset=arguments.unset, registry=registry
    )
    print_notices(line for each in variations for line in each.loaded.notices)
    _refuse_drift(arguments.locked, [each.loaded for each in variations])

    from detcore.jobs import sweep

    table = sweep(variations, resume=arguments.resume)
    if table.num_failed:
        print(f"detcore: {table.num_failed} of {len(table.rows)} runs failed", file=sys.stderr)
    return 1 if table.num_failed else 0


def _registry(lock: str | None) -> Registry | None:
    """What is installed, where a record knows what is not; ``None`` without one."""
    return None if lock is None else installed_registry().recalling(record_at(lock))


def _refuse_drift(lock: str | None, configs: Sequence[LoadedConfig]) -> None:
    """Compare with the record before anything is done, if one is given."""
    if lock is None:
        return
    from detcore.config import registry_chosen_by
    from detcore.config.plugin_lock import refuse_drift

    for each in configs:
        refuse_drift(lock, each.experiment, registry_chosen_by(each.experiment.plugins, installed_registry()))


@contextmanager
def _origin_told(loaded: LoadedConfig) -> Iterator[None]:
    """Put file and line in front of an error that is about a part of the config."""
    try:
        yield
    except DetcoreError as error:
        if error.part:
            error.args = (f"{loaded.nearest_origin(*error.part)}: {error}",)
        raise
