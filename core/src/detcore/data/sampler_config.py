"""Settings of core's samplers."""

from typing import TYPE_CHECKING

from attrs import frozen

from detcore.specs import SamplerConfig

if TYPE_CHECKING:
    from detcore.data.samplers import SequentialSampler, ShuffleSampler
    from detcore.interfaces import Dataset

__all__ = ["SequentialSamplerConfig", "ShuffleSamplerConfig"]


@frozen(kw_only=True)
class ShuffleSamplerConfig(SamplerConfig):
    """Every picture once an epoch, in an order of its own each epoch."""

    def build(self, *, dataset: "Dataset", seed: int) -> "ShuffleSampler":
        """The sampler over ``dataset``."""
        from detcore.data.samplers import ShuffleSampler

        return ShuffleSampler(length=len(dataset), seed=seed)


@frozen(kw_only=True)
class SequentialSamplerConfig(SamplerConfig):
    """Every picture once an epoch, in the order of the dataset."""

    def build(self, *, dataset: "Dataset", seed: int) -> "SequentialSampler":
        """The sampler over ``dataset``; the order does not depend on ``seed``."""
        from detcore.data.samplers import SequentialSampler

        return SequentialSampler(length=len(dataset))
