import re
from math import inf, nan

import pytest
from attrs import field, frozen
from attrs.validators import and_, deep_iterable

from detcore.specs import distinct, finite, names, not_empty, of_length


@frozen(kw_only=True)
class Settings:
    rate: float = field(default=0.5, validator=finite)
    pair: tuple[float, ...] = field(default=(1.0, 2.0), validator=and_(of_length(2), deep_iterable(finite)))
    steps: tuple[int, ...] = field(default=(1, 2), validator=and_(not_empty, distinct))
    classes: tuple[str, ...] = field(default=(), validator=names)
    folder: str = field(default="runs", validator=not_empty)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param({"rate": inf}, "'rate' must be a finite number: inf", id="infinity"),
        pytest.param({"rate": -inf}, "'rate' must be a finite number: -inf", id="minus infinity"),
        pytest.param({"rate": nan}, "'rate' must be a finite number: nan", id="not a number"),
        pytest.param({"pair": (1.0, nan)}, "'pair' must be a finite number: nan", id="inside a list"),
        pytest.param({"pair": (1.0,)}, "'pair' must have 2 items, not 1: [1.0]", id="too short"),
        pytest.param({"steps": ()}, "'steps' must list at least one", id="an empty list"),
        pytest.param({"steps": (3, 5, 3)}, "'steps' must not name 3 twice: items 0 and 2", id="twice"),
        pytest.param({"classes": ("cat", "")}, "'classes' must not hold an empty name: item 1", id="an empty name"),
        pytest.param(
            {"classes": ("cat", "cat")}, "'classes' must not name 'cat' twice: items 0 and 1", id="a namesake"
        ),
        pytest.param({"folder": ""}, "'folder' must not be empty", id="an empty word"),
    ],
)
def test_nonsense_is_refused_by_the_name_of_its_field(settings, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Settings(**settings)


def test_what_makes_sense_is_taken():
    settings = Settings(rate=10**400, pair=(0.0, -1.5), steps=(5, 3), classes=("cat", "dog"), folder=" ")

    assert settings.classes == ("cat", "dog")
