"""The component base class of every interface; the config base classes that build them are in ``detcore.specs``."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.interfaces.data import Augmentation as Augmentation
    from detcore.interfaces.data import Dataset as Dataset
    from detcore.interfaces.data import Sample as Sample
    from detcore.interfaces.data import SampleMix as SampleMix
    from detcore.interfaces.data import Sampler as Sampler
    from detcore.interfaces.data import Segmentation as Segmentation
    from detcore.interfaces.data import Transform as Transform
    from detcore.interfaces.evaluation import EvaluationResult as EvaluationResult
    from detcore.interfaces.evaluation import Evaluator as Evaluator
    from detcore.interfaces.evaluation import State as State
    from detcore.interfaces.export import Exporter as Exporter
    from detcore.interfaces.export import LoadedWeights as LoadedWeights
    from detcore.interfaces.export import WeightsFormat as WeightsFormat
    from detcore.interfaces.models import Architecture as Architecture
    from detcore.interfaces.models import Backbone as Backbone
    from detcore.interfaces.models import Losses as Losses
    from detcore.interfaces.models import ProposalGenerator as ProposalGenerator
    from detcore.interfaces.models import ROIHeads as ROIHeads
    from detcore.interfaces.training import Schedule as Schedule
    from detcore.interfaces.training import TrainerHook as TrainerHook
    from detcore.interfaces.training import Writer as Writer
    from detcore.specs.runs import RunState as RunState

__getattr__, __dir__ = front_door(
    __name__,
    {
        "Architecture": "detcore.interfaces.models",
        "Augmentation": "detcore.interfaces.data",
        "Backbone": "detcore.interfaces.models",
        "Dataset": "detcore.interfaces.data",
        "EvaluationResult": "detcore.interfaces.evaluation",
        "Evaluator": "detcore.interfaces.evaluation",
        "Exporter": "detcore.interfaces.export",
        "LoadedWeights": "detcore.interfaces.export",
        "Losses": "detcore.interfaces.models",
        "ProposalGenerator": "detcore.interfaces.models",
        "ROIHeads": "detcore.interfaces.models",
        "RunState": "detcore.specs.runs",
        "Sample": "detcore.interfaces.data",
        "SampleMix": "detcore.interfaces.data",
        "Sampler": "detcore.interfaces.data",
        "Schedule": "detcore.interfaces.training",
        "Segmentation": "detcore.interfaces.data",
        "State": "detcore.interfaces.evaluation",
        "TrainerHook": "detcore.interfaces.training",
        "Transform": "detcore.interfaces.data",
        "WeightsFormat": "detcore.interfaces.export",
        "Writer": "detcore.interfaces.training",
    },
)
