"""Batches for training and evaluation, whoever loads them."""

import itertools
import json

import numpy as np
import pytest
import torch

from detcore.data import EvaluationStream, ListDataset, ShapesConfig, ShuffleSampler, TrainingStream
from detcore.data.planning import StreamState, plan_batches
from detcore.errors import DatasetError
from detcore.interfaces import Augmentation, Dataset, Sample, Transform
from detcore.specs import DatasetMetadata

METADATA = DatasetMetadata(classes=("thing",))


class Tint(Transform):
    def __init__(self, value: int) -> None:
        self.value = value

    def output_size(self, height: int, width: int) -> tuple[int, int]:
        return height, width

    def image(self, image):
        return np.full_like(image, self.value)

    def label_map(self, labels):
        return labels

    def points(self, points):
        return points


class RandomTint(Augmentation):
    def __call__(self, sample: Sample, generator: np.random.Generator) -> Transform:
        return Tint(int(generator.integers(256)))


def pictures(count=11):
    """Every third one is wide, every fourth has no object."""
    return ListDataset([picture(index) for index in range(count)], METADATA)


def picture(index):
    height, width = (4, 6) if index % 3 == 0 else (6, 4)
    objects = [{"bbox": [0, 0, 3, 2], "category_id": 0, "segmentation": [[0, 0, 3, 0, 3, 2]]}] if index % 4 else []
    image = np.full((height, width, 3), index, np.uint8)
    return {"image": image, "height": height, "width": width, "image_id": index, "annotations": objects}


def training_stream(dataset=None, *, workers=0, grouping=True, **others):
    dataset = dataset or pictures()
    return TrainingStream(
        dataset,
        sampler=ShuffleSampler(length=len(dataset), seed=5),
        augmentations=[RandomTint()],
        seed=5,
        workers=workers,
        aspect_ratio_grouping=grouping,
        channel_order="BGR",
        **{"batch_size": 2} | others,
    )


def seen(batch):
    """All that tells one batch from another."""
    samples = [(item["image_id"], item["image"][0, 0, 0].item(), len(item["instances"])) for item in batch.inputs]
    return samples, json.loads(json.dumps(batch.state))


def first(stream, count):
    iterator = iter(stream)
    return [seen(batch) for batch in itertools.islice(iterator, count)]


@pytest.mark.parametrize("grouping", [False, True], ids=["in order", "grouped"])
def test_workers_change_nothing(grouping):
    alone = first(training_stream(grouping=grouping), 14)
    helped = first(training_stream(grouping=grouping, workers=2), 14)

    assert alone == helped


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("grouping", [False, True], ids=["in order", "grouped"])
@pytest.mark.parametrize("consumed", [1, 4, 9])
def test_a_resumed_stream_continues_with_the_same_batches(workers, grouping, consumed):
    whole = first(training_stream(grouping=grouping), 16)
    stopped = first(training_stream(grouping=grouping, workers=workers), consumed)

    stream = training_stream(grouping=grouping, workers=workers)
    stream.resume(stopped[-1][1])

    assert stopped + first(stream, 16 - consumed) == whole


def test_every_picture_is_seen_once_an_epoch():
    batches = first(training_stream(grouping=False, batch_size=1), 22)

    ids = [samples[0][0] for samples, *_ in batches]
    assert sorted(ids[:11]) == sorted(ids[11:]) == list(range(11))
    assert ids[:11] != ids[11:]
    assert [state["position"] for _, state in batches] == list(range(1, 23))


def test_a_picture_is_augmented_anew_each_epoch():
    batches = first(training_stream(grouping=False, batch_size=11), 2)

    tints = [{image_id: tint for image_id, tint, _ in samples} for samples, *_ in batches]
    assert tints[0] != tints[1]


def test_pictures_without_objects_are_kept():
    batches = first(training_stream(grouping=False, batch_size=11), 1)

    assert [count for image_id, _, count in sorted(batches[0][0])] == [1 if index % 4 else 0 for index in range(11)]


def test_a_group_holds_one_orientation():
    for batch in itertools.islice(training_stream(batch_size=3), 12):
        assert len({tuple(item["image"].shape) for item in batch.inputs}) == 1


def test_grouping_loses_and_repeats_nothing():
    *_, last = first(training_stream(), 30)
    positions = [position for plan in itertools.islice(plans_of(training_stream()), 30) for position in plan.positions]

    assert len(set(positions)) == len(positions)
    assert set(positions) | set(last[1]["waiting"]) == set(range(last[1]["position"]))


