"""Training, from a config to a folder with checkpoints."""

from pathlib import Path

from detcore.config import ExperimentConfig, schedule_doubts
from detcore.jobs.building import failing_part_named
from detcore.jobs.failures import disk_errors_told, ending_noted
from detcore.jobs.parts import Parts, open_parts
from detcore.jobs.resuming import check_same_experiment
from detcore.jobs.run_folder import RunFolder
from detcore.jobs.run_hooks import ToldRun
from detcore.jobs.starting_weights import check_checkpoint_classes, load_starting_weights
from detcore.jobs.stored_model import misfits_told
from detcore.jobs.trainer_assembly import build_trainer
from detcore.training import Checkpoint, RunLog, cut_metrics, read_checkpoint

__all__ = ["train", "train_told"]


def train(experiment: ExperimentConfig, *, resume: bool = False, directory: Path | None = None) -> Path:
    """Train, and leave everything in a run folder, whose path is returned.

    The folder is ``directory``, or what ``[run]`` says. What can be wrong with data, weights and model is found before
    the folder is made, and a folder made for a run that fails before its first checkpoint goes again. With ``resume`` a
    run that is there continues bit for bit; one that is finished is left as it is; where there is none, one starts.

    Raises:
        RunError: the folder holds a run and ``resume`` is off, the stored run is another experiment, or the folder
            cannot be written.
        TrainingError: a loss or a gradient is not finite.
        KeyboardInterrupt: Ctrl-C; the checkpoint of the last whole step has been written.
    """
    folder = RunFolder(directory) if directory is not None else RunFolder.of(experiment)
    with ToldRun(experiment, folder.path) as told:
        train_told(told, resume=resume)
    return folder.path


def train_told(told: ToldRun, *, resume: bool) -> None:
    """As :func:`train`, as a part of a run that may go on afterwards."""
    folder = RunFolder(told.directory)
    with disk_errors_told(folder.path), failing_part_named(told.experiment):
        _run(told, folder, RunLog(), resume=resume)


def _run(told: ToldRun, folder: RunFolder, log: RunLog, *, resume: bool) -> None:
    experiment = told.experiment
    continues = _continues(folder, experiment, log, resume=resume)
    parts = open_parts(experiment)
    stored = _stored(folder, parts) if continues else None
    if stored is not None and stored.state["step"] >= parts.total_steps:
        log.say(f"{folder.path} is trained already: {stored.state['step']} steps are done")
        return
    if stored is None:
        _start(parts, log)
    _prepare(folder, parts, log, stored, continues=continues)
    with ending_noted(folder, log, created=not continues), disk_errors_told(folder.path), told.failure_told():
        _train(folder, parts, log, stored, told)


def _continues(folder: RunFolder, experiment: ExperimentConfig, log: RunLog, *, resume: bool) -> bool:
    """Whether there is a run to continue; refuses one that is in the way."""
    if resume and folder.holds_run:
        check_same_experiment(folder.config, experiment)
        return True
    folder.refuse_run()
    if resume:
        log.say(f"{folder.path} holds no run yet, so one starts from the beginning")
    return False


def _stored(folder: RunFolder, parts: Parts) -> Checkpoint | None:
    path = folder.newest_checkpoint()
    if path is None:
        return None
    check_checkpoint_classes(path, parts.dataset.metadata)
    return read_checkpoint(path)


def _start(parts: Parts, log: RunLog) -> None:
    report = load_starting_weights(parts)
    if report is not None:
        log.say(str(report))


def _prepare(folder: RunFolder, parts: Parts, log: RunLog, stored: Checkpoint | None, *, continues: bool) -> None:
    """Bring the folder to the state in which training goes on."""
    step = stored.state["step"] if stored is not None else 0
    changes = folder.changes_since(parts.experiment, parts.registry, warn_unreadable=True) if continues else []
    if continues:
        folder.update(parts.experiment, parts.registry, step=step)
        cut_metrics(folder.metrics, after_step=step)
    else:
        folder.create(parts.experiment, parts.registry)
    log.open(folder.log)
    log.say(
        f"{'continuing' if continues else 'training'} in {folder.path}: {len(parts.dataset)} pictures, "
        f"steps {step + 1} to {parts.total_steps}, on {parts.device}"
    )
    if parts.experiment.training.steps is None:  # with steps, the config alone has told it
        for doubt in schedule_doubts(parts.experiment, parts.total_steps):
            log.say(f"{'.'.join(map(str, doubt.path))}: doubtful: {doubt.message}")
    for change in changes:
        log.say(f"not as when the run began: {change}")


def _train(folder: RunFolder, parts: Parts, log: RunLog, stored: Checkpoint | None, told: ToldRun) -> None:
    trainer, checkpoints = build_trainer(parts, folder, log)
    if stored is not None:
        with misfits_told(checkpoints.path_of(stored.state["step"])):
            trainer.restore(model=stored.model, trainer=stored.trainer, state=stored.state)
        checkpoints.repair_pointers(trainer.step)
    told.start()
    if stored is not None:
        path = checkpoints.path_of(trainer.step)
        parts.registry.hooks.call("detcore_checkpoint_loaded", path=path, model=trainer.model, step=trainer.step)
    if not trainer.train():
        path = checkpoints.save(trainer.step)
        log.say(f"interrupted after step {trainer.step}; wrote {path}; continue with --resume")
        raise KeyboardInterrupt
