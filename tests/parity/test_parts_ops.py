"""Anchors, assignment, box coding, losses, NMS, pooling and selection give the reference's numbers, one by one."""

import pytest
import torch
from recorded_cases import cases
from torch import Tensor
from torch.testing import assert_close

from det_plugin_maskrcnn.proposal_selection import ProposalSelector
from det_plugin_parts import (
    BoxCoder,
    BoxLoss,
    DeltaBoxCoder,
    DetectionSelector,
    GridAnchors,
    IoUAssigner,
    ROIAlignPoolerConfig,
    ROIMaxPoolerConfig,
    centres_of_cells,
    focal_loss,
    grouped_nms,
    heatmap_places,
    keypoints_of_heatmaps,
    level_of_boxes,
    points_in_picture,
    points_of_grid,
    sample_own_maps,
    sample_pictures,
    smooth_l1,
)
from det_plugin_parts.anchors import cell_anchors
from detcore.structures import Proposals


class GivenBoxes(BoxCoder):
    """Takes deltas for boxes, so that recorded boxes can be fed to what would decode them."""

    def encode(self, boxes: Tensor, targets: Tensor) -> Tensor:
        return targets

    def decode(self, deltas: Tensor, boxes: Tensor) -> Tensor:
        return deltas


def test_anchors(parity_dir):
    for facts, _, expected in cases(parity_dir, "anchors", type="default"):
        levels = len(facts["strides"])
        sizes = facts["sizes"] * (levels if len(facts["sizes"]) == 1 else 1)
        ratios = facts["aspect_ratios"] * (levels if len(facts["aspect_ratios"]) == 1 else 1)
        generator = GridAnchors(sizes=sizes, aspect_ratios=ratios, strides=facts["strides"], offset=facts["offset"])

        anchors = generator([torch.zeros(1, 1, *size) for size in facts["feature_sizes"]])

        for level, found in enumerate(anchors):
            assert_close(cell_anchors(sizes[level], ratios[level]), expected[f"cell{level}"], rtol=1e-6, atol=1e-5)
            assert_close(found, expected[f"level{level}"], rtol=1e-6, atol=1e-5)


def test_assignment(parity_dir):
    for facts, given, expected in cases(parity_dir, "matcher"):
        matches, labels = IoUAssigner(**facts)(given["quality"])

        assert torch.equal(matches, expected["matches"]), facts
        assert torch.equal(labels, expected["labels"]), facts


def test_box_coding(parity_dir):
    for facts, given, expected in cases(parity_dir, "box2box_transform", type="standard"):
        coder = DeltaBoxCoder(weights=facts["weights"], scale_clamp=facts["scale_clamp"])

        deltas = coder.encode(given["src"], given["target"])

        assert_close(deltas, expected["get_deltas"], rtol=1e-5, atol=1e-5)
        assert_close(coder.decode(deltas, given["src"]), expected["round_trip"], rtol=1e-5, atol=1e-3)
        decoded = coder.decode(expected["apply_deltas_input"], given["src"])
        assert_close(decoded, expected["apply_deltas"], rtol=1e-5, atol=1e-3)


def test_smooth_l1(parity_dir):
    for facts, given, expected in cases(parity_dir, "losses", kind="smooth_l1"):
        x = given["x"].clone().requires_grad_()

        loss = smooth_l1(x, given["target"], beta=facts["beta"])
        loss.sum().backward()

        assert_close(loss.detach(), expected["loss"])
        assert_close(x.grad, expected["grad"])


@pytest.mark.parametrize("kind", ["giou", "diou", "ciou"])
def test_losses_of_decoded_boxes(parity_dir, kind):
    for _, given, expected in cases(parity_dir, "losses", kind=kind):
        x = given["x"].clone().requires_grad_()
        loss = BoxLoss(kind=kind, beta=0.0, weight=1.0, coder=GivenBoxes())

        total = loss(x, given["x"], given["target"])
        total.backward()

        assert_close(total.detach(), expected["loss"].sum(), rtol=1e-5, atol=1e-5)
        assert_close(x.grad, expected["grad"], rtol=1e-4, atol=1e-5)


def test_nms_within_groups(parity_dir):
    for facts, given, expected in cases(parity_dir, "batched_nms"):
        kept = grouped_nms(given["boxes"], given["scores"], given["idxs"], threshold=facts["threshold"])

        assert torch.equal(kept, expected["keep"])


def test_level_of_boxes(parity_dir):
    for facts, given, expected in cases(parity_dir, "level_assignment", kind="levels"):
        levels = level_of_boxes(
            given["boxes"],
            finest=facts["min_level"],
            coarsest=facts["max_level"],
            canonical_box_size=facts["canonical_box_size"],
            canonical_level=facts["canonical_level"],
        )

        assert torch.equal(levels, expected["levels"])


def test_pooling_over_levels(parity_dir):
    for facts, given, expected in cases(parity_dir, "level_assignment", kind="pooler"):
        pooler = ROIAlignPoolerConfig(
            output_size=facts["output_size"],
            sampling_ratio=facts["sampling_ratio"],
            aligned=facts["type"] == "ROIAlignV2",
            canonical_box_size=facts["canonical_box_size"],
            canonical_level=facts["canonical_level"],
        ).build(strides=[round(1 / scale) for scale in facts["scales"]])
        boxes = [given["boxes0"], given["boxes1"]]
        image_index = torch.cat([torch.full((len(each),), image) for image, each in enumerate(boxes)])

        pooled = pooler([given[name] for name in ("p2", "p3", "p4", "p5")], torch.cat(boxes), image_index)

        assert_close(pooled, expected["y"], rtol=1e-4, atol=1e-5)


