"""What a command or a notebook calls: train, evaluate, predict, check."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.jobs.checking import check as check
    from detcore.jobs.evaluating import evaluate as evaluate
    from detcore.jobs.predicting import predict as predict
    from detcore.jobs.running import run as run
    from detcore.jobs.sweeping import sweep as sweep
    from detcore.jobs.training import train as train

__getattr__, __dir__ = front_door(
    __name__,
    {
        "check": "detcore.jobs.checking",
        "evaluate": "detcore.jobs.evaluating",
        "predict": "detcore.jobs.predicting",
        "run": "detcore.jobs.running",
        "sweep": "detcore.jobs.sweeping",
        "train": "detcore.jobs.training",
    },
)
