import numpy as np
import pytest
from attrs import evolve
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from det_plugin_trackers import TensorBoardConfig
from detcore.jobs import run, train


def events(folder):
    found = EventAccumulator(str(folder))
    found.Reload()
    return found


def curve(folder, name):
    return [event.step for event in events(folder).Scalars(name)]


def test_a_run_draws_its_curves(tracked):
    folder = train(tracked(training__writers=[{"type": "tensorboard"}], evaluation__every_epochs=1))

    assert curve(folder / "tensorboard", "loss") == [1, 2]
    assert curve(folder / "tensorboard", "evaluation/count.score") == [2]


def test_the_evaluation_after_training_is_no_part_of_the_curves(tracked):
    folder = run(tracked(training__writers=[{"type": "tensorboard"}]))

    assert (folder / "evaluation").is_dir()
    assert not [name for name in events(folder / "tensorboard").Tags()["scalars"] if name.startswith("evaluation/")]


def test_a_run_that_continues_goes_on_in_the_same_curves(tracked):
    experiment = tracked(training__writers=[{"type": "tensorboard", "folder": "events"}])
    train(experiment)

    folder = train(evolve(experiment, training=evolve(experiment.training, steps=4)), resume=True)

    assert curve(folder / "events", "loss") == [1, 2, 3, 4]


def test_steps_that_are_made_again_hide_what_was_written_of_them(tmp_path):
    for steps in ([1, 2, 3], [2, 3]):
        writer = TensorBoardConfig().build(directory=tmp_path)
        for step in steps:
            writer.scalars(step, {"loss": float(step)})
        writer.close()

    assert curve(tmp_path / "tensorboard", "loss") == [1, 2, 3]


@pytest.mark.parametrize("kind", ["images", "histograms"])
def test_pictures_and_distributions(tmp_path, kind):
    writer = TensorBoardConfig().build(directory=tmp_path)
    writer.image(3, "picture", np.zeros((4, 6, 3), np.uint8))
    writer.histogram(3, "weights", np.arange(10.0))
    writer.close()

    names = {"images": "picture", "histograms": "weights"}
    assert events(tmp_path / "tensorboard").Tags()[kind] == [names[kind]]


def test_a_writer_that_was_told_nothing_leaves_nothing(tmp_path):
    TensorBoardConfig().build(directory=tmp_path).close()

    assert list(tmp_path.iterdir()) == []
