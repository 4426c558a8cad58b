"""The folder that a run leaves behind."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from warnings import warn

from detcore.config import ExperimentConfig, dump_toml, load
from detcore.config.plugin_lock import lock_text, plugin_lock
from detcore.config.sources import RECORD
from detcore.config.unlisted_hooks import unlisted_hooks
from detcore.errors import DetcoreWarning, RunError
from detcore.files import new_folder, whole_file
from detcore.jobs.environment import environment
from detcore.plugins import Registry, installed_registry
from detcore.plugins.lock import drift, missing, read_lock_or_fault
from detcore.training import newest_checkpoint, remove_leftovers, write_json, write_text

__all__ = ["RunFolder"]


class RunFolder:
    """Where everything of one run lies.

    ``config.toml``, ``plugins.lock.json``, ``environment.json``, ``log.txt``, ``metrics.jsonl``, ``checkpoints/``,
    ``evaluation/``, ``predictions/``, and in ``local/`` a copy of each file that was given with ``--local``. Where a
    run has continued with other plugins or files, ``earlier/step-000500/`` describes it as it was up to that step.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "config.toml"
        self.log = path / "log.txt"
        self.metrics = path / "metrics.jsonl"
        self.checkpoints = path / "checkpoints"
        self.evaluation = path / "evaluation"
        self.predictions = path / "predictions"

    @classmethod
    def of(cls, experiment: ExperimentConfig) -> "RunFolder":
        """The folder that ``[run]`` names."""
        return cls(Path(experiment.run.directory) / experiment.run.name)

    @property
    def holds_run(self) -> bool:
        """Whether a run has been started here."""
        return self.config.exists()

    def newest_checkpoint(self) -> Path | None:
        """The checkpoint to continue from, if there is any."""
        return newest_checkpoint(self.checkpoints)

    def refuse_run(self) -> None:
        """Make sure that nothing would be overwritten.

        Raises:
            RunError: there is something already.
        """
        if self.holds_run:
            raise RunError(
                f"{self.path} already holds a run: continue it with --resume, or start another with --name NAME "
                "(or run.name=NAME)"
            )
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise RunError(f"{self.path} exists and is not an empty folder: choose another name with --name NAME")

    def require_run(self) -> None:
        """Make sure that there is a run.

        Raises:
            RunError: there is none.
        """
        if not self.holds_run:
            raise RunError(f"{self.path} holds no run: there is no config.toml in it")

    def create(self, experiment: ExperimentConfig, registry: Registry) -> None:
        """Make the folder with what is known before the first step; it appears whole or not at all."""
        with new_folder(self.path) as folder:
            self._describe(folder, experiment, registry)
            (folder / "checkpoints").mkdir()

    def update(self, experiment: ExperimentConfig, registry: Registry, *, step: int) -> None:
        """Describe a run that is continued after a step, perhaps with another length or by other versions."""
        remove_leftovers(self.path)
        remove_leftovers(self.checkpoints)
        self._keep_description(experiment, registry, step)
        self._describe(self.path, experiment, registry)

    def _keep_description(self, experiment: ExperimentConfig, registry: Registry, step: int) -> None:
        """What has made the run so far, where something else goes on: the weights are of both."""
        kept = self.path / "earlier" / f"step-{step:06}"
        copies = {self.path / "local" / file.path.name: file.content for file in registry.local_files.values()}
        described = {self.path / RECORD: lock_text(plugin_lock(experiment, registry)).encode(), **copies}
        is_same = all(path.exists() and path.read_bytes() == content for path, content in described.items())
        if is_same or kept.exists() or not (self.path / RECORD).exists():
            return
        with new_folder(kept) as folder:
            for path in (self.config, self.path / RECORD, self.path / "environment.json", *copies):
                if path.exists():
                    place = folder / path.relative_to(self.path)
                    place.parent.mkdir(exist_ok=True)
                    shutil.copyfile(path, place)

    @staticmethod
    def _describe(folder: Path, experiment: ExperimentConfig, registry: Registry) -> None:
        write_text(folder / "config.toml", dump_toml(experiment, registry=registry))
        write_text(folder / RECORD, lock_text(plugin_lock(experiment, registry)))
        write_json(folder / "environment.json", environment())
        for file in registry.local_files.values():
            with whole_file(folder / "local" / file.path.name) as copy:
                copy.write(file.content)

    def load(self, overrides: Sequence[str] = (), *, warn_unlisted: bool = False) -> ExperimentConfig:
        """The experiment as the run stored it; its training data need not be there any more.

        ``warn_unlisted``: of users' own files whose hooks it does not list, where nobody else has told of them.

        Raises:
            RunError: there is no run, or it was made of components that are not installed; says what to install.
        """
        self.require_run()
        if not overrides:  # which may do without something that is not here any more
            self._require_components()
        loaded = load(self.config, overrides=overrides, compare_parts=False)
        for notice in unlisted_hooks(loaded.registry) if warn_unlisted else ():
            warn(notice, DetcoreWarning, stacklevel=3)
        return loaded.experiment

    def changes_since(
        self, experiment: ExperimentConfig, registry: Registry, *, warn_unreadable: bool = False
    ) -> list[str]:
        """One sentence for each way in which the plugins here, to the last edited file, are not those of the run.

        ``warn_unreadable``: of a record that cannot be read, where :meth:`load` has not told of it.
        """
        record = self._record(is_told=warn_unreadable)
        return drift(record, plugin_lock(experiment, registry)) if record else []

    def _require_components(self) -> None:
        record = self._record(is_told=True)
        lacking = missing(record, installed_registry().rows, copies=self.path / "local") if record else []
        if lacking:
            raise RunError(f"{self.path} cannot be read: {'; '.join(lacking)}")

    def _record(self, *, is_told: bool) -> dict[str, Any]:
        """What the run was made of; empty where that is not known any more, which makes the run itself no worse."""
        lock = self.path / RECORD
        if not lock.exists():
            return {}
        record, fault = read_lock_or_fault(lock)
        if fault and is_told:
            notice = f"{lock}: {fault}, so the plugins of this run are not compared with those that are here"
            warn(notice, DetcoreWarning, stacklevel=4)
        return record
