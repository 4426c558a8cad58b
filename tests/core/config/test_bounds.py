"""What a validator allows, in words."""

import pytest
from attrs.validators import and_, deep_iterable, ge, gt, in_, instance_of, le, lt, not_, optional

from detcore.config.bounds import allowed_by


@pytest.mark.parametrize(
    ("validator", "words"),
    [
        pytest.param(None, "", id="none"),
        pytest.param(ge(0), ">= 0", id="a bound"),
        pytest.param(and_(gt(0), lt(1)), "> 0 and < 1", id="both ends"),
        pytest.param(optional(le(3)), "<= 3", id="optional"),
        pytest.param(in_((18, 50)), "one of 18, 50", id="a choice"),
        pytest.param(and_(instance_of(int), ge(1)), ">= 1", id="one that says nothing"),
        pytest.param(not_(in_((1, 2))), "", id="what is not allowed is not told as allowed"),
        pytest.param(deep_iterable(ge(0)), "", id="items, which are not the value"),
    ],
)
def test_what_is_allowed(validator, words):
    assert allowed_by(validator) == words
