"""Whether what is installed of a distribution is still what its metadata say, or its source says by now."""

from collections.abc import Iterable, Iterator
from pathlib import Path

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
    if source and (differences := _differences(component, source)):
        yield Finding(
            "outdated",
            f"{whose} is developed in {source.parent}, and what is installed of it is older than its pyproject.toml: "
            f"{'; '.join(differences)}; install it again: pip install -e {source.parent}",
        )
    if origin.kind != "registered" and (altered := altered_files(component.location)):
        named = ", ".join(altered[:_SHOWN]) + (f" and {len(altered) - _SHOWN} more" if len(altered) > _SHOWN else "")
        yield Finding("edited", f"{whose} is not as it was installed: {named}; install it again to undo that")


def _source(component: Component, url: str) -> Path | None:
    """The ``pyproject.toml`` of a distribution that is developed in place."""
    around = Path(component.location).parent
    folders = [Path(path_of(url))] if url else [around, around.parent]
    return next((path for folder in folders if (path := folder / "pyproject.toml").is_file()), None)


def _differences(component: Component, source: Path) -> list[str]:
    try:
        project = tomli.loads(source.read_text(encoding="utf-8"))["project"]
        tables = {} if "entry-points" in project.get("dynamic", ()) else project.get("entry-points", {})
        wanted = {(group, name): target for group, table in tables.items() for name, target in table.items()}
    except (OSError, ValueError, KeyError, AttributeError):
        return []  # another tool packages it, or it is being written just now
    if not wanted:
        return []
    entries = distribution_at(component.location).entry_points
    found = {(entry.group, entry.name): entry.target for entry in entries if entry.group in {key[0] for key in wanted}}
    return [
        *(f"{name} of {group} is new" for group, name in sorted(wanted.keys() - found.keys())),
        *(f"{name} of {group} is gone" for group, name in sorted(found.keys() - wanted.keys())),
        *(
            f"{name} of {group} is {wanted[group, name]} now"
            for group, name in sorted(wanted.keys() & found.keys())
            if wanted[group, name].partition("[")[0].replace(" ", "") != found[group, name]
        ),
    ]
