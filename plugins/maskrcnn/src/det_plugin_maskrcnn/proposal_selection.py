"""From the predictions at all anchors to a few proposals per picture.

Faster R-CNN, section 3.3: https://arxiv.org/abs/1506.01497
Feature Pyramid Networks, section 4.1: https://arxiv.org/abs/1612.03144
Only what is among the best of its level is decoded, which the result cannot tell.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from det_plugin_parts import BoxCoder, clip_boxes, grouped_nms, top_per_image
from detcore.structures import Proposals

__all__ = ["ProposalSelector"]


class ProposalSelector:
    """Best of each level, decoded, clipped, without the small, without duplicates, best of all levels."""

    def __init__(self, *, pre_nms_topk: int, post_nms_topk: int, nms_threshold: float, min_box_size: float) -> None:
        self.pre_nms_topk = pre_nms_topk
        self.post_nms_topk = post_nms_topk
        self.nms_threshold = nms_threshold
        self.min_box_size = min_box_size

    @torch.no_grad()
    def __call__(
        self,
        *,
        anchors: Sequence[Float[Tensor, "_ 4"]],
        logits: Sequence[Float[Tensor, "image _"]],
        deltas: Sequence[Float[Tensor, "image _ 4"]],
        sizes: Int[Tensor, "image 2"],
        coder: BoxCoder,
    ) -> Proposals:
        """Proposals of all pictures, ordered by picture, then by falling score."""
        levels = [
            self._without_duplicates(self._best_of_level(*level, sizes=sizes, coder=coder))
            for level in zip(anchors, logits, deltas, strict=True)
        ]
        candidates = Proposals(*(torch.cat(columns) for columns in zip(*levels, strict=True)))
        best = top_per_image(
            candidates.logits, candidates.image_index, num_images=sizes.shape[0], count=self.post_nms_topk
        )
        return _rows(candidates, best)

    def _best_of_level(
        self, anchors: Tensor, logits: Tensor, deltas: Tensor, *, sizes: Tensor, coder: BoxCoder
    ) -> Proposals:
        top_logits, top = logits.float().topk(torch.sym_min(self.pre_nms_topk, logits.shape[1]), dim=1)
        boxes = coder.decode(deltas.gather(1, top[..., None].expand(-1, -1, 4)), anchors[top])
        boxes = clip_boxes(boxes, sizes[:, None].expand(-1, top.shape[1], -1))
        image_index = torch.arange(sizes.shape[0], device=sizes.device)[:, None].expand_as(top)
        return self._large(Proposals(boxes.flatten(0, 1), top_logits.flatten(), image_index.flatten()))

    def _large(self, proposals: Proposals) -> Proposals:
        # Comparing with not-a-number is false, so that a broken box is dropped as well.
        sides = proposals.boxes[:, 2:] - proposals.boxes[:, :2]
        keep = (sides > self.min_box_size).all(dim=1) & proposals.logits.isfinite()
        return _rows(proposals, keep.nonzero().squeeze(1))

    def _without_duplicates(self, proposals: Proposals) -> Proposals:
        boxes, logits, image_index = proposals
        return _rows(proposals, grouped_nms(boxes, logits, image_index, threshold=self.nms_threshold))


def _rows(proposals: Proposals, rows: Int[Tensor, " row"]) -> Proposals:
    return Proposals(*(column[rows] for column in proposals))
