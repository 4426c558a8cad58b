"""Runs of many variations of one experiment, one after the other."""

import gc
import traceback
from collections.abc import Sequence
from pathlib import Path

import tomli
from attrs import evolve

from detcore.config import Variation, dump_toml
from detcore.errors import DetcoreError, RunError
from detcore.jobs.resuming import stored_tables
from detcore.jobs.run_folder import RunFolder
from detcore.jobs.running import run
from detcore.jobs.sweep_table import SweepRow, SweepTable
from detcore.training import RunLog

__all__ = ["sweep"]


def sweep(variations: Sequence[Variation], *, resume: bool = False) -> SweepTable:
    """Run every variation in a folder of its own; what became of each, as it also stands in the sweep's folder.

    A run that fails does not keep the others from running: its row says what happened. With ``resume`` finished runs
    are left as they are, others continue or start.

    Raises:
        RunError: a folder is in the way and ``resume`` is off; nothing has been run.
        KeyboardInterrupt: Ctrl-C; the rows so far have been written.
    """
    table = _table(variations, resume=resume)
    log = RunLog()
    for index, variation in enumerate(variations):
        row = table.rows[index]
        log.say(f"run {index + 1} of {len(variations)}: {_told(variation)}")
        if row.status == "done" and _is_same(variation):
            log.say(f"{row.folder} is done already")
            continue
        _run_one(table, index, variation, log, resume=resume)
    log.say(f"\n{table}\n\n{table.folder} holds this table")
    return table


def _run_one(table: SweepTable, index: int, variation: Variation, log: RunLog, *, resume: bool) -> None:
    row = evolve(table.rows[index], status="running", message="", metrics={})
    table.put(index, row)
    try:
        run(variation.loaded.experiment, resume=resume)
        table.put(index, row.finished())
    except DetcoreError as error:
        place = f"{variation.loaded.nearest_origin(*error.part)}: " if error.part else ""
        log.say(f"failed: {place}{error}")
        table.put(index, row.failed(f"{place}{error}"))
    except KeyboardInterrupt:
        table.put(index, evolve(row, status="interrupted"))
        raise
    except Exception as error:  # noqa: BLE001  # a bug in one run is no reason to lose the runs after it
        traceback.print_exc()
        table.put(index, row.failed(f"{type(error).__name__}: {error}"))
    gc.collect()  # a model that only cycles still hold would lie in memory beside the next one


def _table(variations: Sequence[Variation], *, resume: bool) -> SweepTable:
    """The table so far; nothing is in the way once it is returned."""
    assert variations, "a product of sweeps holds at least one combination"
    first = variations[0]
    folder = Path(first.loaded.experiment.run.directory) / f"{first.base}-sweep"
    folders = [RunFolder.of(each.loaded.experiment).path for each in variations]
    rows = [
        SweepRow(values=dict(each.values), folder=str(path)) for each, path in zip(variations, folders, strict=True)
    ]
    table = SweepTable(folder, rows)
    if resume:
        table.take_over_stored()
    else:
        _refuse_what_is_there(table)
    return table


def _refuse_what_is_there(table: SweepTable) -> None:
    if table.is_stored:
        raise RunError(
            f"{table.folder} already holds a sweep: continue it with --resume, or start another with --name NAME"
        )
    refused = []
    for row in table.rows:
        try:
            RunFolder(Path(row.folder)).refuse_run()
        except RunError as error:
            refused.append(str(error))
    if refused:
        raise RunError("\n".join(refused))


def _is_same(variation: Variation) -> bool:
    """Whether the stored run is of this very experiment."""
    stored = RunFolder.of(variation.loaded.experiment).config
    if not stored.exists():
        return False
    registry = variation.loaded.registry
    return stored_tables(stored, registry) == tomli.loads(dump_toml(variation.loaded.experiment, registry=registry))


def _told(variation: Variation) -> str:
    return " ".join(f"{path}={text}" for path, text in variation.values.items())
