"""Settings of core's samplers."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, gt, le

from detcore.specs import SamplerConfig

if TYPE_CHECKING:
    from detcore.data.repeat_factor_sampler import RepeatFactorSampler
    from detcore.data.samplers import SequentialSampler, ShuffleSampler
    from detcore.interfaces import Dataset

__all__ = ["RepeatFactorSamplerConfig", "SequentialSamplerConfig", "ShuffleSamplerConfig"]


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


@frozen(kw_only=True)
class RepeatFactorSamplerConfig(SamplerConfig):
    """Pictures of rare classes more than once an epoch; every record is read once to count the classes."""

    threshold: float = field(default=0.001, validator=and_(gt(0), le(1)))
    """A class that a smaller share of the pictures shows is seen as if this share did; LVIS has 0.001."""

    square_root: bool = True
    """Only half as much more, on a logarithmic scale, as the paper has it."""

    def build(self, *, dataset: "Dataset", seed: int) -> "RepeatFactorSampler":
        """The sampler over ``dataset``."""
        from detcore.data.repeat_factor_sampler import RepeatFactorSampler, repeat_factors

        records = (dataset[index] for index in range(len(dataset)))
        classes = [[annotation["category_id"] for annotation in record["annotations"]] for record in records]
        factors = repeat_factors(classes, threshold=self.threshold, square_root=self.square_root)
        return RepeatFactorSampler(factors=factors.tolist(), seed=seed)
