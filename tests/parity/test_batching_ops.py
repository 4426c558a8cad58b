"""Pictures of different sizes in one batch, against arrays recorded from the reference."""

import torch
from recorded_cases import cases

from det_plugin_parts import pad_and_stack


def test_batches_are_padded_as_the_references(parity_dir):
    for case in cases(parity_dir, "image_list"):
        images = [case.given[name] for name in sorted(case.given)]

        batch = pad_and_stack(
            # Here padding is always zero: another value is put there by moving the pictures by as much.
            [image - case.facts["pad_value"] for image in images],
            size_divisibility=case.facts["size_divisibility"],
            square_side=case.facts["square_size"],
        )

        torch.testing.assert_close(batch.pixels + case.facts["pad_value"], case.expected["batch"], rtol=0, atol=1e-6)
        assert batch.sizes.tolist() == case.expected["image_sizes"].tolist()
