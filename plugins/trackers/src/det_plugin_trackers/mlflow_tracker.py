"""MLflow, as a plugin of hooks."""

import os
import re
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from det_plugin_trackers.checkpoint_uploads import UPLOADS, CheckpointUploads
from det_plugin_trackers.environment_words import refused_word, word_of
from det_plugin_trackers.model_facts import ModelFacts
from det_plugin_trackers.model_hooks import ModelHooks
from det_plugin_trackers.run_records import flattened, lacking_package, remember, remembered, settings_of
from detcore.config import ExperimentConfig
from detcore.errors import DetcoreWarning
from detcore.plugins import hookimpl
from detcore.specs import Problem

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

__all__ = ["MLflowTracker"]

T = TypeVar("T")

_MOST_PARAMETERS = 100
_MOST_METRICS = 1000
_LONGEST_VALUE = 500
"""What MLflow takes in one request, and of one parameter (its older servers, that is)."""

_MOST_FAILURES = 3

_LOG_MODEL = "DETCORE_MLFLOW_LOG_MODEL"
"""Not among MLflow's own variables: it has none for this."""


class MLflowTracker(ModelHooks):
    """Sends settings and numbers of a run to MLflow, whose own environment variables say where.

    ``MLFLOW_TRACKING_URI`` is a server or a database, ``MLFLOW_EXPERIMENT_NAME`` what the run is filed under. A server
    that cannot be reached while a run goes on is warned of, and given up after three times: the numbers are in
    ``metrics.jsonl`` too, and the run is worth more. ``DETCORE_MLFLOW_LOG_MODEL`` sends checkpoints, by default none.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        """One object serves every run of a process."""
        self._client: MlflowClient | None = None
        self._id = ""
        self._failures = 0
        self._directory = Path()
        self._facts = ModelFacts()
        self._uploads = CheckpointUploads("false", self._upload)

    @hookimpl
    def detcore_check_config(self) -> list[Problem]:
        """Whether the package is there, and the variable says something."""
        return [*lacking_package("mlflow", "mlflow"), *refused_word(_LOG_MODEL, UPLOADS)]

    @hookimpl
    def detcore_run_start(self, experiment: ExperimentConfig, directory: Path) -> None:
        """Begin a run of MLflow with the settings as parameters, or go on with the one that this run began."""
        from detcore.training import is_main

        if not is_main():
            return
        from mlflow.tracking import MlflowClient

        client, run_id = MlflowClient(), remembered(directory, "mlflow")
        if run_id is None:
            run_id = _new_run(client, experiment.run.name, settings_of(directory))
            remember(directory, "mlflow", run_id)
        else:
            client.update_run(run_id, status="RUNNING")
        self._client, self._id, self._directory = client, run_id, directory  # not before there is a run to speak of
        self._uploads = CheckpointUploads(word_of(_LOG_MODEL, UPLOADS), self._upload)
        self._note()

    @hookimpl
    def detcore_metrics_logged(self, metrics: Mapping[str, float], step: int) -> None:
        """Send a line of numbers."""
        if self._client is None or self._failures >= _MOST_FAILURES:
            return
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        values = [Metric(_name(name), value, now, step) for name, value in metrics.items()]
        with self._failures_counted(f"the numbers of step {step}"):
            for some in _batches(values, _MOST_METRICS):
                self._client.log_batch(self._id, metrics=some)

    @hookimpl
    def detcore_run_end(self, error: BaseException | None) -> None:
        """Say how the run ended."""
        self._uploads.ended(error)
        if self._client is not None:
            status = "FINISHED" if error is None else "KILLED" if isinstance(error, KeyboardInterrupt) else "FAILED"
            with self._failures_counted("the end of the run"):
                self._client.set_terminated(self._id, status)
        self._forget()

    def _note(self) -> None:
        """What is known of the model, as tags of the run."""
        if self._client is None or self._failures >= _MOST_FAILURES:
            return
        with self._failures_counted("tags"):
            for name, value in self._facts.of(self._directory).items():
                self._client.set_tag(self._id, f"detcore.{name}", value)

    def _upload(self, path: Path, step: int) -> None:
        """A checkpoint's folder, below ``checkpoints`` among the artefacts of the run."""
        if self._client is None or self._failures >= _MOST_FAILURES:
            return
        with self._failures_counted(f"the checkpoint of step {step}"):
            self._client.log_artifacts(self._id, str(path), f"checkpoints/{path.name}")

    @contextmanager
    def _failures_counted(self, what: str) -> Iterator[None]:
        from mlflow.exceptions import MlflowException

        try:
            yield
        except (MlflowException, OSError) as failure:  # files go through stores that raise what their libraries do
            self._failures += 1
            last = "; nothing more is sent" if self._failures >= _MOST_FAILURES else ""
            warnings.warn(f"MLflow did not take {what}: {failure}{last}", DetcoreWarning, stacklevel=2)


def _new_run(client: "MlflowClient", name: str, settings: Mapping[str, object]) -> str:
    from mlflow.entities import Param

    run_id: str = client.create_run(_experiment_id(client), run_name=name).info.run_id
    values = [Param(_name(path), str(value)[:_LONGEST_VALUE]) for path, value in flattened(settings)]
    for some in _batches(values, _MOST_PARAMETERS):
        client.log_batch(run_id, params=some)
    return run_id


def _experiment_id(client: "MlflowClient") -> str:
    name = os.environ.get("MLFLOW_EXPERIMENT_NAME", "detcore")
    found = client.get_experiment_by_name(name)
    known: str = client.create_experiment(name) if found is None else found.experiment_id
    return known


def _name(name: str) -> str:
    """The name with what MLflow refuses in one, such as the brackets of a class's name, replaced."""
    return re.sub(r"[^\w\-. :/]", "_", name)


def _batches(values: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), most):
        yield values[start : start + most]
