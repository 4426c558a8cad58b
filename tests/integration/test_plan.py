"""A plan beside the real thing: models counted, and steps and predictions measured."""

import sys

import pytest
import torch
from experiments import CONFIGS, REPRESENTATIVES
from step_memory import measured_in_a_process
from torch.utils.flop_counter import FlopCounterMode

from detcore.config import load
from detcore.data import Batch
from detcore.data.planning import StreamState
from detcore.jobs import plan
from detcore.jobs.activation_memory import Rehearsal
from detcore.jobs.assembly import evaluation_stream, registry_of
from detcore.jobs.building import built
from detcore.jobs.model_parts import part_sizes
from detcore.jobs.parts import open_parts
from detcore.jobs.planned_pictures import planned_training_pictures
from detcore.jobs.state_memory import step_once
from detcore.rehearsal import LiveMemory
from detcore.training import StepClock, Trainer

DATA = [
    "data.classes",
    "data.train.datasets",
    "data.test.datasets",
    "data.train.augmentations",
    "data.test.augmentations",
]


def on_shapes(height: int, width: int) -> list[str]:
    """Overrides that bring generated pictures of this size instead of a dataset of files, and read them in the test."""
    datasets = f'[{{type="shapes",size=[{height},{width}]}}]'
    return [f"data.train.datasets={datasets}", f"data.test.datasets={datasets}", "data.loader.workers=0"]


MEASURED = {
    # Random weights: with frozen norms they would overflow, and nothing would be found.
    "ResNet-50 and boxes": (
        "coco/faster_rcnn_r50_fpn_1x.toml",
        [*on_shapes(320, 256), "model.backbone.bottom_up.norm=group", "training.batch_size=4"],
    ),
    "half a ResNet-18 and masks": (
        "nuclei_mask_rcnn.toml",
        [*on_shapes(240, 272), "training.batch_size=5", "evaluation.batch_size=3"],
    ),
}
"""Models and sizes that nothing in the estimate was chosen with."""


@pytest.fixture(scope="module", params=MEASURED.values(), ids=MEASURED.keys())
def source(request):
    """A config file, and its overrides."""
    path, overrides = request.param
    return CONFIGS / path, [*overrides, "training.device=cpu"]


@pytest.fixture(scope="module")
def experiment(source):
    path, overrides = source
    return load(path, overrides=overrides, unset=DATA).experiment


@pytest.fixture(scope="module")
def parts(experiment):
    return open_parts(experiment)


@pytest.fixture(scope="module")
def planned(experiment):
    return plan(experiment)


@pytest.mark.parametrize("path", REPRESENTATIVES, ids=lambda path: path.relative_to(CONFIGS).as_posix())
def test_parameters_of_every_part_are_those_of_the_built_model(path):
    experiment = load(path, compare_parts=False).experiment
    registry = registry_of(experiment)
    with torch.device("meta"):
        model = built(registry, experiment.model)
    modules = dict(model.named_modules())

    parts = part_sizes(Rehearsal.of(experiment, registry).model, experiment.model)

    assert [part.name for part in parts][:2] == ["", "backbone"]
    for part in parts:
        parameters = list(modules[part.name].parameters())
        assert part.parameters == sum(parameter.numel() for parameter in parameters)
        assert part.trainable == sum(parameter.numel() for parameter in parameters if parameter.requires_grad)


COUNTED = {
    "RetinaNet": ("coco/retinanet_r50_fpn_1x.toml", ["model.backbone.bottom_up.depth=18", "model.num_classes=3"]),
    "semantic FPN": ("misc/semantic_r50_fpn_1x.toml", ["model.backbone.bottom_up.depth=18"]),
}


@pytest.mark.parametrize(("path", "overrides"), COUNTED.values(), ids=COUNTED.keys())
def test_multiply_adds_are_those_that_torch_counts_of_the_built_model(path, overrides):
    experiment = load(CONFIGS / path, overrides=overrides, compare_parts=False).experiment
    registry = registry_of(experiment)
    rehearsal = Rehearsal.of(experiment, registry)
    picture = {"image": torch.zeros(3, 128, 160, dtype=torch.uint8), "height": 128, "width": 160}
    model = built(registry, experiment.model).eval()
    columns = model.preprocess([picture])
    with torch.no_grad(), FlopCounterMode(display=False) as whole:
        model.infer(*columns)
    with torch.no_grad(), FlopCounterMode(display=False) as of_backbone:
        model.backbone(columns[0])

    counted = rehearsal.multiply_adds([picture])
    parts = {part.name: part for part in part_sizes(rehearsal.model, experiment.model, counted)}

    assert parts[""].multiply_adds * 2 == whole.get_total_flops()
    assert parts["backbone"].multiply_adds * 2 == of_backbone.get_total_flops() > 0
    assert parts[""].parameters == sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("coco/keypoint_rcnn_r50_fpn_1x.toml", id="keypoints"),
        pytest.param("coco/fast_rcnn_r50_fpn_1x.toml", id="given proposals"),
        pytest.param("coco/panoptic_fpn_r50_1x.toml", id="panoptic maps"),
        pytest.param("misc/semantic_r50_fpn_1x.toml", id="semantic maps"),
    ],
)
def test_what_a_model_needs_is_assumed_where_there_is_no_data(path, tmp_path):
    small = ["data.train.augmentations=[]", "data.test.augmentations=[]", "training.batch_size=1"]
    sources = [f"data.root={tmp_path.as_posix()}", *small]
    loaded = load(CONFIGS / path, overrides=sources, may_lack=["data", "weights"])

    planned = plan(loaded.experiment)

    assert "training pictures" in planned.unknown
    assert planned.training_memory.activations > 0
    assert planned.inference_memory.activations > 0
    assert planned.parts[0].multiply_adds > 0


@pytest.mark.slow
def test_training_takes_the_memory_that_was_planned(experiment, parts, planned):
    trainer = Trainer(
        model=parts.model,
        optimizer=parts.optimizer,
        schedule=built(parts.registry, experiment.schedule),
        stream=parts.stream,
        hooks=[],
        precision=parts.precision,
        total_steps=parts.total_steps,
        epoch_length=parts.stream.epoch_length,
        batch_size=experiment.training.batch_size,
        micro_batches=1,
        clip_gradients=experiment.training.clip_gradients,
        clock=StepClock(),
    )
    pictures = planned_training_pictures(experiment, parts.model, parts.registry)
    batch = Batch(inputs=pictures.largest, state=StreamState(position=0, waiting=[]))
    step_once(parts.optimizer)
    with LiveMemory() as memory:
        trainer.advance(batch)

    told = planned.training_memory

    assert told.activations == pytest.approx(memory.peak - told.gradients, rel=0.2)


@pytest.mark.slow
def test_prediction_takes_the_memory_that_was_planned(experiment, parts, planned):
    assert parts.test is not None
    stream = evaluation_stream(experiment, parts.test, parts.model, parts.device, registry=parts.registry)
    inputs = next(iter(stream))
    parts.model.eval()
    with torch.no_grad(), LiveMemory() as memory:
        parts.model(inputs)

    assert planned.inference_memory.activations == pytest.approx(memory.peak, rel=0.2)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the resident set from /proc, which is Linux's")
def test_the_process_grows_by_what_was_planned(source, planned):
    path, overrides = source

    grown = measured_in_a_process(path, overrides, small=on_shapes(96, 96), unset=DATA)

    assert planned.training_memory.activations == pytest.approx(grown["training"], rel=0.2)
    assert planned.inference_memory.activations == pytest.approx(grown["inference"], rel=0.2)