def plans_of(stream):
    start = StreamState(position=0, waiting=[])
    return plan_batches(stream._sampler, group=stream._group, batch_size=2, start=start)


@pytest.mark.parametrize("grouping", [False, True], ids=["in order", "grouped"])
def test_ranks_share_the_batches_of_one(grouping):
    whole = first(training_stream(grouping=grouping, batch_size=4), 10)
    ranks = [first(training_stream(grouping=grouping, rank=rank, world_size=2), 10) for rank in range(2)]

    for single, left, right in zip(whole, *ranks, strict=True):
        assert left[0] + right[0] == single[0]
        assert left[1:] == right[1:] == single[1:]


def test_a_resumed_run_may_change_workers_batch_size_and_grouping():
    stopped = first(training_stream(batch_size=3), 5)
    stream = training_stream(batch_size=2, grouping=False)
    stream.resume(stopped[-1][1])

    after = first(stream, 6)

    assert [state["position"] - len(state["waiting"]) for _, state in after] == list(range(17, 29, 2))


def test_the_generator_of_the_model_is_not_moved():
    torch.manual_seed(3)
    before = torch.get_rng_state()

    first(training_stream(workers=1), 2)

    assert torch.equal(torch.get_rng_state(), before)


def test_an_epoch_is_all_pictures_of_all_ranks():
    assert training_stream(batch_size=2, world_size=2).epoch_length == 11


class Broken(Dataset):
    """Its sixth picture cannot be had."""

    metadata = METADATA

    def __init__(self, error):
        self.error = error

    def __len__(self):
        return 8

    def __getitem__(self, index):
        if index == 5:
            raise self.error
        return picture(index)


@pytest.mark.parametrize("workers", [0, 2])
def test_wrong_data_is_told_in_its_own_words(workers):
    broken = Broken(DatasetError("six.jpg: no such picture"))
    stream = EvaluationStream(broken, augmentations=[], batch_size=2, workers=workers, channel_order="RGB")
    arrived = []

    with pytest.raises(DatasetError) as caught:
        arrived.extend(batch[0]["image_id"] for batch in stream)

    assert str(caught.value) == "six.jpg: no such picture"
    assert arrived == [0, 2]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_bug_is_not_taken_for_wrong_data(workers):
    stream = EvaluationStream(
        Broken(ZeroDivisionError("oops")), augmentations=[], batch_size=2, workers=workers, channel_order="RGB"
    )

    with pytest.raises(ZeroDivisionError, match="oops"):
        list(stream)


@pytest.mark.parametrize("workers", [0, 2])
def test_evaluation_goes_through_all_pictures_in_order(workers):
    stream = EvaluationStream(pictures(), augmentations=[], batch_size=4, workers=workers, channel_order="RGB")

    batches = list(stream)

    assert [[item["image_id"] for item in batch] for batch in batches] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]
    assert len(stream) == 3
    assert stream.num_pictures == 11
    assert batches[0][1]["annotations"] == picture(1)["annotations"]
    assert batches[0][1]["image"][:, 0, 0].tolist() == [1, 1, 1]
    assert len(list(stream)) == 3


def test_ranks_see_every_test_picture_once():
    streams = [
        EvaluationStream(
            pictures(), augmentations=[], batch_size=2, workers=0, channel_order="RGB", rank=rank, world_size=3
        )
        for rank in range(3)
    ]

    ids = [item["image_id"] for stream in streams for batch in stream for item in batch]

    assert sorted(ids) == list(range(11))


def test_no_test_pictures_are_no_batches():
    stream = EvaluationStream(ListDataset([], METADATA), augmentations=[], batch_size=2, workers=0, channel_order="RGB")

    assert (list(stream), len(stream)) == ([], 0)


@pytest.mark.parametrize("workers", [0, 1])
def test_semantic_maps_come_where_they_are_asked_for(workers):
    dataset = ShapesConfig(num_images=2, size=(32, 40)).build()

    batch = next(iter(training_stream(dataset, workers=workers, grouping=False, sem_seg=True)))

    assert {tuple(each["sem_seg"].shape) for each in batch.inputs} == {(32, 40)}
    assert "sem_seg" not in next(iter(training_stream(dataset, grouping=False))).inputs[0]
