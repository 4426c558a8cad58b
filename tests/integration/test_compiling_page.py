"""The page on compiling and exporting does what it says: its blocks run, one after the other."""

from functools import partial

import pytest
import torch
from fenced_blocks import fenced_blocks
from repository import ROOT
from torch.testing import assert_close

PAGE = ROOT / "docs/compiling.md"
BLOCKS = [block.text for block in fenced_blocks(PAGE) if block.language == "python"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.traced,
    pytest.mark.filterwarnings("ignore:`create_unbacked_symint` is deprecated:FutureWarning"),  # torchvision's nms
    pytest.mark.filterwarnings("ignore:.*autocast:UserWarning"),
]


@pytest.fixture
def followed(monkeypatch):
    """The names that a reader has who ran every block; graphs are made, but no code of them, which takes minutes."""
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="aot_eager"))
    torch.compiler.reset()
    torch.manual_seed(0)
    names: dict[str, object] = {"__name__": "page"}
    for block in BLOCKS:
        exec(compile(block, PAGE.name, "exec"), names)
    return names


def test_the_page_runs_and_every_form_finds_the_same(followed):
    model, batch, other = (followed[name] for name in ("model", "batch", "other"))
    with torch.no_grad():
        expected = [each for each in model.infer(*batch) if each is not None]
        assert_close([each for each in followed["compiled"](*batch) if each is not None], expected)
        exported = [followed[name] for name in ("boxes", "scores", "classes", "image_index")]
        assert_close(exported, [each for each in model.infer(*other) if each is not None])

    assert [len(output["instances"]) > 0 for output in followed["outputs"]] == [True, True]
