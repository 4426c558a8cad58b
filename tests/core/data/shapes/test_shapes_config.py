import subprocess
import sys

import pytest

from detcore.data.shapes import ShapesConfig


def test_metadata_is_that_of_the_built_dataset():
    config = ShapesConfig(split="test")

    assert config.metadata() == config.build().metadata
    assert config.metadata().name == "shapes-test"
    assert config.metadata().has_masks


def test_metadata_is_known_without_torch_or_numpy():
    program = (
        "import sys; from detcore.data.shapes.config import ShapesConfig; ShapesConfig().metadata();"
        "print(sorted({'torch', 'numpy', 'cv2', 'pycocotools'} & set(sys.modules)))"
    )

    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            {"min_objects": 5, "max_objects": 4}, r"min_objects \(5\) must not exceed max_objects \(4\)", id="objects"
        ),
        pytest.param(
            {"size": (128, 128), "max_size": (200, 100)},
            r"size \(128, 128\) must not exceed max_size \(200, 100\)",
            id="range",
        ),
        pytest.param({"size": (16, 128)}, r"size \(16, 128\) is too small", id="small picture"),
        pytest.param({"size": (64, 64), "smallest_side": 40}, "twice smallest_side", id="large objects"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        ShapesConfig(**settings)
