"""What a command or a notebook calls: train, evaluate, predict, check, plan."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.jobs.checking import check as check
    from detcore.jobs.evaluating import evaluate as evaluate
    from detcore.jobs.plan_facts import Plan as Plan
    from detcore.jobs.planning import plan as plan
    from detcore.jobs.predicting import predict as predict
    from detcore.jobs.running import run as run
    from detcore.jobs.sweeping import sweep as sweep
    from detcore.jobs.training import train as train

__getattr__, __dir__ = front_door(
    __name__,
    {
        "Plan": "detcore.jobs.plan_facts",
        "check": "detcore.jobs.checking",
        "evaluate": "detcore.jobs.evaluating",
        "plan": "detcore.jobs.planning",
        "predict": "detcore.jobs.predicting",
        "run": "detcore.jobs.running",
        "sweep": "detcore.jobs.sweeping",
        "train": "detcore.jobs.training",
    },
)
