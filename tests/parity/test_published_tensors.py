"""Tensors are named and shaped as in the published checkpoints, so that those load with no renaming."""

import json

import torch
from facts import Facts
from reference_models import inexpressible_model, model_config
from zoo_facts import published_models

PROMISED = {
    "COCO-Detection/fast_rcnn_R_50_FPN_1x.yaml",
    "COCO-Detection/faster_rcnn_R_50_C4_1x.yaml",
    "COCO-Detection/retinanet_R_50_FPN_1x.yaml",
    "COCO-Detection/rpn_R_50_FPN_1x.yaml",
    "COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_1x.yaml",
    "COCO-Keypoints/keypoint_rcnn_R_50_FPN_1x.yaml",
    "COCO-PanopticSegmentation/panoptic_fpn_R_50_1x.yaml",
    "Misc/cascade_mask_rcnn_R_50_FPN_1x.yaml",
    "projects/PointRend/configs/InstanceSegmentation/pointrend_rcnn_R_50_FPN_1x_coco.yaml",
    "projects/ViTDet/configs/COCO/mask_rcnn_vitdet_b_100ep.py",
}


def test_every_published_model_that_can_be_expressed_has_the_published_tensors(parity_dir):
    published = published_models(parity_dir / "zoo_manifest.json.gz")
    models = [(path, json.loads(json.dumps(facts), object_hook=Facts), tensors) for path, facts, tensors in published]
    expressible = [(path, facts, tensors) for path, facts, tensors in models if not inexpressible_model(facts)]

    for path, facts, tensors in expressible:
        with torch.device("meta"):
            model = model_config(facts).build()

        ours = {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
        assert ours == {name: shape for name, shape, _ in tensors}, path
    assert sorted(PROMISED - {path for path, _, _ in expressible}) == []
