"""Pictures of rare classes are seen more often."""

from collections import Counter

import pytest

from detcore.data import ListDataset, RepeatFactorSampler, RepeatFactorSamplerConfig, repeat_factors
from detcore.errors import DatasetError
from detcore.specs import DatasetMetadata


def epoch(sampler, number):
    length = sampler.epoch_length
    return [sampler[position] for position in range(number * length, (number + 1) * length)]


def test_a_picture_counts_for_the_rarest_class_in_it():
    classes = [[0], [0, 1, 1], [0, 2], [0]]

    assert repeat_factors(classes, threshold=1.0, square_root=False).tolist() == [1, 4, 4, 1]
    assert repeat_factors(classes, threshold=1.0, square_root=True).tolist() == [1, 2, 2, 1]
    assert repeat_factors(classes, threshold=0.2, square_root=False).tolist() == [1, 1, 1, 1]


def test_pictures_without_objects_are_seen_once():
    assert repeat_factors([[], [7], []], threshold=1.0, square_root=False).tolist() == [1, 3, 1]
    assert repeat_factors([[], []], threshold=1.0, square_root=False).tolist() == [1, 1]


def test_whole_factors_are_kept_in_every_epoch():
    sampler = RepeatFactorSampler(factors=[1.0, 3.0, 2.0], seed=5)

    assert sampler.epoch_length == 6
    assert all(Counter(epoch(sampler, number)) == {0: 1, 1: 3, 2: 2} for number in range(20))
    assert epoch(sampler, 0) != epoch(sampler, 1)


def test_fractions_are_right_on_average():
    sampler = RepeatFactorSampler(factors=[1.0, 1.25, 1.75], seed=0)

    seen = Counter(index for number in range(400) for index in epoch(sampler, number))

    assert [seen[index] / 400 for index in range(3)] == pytest.approx([1.0, 1.25, 1.75], abs=0.1)


def test_an_order_depends_on_the_seed_and_nothing_else():
    first, again, other = (RepeatFactorSampler(factors=[1.0, 1.5, 2.5, 1.0], seed=seed) for seed in (3, 3, 4))

    assert epoch(first, 7) == epoch(again, 7)
    assert epoch(first, 7) != epoch(other, 7)


def test_classes_are_those_of_the_records():
    records = [
        {
            "file_name": f"{index}.png",
            "image_id": index,
            "height": 8,
            "width": 8,
            "annotations": [{"bbox": [0, 0, 4, 4], "category_id": category}],
        }
        for index, category in enumerate([0, 0, 0, 1])
    ]
    dataset = ListDataset(records, DatasetMetadata(classes=("cat", "dog")))

    sampler = RepeatFactorSamplerConfig(threshold=0.75, square_root=False).build(dataset=dataset, seed=0)

    assert Counter(epoch(sampler, 0)) == {0: 1, 1: 1, 2: 1, 3: 3}


def test_nothing_can_be_sampled_from_no_pictures():
    nothing = ListDataset([], DatasetMetadata(classes=("cat",)))

    with pytest.raises(DatasetError, match="the dataset has no pictures, so there is nothing to sample"):
        RepeatFactorSamplerConfig().build(dataset=nothing, seed=0)
