"""Gathered ROIAlign agrees with torchvision's kernel, forward and backward."""

import pytest
import torch
from torchvision.ops import roi_align

from det_plugin_parts.gathered_roi_align import gathered_roi_align


@pytest.mark.parametrize("aligned", [True, False])
@pytest.mark.parametrize("sampling_ratio", [1, 2, 3])
@pytest.mark.parametrize("num_boxes", [0, 1, 40])
def test_agrees_with_the_kernel(aligned, sampling_ratio, num_boxes):
    generator = torch.Generator().manual_seed(num_boxes)
    feature_map = torch.randn(3, 8, 11, 17, generator=generator, requires_grad=True)
    corners = torch.rand(num_boxes, 2, generator=generator) * 20 - 3
    # Some boxes reach far outside the map, some are empty.
    boxes = torch.cat([corners, corners + torch.rand(num_boxes, 2, generator=generator) * 12 - 1], dim=1)
    image_index = torch.randint(3, (num_boxes,), generator=generator)
    settings = {"output_size": 5, "sampling_ratio": sampling_ratio, "aligned": aligned}
    rois = torch.cat([image_index[:, None].float(), boxes], dim=1)
    expected = roi_align(feature_map, rois, spatial_scale=1.0, **settings)
    upstream = torch.randn(expected.shape, generator=generator)

    pooled = gathered_roi_align(feature_map, boxes, image_index, **settings)

    torch.testing.assert_close(pooled, expected, rtol=1e-5, atol=1e-5)
    (gradient,) = torch.autograd.grad(pooled, feature_map, upstream)
    (expected_gradient,) = torch.autograd.grad(expected, feature_map, upstream)
    torch.testing.assert_close(gradient, expected_gradient, rtol=1e-5, atol=1e-5)
