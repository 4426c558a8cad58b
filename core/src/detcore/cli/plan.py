"""``detcore plan``: what a run would do, take and write."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from detcore.cli.config_arguments import add_config_arguments
from detcore.cli.notices import print_notices
from detcore.cli.plan_text import plan_text
from detcore.config import load

if TYPE_CHECKING:
    from detcore.jobs import Plan

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """CONFIG, overrides, ``--unset``, ``--json``."""
    add_config_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the plan for a program to read")


def run(arguments: Namespace) -> int:
    """Read the config, and only then import what builds the model: a mistake shows at once."""
    overrides, unset = arguments.overrides, arguments.unset
    loaded = load(arguments.config, overrides=overrides, unset=unset, may_lack=("data", "weights"))
    print_notices(loaded.notices)

    from detcore.jobs import plan

    planned = plan(loaded.experiment)
    print(json.dumps(_plain(planned), indent=2) if arguments.json else plan_text(planned, title=arguments.config))
    return 0


def _plain(plan: "Plan") -> dict[str, Any]:
    """The plan as JSON has it, with the sums that are worked out."""
    values = attrs.asdict(plan, value_serializer=lambda _, __, value: str(value) if isinstance(value, Path) else value)
    for name, memory in (("training_memory", plan.training_memory), ("inference_memory", plan.inference_memory)):
        values[name] |= {"exact": memory.exact, "peak": memory.peak}
    return values
