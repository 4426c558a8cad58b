"""What an addition to a list does where the config does not write the list."""

import pytest

from detcore.config.defaults import default_at
from detcore.config.text.nodes import Origin
from detcore.config.text.reading import from_plain

PATHS = [
    pytest.param(("training", "hooks"), (), id="of a section"),
    pytest.param(("plugins", "require"), (), id="of a section that is not written"),
    pytest.param(("model", "heads"), (), id="of a component"),
    pytest.param(("model", "backbone", "levels"), ("c4", "c5"), id="of a component in it"),
    pytest.param(("model", "head", "width"), 8, id="of a component that is not written"),
    pytest.param(("data", "train", "datasets", 0, "keypoints"), (), id="of a component in a list"),
    pytest.param(("model", "num_classes"), ..., id="required"),
    pytest.param(("model", "heds"), ..., id="unknown"),
    pytest.param(("model", "head", "width", "x"), ..., id="inside a number"),
    pytest.param(("data", "train", "datasets", 7, "keypoints"), ..., id="an entry that is not there"),
    pytest.param(("optimizer", "lr"), ..., id="of a component that nobody offers"),
    pytest.param(("schedule", "type"), ..., id="of a component without a type"),
]


@pytest.mark.parametrize(("path", "default"), PATHS)
def test_the_default_at_a_path(registry, path, default):
    values = {
        "data": {"train": {"datasets": [{"type": "pictures"}]}},
        "model": {"type": "net", "backbone": {"type": "trunk"}},
        "optimizer": {"type": "nothing"},
        "training": {"epochs": 2},
        "schedule": {},
    }

    assert default_at(from_plain(values, lambda _: Origin()), path, registry) == default


def test_an_empty_default_is_added_to(read, good):
    experiment = read(good, "model.heads.+.type=linear", "weights.reinitialise+=a.*,b.*").experiment

    assert [head.width for head in experiment.model.heads] == [8]
    assert experiment.weights.reinitialise == ("a.*", "b.*")
