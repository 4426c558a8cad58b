"""A plan as a page for a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from detcore.jobs import Plan
    from detcore.jobs.plan_facts import BatchShape

__all__ = ["plan_text"]

UNKNOWN: Final = "?"

MIB: Final = 2**20


def plan_text(plan: "Plan", *, title: str) -> str:
    """What the plan says, in paragraphs with a heading each."""
    paragraphs = [
        [title],
        _table(_overview(plan)),
        ["learning rate", *_table(_rates(plan), indent=2, right=(0, 1, 2))],
        ["parameters", *_table(_parts(plan), indent=2, right=(1, 2, 3)), *_part_notes(plan)],
        ["optimizer", *_table(_groups(plan), indent=2, right=(0, 1, 2))],
        ["memory", *_table(_memory(plan), indent=2, right=(1, 2)), *_memory_notes(plan)],
        [f"files in {plan.files.directory}", *(f"  {line}" for line in _files(plan))],
        ["not known", *(f"  {what}: {reason}" for what, reason in plan.unknown.items())] if plan.unknown else [],
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def _overview(plan: "Plan") -> Iterator[Sequence[str]]:
    length = plan.length
    per_epoch = "" if length.steps_per_epoch is None else f", {_number(length.steps_per_epoch)} steps an epoch"
    yield "length", f"{_count(length.steps)} steps, {_number(length.epochs)} epochs{per_epoch}"
    test = "" if length.test_pictures is None else f", {_count(length.test_pictures)} for testing"
    yield "pictures", f"{_count(length.pictures)} for training{test}"
    yield "batch", _batch(plan)
    for name, shape in (("input", plan.training_shape), ("test input", plan.test_shape)):
        if shape is not None:
            largest = "" if shape.largest == shape.first else f", up to {_shape(shape.largest)}"
            guessed = (
                " (a guess)" if f"{'test' if name == 'test input' else 'training'} pictures" in plan.unknown else ""
            )
            yield name, f"{_shape(shape.first)}{largest}{guessed}"
    yield "device", f"{plan.device}, {plan.precision}"


def _batch(plan: "Plan") -> str:
    length = plan.length
    shares = [
        f"{length.processes} processes" if length.processes > 1 else "",
        f"{length.micro_batches} micro-batches" if length.micro_batches > 1 else "",
    ]
    split = " × ".join(filter(None, [*shares, f"{length.pictures_per_pass} pictures a pass"]))
    return f"{length.batch_size} pictures a step" + (f" = {split}" if any(shares) else "")


def _rates(plan: "Plan") -> Iterator[Sequence[str]]:
    if not plan.rates:
        return
    yield "step", "epoch", "rate", ""
    for point in plan.rates:
        epoch = UNKNOWN if point.epoch is None else f"{point.epoch:.2f}"
        yield _count(point.step), epoch, f"{point.rate:.4g}", point.what


def _parts(plan: "Plan") -> Iterator[Sequence[str]]:
    yield "", "all", "trainable", "multiply-adds"
    for part in plan.parts:
        depth = part.name.count(".") + 1 if part.name else 0
        name = part.name.rpartition(".")[2] or "model"
        yield "  " * depth + name, _count(part.parameters), _count(part.trainable), _count(part.multiply_adds)


def _part_notes(plan: "Plan") -> Iterator[str]:
    shape = plan.test_shape or plan.training_shape
    if shape is not None:
        yield f"  Multiply-adds are those of inference on one picture, an input of {_shape((1, *shape.largest[1:]))}."


def _groups(plan: "Plan") -> Iterator[Sequence[str]]:
    yield "rate", "decay", "parameters"
    for group in plan.groups:
        decay = "none" if group.weight_decay is None else f"{group.weight_decay:g}"
        yield f"{group.rate:g}", decay, _count(group.parameters)


def _memory(plan: "Plan") -> Iterator[Sequence[str]]:
    train, infer = plan.training_memory, plan.inference_memory
    yield "", "training", "inference"
    yield "parameters", _mib(train.parameters), _mib(infer.parameters)
    yield "gradients", _mib(train.gradients), ""
    yield "optimizer state", _mib(train.optimizer), ""
    if train.weight_copies:
        yield "copies of weights", _mib(train.weight_copies), ""
    yield "buffers", _mib(train.buffers), _mib(infer.buffers)
    yield "activations, about", _mib(train.activations), _mib(infer.activations)
    yield "peak, about", _mib(train.peak), _mib(infer.peak)


def _memory_notes(plan: "Plan") -> Iterator[str]:
    if plan.training_shape is None:
        return
    assumed = ", which is a guess while the pictures are unknown" if "training pictures" in plan.unknown else ""
    yield f"  All but activations is exact; those are for {_inputs(plan, plan.training_shape)}{assumed}."
    if plan.device != "cpu":
        yield "  Activations are counted as on a CPU."


def _inputs(plan: "Plan", training: "BatchShape") -> str:
    """What training and inference were estimated for; without a test split, both are for training's pictures."""
    if plan.test_shape is None:
        return f"an input of {_shape(training.largest)}"
    return f"an input of {_shape(training.largest)} in training and {_shape(plan.test_shape.largest)} in inference"


def _files(plan: "Plan") -> Iterator[str]:
    files = plan.files
    yield ", ".join(files.names)
    if files.checkpoints_written != 0:
        kept = (
            ""
            if files.checkpoints_kept is None
            else f", of which the latest {files.checkpoints_kept} and the best stay"
        )
        yield f"{_count(files.checkpoints_written)} checkpoints of {_mib(files.checkpoint_bytes)}{kept}"
    yield f"{_count(files.evaluations)} evaluation{'' if files.evaluations == 1 else 's'}"
    if files.is_taken:
        yield "There is something there already: continue it with --resume, or give another run.name."


def _table(rows: Iterable[Sequence[str]], *, indent: int = 0, right: Sequence[int] = ()) -> list[str]:
    """Rows with their columns under each other; those in ``right`` end together."""
    rows = list(rows)
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        " " * indent
        + "  ".join(
            cell.rjust(width) if position in right else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _shape(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))


def _mib(size: int | None) -> str:
    return UNKNOWN if size is None else f"{size / MIB:,.1f} MiB"


def _count(number: int | None) -> str:
    return UNKNOWN if number is None else f"{number:,}"


def _number(number: float | None) -> str:
    return UNKNOWN if number is None else f"{number:,.2f}".rstrip("0").rstrip(".")
