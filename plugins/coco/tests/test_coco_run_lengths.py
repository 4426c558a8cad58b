"""Run lengths read from COCO's compressed text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from det_plugin_coco.run_lengths import run_lengths
from detcore.structures import rle


@settings(deadline=None, max_examples=60)
@given(height=st.integers(1, 40), width=st.integers(1, 40), density=st.floats(0, 1), seed=st.integers(0, 2**32 - 1))
def test_lengths_are_those_that_pycocotools_wrote(height, width, density, seed):
    bitmap = np.random.default_rng(seed).random((height, width)) < density
    counts = rle.encode(bitmap)["counts"].decode()

    column_by_column = np.concatenate([[False], bitmap.T.ravel()])
    changes = np.flatnonzero(np.diff(column_by_column))
    expected = np.diff(np.concatenate([[0], changes, [height * width]]))

    assert run_lengths(counts).tolist() == expected.tolist()


@pytest.mark.parametrize("counts", ["", "Po", "~~~~", "é"])
def test_text_that_holds_no_lengths_is_recognised(counts):
    assert run_lengths(counts) is None
