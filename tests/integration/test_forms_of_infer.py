"""Every architecture computes the same in every form: exported, compiled, in another layout, in another precision."""

import shutil
from collections.abc import Sequence

import pytest
import torch
from noisy_pictures import noisy_picture
from tiny_models import ARCHITECTURES, PLAIN, variants
from torch import Tensor, nn
from torch.export import Dim, export
from torch.testing import assert_close
from torch.utils._pytree import tree_leaves

from detcore.interfaces import Architecture
from detcore.structures import ModelInput

OF_TORCHVISION = "ignore:`create_unbacked_symint` is deprecated:FutureWarning"
"""Its nms."""

MODELS = variants(ARCHITECTURES)

REPRESENTATIVE = {
    "generalized-rcnn (keypoints)",
    "generalized-rcnn (cascaded points)",
    "fast-rcnn (res5 boxes)",
    "proposal-network (proposals)",
    "retinanet (overlaps)",
    "fcos (centres)",
    "semantic-fpn (stuff)",
    "panoptic-fpn (masks)",
}
"""Every architecture and every head: these are compiled, and exported in the default run, seven seconds each."""

BOXES = [(10.0, 12.0, 40.0, 50.0), (4.0, 4.0, 60.0, 62.0), (50.0, 30.0, 62.0, 40.0)]

STEP = 16
"""Heights and widths that every model here pads pictures to are multiples of this: the stride of its coarsest map."""

SEEN = [(96, 80), (70, 66)]
UNSEEN = [[(80, 112)], [(112, 80), (83, 65), (66, 90)], [(144, 128), (130, 139)]]
"""Heights and widths of batches. All beyond 64: a coarsest map of a single row would be another graph."""

PICTURES = ({0: Dim("batch"), 2: STEP * Dim("down"), 3: STEP * Dim("right")}, {0: Dim("batch")})
PROPOSALS = ({0: Dim("proposals")}, {0: Dim("proposals")})


class Inference(nn.Module):
    """A model as the function that is exported."""

    def __init__(self, model: Architecture) -> None:
        super().__init__()
        self.model = model

    def forward(self, *batch: Tensor) -> list[Tensor]:
        return tree_leaves(tuple(each for each in self.model.infer(*batch) if each is not None))


def by_weight() -> list[object]:
    return [pytest.param(name, marks=[] if name in REPRESENTATIVE else [pytest.mark.heavy]) for name in MODELS]


def built(name: str) -> Architecture:
    torch.manual_seed(0)
    return MODELS[name](PLAIN).build().eval()


def pictures(sizes: Sequence[tuple[int, int]]) -> list[ModelInput]:
    return [noisy_picture(height, width, BOXES) for height, width in sizes]


def batch_of(model: Architecture, sizes: Sequence[tuple[int, int]]) -> tuple[Tensor, ...]:
    """What the model makes of pictures of these sizes, padded to whole steps."""
    pixels, *further = model.preprocess(pictures(sizes))
    down, right = (-side % STEP for side in pixels.shape[2:])
    return (nn.functional.pad(pixels, (0, right, 0, down)), *further)


