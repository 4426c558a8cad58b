"""Whether what is installed of a distribution is still what its metadata say, or its source says by now."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import tomli

from detcore.plugins.component import Component, Row
from detcore.plugins.metadata import distribution_at
from detcore.plugins.probing.report import Finding, Report
from detcore.plugins.provenance import path_of, provenance_of
from detcore.plugins.record import altered_files

__all__ = ["distribution_reports"]

_SHOWN = 5
"""Of many files, so many are named."""


def distribution_reports(rows: Iterable[Row]) -> list[Report]:
    """One for each distribution of which something has to be said."""
    components = {(row.component.distribution, row.component.location): row.component for row in rows}
    reports = []
    for component in sorted(components.values()):
        if found := tuple(_findings(component)):
            whole = component._replace(group="", name="", target="", extras=())
            reports.append(Report(whole, found[0].kind, "", found))
    return reports


def _findings(component: Component) -> Iterator[Finding]:
    whose = f"{component.distribution} {component.version}"
    origin = provenance_of(component)
    source = _source(component, origin.url) if origin.kind == "editable" else None
    if source and (told := _told_of_source(component, source)):
        yield Finding(
            "outdated",
            f"{whose} is developed in {source.parent}, and {told}; install it again: pip install -e {source.parent}",
        )
    if origin.kind != "registered" and (altered := altered_files(component.location)):
        named = ", ".join(altered[:_SHOWN]) + (f" and {len(altered) - _SHOWN} more" if len(altered) > _SHOWN else "")
        yield Finding("edited", f"{whose} is not as it was installed: {named}; install it again to undo that")


def _source(component: Component, url: str) -> Path | None:
    """The ``pyproject.toml`` of a distribution that is developed in place."""
    around = Path(component.location).parent
    folders = [Path(path_of(url))] if url else [around, around.parent]
    return next((path for folder in folders if (path := folder / "pyproject.toml").is_file()), None)


def _told_of_source(component: Component, source: Path) -> str:
    """What a ``pyproject.toml`` says otherwise than what is installed, or why it says nothing; empty if all is well."""
    try:
        tables = tomli.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return f"its pyproject.toml, which counts when it is installed next, cannot be read: {reason}; mend it"
    try:
        differences = _differences(component, tables["project"])
    except (KeyError, AttributeError, TypeError):
        return ""  # another tool packages it, or refuses it with words of its own
    return f"what is installed of it is older than its pyproject.toml: {'; '.join(differences)}" if differences else ""


def _differences(component: Component, project: dict[str, Any]) -> list[str]:
    if "entry-points" in project.get("dynamic", ()):
        return []
    groups = project.get("entry-points", {})
    wanted = {(group, name): target for group, table in groups.items() for name, target in table.items()}
    entries = distribution_at(component.location).entry_points
    # Scripts stand in tables of their own.
    found = {(each.group, each.name): each.target for each in entries if not each.group.endswith("_scripts")}
    return [
        *(f"{name} of {group} is new" for group, name in sorted(wanted.keys() - found.keys())),
        *(f"{name} of {group} is gone" for group, name in sorted(found.keys() - wanted.keys())),
        *(
            f"{name} of {group} is {wanted[group, name]} now"
            for group, name in sorted(wanted.keys() & found.keys())
            if wanted[group, name].partition("[")[0].replace(" ", "") != found[group, name]
        ),
    ]
