"""A proposal network alone gives the reference's numbers."""

import numpy as np
import pytest
import torch
from recorded_arrays import beginning_with, features, gradients, seen
from recordings import folders, model_inputs, read_recording
from reference_rcnn import proposal_network

from det_plugin_maskrcnn import ProposalNetwork
from detcore.specs import DataSpec

MODELS = folders(lambda facts: facts["meta_architecture"] == "ProposalNetwork")


@pytest.fixture
def recording(request, parity_dir):
    return read_recording(parity_dir / request.param)


def loaded_model(recording) -> ProposalNetwork:
    config = proposal_network(recording.facts)
    assert config.check(DataSpec()) == []
    model = config.build()
    model.load_state_dict(recording.weights, strict=True)
    return model


@pytest.mark.parametrize("recording", MODELS, indirect=True)
@torch.no_grad()
def test_proposals_are_the_references(recording, compare):
    model, inputs = loaded_model(recording).eval(), model_inputs(recording.inputs)
    with seen(model) as outputs:
        images = model.preprocess(inputs)
        proposals = model.infer(*images)
    logits, deltas = outputs["proposal_generator.rpn_head"]
    names = recording.facts["rpn"]["in_features"]
    actual = {
        "batch_shape": np.array(images.pixels.shape),
        **features(outputs),
        **{f"rpn/logits/{name}": x.numpy() for name, x in zip(names, logits, strict=True)},
        **{f"rpn/deltas/{name}": x.numpy() for name, x in zip(names, deltas, strict=True)},
    }
    for index, output in enumerate(model.postprocess(proposals, inputs)):
        mine, found = proposals.image_index == index, output["proposals"]
        actual[f"eval/image{index}/proposal_boxes"] = proposals.boxes[mine].numpy()
        actual[f"eval/image{index}/proposal_logits"] = proposals.logits[mine].numpy()
        actual[f"eval/image{index}/out_proposal_boxes"] = found.proposal_boxes.tensor.numpy()
        actual[f"eval/image{index}/out_proposal_logits"] = found.objectness_logits.numpy()

    assert compare(beginning_with(recording.expected, "train", wanted=False), actual, allow_missing=False) == []


@pytest.mark.parametrize("recording", MODELS, indirect=True)
def test_a_training_step_is_the_references(recording, compare):
    model = loaded_model(recording).train()
    expected = beginning_with(recording.expected, "train/")
    with seen(model) as outputs:
        inputs = model_inputs(recording.inputs)
        losses = model.losses(inputs)
    sum(losses.values(), torch.zeros(())).backward()
    anchors = torch.cat(outputs["proposal_generator.anchor_generator"])
    labels = torch.stack([model.proposal_generator.sampler(anchors, each["instances"]).labels for each in inputs])
    actual = {
        **{f"train/loss/{name}": np.array(loss.item()) for name, loss in losses.items()},
        "train/stat/rpn/num_pos_anchors": np.array((labels == 1).sum().item() / len(inputs)),
        "train/stat/rpn/num_neg_anchors": np.array((labels == 0).sum().item() / len(inputs)),
        **{f"train/{name}": x for name, x in gradients(model, expected.get("train/grad_names", np.array([]))).items()},
    }

    assert compare(expected, actual, allow_missing=False) == []
