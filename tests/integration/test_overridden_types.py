"""An override of a part's type, over a file that wrote settings of the former type."""

import pytest
from repository import ROOT

from detcore.config import load
from detcore.errors import ConfigError

TYPE = "model.roi_heads.type=cascade"
CLASSES = "model.roi_heads.num_classes"


def test_settings_that_went_away_with_the_former_type_are_told_at_the_override():
    with pytest.raises(ConfigError) as refusal:
        load(ROOT / "configs/quickstart.toml", overrides=[TYPE])

    assert str(refusal.value) == (
        f"override {TYPE!r}: {CLASSES}: is missing; must be int; another type starts from its own defaults: "
        f"add {CLASSES}=…"
    )


def test_what_is_told_to_be_added_is_enough():
    overrides = [TYPE, f"{CLASSES}=${{data.num_classes}}"]

    assert load(ROOT / "configs/quickstart.toml", overrides=overrides).experiment.model.roi_heads.num_classes > 0
