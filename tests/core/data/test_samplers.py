"""The order of pictures."""

import pytest

from detcore.data import ListDataset, SequentialSampler, SequentialSamplerConfig, ShuffleSampler, ShuffleSamplerConfig
from detcore.data.randomness import order_generator, sample_generator
from detcore.errors import DatasetError
from detcore.specs import DatasetMetadata


def epochs(sampler, count):
    length = sampler.epoch_length
    return [[sampler[position] for position in range(epoch * length, (epoch + 1) * length)] for epoch in range(count)]


def test_every_epoch_is_another_permutation():
    orders = epochs(ShuffleSampler(length=50, seed=1), 3)

    assert all(sorted(order) == list(range(50)) for order in orders)
    assert orders[0] != orders[1] != orders[2]


def test_an_order_depends_on_the_seed_and_nothing_else():
    assert epochs(ShuffleSampler(length=20, seed=1), 2) == epochs(ShuffleSampler(length=20, seed=1), 2)
    assert epochs(ShuffleSampler(length=20, seed=1), 2) != epochs(ShuffleSampler(length=20, seed=2), 2)


def test_any_position_can_be_asked_for_first():
    far = ShuffleSampler(length=7, seed=0)[1000]

    assert far == epochs(ShuffleSampler(length=7, seed=0), 143)[142][6]


def test_sequential_goes_round_and_round():
    assert epochs(SequentialSampler(length=3), 2) == [[0, 1, 2], [0, 1, 2]]


@pytest.mark.parametrize("config", [ShuffleSamplerConfig(), SequentialSamplerConfig()], ids=["shuffle", "sequential"])
def test_nothing_can_be_sampled_from_no_pictures(config):
    nothing = ListDataset([], DatasetMetadata(classes=("cat",)))

    with pytest.raises(DatasetError, match="the dataset has no pictures, so there is nothing to sample"):
        config.build(dataset=nothing, seed=0)


def test_generators_of_different_places_are_unrelated():
    generators = [order_generator(0, 0), order_generator(0, 1), sample_generator(0, 0, 0), sample_generator(0, 0, 1)]

    assert len({generator.integers(2**60) for generator in generators}) == 4
