import json

import pytest
import tiny_detector
import torch
from torch import nn
from torch.nn import functional as F

from detcore.config import Precision
from detcore.data import ShapesConfig, ShuffleSamplerConfig, TrainingStream
from detcore.errors import TrainingError
from detcore.interfaces import TrainerHook
from detcore.training import EMA, MixedPrecision, StepClock, Trainer, seed_everything


class Recorder(TrainerHook):
    """Writes down what happens."""

    def __init__(self):
        self.events = []
        self.metrics = []

    def before_training(self, run):
        self.events.append("begin")

    def before_step(self, run):
        self.events.append(f"before {run.step}")

    def after_step(self, run):
        self.events.append(f"after {run.step}")
        self.metrics.append(dict(run.metrics))

    def before_evaluation(self, run):
        self.events.append("evaluate")

    def after_evaluation(self, run, results):
        self.events.append(results)

    def after_training(self, run):
        self.events.append("end")


def trainer_for(*hooks, total_steps=3, micro_batches=1, precision="float32", schedule=None, **settings):
    seed_everything(0)
    model = tiny_detector.TinyDetectorConfig(width=4, **settings).build()
    dataset = ShapesConfig(num_images=4, size=(32, 32), max_objects=1).build()
    stream = TrainingStream(
        dataset,
        sampler=ShuffleSamplerConfig().build(dataset=dataset, seed=0),
        augmentations=[],
        batch_size=2,
        seed=0,
        workers=0,
        aspect_ratio_grouping=False,
        channel_order="RGB",
    )
    return Trainer(
        model=model,
        optimizer=torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9),
        schedule=schedule or constant,
        stream=stream,
        hooks=hooks,
        precision=MixedPrecision(precision=Precision(precision), device=torch.device("cpu")),
        total_steps=total_steps,
        epoch_length=stream.epoch_length,
        batch_size=2,
        micro_batches=micro_batches,
        clip_gradients=None,
        clock=StepClock(),
    )


def constant(progress, step):
    return 1.0


def weights(trainer):
    return {name: tensor.tolist() for name, tensor in trainer.model.state_dict().items()}


def test_hooks_are_told_of_every_point_of_a_run():
    recorder = Recorder()

    finished = trainer_for(recorder, total_steps=2).train()

    assert finished
    assert recorder.events == ["begin", "before 0", "after 1", "before 1", "after 2", "end"]


def test_hooks_are_told_of_the_end_also_where_it_is_an_error():
    recorder = Recorder()

    with pytest.raises(TrainingError, match=r"^step 2: a loss is not finite"):
        trainer_for(recorder, explode_at=1).train()

    assert recorder.events == ["begin", "before 0", "after 1", "before 1", "end"]


def test_weights_are_left_alone_by_a_loss_that_is_not_finite():
    trainer = trainer_for(explode_at=0)
    before = trainer.model.box.weight.clone()

    with pytest.raises(TrainingError):
        trainer.train()

    assert torch.equal(trainer.model.box.weight, before)


def test_weights_are_left_alone_by_a_gradient_that_is_not_finite():
    trainer = trainer_for()
    trainer.model.box.weight.register_hook(lambda gradient: gradient * torch.inf)
    before = trainer.model.box.weight.clone()

    with pytest.raises(
        TrainingError, match=r"^step 1: a gradient is not finite \(loss_box [\d.]+, .*\) at learning rate 0.5 on the "
    ):
        trainer.train()

    assert torch.equal(trainer.model.box.weight, before)


def test_the_schedule_sees_progress_and_step_and_decides_the_rate():
    recorder, seen = Recorder(), []

    def schedule(progress, step):
        seen.append((progress, step))
        return 1 / (1 + step)

    trainer_for(recorder, total_steps=2, schedule=schedule).train()

    assert seen == [(0.0, 0), (0.5, 1)]
    assert [metrics["lr"] for metrics in recorder.metrics] == [0.5, 0.25]


def test_the_loss_is_the_sum_of_all_losses():
    recorder = Recorder()

    trainer_for(recorder, total_steps=1).train()

    metrics = recorder.metrics[0]
    assert metrics["loss"] == pytest.approx(metrics["loss_box"] + metrics["loss_class"])


def test_micro_batches_average_their_gradients(monkeypatch):
    monkeypatch.setattr(F, "dropout", lambda x, _: x)
    whole, halves = trainer_for(total_steps=1), trainer_for(total_steps=1, micro_batches=2)
    for trainer in (whole, halves):
        trainer.model.norm = nn.Identity()  # statistics of half a batch are others, and should be

    whole.train()
    halves.train()

    torch.testing.assert_close(halves.model.box.weight, whole.model.box.weight)


def test_lower_precision_trains_with_weights_kept_in_full():
    recorder = Recorder()
    trainer = trainer_for(recorder, precision="bfloat16")

    trainer.train()

    assert trainer.model.box.weight.dtype == torch.float32
    assert len(recorder.metrics) == 3


def test_epochs_are_counted_in_pictures():
    trainer = trainer_for(total_steps=3)

    trainer.train()

    assert trainer.epoch == 1.5


def test_a_restored_trainer_continues_bit_for_bit():
    whole = trainer_for(EMA(decay=0.5), total_steps=4)
    whole.train()
    first = trainer_for(EMA(decay=0.5), total_steps=2)
    first.train()
    stored = {
        "model": {name: tensor.clone() for name, tensor in first.evaluation_weights().items()},
        "trainer": {name: tensor.clone() for name, tensor in first.tensors().items()},
        "state": json.loads(json.dumps(first.values())),
    }
    second = trainer_for(EMA(decay=0.5), total_steps=4)

    second.restore(**stored)
    second.train()

    assert weights(second) == weights(whole)
    assert second.values() == whole.values()


def test_evaluation_sees_the_averaged_weights_and_training_goes_on_with_its_own():
    recorder = Recorder()
    trainer = trainer_for(EMA(decay=0.5), recorder)
    trainer.train()
    own = trainer.model.box.weight.clone()
    average = trainer.evaluation_weights()["box.weight"].clone()

    seen = []
    trainer.evaluate(lambda model: seen.append(model.box.weight.clone()) or {"AP": 1.0})

    assert torch.equal(seen[0], average)
    assert not torch.equal(average, own)
    assert torch.equal(trainer.model.box.weight, own)
    assert recorder.events[-2:] == ["evaluate", {"AP": 1.0}]


def test_without_an_average_the_model_itself_is_evaluated():
    trainer = trainer_for()

    assert torch.equal(trainer.evaluation_weights()["box.weight"], trainer.model.box.weight)
    assert not any(name.startswith("model/") for name in trainer.tensors())


def test_waiting_and_computing_are_measured():
    trainer = trainer_for()

    trainer.train()

    assert trainer.clock.steps == 3
    assert trainer.clock.data_s > 0
    assert trainer.clock.compute_s > 0
