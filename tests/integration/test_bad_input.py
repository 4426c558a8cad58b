"""What is wrong with a user's data or config is told in one sentence that names it, and leaves nothing behind."""

import pytest
import tiny_detector
from coco_folder import CocoFolder, square

from detcore.cli.main import main
from detcore.plugins import register, unregister

CONFIG = """
[data]
classes = ["thing"]
[data.train]
datasets = [{dataset}]
[model]
type = "tiny-detector"
num_classes = 1
[optimizer]
type = "sgd"
lr = 0.01
[schedule]
type = "multi-step"
warmup_steps = 0
[training]
batch_size = 2
steps = 1
device = "cpu"
[run]
directory = "{runs}"
name = "bad"
"""


@pytest.fixture(scope="module", autouse=True)
def registered():
    register(tiny_detector)
    yield
    unregister(tiny_detector)


@pytest.fixture
def folder(tmp_path):
    """Two good pictures with an object each."""
    folder = CocoFolder(tmp_path / "data")
    folder.add([square(8, 8, 30)])
    folder.add([square(20, 20, 30)])
    folder.write()
    return folder


def no_annotation_file(folder):
    folder.annotations.unlink()


def no_picture(folder):
    folder.picture(2).unlink()


def half_a_picture(folder):
    whole = folder.picture(2).read_bytes()
    folder.picture(2).write_bytes(whole[: len(whole) // 2])


def wrong_annotation(**changes):
    def spoil(folder):
        folder.content["annotations"][1].update(changes)
        folder.write()

    return spoil


def nothing(folder):
    pass


def run(folder, tmp_path, *overrides):
    config = tmp_path / "bad.toml"
    config.write_text(CONFIG.format(dataset=folder.dataset(), runs=(tmp_path / "runs").as_posix()))
    return main(["run", str(config), *overrides])


def test_what_is_spoiled_below_was_good(folder, tmp_path):
    assert run(folder, tmp_path) == 0


@pytest.mark.parametrize(
    ("spoil", "override", "named"),
    [
        pytest.param(no_annotation_file, "", ["instances.json"], id="no annotation file"),
        pytest.param(no_picture, "", ["instances.json", "image 2", "2.jpg"], id="no picture"),
        pytest.param(half_a_picture, "", ["2.jpg", "image 2"], id="cut-off picture"),
        pytest.param(wrong_annotation(category_id=9), "", ["instances.json", "annotation 2", "2.jpg"], id="category"),
        pytest.param(wrong_annotation(bbox=[5, 5, -3, 4]), "", ["instances.json", "annotation 2", "2.jpg"], id="box"),
        pytest.param(wrong_annotation(image_id=77), "", ["instances.json", "annotation 2", "77"], id="no such image"),
        pytest.param(nothing, "model.type=tiny-detectr", ["model", "tiny-detectr"], id="no such component"),
        pytest.param(nothing, "training.stepps=3", ["training.stepps"], id="no such path"),
    ],
)
def test_a_mistake_is_told_in_one_sentence_and_leaves_nothing(spoil, override, named, folder, tmp_path, capsys):
    spoil(folder)

    status = run(folder, tmp_path, *filter(None, [override]))

    said = capsys.readouterr().err
    assert status == 1
    assert said.startswith("detcore: ")
    assert said.count("\n") == 1
    assert [name for name in named if name not in said] == [], said
    assert [*tmp_path.glob("runs/*")] == []
