"""The trainer of a run, and the hooks that write its folder."""

import math

from attrs import asdict

from detcore.config.plugin_lock import component_versions
from detcore.interfaces import Architecture, EvaluationResult, RunState
from detcore.jobs.building import built
from detcore.jobs.measuring import measure
from detcore.jobs.parts import Parts
from detcore.jobs.run_folder import RunFolder
from detcore.jobs.run_hooks import LoggedMetrics, StepHooks
from detcore.training import (
    Checkpoint,
    CheckpointHook,
    DisplayHook,
    EvaluationHook,
    MetricsFile,
    MetricsHook,
    RunLog,
    StepClock,
    Trainer,
    flatten,
)

__all__ = ["build_trainer"]


def build_trainer(parts: Parts, folder: RunFolder, log: RunLog) -> tuple[Trainer, CheckpointHook]:
    """The trainer with all its hooks; the one that writes checkpoints also by itself."""
    training = parts.experiment.training
    clock = StepClock()
    trainer = Trainer(
        model=parts.model,
        optimizer=parts.optimizer,
        schedule=built(parts.registry, parts.experiment.schedule),
        stream=parts.stream,
        # Where no plugin is listed, too: names in a checkpoint count the hooks, and plugins may come and go.
        hooks=[*parts.hooks, StepHooks(parts.registry.hooks)],
        precision=parts.precision,
        total_steps=parts.total_steps,
        epoch_length=parts.stream.epoch_length,
        batch_size=training.batch_size,
        micro_batches=training.micro_batches,
        clip_gradients=training.clip_gradients,
        clock=clock,
    )
    metrics = _metrics_hook(parts, folder)
    evaluation = _evaluation_hook(parts, trainer, log)
    checkpoints = _checkpoint_hook(parts, trainer, folder, evaluation)
    display = DisplayHook(
        log=log, clock=clock, metrics=metrics, batch_size=training.batch_size, every_steps=training.log_every_steps
    )
    # In this order: a checkpoint holds what the metrics say, and the evaluation that made it the best.
    trainer.hooks += [metrics, display, *([evaluation] if evaluation else []), checkpoints]
    return trainer, checkpoints


def _metrics_hook(parts: Parts, folder: RunFolder) -> MetricsHook:
    training = parts.experiment.training
    others = [built(parts.registry, config, directory=folder.path) for config in training.writers]
    if parts.registry.hooks.implement("detcore_metrics_logged"):
        others.append(LoggedMetrics(parts.registry.hooks))
    return MetricsHook(writers=[MetricsFile(folder.metrics), *others], every_steps=training.log_every_steps)


def _evaluation_hook(parts: Parts, trainer: Trainer, log: RunLog) -> EvaluationHook | None:
    config, dataset = parts.experiment.evaluation, parts.test
    if config.every_epochs is None or dataset is None or not config.evaluators:
        return None

    def evaluate_model(model: Architecture) -> EvaluationResult:
        return measure(parts.experiment, model, dataset, parts.device, step=trainer.step, registry=parts.registry)

    def evaluate(run: RunState) -> EvaluationResult:
        results = trainer.evaluate(evaluate_model)
        log.say(f"evaluation after step {run.step}: {_summary(results)}")
        return results

    return EvaluationHook(evaluate=evaluate, every_epochs=config.every_epochs, best=config.best, warn=log.say)


def _summary(results: EvaluationResult) -> str:
    overall = {name: value for name, value in flatten(results).items() if "per_class" not in name}
    return " · ".join(f"{name} {value:.1f}" for name, value in overall.items())


def _checkpoint_hook(
    parts: Parts, trainer: Trainer, folder: RunFolder, evaluation: EvaluationHook | None
) -> CheckpointHook:
    training = parts.experiment.training
    facts = {
        "metadata": asdict(parts.dataset.metadata),
        "plugins": component_versions(parts.experiment, parts.registry),
    }

    def capture() -> Checkpoint:
        return Checkpoint(
            model=trainer.evaluation_weights(), trainer=trainer.tensors(), state={**trainer.values(), **facts}
        )

    return CheckpointHook(
        directory=folder.checkpoints,
        capture=capture,
        every_steps=training.checkpoint_every_steps or math.ceil(parts.total_steps / 10),
        keep=training.keep_checkpoints,
        evaluation=evaluation,
        on_saved=lambda path, step: parts.registry.hooks.call("detcore_checkpoint_saved", path=path, step=step),
    )
