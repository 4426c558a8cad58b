"""The plan of the tiny detector's experiment, beside what the run then does."""

from pathlib import Path

import attrs
import pytest
import tiny_detector
import torch
from attrs import frozen
from tiny_experiment import tiny_experiment

from detcore.errors import ConfigError, DatasetError, PluginError
from detcore.jobs import Plan, plan, train
from detcore.jobs.assembly import evaluation_stream
from detcore.jobs.building import built
from detcore.jobs.parts import open_parts
from detcore.plugins import hookimpl, register, unregister
from detcore.rehearsal import LiveMemory
from detcore.specs import DatasetConfig, DatasetMetadata, DataSpec
from detcore.training import StepClock, Trainer

WIDE = {"type": "tiny-detector", "width": 64}


def trainer_of(experiment) -> Trainer:
    """The trainer of a run, without what writes its folder."""
    parts = open_parts(experiment)
    return Trainer(
        model=parts.model,
        optimizer=parts.optimizer,
        schedule=built(parts.registry, experiment.schedule),
        stream=parts.stream,
        hooks=parts.hooks,
        precision=parts.precision,
        total_steps=parts.total_steps,
        epoch_length=parts.stream.epoch_length,
        batch_size=experiment.training.batch_size,
        micro_batches=experiment.training.micro_batches,
        clip_gradients=experiment.training.clip_gradients,
        clock=StepClock(),
    )


def bytes_of(tensors) -> int:
    return sum(tensor.untyped_storage().nbytes() for tensor in tensors)


@pytest.fixture(scope="module")
def planned(registered, tmp_path_factory) -> Plan:
    return plan(tiny_experiment(tmp_path_factory.mktemp("planned")))


def test_length_is_told_in_steps_and_epochs(planned):
    length = planned.length

    assert (length.pictures, length.epoch_pictures, length.test_pictures) == (12, 12, 4)
    assert (length.steps, length.steps_per_epoch, length.batch_size) == (10, 3.0, 4)
    assert length.epochs == pytest.approx(10 / 3)


def test_epochs_become_steps(tmp_path):
    planned = plan(tiny_experiment(tmp_path, training__steps=None, training__epochs=2.5))

    assert (planned.length.steps, planned.length.epochs) == (8, pytest.approx(8 / 3))


def test_micro_batches_share_a_step(tmp_path):
    planned = plan(tiny_experiment(tmp_path, training__micro_batches=2))

    assert planned.length.pictures_per_pass == 2
    assert planned.training_shape.first[0] == 2


def test_rates_are_those_the_trainer_sets(tmp_path):
    experiment = tiny_experiment(tmp_path, training__steps=30, training__hooks=[])
    trainer = trainer_of(experiment)
    rates = []
    batches = iter(trainer.stream)
    for _ in range(30):
        trainer.advance(next(batches))
        rates.append(trainer.metrics["lr"])

    points = plan(experiment).rates

    assert [(point.step, point.what) for point in points] == [
        (0, "start"),
        (4, "warm-up over"),
        (20, "milestone"),
        (27, "milestone"),
        (29, "last step"),
    ]
    assert [point.rate for point in points] == [pytest.approx(rates[point.step]) for point in points]


def test_parameters_are_those_of_the_model(planned):
    model = tiny_detector.TinyDetectorConfig().build()

    (whole,) = planned.parts  # no table inside the model's, so no part of its own

    assert (whole.name, whole.parameters) == ("", sum(parameter.numel() for parameter in model.parameters()))
    assert whole.trainable == whole.parameters


@pytest.mark.parametrize("optimizer", [{"type": "sgd"}, {"type": "sgd", "momentum": 0.0}, {"type": "adamw"}])
def test_exact_memory_is_that_of_the_trainer(tmp_path, optimizer):
    experiment = tiny_experiment(tmp_path, optimizer=optimizer, model=WIDE)
    trainer = trainer_of(experiment)
    (hook,) = trainer.hooks
    hook.before_training(trainer)
    trainer.advance(next(iter(trainer.stream)))
    parameters = list(trainer.model.parameters())
    state = [each for entries in trainer.optimizer.state.values() for each in entries.values()]

    memory = plan(experiment).training_memory

    assert memory.parameters == bytes_of(parameters)
    assert memory.gradients == bytes_of(parameter.grad for parameter in parameters)
    assert memory.optimizer == bytes_of(each for each in state if isinstance(each, torch.Tensor))
    assert memory.buffers == bytes_of(trainer.model.buffers())
    assert memory.weight_copies == bytes_of(hook.state_dict().values())


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="a pass a step"),
        pytest.param({"training__batch_size": 6}, id="more than two pictures"),
        pytest.param({"training__micro_batches": 2}, id="micro-batches"),
        pytest.param({"training__precision": "bfloat16"}, id="half the digits"),
        pytest.param({"training__clip_gradients": 1.0, "optimizer": {"type": "adamw"}}, id="clipped"),
    ],
)
def test_the_training_peak_is_close_to_that_of_a_step(tmp_path, changes):
    experiment = tiny_experiment(
        tmp_path,
        **{"model": WIDE, "training__hooks": [], **changes},
        data__train={"datasets": [{"type": "shapes", "num_images": 12, "size": [160, 192], "max_objects": 2}]},
    )
    trainer = trainer_of(experiment)
    batches = iter(trainer.stream)
    trainer.advance(next(batches))
    trainer.optimizer.zero_grad()
    batch = next(batches)
    with LiveMemory() as memory:
        trainer.advance(batch)

    told = plan(experiment).training_memory

    assert told.gradients + told.activations == pytest.approx(memory.peak, rel=0.1)


