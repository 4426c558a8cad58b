"""A published kind of R-CNN, made small enough to learn a folder of pictures in seconds."""

from pathlib import Path

from coco_folder import CocoFolder
from repository import ROOT

__all__ = ["write_tiny_rcnn"]

TINY = """
extends = "{base}"
[data]
classes = ["thing"]
[data.train]
datasets = [{dataset}]
sampler = {{ type = "sequential" }}
[data.test]
datasets = [{dataset}]
[data.loader]
workers = 0
aspect_ratio_grouping = false
[model.backbone]
out_channels = 16
bottom_up = {{ stem_out_channels = 8, res2_out_channels = 8 }}
[model.proposal_generator]
selection = {{ pre_nms_topk_train = 100, pre_nms_topk_test = 100, post_nms_topk_train = 50, post_nms_topk_test = 50 }}
[model.roi_heads]
box_head = {{ type = "conv-fc", fc_dims = [32] }}
box_predictor = {{ score_threshold = 0.0 }}
{head}
[training]
batch_size = 2
{length}
log_every_steps = 1
device = "cpu"
[evaluation]
pictures = 1
[run]
directory = "{runs}"
name = "tiny"
"""


def write_tiny_rcnn(tmp_path: Path, folder: CocoFolder, *, base: str, head: str, length: str) -> Path:
    """A config over ``configs/<base>``; ``head`` and ``length`` are the lines of its own head, and of the training."""
    places = {"base": (ROOT / "configs" / base).as_posix(), "runs": (tmp_path / "runs").as_posix()}
    config = tmp_path / "tiny.toml"
    config.write_text(TINY.format(dataset=folder.dataset(), head=head, length=length, **places))
    return config
