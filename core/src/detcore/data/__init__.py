"""From records on disk to batches a model can take: pictures, storage, mapping, order, batching, loading."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.data.applying import apply as apply
    from detcore.data.class_agreement import check_classes as check_classes
    from detcore.data.class_counts import class_image_counts as class_image_counts
    from detcore.data.datasets import ConcatenatedDataset as ConcatenatedDataset
    from detcore.data.datasets import ListDataset as ListDataset
    from detcore.data.evaluation_stream import EvaluationStream as EvaluationStream
    from detcore.data.label_maps import has_panoptic_map as has_panoptic_map
    from detcore.data.label_maps import panoptic_map as panoptic_map
    from detcore.data.label_maps import semantic_map as semantic_map
    from detcore.data.mapping import map_record as map_record
    from detcore.data.packed import PackedRecords as PackedRecords
    from detcore.data.pictures import read_picture as read_picture
    from detcore.data.planning import StreamState as StreamState
    from detcore.data.repeat_factor_sampler import RepeatFactorSampler as RepeatFactorSampler
    from detcore.data.repeat_factor_sampler import repeat_factors as repeat_factors
    from detcore.data.sampler_config import RepeatFactorSamplerConfig as RepeatFactorSamplerConfig
    from detcore.data.sampler_config import SequentialSamplerConfig as SequentialSamplerConfig
    from detcore.data.sampler_config import ShuffleSamplerConfig as ShuffleSamplerConfig
    from detcore.data.samplers import SequentialSampler as SequentialSampler
    from detcore.data.samplers import ShuffleSampler as ShuffleSampler
    from detcore.data.shapes.config import ShapesConfig as ShapesConfig
    from detcore.data.training_stream import Batch as Batch
    from detcore.data.training_stream import TrainingStream as TrainingStream

__getattr__, __dir__ = front_door(
    __name__,
    {
        "Batch": "detcore.data.training_stream",
        "ConcatenatedDataset": "detcore.data.datasets",
        "EvaluationStream": "detcore.data.evaluation_stream",
        "ListDataset": "detcore.data.datasets",
        "PackedRecords": "detcore.data.packed",
        "RepeatFactorSampler": "detcore.data.repeat_factor_sampler",
        "RepeatFactorSamplerConfig": "detcore.data.sampler_config",
        "SequentialSampler": "detcore.data.samplers",
        "SequentialSamplerConfig": "detcore.data.sampler_config",
        "ShapesConfig": "detcore.data.shapes.config",
        "ShuffleSampler": "detcore.data.samplers",
        "ShuffleSamplerConfig": "detcore.data.sampler_config",
        "StreamState": "detcore.data.planning",
        "TrainingStream": "detcore.data.training_stream",
        "apply": "detcore.data.applying",
        "check_classes": "detcore.data.class_agreement",
        "class_image_counts": "detcore.data.class_counts",
        "has_panoptic_map": "detcore.data.label_maps",
        "map_record": "detcore.data.mapping",
        "panoptic_map": "detcore.data.label_maps",
        "read_picture": "detcore.data.pictures",
        "repeat_factors": "detcore.data.repeat_factor_sampler",
        "semantic_map": "detcore.data.label_maps",
    },
)