def test_the_prediction_peak_is_close_to_that_of_a_prediction(tmp_path):
    size = {"type": "shapes", "num_images": 9, "split": "test", "size": [160, 192]}
    experiment = tiny_experiment(tmp_path, model=WIDE, data__test={"datasets": [size]}, evaluation__batch_size=3)
    parts = open_parts(experiment)
    stream = evaluation_stream(experiment, parts.test, parts.model, parts.device, registry=parts.registry)
    inputs = next(iter(stream))
    with torch.no_grad(), LiveMemory() as memory:
        parts.model.eval()(inputs)

    told = plan(experiment).inference_memory

    assert told.activations == pytest.approx(memory.peak, rel=0.1)


def test_files_are_those_the_run_writes(tmp_path):
    experiment = tiny_experiment(tmp_path)

    files = plan(experiment).files
    folder = train(experiment)
    left = {f"{path.name}/" if path.is_dir() else path.name for path in folder.iterdir()}
    checkpoint = max(folder.glob("checkpoints/step-*"))

    assert files.directory == Path(tmp_path) / "tiny"
    assert left == set(files.names) - {"evaluation/"}
    assert (files.checkpoints_written, files.checkpoints_kept, files.evaluations) == (4, 2, 1)
    size = sum(path.stat().st_size for path in checkpoint.glob("*.safetensors"))
    assert files.checkpoint_bytes < size < files.checkpoint_bytes + 24_000  # names, and the random generators


def test_evaluations_on_the_way_bring_checkpoints(tmp_path):
    files = plan(tiny_experiment(tmp_path, evaluation__every_epochs=1)).files

    assert (files.evaluations, files.checkpoints_written) == (
        3 + 1 + 1,
        4,
    )  # after the steps 3, 6, 9 and 10; at the end


def test_a_folder_in_the_way_is_told(finished_run):
    assert plan(tiny_experiment(finished_run.parent)).files.is_taken


def test_planning_writes_nothing_and_draws_nothing(tmp_path):
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)

    plan(tiny_experiment(tmp_path))

    assert torch.rand(1) == expected
    assert list(tmp_path.iterdir()) == []


def test_without_test_data_the_training_pictures_are_predicted(tmp_path):
    planned = plan(tiny_experiment(tmp_path, data__test=None, evaluation__evaluators=[]))

    assert planned.test_shape is None
    assert planned.inference_memory.activations > 0
    assert planned.files.evaluations == 0


def test_a_model_that_does_not_fit_the_data_is_refused(tmp_path):
    experiment = tiny_experiment(tmp_path)
    wrong = attrs.evolve(experiment, model=tiny_detector.TinyDetectorConfig(num_classes=3))

    with pytest.raises(ConfigError, match=r"^model\.num_classes: num_classes is 3, but the data has 5$"):
        plan(wrong)


@frozen(kw_only=True)
class LostConfig(DatasetConfig):
    """A dataset whose files are gone."""

    def metadata(self) -> DatasetMetadata | None:
        return None

    def build(self):
        raise DatasetError("somewhere/else: there is no such file")


@frozen(kw_only=True)
class StubbornConfig(tiny_detector.TinyDetectorConfig):
    """A model that cannot do without values."""

    def check(self, data: DataSpec):
        return []

    def build(self):
        return Stubborn(num_classes=self.num_classes, width=self.width, explode_at=-1)


class Stubborn(tiny_detector.TinyDetector):
    """Reads memory past every operator."""

    def preprocess(self, inputs):
        inputs[0]["image"].data_ptr()
        return super().preprocess(inputs)


@frozen(kw_only=True)
class RefusingConfig(StubbornConfig):
    """A model that has a reason to stop, and gives it."""

    def build(self):
        return Refusing(num_classes=self.num_classes, width=self.width, explode_at=-1)


class Refusing(tiny_detector.TinyDetector):
    def preprocess(self, inputs):
        raise PluginError("refusing: three channels are too many")


class Extras:
    """What the next tests bring."""

    @hookimpl
    def detcore_components(self):
        return {"lost": LostConfig, "stubborn": StubbornConfig, "refusing": RefusingConfig}


@pytest.fixture
def extras():
    module = Extras()
    register(module)
    yield
    unregister(module)


def test_pictures_that_cannot_be_had_are_assumed_and_the_reason_is_told(extras, tmp_path):
    planned = plan(tiny_experiment(tmp_path, data__train={"datasets": [{"type": "lost"}]}))

    assert planned.unknown == {"training pictures": "somewhere/else: there is no such file"}
    assert (planned.length.pictures, planned.length.epochs, planned.length.steps) == (None, None, 10)
    assert planned.training_shape.largest == (4, 3, 480, 640)
    assert planned.training_memory.activations > 0
    assert [point.epoch for point in planned.rates] == [None] * len(planned.rates)


def test_a_run_in_epochs_over_unknown_data_has_no_steps(extras, tmp_path):
    data = {"datasets": [{"type": "lost"}]}
    planned = plan(tiny_experiment(tmp_path, data__train=data, training__steps=None, training__epochs=3))

    assert (planned.length.steps, planned.length.epochs, planned.rates) == (None, 3, ())
    assert planned.files.checkpoints_written is None


def test_an_error_that_a_run_would_end_with_ends_the_plan(extras, tmp_path):
    with pytest.raises(PluginError, match=r"^refusing: three channels are too many$"):
        plan(tiny_experiment(tmp_path, model={"type": "refusing"}))


def test_a_model_that_needs_values_leaves_activations_unknown(extras, tmp_path):
    planned = plan(tiny_experiment(tmp_path, model={"type": "stubborn"}))

    assert planned.training_memory.activations is None
    assert planned.training_memory.peak is None
    assert planned.training_memory.parameters > 0
    assert planned.unknown["activations"].startswith("the model does not run on tensors without values: ")
