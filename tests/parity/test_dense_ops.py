"""Assignment by position and size gives the reference's labels and centreness."""

import torch
from recorded_cases import cases
from torch.testing import assert_close

from det_plugin_dense import CentreAssigner
from det_plugin_dense.dense_losses import centreness_of
from det_plugin_parts import POSITIVE, GridAnchors


def test_positions_learn_the_recorded_objects(parity_dir):
    for facts, given, expected in cases(parity_dir, "fcos_labels"):
        height, width = facts["image"]
        strides = facts["strides"]
        grid = GridAnchors(
            sizes=[[s] for s in strides], aspect_ratios=[[1.0]] * len(strides), strides=strides, offset=0.5
        )
        anchors = grid([torch.zeros(1, 1, height // stride, width // stride) for stride in strides])
        assign = CentreAssigner(radius=facts["radius"], smallest=4, largest=8)

        matches, labels = assign(anchors, given["boxes"])

        classes = torch.where(labels == POSITIVE, given["classes"][matches], facts["num_classes"])
        positive = (labels == POSITIVE).nonzero().squeeze(1)
        assert classes.tolist() == expected["labels"].tolist()
        assert positive.tolist() == expected["positive_index"].tolist()
        boxes = given["boxes"][matches[positive]]
        assert_close(boxes, expected["positive_boxes"])
        assert_close(centreness_of(torch.cat(anchors)[positive], boxes), expected["positive_centerness"])
