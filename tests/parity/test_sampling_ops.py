"""How often pictures are seen, against numbers recorded from the reference."""

import numpy as np
from recorded_cases import cases

from detcore.data import repeat_factors


def test_repeat_factors_are_the_references(parity_dir):
    for case in cases(parity_dir, "repeat_factors"):
        classes = case.given["categories"].tolist()

        factors = repeat_factors(classes, threshold=case.facts["threshold"], square_root=case.facts["sqrt"])

        np.testing.assert_allclose(factors, case.expected["factors"], rtol=1e-6)
