"""What is said of all datasets of an experiment together."""

import pytest

from detcore.config.facts import _all_have


@pytest.mark.parametrize(
    ("each", "together"),
    [([], None), ([True, True], True), ([True, False], False), ([True, None], None), ([None, False], False)],
)
def test_one_dataset_without_decides_and_one_unknown_leaves_it_open(each, together):
    assert _all_have(each) is together
