"""Tensors are named and shaped as in the published checkpoints, so that those load with no renaming."""

import torch
from reference_rcnn import generalized_rcnn, inexpressible
from zoo_facts import published_models

PROMISED = {
    "COCO-Detection/fast_rcnn_R_50_FPN_1x.yaml",
    "COCO-Detection/faster_rcnn_R_50_C4_1x.yaml",
    "COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_1x.yaml",
    "COCO-Keypoints/keypoint_rcnn_R_50_FPN_1x.yaml",
    "Misc/cascade_mask_rcnn_R_50_FPN_1x.yaml",
    "projects/PointRend/configs/InstanceSegmentation/pointrend_rcnn_R_50_FPN_1x_coco.yaml",
}


def test_every_published_model_that_can_be_expressed_has_the_published_tensors(parity_dir):
    models = published_models(parity_dir / "zoo_manifest.json.gz")
    expressible = [(path, facts, tensors) for path, facts, tensors in models if not inexpressible(facts)]

    for path, facts, tensors in expressible:
        with torch.device("meta"):
            model = generalized_rcnn(facts).build()

        ours = {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
        published = {name: shape for name, shape, _ in tensors}
        assert ours == published, path
    assert {path for path, _, _ in expressible} >= PROMISED