def test_roi_align(parity_dir):
    for facts, given, expected in cases(parity_dir, "roi_align"):
        x = given["x"].clone().requires_grad_()
        pooler = ROIAlignPoolerConfig(
            output_size=facts["output_size"], sampling_ratio=facts["sampling_ratio"], aligned=facts["aligned"]
        ).build(strides=[round(1 / facts["spatial_scale"])])

        pooled = pooler([x], given["rois"][:, 1:], given["rois"][:, 0].long())

        assert_close(pooled.detach(), expected["y"], rtol=1e-4, atol=1e-5)
        if "upstream" in given:
            (pooled * given["upstream"]).sum().backward()
            assert_close(x.grad, expected["grad_input"], rtol=1e-4, atol=1e-4)


def test_roi_pool(parity_dir):
    for facts, given, expected in cases(parity_dir, "roi_pool"):
        x = given["x"].clone().requires_grad_()
        pooler = ROIMaxPoolerConfig(output_size=facts["output_size"]).build(strides=[round(1 / facts["spatial_scale"])])

        pooled = pooler([x], given["rois"][:, 1:], given["rois"][:, 0].long())
        (pooled * given["upstream"]).sum().backward()

        assert torch.equal(pooled.detach(), expected["y"])
        assert_close(x.grad, expected["grad_input"], rtol=1e-5, atol=1e-6)


def test_values_at_points(parity_dir):
    for _, given, expected in cases(parity_dir, "point_sampling"):
        x, points = given["x"], given["points"]
        whole = torch.tensor([[0.0, 0.0, x.shape[3], x.shape[2]]]).expand(len(x), -1)

        of_own_map = sample_own_maps(x, points)
        of_picture = sample_pictures([x], [1], points_in_picture(points, whole), torch.arange(len(x)))

        assert_close(of_own_map, expected["sampled"])
        assert_close(of_picture, expected["sampled"], rtol=1e-5, atol=1e-5)


def test_regular_and_uncertain_points(parity_dir):
    for _, given, expected in cases(parity_dir, "point_sampling"):
        count, side = expected["uncertain_index"].shape[1], given["uncertainty"].shape[-1]

        uncertain = given["uncertainty"].flatten(1).topk(count, dim=1).indices

        assert torch.equal(uncertain, expected["uncertain_index"])
        assert_close(centres_of_cells(uncertain, side), expected["uncertain_coords"])
        assert_close(points_of_grid(7, like=given["x"])[None], expected["grid7"])


def test_selection_of_proposals(parity_dir):
    for facts, given, expected in cases(parity_dir, "rpn_proposals"):
        select = ProposalSelector(
            pre_nms_topk=facts["pre_nms_topk"],
            post_nms_topk=facts["post_nms_topk"],
            nms_threshold=facts["nms_thresh"],
            min_box_size=facts["min_box_size"],
        )
        boxes, logits = ([given[f"{kind}{level}"] for level in range(3)] for kind in ("boxes", "logits"))

        proposals = select(
            anchors=[level[0] for level in boxes],
            logits=logits,
            deltas=boxes,
            sizes=torch.tensor(facts["image_sizes"]),
            coder=GivenBoxes(),
        )

        for image in range(2):
            mine = proposals.image_index == image
            assert_close(proposals.boxes[mine], expected[f"image{image}_boxes"], rtol=0, atol=1e-4)
            assert_close(proposals.logits[mine], expected[f"image{image}_logits"], rtol=0, atol=1e-5)


def test_selection_of_detections(parity_dir):
    for facts, given, expected in cases(parity_dir, "fast_rcnn_inference"):
        select = DetectionSelector(
            score_threshold=facts["score_thresh"],
            nms_threshold=facts["nms_thresh"],
            detections_per_image=facts["topk"],
        )
        boxes = given["boxes"].unflatten(1, (-1, 4))
        rows = torch.zeros(len(boxes), dtype=torch.long)

        detections = select(
            probabilities=given["scores"][:, :-1],
            deltas=boxes,
            proposals=Proposals(boxes[:, 0], rows.float(), rows),
            sizes=torch.tensor([facts["image_size"]]),
            coder=GivenBoxes(),
        )

        assert_close(detections.boxes, expected["boxes"], rtol=0, atol=1e-4)
        assert_close(detections.scores, expected["scores"], rtol=0, atol=1e-5)
        assert torch.equal(detections.classes, expected["classes"])


def test_focal_losses_and_their_gradients(parity_dir):
    for facts, given, expected in cases(parity_dir, "losses", kind="sigmoid_focal"):
        logits = given["x"].clone().requires_grad_()

        loss = focal_loss(logits, given["target"], alpha=facts["alpha"], gamma=facts["gamma"])
        loss.backward()

        assert_close(loss.detach(), expected["loss"].sum(), rtol=1e-5, atol=0)
        assert_close(logits.grad, expected["grad"], rtol=1e-4, atol=1e-6)


def test_keypoints_of_heatmaps(parity_dir):
    for _, given, expected in cases(parity_dir, "keypoints", kind="decode"):
        points = keypoints_of_heatmaps(given["maps"], given["rois"])

        assert_close(points, expected["xyls"][..., [0, 1, 3]], rtol=1e-4, atol=1e-5)


def test_places_of_keypoints_in_heatmaps(parity_dir):
    for facts, given, expected in cases(parity_dir, "keypoints", kind="encode"):
        places, is_inside = heatmap_places(given["keypoints"], given["boxes"], side=facts["heatmap_size"])

        assert torch.equal(is_inside, expected["valid"].bool())
        assert torch.equal(places[is_inside], expected["index"][is_inside])
