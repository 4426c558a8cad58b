"""What each plugin does when it is used, found out in a process of its own that may fail, hang or die."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.plugins.probing.probe import examine as examine
    from detcore.plugins.probing.probe import imports as imports
    from detcore.plugins.probing.report import FAILURES as FAILURES
    from detcore.plugins.probing.report import Finding as Finding
    from detcore.plugins.probing.report import Report as Report

__getattr__, __dir__ = front_door(
    __name__,
    {
        "FAILURES": "detcore.plugins.probing.report",
        "Finding": "detcore.plugins.probing.report",
        "Report": "detcore.plugins.probing.report",
        "examine": "detcore.plugins.probing.probe",
        "imports": "detcore.plugins.probing.probe",
    },
)