def nothing(batch: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Blank pictures without extent, and no proposals: there is nowhere to look."""
    pixels, sizes, *further = batch
    return (torch.zeros_like(pixels), torch.zeros_like(sizes), *(each[:0] for each in further))


def blind_to(model: Architecture, batch: tuple[Tensor, ...]) -> None:
    """Let a model that looks everywhere find nothing in these pictures, although something in others."""
    selector = getattr(model, "selector", None)
    if selector is not None:
        selector.score_threshold = model.infer(*batch).scores.max().item()


def counted(predictions: tuple[Tensor | None, ...]) -> int | None:
    """How many detections or proposals there are, from models that make such."""
    index = getattr(predictions, "image_index", None)
    return None if index is None else len(index)


def same(found: Sequence[Tensor], expected: Sequence[Tensor], **tolerances: float) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert_close(one, other, **tolerances)


def holds_for_every_batch(form, model: Architecture, **tolerances: float) -> None:
    """Whether ``form`` computes what the model computes, for batches and sizes it has not seen, and for nothing."""
    inference = Inference(model)
    for sizes in [SEEN, *UNSEEN]:
        batch = batch_of(model, sizes)
        assert counted(model.infer(*batch)) != 0
        same(form(*batch), inference(*batch), **tolerances)
    empty = nothing(batch_of(model, UNSEEN[0]))
    assert counted(model.infer(*empty)) in {None, 0}
    same(form(*empty), inference(*empty), **tolerances)


@pytest.mark.slow
@pytest.mark.traced
@pytest.mark.filterwarnings(OF_TORCHVISION)
@torch.no_grad()
@pytest.mark.parametrize("name", by_weight())
def test_one_exported_graph_serves_all_batches_and_sizes_and_finds_nothing_where_nothing_is(name):
    model = built(name)
    example = batch_of(model, SEEN)
    blind_to(model, nothing(batch_of(model, UNSEEN[0])))

    dynamic = (*PICTURES, *PROPOSALS)[: len(example)]
    graph = export(Inference(model), example, dynamic_shapes=(dynamic,), strict=False).module()

    holds_for_every_batch(graph, model)


COMPILED_BY_DEFAULT = {"generalized-rcnn (cascaded points)", "retinanet (overlaps)", "panoptic-fpn (masks)"}
"""Two stages with masks, one stage, and both kinds of map: the others take minutes more."""

CODE = pytest.mark.skipif(shutil.which("g++") is None, reason="code needs a C++ compiler, and there is no g++")


def compilers() -> list[object]:
    """The graph alone, of a few in the default run; and the code that is made of it, minutes each."""
    names = sorted(REPRESENTATIVE)
    graphs = [
        pytest.param(
            name,
            "aot_eager",
            marks=[pytest.mark.slow if name in COMPILED_BY_DEFAULT else pytest.mark.heavy],
            id=f"{name}-graph",
        )
        for name in names
    ]
    return graphs + [
        pytest.param(name, "inductor", marks=[pytest.mark.heavy, CODE], id=f"{name}-code") for name in names
    ]


@pytest.mark.traced
@pytest.mark.filterwarnings(OF_TORCHVISION)
@torch.no_grad()
@pytest.mark.parametrize(("name", "backend"), compilers())
def test_a_model_compiles_whole_for_all_batches_and_sizes(name, backend):
    torch.compiler.reset()
    model = built(name)
    blind_to(model, nothing(batch_of(model, UNSEEN[0])))

    with torch._dynamo.config.patch(capture_dynamic_output_shape_ops=True):
        compiled = torch.compile(Inference(model), fullgraph=True, dynamic=True, backend=backend)

        holds_for_every_batch(compiled, model, rtol=1e-3, atol=1e-4)


def test_every_architecture_is_exported_in_the_default_run():
    assert {name.partition(" (")[0] for name in REPRESENTATIVE & MODELS.keys()} == ARCHITECTURES.keys()


def a_step(model: Architecture, *, bfloat16: bool = False) -> dict[str, float]:
    """Losses, after their gradients are in the model's weights; the same random choices each time."""
    torch.manual_seed(0)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
        losses = model.train().losses(pictures(SEEN))
    sum(losses.values()).backward()
    return {name: loss.item() for name, loss in losses.items()}


@pytest.mark.filterwarnings("ignore:.*autocast:UserWarning")
@pytest.mark.parametrize("name", MODELS)
def test_a_step_in_bfloat16_is_finite_and_its_losses_are_those_of_float32(name):
    model = built(name)

    losses = a_step(model, bfloat16=True)

    for loss, value in a_step(built(name)).items():
        assert losses[loss] == pytest.approx(value, rel=0.02), loss
    for weight, parameter in model.named_parameters():
        assert parameter.grad.isfinite().all(), weight


@pytest.mark.filterwarnings("ignore:.*autocast:UserWarning")
@torch.no_grad()
@pytest.mark.parametrize("name", MODELS)
def test_what_is_found_in_bfloat16_is_finite(name):
    model = built(name)

    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = Inference(model)(*batch_of(model, UNSEEN[1]))

    assert all(numbers.isfinite().all() for numbers in found)


@pytest.mark.parametrize("name", MODELS)
def test_weights_and_pictures_with_channels_last_give_the_same(name):
    contiguous, channels_last = built(name), built(name).to(memory_format=torch.channels_last)

    with torch.no_grad():
        pixels, *further = batch_of(contiguous, UNSEEN[1])
        expected = Inference(contiguous)(pixels, *further)
        found = Inference(channels_last)(pixels.contiguous(memory_format=torch.channels_last), *further)
    losses, expected_losses = a_step(channels_last), a_step(contiguous)

    same(found, expected, rtol=1e-3, atol=1e-4)
    assert losses == pytest.approx(expected_losses, rel=1e-4, abs=1e-6)
    for one, other in zip(channels_last.parameters(), contiguous.parameters(), strict=True):
        assert_close(one.grad, other.grad, rtol=1e-2, atol=1e-4)
