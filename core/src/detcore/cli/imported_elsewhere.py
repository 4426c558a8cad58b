"""What comes of importing plugins in processes of their own, for commands that would not survive some of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from detcore.plugins import GROUPS_WITHOUT_CONFIG, Component, Row, installed_registry
from detcore.plugins.groups import HOOKS_GROUP

if TYPE_CHECKING:
    from detcore.plugins.probing import Report

__all__ = ["FATAL", "imported_elsewhere"]

TIME_LIMIT_S = 10.0
"""What takes longer to import hangs."""

FATAL = ("crashes", "exits", "hangs")
"""Findings with which nothing is imported here, be it that only an instance does so."""


def imported_elsewhere(rows: Sequence[Row]) -> "dict[Component, Report]":
    """A report for each row of which there is something to be told by importing it."""
    from detcore.cli.preloaded import PRELOADED
    from detcore.plugins.component import USABLE
    from detcore.plugins.probing import imports

    silent = GROUPS_WITHOUT_CONFIG - {HOOKS_GROUP}
    imported = [row for row in rows if row.status in USABLE and row.component.group not in silent]
    among = installed_registry().rows
    return imports(imported, among=among, time_limit_s=TIME_LIMIT_S, preloaded=PRELOADED)
