"""Mistakes that only components of a kind, or of a few, can make."""

import pickle
from collections.abc import Callable, Mapping
from contextlib import suppress
from math import inf
from typing import Any, Final

import numpy as np
import torch
from attrs import evolve

from detcore.specs import EvaluatorNeeds, FeatureShape, Problem
from mutants.operators import Operator, built_as, declaring, overriding

__all__ = ["KIND_OPERATORS"]


def changed(name: str, change: Callable[[Any], Any]) -> Any:
    """A method whose result is changed."""
    return overriding(**{name: lambda self, healthy, *args, **named: change(healthy(self, *args, **named))})


def multiplied(change: Callable[[float], float]) -> Any:
    """A schedule whose multiplier is changed; such a value takes no other class."""
    return built_as(lambda schedule: lambda progress, step: change(schedule(progress, step)))


def refusing(name: str, is_refused: Callable[..., bool]) -> Any:
    """A method that fails on some arguments."""

    def method(self: Any, healthy: Any, *arguments: Any) -> Any:
        if is_refused(*arguments):
            raise IndexError("list index out of range")
        return healthy(self, *arguments)

    return overriding(**{name: method})


def shapes_with(change: Callable[[FeatureShape], FeatureShape]) -> Any:
    """A backbone's config that declares other shapes."""

    def mutate(config: Any) -> Any:
        declared = {name: change(shape) for name, shape in config.output_shapes().items()}
        return declaring(output_shapes=lambda self: declared)(config)

    return mutate


def every_map(change: Callable[[Any], Any]) -> Any:
    """A backbone whose every map is changed."""
    return changed("forward", lambda maps: {name: change(each) for name, each in maps.items()})


def row_by_row(x: Any) -> Any:
    """The strides of a tensor of this shape in the usual order."""
    return torch.empty(x.shape, device="meta").stride()


def transformed(**members: Any) -> Any:
    """An augmentation whose transforms do something else."""

    def decide(self: Any, healthy: Any, *arguments: Any) -> Any:
        transform = healthy(self, *arguments)
        base = type(transform)
        methods = {name: member(getattr(base, name)) for name, member in members.items()}
        transform.__class__ = type(f"Mutant{base.__name__}", (base,), methods)
        return transform

    return overriding(__call__=decide)


