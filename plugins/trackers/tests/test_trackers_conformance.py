"""The writer of this plugin keeps what its interface promises."""

import pytest

from det_plugin_trackers import TensorBoardConfig
from detcore.testing import WriterConformance

pytest.importorskip("torch.utils.tensorboard", reason="tensorboard is not installed; `nox -s trackers` has it")


class TestTensorBoard(WriterConformance):
    config = TensorBoardConfig
