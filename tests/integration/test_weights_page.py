"""The page on starting from weights: its code turns a published pickle into arrays, and opens nothing else."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from fenced_blocks import fenced_blocks
from repository import ROOT

[CODE] = [block.text for block in fenced_blocks(ROOT / "docs" / "weights.md") if block.language == "python"]


class Deed:
    def __reduce__(self):
        return os.mkdir, ("done",)


def converted(content, protocol=2):
    published = {"model": content, "__author__": "Model Zoo"}
    Path("model_final.pkl").write_bytes(pickle.dumps(published, protocol=protocol))
    exec(compile(CODE, "weights.md", "exec"), {"__name__": "page"})


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_published_file_becomes_arrays_under_the_same_names(protocol, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    weight = np.arange(6, dtype=np.float32).reshape(2, 3)

    converted({"backbone.fpn_lateral2.weight": weight, "roi_heads.scale": np.float32(2)}, protocol)

    with np.load("model_final.npz") as stored:
        assert sorted(stored) == ["backbone.fpn_lateral2.weight", "roi_heads.scale"]
        np.testing.assert_array_equal(stored["backbone.fpn_lateral2.weight"], weight)


def test_a_file_that_would_do_something_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(pickle.UnpicklingError, match=r"posix\.mkdir is no part of an array|nt\.mkdir"):
        converted({"weight": Deed()})

    assert not (tmp_path / "done").exists()