def after(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A method of a transform whose result is changed."""
    return lambda healthy: lambda self, *arguments: change(healthy(self, *arguments))


class Shifted:
    """An inverse that is a little off."""

    def __init__(self, healthy: Any) -> None:
        self._healthy = healthy

    def points(self, points: Any) -> Any:
        """Three pixels too far."""
        return self._healthy.points(points) + 3

    def output_size(self, height: int, width: int) -> Any:
        """As it should be."""
        return self._healthy.output_size(height, width)


def painted(healthy: Any) -> Any:
    """Writes into the picture that it is given."""

    def image(self: Any, picture: Any) -> Any:
        picture[0, 0] = 255
        return healthy(self, picture)

    return image


def flipping_by_chance(self: Any, healthy: Any, sample: Any, generator: Any) -> Any:
    """Leaves the generator that it is given alone."""
    return healthy(self, sample, np.random.default_rng())


def record_with(**entries: Any) -> Any:
    """A dataset whose records say something else."""
    return changed("__getitem__", lambda record: record | entries)


def kept(self: Any, healthy: Any, index: int) -> Any:
    """The same object each time."""
    records = self.__dict__.setdefault("kept", {})
    if index not in records:
        records[index] = healthy(self, index)
    return records[index]


def once(built: Any, said: Any) -> Callable[[Any], Any]:
    """A method that says one thing to the first who asks, and another to whoever builds."""
    answers = iter([said])
    return lambda self: next(answers, built)


def counting_calls(self: Any, healthy: Any, position: int) -> int:
    """Goes on from where it was asked last."""
    self.asked = getattr(self, "asked", 0) + 1
    return int(healthy(self, (position + self.asked // 20) % self.epoch_length))


def uphill(self: Any, healthy: Any, closure: Any = None) -> Any:
    """Turns gradients round."""
    for group in self.param_groups:
        for each in group["params"]:
            each.grad = -each.grad
    return healthy(self)


def forgetting_the_last(config: Any) -> Any:
    """An optimizer over all parameters but one."""
    base = type(config)
    return declaring(build=lambda self, *, parameters: base.build(self, parameters=[*parameters][:-1]))(config)


def closed_once(self: Any, healthy: Any) -> None:
    """A second time is an error."""
    if self.file.closed:
        raise ValueError("already closed")
    healthy(self)


def written_over(config: Any) -> Any:
    """A writer that begins its file anew."""
    base = type(config)

    def build(self: Any, *, directory: Any) -> Any:
        (directory / "numbers.txt").write_text("")
        return base.build(self, directory=directory)

    return declaring(build=build)(config)


def unpickling(self: Any, healthy: Any, path: Any) -> Any:
    """Tries whatever might be in the file."""
    with suppress(Exception):  # as careless code does
        pickle.loads(path.read_bytes())
    return healthy(self, path)


def leaking_the_cause(self: Any, healthy: Any, path: Any) -> Any:
    """Does not say what is wrong with a file."""
    try:
        return healthy(self, path)
    except Exception as error:
        raise KeyError("header") from error


def with_scores_as_logits(detections: Any) -> Any:
    """Detections whose scores are no probabilities."""
    return detections._replace(scores=detections.scores * 10 - 5)


def far_out(rows: Any) -> Any:
    """Rows whose boxes reach out of the picture."""
    return rows._replace(boxes=rows.boxes + 40)


def worst_first(rows: Any) -> Any:
    """Rows in the other order."""
    return type(rows)(*(None if column is None else column.flip(0) for column in rows))


def proposals(change: Callable[[Any], Any]) -> Any:
    """A generator whose proposals are changed."""
    return changed("forward", lambda result: (change(result[0]), result[1]))


def no_objects(targets: Any) -> bool:
    """Whether a picture shows nothing."""
    return any(len(target) == 0 for target in targets)


def empty_inputs(inputs: Any) -> bool:
    """The same of what a model is given."""
    return no_objects([each["instances"] for each in inputs])


def outputs_with(change: Callable[[Any, Any], Any]) -> Any:
    """An architecture whose outputs are changed, each beside its input."""

    def postprocess(self: Any, healthy: Any, result: Any, inputs: Any) -> Any:
        return [change(output, each) for output, each in zip(healthy(self, result, inputs), inputs, strict=True)]

    return overriding(postprocess=postprocess)


def scaled(output: Any, _: Any) -> Any:
    """In pixels of another picture."""
    found = output["instances"]
    found.pred_boxes = found.pred_boxes.scale(3.0, 3.0)
    return output


def renamed(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """Tensors under other names."""
    return {name.replace(".", "_"): each for name, each in tensors.items()}


SHAPES_CHECK: Final = "test_feature_maps_have_the_declared_shapes"

BACKBONE: Final = (
    Operator(
        "declares a wrong stride", SHAPES_CHECK, ("backbone",), shapes_with(lambda s: evolve(s, stride=2 * s.stride))
    ),
    Operator("declares wrong channels", SHAPES_CHECK, ("backbone",), shapes_with(lambda s: evolve(s, channels=1))),
    Operator(
        "returns maps in another order",
        SHAPES_CHECK,
        ("backbone",),
        changed("forward", lambda maps: dict(reversed(maps.items()))),
    ),
    Operator(
        "cuts off steps that are begun",
        "test_feature_maps_of_odd_sizes_have_the_declared_shapes",
        ("backbone",),
        overriding(
            forward=lambda self, healthy, x: healthy(self, x[..., : x.shape[2] // 32 * 32, : x.shape[3] // 32 * 32])
        ),
    ),
    Operator(
        "normalises over the batch",
        "test_one_picture_does_not_change_another",
        ("backbone",),
        every_map(lambda x: x - x.mean(dim=0, keepdim=True)),
    ),
    Operator("returns float32 always", "test_it_computes_in_bfloat16", ("backbone",), every_map(lambda x: x.float())),
    Operator(
        "adds a tensor of the CPU",
        "test_it_computes_on_the_meta_device",
        ("backbone",),
        every_map(lambda x: x + torch.zeros(x.shape[1], 1, 1, device="cpu")),
    ),
    Operator(
        "reads memory in one order",
        "test_maps_are_the_same_in_channels_last_order",
        ("backbone",),
        overriding(forward=lambda self, healthy, x: healthy(self, x.as_strided(x.shape, row_by_row(x)))),
    ),
    Operator(
        "branches on numbers",
        "test_it_can_be_exported",
        ("backbone",),
        every_map(lambda x: x if float(x.mean()) > 0 else -x),
    ),
)

PROPOSALS: Final = (
    Operator(
        "reaches out of the picture",
        "test_proposals_are_inside_their_picture",
        ("proposal generator",),
        proposals(far_out),
    ),
    Operator(
        "puts the worst first",
        "test_proposals_are_inside_their_picture",
        ("proposal generator",),
        proposals(worst_first),
    ),
    Operator(
        "has losses without targets",
        "test_losses_come_with_targets_only",
        ("proposal generator",),
        changed("forward", lambda result: (result[0], result[1] or {"loss": torch.zeros(())})),
    ),
    Operator(
        "gives not-a-number without objects",
        "test_pictures_without_objects_have_finite_losses",
        ("proposal generator",),
        overriding(
            losses=lambda self, healthy, *arguments: {
                name: loss / (0 if no_objects(arguments[-1]) else 1) * 1.0
                for name, loss in healthy(self, *arguments).items()
            }
        ),
    ),
)

HEADS: Final = (
    Operator(
        "reaches out of the picture",
        "test_detections_are_inside_their_picture",
        ("ROI heads",),
        changed("forward", far_out),
    ),
    Operator(
        "gives logits for probabilities",
        "test_detections_are_inside_their_picture",
        ("ROI heads",),
        changed("forward", with_scores_as_logits),
    ),
    Operator(
        "detects the background",
        "test_detections_are_inside_their_picture",
        ("ROI heads",),
        changed("forward", lambda found: found._replace(classes=found.classes + 1)),
    ),
    Operator(
        "fails on no proposals",
        "test_no_proposals_give_no_detections",
        ("ROI heads",),
        refusing("forward", lambda features, proposals, sizes: len(proposals.boxes) == 0),
    ),
    Operator(
        "gives not-a-number without objects",
        "test_empty_pictures_and_no_proposals_have_finite_losses",
        ("ROI heads",),
        overriding(
            losses=lambda self, healthy, *arguments: {
                name: loss * (torch.nan if no_objects(arguments[-1]) else 1)
                for name, loss in healthy(self, *arguments).items()
            }
        ),
    ),
    Operator(
        "moves the boxes that it completes", "test_given_boxes_are_kept", ("ROI heads",), changed("predict", far_out)
    ),
    Operator(
        "promises masks and gives none",
        "test_what_is_predicted_is_declared",
        ("ROI heads",),
        changed("forward", lambda found: found._replace(mask_probs=None)),
    ),
)

ARCHITECTURE: Final = (
    Operator(
        "forgets to rescale boxes",
        "test_objects_are_inside_the_wanted_picture",
        ("architecture",),
        outputs_with(scaled),
    ),
    Operator(
        "fails on pictures without objects",
        "test_pictures_without_objects_have_finite_losses",
        ("architecture",),
        overriding(
            losses=lambda self, healthy, inputs: {
                name: loss * (torch.nan if empty_inputs(inputs) else 1) for name, loss in healthy(self, inputs).items()
            }
        ),
    ),
    Operator(
        "promises what it does not predict",
        "test_outputs_are_those_declared",
        ("architecture",),
        declaring(outputs=lambda self: frozenset({"instances.pred_masks"})),
    ),
    Operator(
        "takes another way in forward",
        "test_steps_can_be_taken_one_by_one",
        ("architecture",),
        overriding(forward=lambda self, healthy, inputs: healthy(self, inputs)[::-1]),
    ),
    Operator(
        "loses its training state",
        "test_training_state_goes_on",
        ("architecture",),
        overriding(load_training_state=lambda self, healthy, state: None),
    ),
)

EVALUATOR: Final = (
    Operator(
        "returns NumPy's numbers",
        "test_results_are_json",
        ("evaluator",),
        changed("evaluate", lambda result: {"voc": {"AP": np.float32(result["voc"]["AP"])}}),
    ),
    Operator(
        "returns infinity", "test_results_are_json", ("evaluator",), changed("evaluate", lambda _: {"voc": {"AP": inf}})
    ),
    Operator(
        "forgets a shard when merging",
        "test_parts_are_the_whole",
        ("evaluator",),
        overriding(merge=lambda self, healthy, states: healthy(self, states[:1])),
    ),
    Operator(
        "counts what two ranks have seen twice",
        "test_a_picture_seen_twice_counts_once",
        ("evaluator",),
        overriding(
            merge=lambda self, healthy, states: healthy(
                self, [{(*key, rank): each for key, each in state.items()} for rank, state in enumerate(states)]
            )
        ),
    ),
    Operator(
        "remembers after reset", "test_reset_forgets", ("evaluator",), overriding(reset=lambda self, healthy: None)
    ),
    Operator(
        "fails on no pictures",
        "test_no_pictures_have_a_measure",
        ("evaluator",),
        overriding(evaluate=lambda self, healthy: healthy(self) if self.state() else 1 / 0),
    ),
    Operator(
        "fails on a picture without objects",
        "test_pictures_without_objects_have_a_measure",
        ("evaluator",),
        refusing("process", lambda inputs, outputs: any(not each["annotations"] for each in inputs)),
    ),
    Operator(
        "clears what it has handed out",
        "test_reset_forgets",
        ("evaluator",),
        overriding(reset=lambda self, healthy: self.state().clear()),
    ),
    Operator(
        "needs what no model predicts",
        "test_needs_are_words_that_exist",
        ("evaluator",),
        declaring(needs=lambda self: EvaluatorNeeds(outputs=frozenset({"instanzes.scores"}))),
    ),
    Operator(
        "looks at nothing",
        "test_predictions_matter",
        ("evaluator",),
        overriding(process=lambda self, healthy, inputs, outputs: None),
    ),
)

AUGMENTATION: Final = (
    Operator(
        "moves points elsewhere",
        "test_points_follow_the_picture",
        ("augmentation",),
        transformed(points=after(lambda points: points + 6)),
    ),
    Operator(
        "moves masks elsewhere",
        "test_masks_follow_the_picture",
        ("augmentation",),
        transformed(label_map=after(lambda labels: np.roll(labels, 6, axis=1))),
    ),
    Operator(
        "moves boxes elsewhere",
        "test_boxes_surround_what_is_left_of_objects",
        ("augmentation",),
        transformed(points=after(lambda points: points + 6)),
    ),
    Operator(
        "undoes something else",
        "test_the_inverse_leads_back",
        ("augmentation",),
        transformed(inverse=lambda healthy: lambda self: Shifted(healthy(self))),
    ),
    Operator(
        "writes into its picture", "test_arrays_are_left_as_they_were", ("augmentation",), transformed(image=painted)
    ),
    Operator(
        "ignores the generator",
        "test_the_generator_decides",
        ("augmentation",),
        overriding(__call__=flipping_by_chance),
    ),
    Operator(
        "says another size",
        "test_output_size_is_the_pictures",
        ("augmentation",),
        transformed(output_size=after(lambda size: (size[0] + 1, size[1]))),
    ),
    Operator(
        "blends labels",
        "test_labels_are_kept",
        ("augmentation",),
        transformed(label_map=after(lambda labels: (labels + np.roll(labels, 1, axis=0)) // 2)),
    ),
    Operator(
        "claims that it mirrors",
        "test_a_mirror_says_so",
        ("augmentation",),
        transformed(mirrors=lambda healthy: property(lambda self: True)),
    ),
    Operator(
        "makes pictures of floats",
        "test_pictures_stay_bytes",
        ("augmentation",),
        transformed(image=after(lambda picture: picture / 255.0)),
    ),
    Operator(
        "fails on pictures without objects",
        "test_pictures_without_objects_are_ordinary",
        ("augmentation",),
        refusing("__call__", lambda sample, generator: len(sample.boxes) == 0),
    ),
)

DATA: Final = (
    Operator(
        "ends", "test_indices_are_of_the_dataset", ("sampler",), refusing("__getitem__", lambda place: place > 30)
    ),
    Operator(
        "counts from one",
        "test_indices_are_of_the_dataset",
        ("sampler",),
        changed("__getitem__", lambda index: index + 1),
    ),
    Operator(
        "gives NumPy's numbers", "test_indices_are_of_the_dataset", ("sampler",), changed("__getitem__", np.int64)
    ),
    Operator(
        "depends on what came before",
        "test_any_position_can_be_reached_at_once",
        ("sampler",),
        overriding(__getitem__=counting_calls),
    ),
    Operator(
        "ignores the seed",
        "test_the_seed_decides",
        ("sampler",),
        overriding(__getitem__=lambda self, healthy, position: int(np.random.default_rng().integers(7))),
    ),
    Operator("says a wrong size", "test_pictures_have_the_size_that_is_said", ("dataset",), record_with(height=7)),
    Operator(
        "yields a box inside out",
        "test_records_are_valid",
        ("dataset",),
        record_with(annotations=[{"bbox": [9.0, 9.0, 2.0, 2.0], "category_id": 0}]),
    ),
    Operator(
        "promises masks",
        "test_metadata_is_true",
        ("dataset",),
        record_with(annotations=[{"bbox": [1.0, 1.0, 2.0, 2.0], "category_id": 0}]),
    ),
    Operator(
        "says other classes early",
        "test_metadata_is_known_before_building",
        ("dataset",),
        lambda config: declaring(metadata=once(config.metadata(), evolve(config.metadata(), name="other")))(config),
    ),
    Operator(
        "takes a wrong short cut",
        "test_short_cuts_agree_with_records",
        ("dataset",),
        overriding(image_id=lambda self, healthy, index: -1),
    ),
    Operator(
        "hands out its own record",
        "test_a_record_is_the_same_each_time",
        ("dataset",),
        overriding(__getitem__=kept),
    ),
)

TRAINING: Final = (
    Operator("forgets a parameter", "test_every_parameter_is_in_one_group", ("optimizer",), forgetting_the_last),
    Operator("steps uphill", "test_a_step_moves_every_parameter_downhill", ("optimizer",), overriding(step=uphill)),
    Operator(
        "loses its state",
        "test_state_goes_on",
        ("optimizer",),
        overriding(state_dict=lambda self, healthy: healthy(self) | {"state": {}}),
    ),
    Operator("multiplies by infinity", "test_multipliers_are_finite", ("schedule",), multiplied(lambda _: inf)),
    Operator(
        "multiplies by less than nothing",
        "test_multipliers_are_finite",
        ("schedule",),
        multiplied(lambda x: x - 1),
    ),
    Operator("learns nothing", "test_the_rate_is_not_zero_all_along", ("schedule",), multiplied(lambda _: 0.0)),
    Operator(
        "names steps after the end",
        "test_landmarks_are_in_the_run",
        ("schedule",),
        declaring(landmarks=lambda self, total_steps: {total_steps: "the end"}),
    ),
    Operator(
        "loses its state", "test_state_goes_on", ("trainer hook",), overriding(state_dict=lambda self, healthy: {})
    ),
    Operator(
        "stores what is no tensor",
        "test_state_is_tensors_by_name",
        ("trainer hook",),
        changed("state_dict", lambda state: state | {"decay": 0.9}),
    ),
    Operator(
        "takes metrics away",
        "test_metrics_stay_numbers",
        ("trainer hook",),
        overriding(after_step=lambda self, healthy, run: run.metrics.clear()),
    ),
    Operator(
        "evaluates half a model",
        "test_evaluation_weights_fit_the_model",
        ("trainer hook",),
        changed("evaluation_weights", lambda weights: dict([*weights.items()][1:])),
    ),
    Operator(
        "needs a step to end",
        "test_a_run_that_ends_early_is_closed",
        ("trainer hook",),
        overriding(after_training=lambda self, healthy, run: 1 / run.step),
    ),
    Operator("cannot be closed twice", "test_it_can_be_closed_twice", ("writer",), overriding(close=closed_once)),
    Operator(
        "fails on no numbers",
        "test_everything_can_be_written",
        ("writer",),
        overriding(
            scalars=lambda self, healthy, step, values: healthy(
                self, step, {"mean": sum(values.values()) / len(values)}
            )
        ),
    ),
    Operator("begins its file anew", "test_a_run_goes_on_in_the_same_directory", ("writer",), written_over),
)

FILES: Final = (
    Operator(
        "writes another model",
        "test_the_file_computes_what_the_model_does",
        ("exporter",),
        overriding(
            load=lambda self, healthy, path: lambda *batch: tuple(-each for each in healthy(self, path)(*batch))
        ),
    ),
    Operator(
        "leaves the model in evaluation mode",
        "test_the_model_is_left_as_it_was",
        ("exporter",),
        overriding(export=lambda self, healthy, model, sample, path: healthy(self, model.eval(), sample, path)),
    ),
    Operator(
        "refuses the model",
        "test_check_finds_nothing_wrong",
        ("exporter",),
        declaring(check=lambda self, architecture: [Problem("cannot be exported")]),
    ),
    Operator("forgets the dot", "test_the_suffix_begins_with_a_dot", ("exporter",), declaring(suffix="pt2")),
    Operator("unpickles", "test_no_file_is_executed", ("weights format",), overriding(read=unpickling)),
    Operator(
        "does not say what is wrong",
        "test_what_is_damaged_is_refused",
        ("weights format",),
        overriding(read=leaking_the_cause),
    ),
    Operator(
        "renames tensors",
        "test_tensors_are_read_as_they_were_written",
        ("weights format",),
        changed("read", lambda loaded: loaded._replace(tensors=renamed(loaded.tensors))),
    ),
    Operator(
        "forgets the dot", "test_suffixes_begin_with_a_dot", ("weights format",), declaring(suffixes=("safetensors",))
    ),
)

PARTS: Final = (
    Operator(
        "declares an anchor too many",
        "test_there_are_as_many_as_declared",
        ("anchor generator",),
        declaring(num_anchors=lambda self, num_levels: (3,) * num_levels),
    ),
    Operator(
        "lays anchors in another order",
        "test_anchors_are_boxes_in_the_order_of_positions",
        ("anchor generator",),
        changed("forward", lambda levels: [level.flip(0) for level in levels]),
    ),
    Operator(
        "matches objects that do not exist",
        "test_every_box_learns_something_that_exists",
        ("assigner",),
        changed("__call__", lambda found: found._replace(matches=found.matches + 5)),
    ),
    Operator(
        "matches objects that do not exist",
        "test_every_anchor_learns_something_that_exists",
        ("dense assigner",),
        changed("__call__", lambda found: found._replace(matches=found.matches + 5)),
    ),
    Operator(
        "fails where there is no object",
        "test_no_objects_and_no_boxes_are_ordinary",
        ("assigner",),
        refusing("__call__", lambda overlaps: overlaps.shape[0] == 0),
    ),
    Operator(
        "fails where there is no object",
        "test_pictures_without_objects_are_ordinary",
        ("dense assigner",),
        refusing("__call__", lambda anchors, boxes: len(boxes) == 0),
    ),
    Operator(
        "matches the worst",
        "test_what_overlaps_most_is_matched",
        ("assigner",),
        overriding(__call__=lambda self, healthy, overlaps: healthy(self, 1 - overlaps)),
    ),
    Operator(
        "decodes to elsewhere",
        "test_decoding_undoes_encoding",
        ("box coder",),
        changed("decode", lambda boxes: boxes + 1),
    ),
    Operator(
        "reads one box a row",
        "test_several_boxes_may_share_a_row",
        ("box coder",),
        changed("decode", lambda boxes: boxes[..., :4]),
    ),
    Operator(
        "overflows",
        "test_large_deltas_stay_finite",
        ("box coder",),
        overriding(decode=lambda self, healthy, deltas, boxes: healthy(self, deltas, boxes) * deltas.float().exp()),
    ),
    Operator(
        "looks into the first picture",
        "test_each_box_is_seen_in_its_own_picture",
        ("ROI pooler",),
        overriding(
            forward=lambda self, healthy, maps, boxes, owners: healthy(
                self, [each.mean(0, keepdim=True).expand_as(each) for each in maps], boxes, owners
            )
        ),
    ),
    Operator(
        "pools another size",
        "test_pooled_features_have_the_declared_size",
        ("ROI pooler",),
        changed("forward", lambda pooled: pooled[..., :-1, :-1]),
    ),
    Operator(
        "drops a gradient",
        "test_gradients_reach_the_maps",
        ("ROI pooler",),
        changed("forward", lambda x: x.detach().requires_grad_()),
    ),
    Operator(
        "declares another length",
        "test_vectors_have_the_declared_length",
        ("box head",),
        declaring(out_features=lambda self, **_: 1),
    ),
    Operator(
        "gives logits for probabilities",
        "test_masks_are_probabilities_of_the_declared_size",
        ("mask head",),
        changed("forward", lambda masks: masks * 4 - 2),
    ),
    Operator(
        "takes the mean of nothing",
        "test_no_samples_teach_nothing",
        ("mask head", "keypoint head"),
        overriding(
            losses=lambda self, healthy, pooled, *others: {
                name: loss * (1 if len(pooled) else torch.nan) for name, loss in healthy(self, pooled, *others).items()
            }
        ),
    ),
    Operator(
        "loses sight of its weights without samples",
        "test_no_samples_teach_nothing",
        ("mask head", "keypoint head"),
        overriding(
            losses=lambda self, healthy, pooled, *others: {
                name: loss if len(pooled) else torch.zeros((), requires_grad=True)
                for name, loss in healthy(self, pooled, *others).items()
            }
        ),
    ),
    Operator(
        "learns keypoints that nobody labelled",
        "test_visible_keypoints_are_learned",
        ("keypoint head",),
        changed("learned", torch.ones_like),
    ),
    Operator(
        "gives one map too few",
        "test_there_is_a_square_map_of_every_keypoint",
        ("keypoint head",),
        changed("forward", lambda maps: maps[:, 1:]),
    ),
    Operator(
        "gives a level too few",
        "test_levels_are_halved_as_declared",
        ("top block",),
        changed("forward", lambda levels: levels[:-1]),
    ),
    Operator(
        "says another stride",
        "test_logits_have_the_declared_stride_and_classes",
        ("semantic head",),
        changed("forward", lambda logits: logits[..., ::2, ::2]),
    ),
    Operator(
        "takes the mean of nothing",
        "test_unlabelled_pictures_have_finite_losses",
        ("semantic head",),
        overriding(
            losses=lambda self, healthy, features, labels: {
                name: loss * (torch.nan if bool((torch.cat([x.flatten() for x in labels]) == 255).all()) else 1)
                for name, loss in healthy(self, features, labels).items()
            }
        ),
    ),
)

KIND_OPERATORS: Final = (
    *BACKBONE,
    *PROPOSALS,
    *HEADS,
    *ARCHITECTURE,
    *EVALUATOR,
    *AUGMENTATION,
    *DATA,
    *TRAINING,
    *FILES,
    *PARTS,
)
