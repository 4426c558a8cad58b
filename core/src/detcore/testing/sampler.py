"""What is asked of a sampler."""

from typing import Any

from detcore.interfaces import Dataset, Sampler
from detcore.specs import DatasetMetadata, SamplerConfig
from detcore.structures import Record
from detcore.testing.component import ComponentConformance
from detcore.testing.examples import METADATA

__all__ = ["SamplerConformance"]

FAR = 10**6
"""A position deep inside a run."""


class SamplerConformance(ComponentConformance[SamplerConfig, Sampler]):
    """Checks of a sampler: an endless stream of indices that is a pure function of seed and position.

    ::

        class TestMySampler(SamplerConformance):
            config = MySamplerConfig
    """

    interface = SamplerConfig
    component = Sampler

    num_pictures = 7
    """Of the dataset that is sampled."""

    def build(self, config: SamplerConfig) -> Sampler:
        """As a run does."""
        return self.over(config, seed=0)

    def over(self, config: SamplerConfig, *, seed: int, num_pictures: int | None = None) -> Sampler:
        """The sampler over pictures of three classes, the last of them rare."""
        return config.build(dataset=_Pictures(num_pictures or self.num_pictures), seed=seed)

    def examples(self, config: SamplerConfig) -> list[int]:
        """Positions, not in their order."""
        return [*range(30), FAR, 3, 0]

    def behaviour(self, component: Sampler, examples: Any) -> list[int]:
        """The indices there."""
        return [component[position] for position in examples]

    def test_indices_are_of_the_dataset(self, config: SamplerConfig) -> None:
        """At every position, however far: whole numbers that the dataset answers to."""
        for num_pictures in (1, self.num_pictures):
            sampler = self.over(config, seed=0, num_pictures=num_pictures)
            indices = [(place, _asked(sampler, place)) for place in (*range(40), FAR)]
            wrong = [f"{index!r} at {place}" for place, index in indices if not _is_index(index, num_pictures)]
            assert not wrong, (
                f"{type(sampler).__name__} over {num_pictures} pictures gives {', '.join(wrong[:3])}: give an int from"
                " 0 to the dataset's length, without end"
            )

    def test_any_position_can_be_reached_at_once(self, config: SamplerConfig) -> None:
        """A resumed run asks for a position without asking for those before it."""
        walked, jumped = self.over(config, seed=0), self.over(config, seed=0)
        for position in range(25):
            expected = walked[position]
        found = jumped[24]
        assert found == expected, (
            f"{type(walked).__name__} gives {found} at position 24, but {expected} after positions 0 to 23 were asked"
            " for: compute the index from seed and position, not from what came before"
        )

    def test_the_seed_decides(self, config: SamplerConfig) -> None:
        """Two samplers of one seed are one stream."""
        found, expected = (self.behaviour(self.over(config, seed=5), self.examples(config)) for _ in range(2))
        assert found == expected, (
            f"{config} gives two streams from one seed: derive a generator from the seed, and draw from no other"
        )

    def test_epochs_have_a_length(self, config: SamplerConfig) -> None:
        """The run counts epochs by it."""
        length = self.built(config).epoch_length
        assert isinstance(length, int), f"epoch_length is {length!r}: let it be an int"
        assert length >= 1, f"epoch_length is {length}: an epoch has at least one position"


class _Pictures(Dataset):
    metadata: DatasetMetadata = METADATA

    def __init__(self, length: int) -> None:
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> Record:
        classes = (0, 1) if index else (2,)
        annotations = [{"bbox": [1.0, 2.0, 9.0, 8.0], "category_id": each} for each in classes]
        return {"file_name": f"{index}.png", "height": 16, "width": 16, "image_id": index, "annotations": annotations}  # type: ignore[typeddict-item]  # written out above


def _asked(sampler: Sampler, position: int) -> object:
    try:
        return sampler[position]
    except Exception as error:  # noqa: BLE001  # whatever a sampler that ends has to say
        return error


def _is_index(index: object, length: int) -> bool:
    return isinstance(index, int) and 0 <= index < length
