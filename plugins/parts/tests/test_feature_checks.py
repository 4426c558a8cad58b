"""What is said of feature maps that a backbone does not yield."""

import pytest

from det_plugin_parts import missing_features
from detcore.specs import FeatureShape

ABOVE = 'have the pyramid add it: as its \'top_block\', "max-pool" adds one level, "p6p7" two'
BELOW = (
    "have the pyramid make it: one more map of the trunk in 'in_features' of fpn, a larger one in 'scale_factors' of "
    "simple-feature-pyramid"
)
NO_PYRAMID = 'put a pyramid over it: type "fpn" over several maps, "simple-feature-pyramid" over one'


def shapes(*names):
    return {name: FeatureShape(channels=8, stride=4) for name in names}


@pytest.mark.parametrize(
    ("asked", "there", "remedy"),
    [
        pytest.param(["p3", "p7"], ["p2", "p3", "p6"], ABOVE, id="coarser than the pyramid"),
        pytest.param(["p2", "p3"], ["p3", "p4"], BELOW, id="finer than the pyramid"),
        pytest.param(["p2", "p3"], ["res4", "res5"], NO_PYRAMID, id="a residual network alone"),
        pytest.param(["p2", "p3"], ["last_feat"], NO_PYRAMID, id="a transformer alone"),
    ],
)
def test_the_first_missing_map_is_told_with_the_way_to_it(asked, there, remedy):
    missing = missing_features(asked, shapes(*there))
    absent = [name for name in asked if name not in there]

    assert missing[0].message == (
        f"the backbone yields no feature map {absent[0]!r}, only {', '.join(there)}; name some of these, or {remedy}"
    )
    assert [problem.message for problem in missing[1:]] == [
        f"the backbone yields no feature map {name!r}, only {', '.join(there)}" for name in absent[1:]
    ]


@pytest.mark.parametrize(
    ("asked", "there"), [("res9", "res4"), ("p9", "p6")], ids=["of no pyramid", "far above the pyramid"]
)
def test_what_no_setting_adds_can_only_be_replaced(asked, there):
    (missing,) = missing_features([asked], shapes(there))

    assert missing.message == f"the backbone yields no feature map {asked!r}, only {there}; name some of these"
