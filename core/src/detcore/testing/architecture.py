"""What is asked of a whole model."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from detcore.interfaces import Architecture
from detcore.specs import ArchitectureConfig, DataSpec, Problem
from detcore.structures import Boxes, Instances, ModelInput
from detcore.testing.comparing import difference, numbers_in, scalar_losses
from detcore.testing.examples import DATA, PICTURE_SIZES, no_objects, noise, objects
from detcore.testing.module import ModuleConformance
from detcore.testing.seeding import seeded

__all__ = ["ArchitectureConformance"]


class ArchitectureConformance(ModuleConformance[ArchitectureConfig, Architecture]):
    """Checks of a model: finite losses and sensible predictions, for pictures of any size, with objects or without.

    The data has three classes, masks, three keypoints and four semantic labels; inputs come with proposals, too::

        class TestMyModel(ArchitectureConformance):
            configs = (MyModelConfig(num_classes=3, backbone=MyBackboneConfig(width=8)),)
    """

    interface = ArchitectureConfig
    component = Architecture

    data: DataSpec = DATA
    """What is known of the data."""

    picture_sizes: Sequence[tuple[int, int]] = PICTURE_SIZES
    """Heights and widths of the pictures of a batch."""

    def build(self, config: ArchitectureConfig) -> Architecture:
        """As a run does."""
        return config.build()

    def problems(self, config: ArchitectureConfig) -> Iterable[Problem]:
        """As a run asks, which may not know its data yet."""
        return [*config.check(self.data), *config.check(DataSpec())]

    def examples(self, config: ArchitectureConfig) -> list[ModelInput]:
        """Pictures with everything to learn."""
        return [_input(size, objects(size), seed) for seed, size in enumerate(self.picture_sizes)]

    def predict(self, module: Architecture, examples: Any) -> object:
        """What the model says of each picture."""
        return module(examples)

    def losses(self, module: Architecture, examples: Any) -> Mapping[str, Tensor]:
        """As a training step does."""
        return module.losses(examples)

    def test_channels_are_in_a_known_order(self, config: ArchitectureConfig) -> None:
        """Data arrives in the order that the model names."""
        order = self.built(config).channel_order
        assert order in {"RGB", "BGR"}, f"{type(config).__name__}: channel_order is {order!r}, not 'RGB' or 'BGR'"

    def test_pictures_without_objects_have_finite_losses(self, config: ArchitectureConfig) -> None:
        """All of a batch, or one of them; and they can be stepped on."""
        empty = [_input(size, no_objects(size), seed) for seed, size in enumerate(self.picture_sizes)]
        for shown in (empty, [self.examples(config)[0], empty[1]]):
            model = self.built(config).train()
            with seeded(0):
                losses = self.losses(model, shown)
            wrong = scalar_losses(losses)
            assert not wrong, f"{type(config).__name__}, of pictures without objects: {wrong}"
            torch.autograd.backward(sum(losses.values(), torch.zeros((), requires_grad=True)))

    def test_outputs_are_those_declared(self, config: ArchitectureConfig) -> None:
        """One for each picture, with what ``outputs()`` names, by which evaluators are checked."""
        outputs, declared = self._outputs(config), config.outputs()
        assert len(outputs) == len(self.picture_sizes), (
            f"{type(config).__name__} says something of {len(outputs)} pictures"
        )
        for output in outputs:
            missing = sorted(name for name in declared or () if not _has(output, name))
            assert not missing, (
                f"{type(config).__name__}.outputs() names {missing}, but the model does not predict them"
            )

    def test_objects_are_inside_the_wanted_picture(self, config: ArchitectureConfig) -> None:
        """Boxes are in pixels of the output size, which is not the input's; the best come first."""
        for shown, output in zip(self._wanted(config), self._outputs(config), strict=True):
            if "instances" not in output or not output["instances"].has("pred_boxes"):
                continue
            found, name = output["instances"], type(config).__name__
            size = (shown["height"], shown["width"])
            assert tuple(found.image_size) == size, f"{name} speaks of a picture of {found.image_size}, not of {size}"
            boxes = found.pred_boxes.tensor
            differs = difference(boxes, found.pred_boxes.clip(size).tensor, tolerance=1e-5)
            assert not differs, f"{name} gives boxes outside the wanted picture ({differs}): rescale, then clip"
            assert (found.scores.diff() <= 0).all(), f"{name} gives detections whose scores rise: put the best first"

    def test_maps_have_the_wanted_size(self, config: ArchitectureConfig) -> None:
        """What is said of every pixel is said of those of the wanted picture."""
        for shown, output in zip(self._wanted(config), self._outputs(config), strict=True):
            maps = [output["sem_seg"]] if "sem_seg" in output else []
            maps += [output["panoptic_seg"][0]] if "panoptic_seg" in output else []
            for each in maps:
                size, expected = tuple(each.shape[-2:]), (shown["height"], shown["width"])
                assert size == expected, f"{type(config).__name__} gives a map of {size}, where {expected} are wanted"

    def test_steps_can_be_taken_one_by_one(self, config: ArchitectureConfig) -> None:
        """``forward`` in evaluation mode is ``preprocess``, ``infer`` and ``postprocess``; a table of losses else."""
        model, inputs = self.built(config).eval(), self.examples(config)
        with torch.no_grad():
            batch = model.preprocess(inputs)
            steps = model.postprocess(model.infer(*batch), inputs)
            differs = difference(steps, model(inputs))
        assert not differs, f"{type(model).__name__}() does something else than its three steps ({differs})"
        assert tuple(batch[0].shape[:2]) == (len(inputs), 3), (
            f"{type(model).__name__}.preprocess() makes pixels of shape {tuple(batch[0].shape)}, not N×3×H×W"
        )
        sizes = [tuple(size) for size in batch[1].tolist()]
        assert sizes == [tuple(size) for size in self.picture_sizes], (
            f"{type(model).__name__}.preprocess() says that pictures were {sizes}, not {self.picture_sizes}"
        )

    def test_training_state_goes_on(self, config: ArchitectureConfig) -> None:
        """What steps hand on beside weights can be stored and loaded."""
        model, other = self.built(config).train(), self.built(config).train()
        with seeded(0):
            model.losses(self.examples(config))
        state = {name: each.clone() for name, each in model.training_state().items()}
        other.load_training_state(state)
        differs = difference(dict(other.training_state()), state)
        assert not differs, (
            f"{type(model).__name__}.load_training_state() loses what training_state() holds ({differs})"
        )

    def _wanted(self, config: ArchitectureConfig) -> list[ModelInput]:
        """The pictures, of which something is to be said in pixels of half and of twice their size."""
        first, *others = self.examples(config)
        for each in others:
            each["height"], each["width"] = 2 * each["height"], 2 * each["width"]
        first["height"], first["width"] = first["height"] // 2, first["width"] // 2
        return [first, *others]

    def _outputs(self, config: ArchitectureConfig) -> list[Any]:
        model = self.built(config).eval()
        with torch.no_grad():
            outputs = model(self._wanted(config))
        assert all(each.isfinite().all() for each in numbers_in(outputs)), f"{type(model).__name__} predicts no numbers"
        return list(outputs)


def _input(size: tuple[int, int], targets: Instances, seed: int) -> ModelInput:
    height, width = size
    pixels = (noise(3, height, width, seed=seed) * 40 + 120).clamp(0, 255).to(torch.uint8)
    places = torch.tensor([[2.0, 2.0, 14.0, 12.0], [18.0, 6.0, 52.0, 46.0], [1.0, 1.0, 70.0, 55.0]])
    labels = torch.ones(size, dtype=torch.int32)
    labels[: height // 2] = 2
    for box in targets.gt_boxes.tensor.int().tolist():
        labels[box[1] : box[3], box[0] : box[2]] = 0
    return {
        "image": pixels,
        "height": height,
        "width": width,
        "image_id": seed,
        "file_name": f"{seed}.png",
        "instances": targets,
        "sem_seg": labels,
        "proposals": Instances(
            size,
            proposal_boxes=Boxes(torch.cat([targets.gt_boxes.tensor, places])),
            objectness_logits=torch.zeros(len(targets) + len(places)),
        ),
    }


def _has(output: Mapping[str, Any], name: str) -> bool:
    key, _, field = name.partition(".")
    return key in output and (not field or output[key].has(field))
