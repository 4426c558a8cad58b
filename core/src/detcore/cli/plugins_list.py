"""``detcore plugins list``: every component and what became of it, told from metadata alone."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping, Sequence

from detcore.cli.columns import columns
from detcore.cli.counting import counted
from detcore.plugins import Row, installed_registry

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """What to list, and how."""
    parser.add_argument("--kind", metavar="KIND", help="only this kind, such as backbones or backbone")
    parser.add_argument("--problems", action="store_true", help="only what somebody should put right")
    parser.add_argument("--why", action="store_true", help="tell also what decided about each status")
    parser.add_argument("--config", metavar="CONFIG", help="as the [plugins] table of a config file leaves it")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON, for programs")
    form.add_argument("--requirements", action="store_true", help="the distributions, as lines that pip takes")


def run(arguments: Namespace) -> int:
    """Print what is installed. A problem is a row, and no failure."""
    from detcore.plugins.component import PROBLEMS

    rows = _rows(arguments.config)
    kind = None if arguments.kind is None else _kind_meant(arguments.kind, rows)
    chosen = [
        row for row in rows if kind in (None, row.component.kind) and (row.status in PROBLEMS or not arguments.problems)
    ]
    sources = _sources(chosen)
    if arguments.json:
        print(_as_json(chosen, sources))
    elif arguments.requirements:
        print("\n".join(_as_requirements(chosen)))
    elif arguments.problems and not chosen:
        print("no problems")
    else:
        print(_as_table(chosen, sources, with_why=arguments.why))
    return 0


def _rows(config: str | None) -> Sequence[Row]:
    registry = installed_registry()
    if config is not None:
        from pathlib import Path  # only a config needs these

        from detcore.config.plugin_choice import rows_in
        from detcore.config.sources import read_source

        return rows_in(read_source(Path(config), registry), registry)
    return registry.rows


def _kind_meant(word: str, rows: Iterable[Row]) -> str:
    from detcore.errors import UnknownComponentError
    from detcore.plugins import CORE_GROUPS, did_you_mean, kind_of
    from detcore.plugins.groups import kinds_meant

    known = {*map(kind_of, CORE_GROUPS), *(row.component.kind for row in rows)} - {""}
    meant = {word} & known or kinds_meant(word) & known
    if not meant:
        suggestion = did_you_mean(word, known) or f"; there is {', '.join(sorted(known))}"
        raise UnknownComponentError(f"there is no kind {word!r} of components{suggestion}")
    return max(meant)  # "hook" and "hooks", should there ever be both: the plural is what groups are called


def _sources(rows: Iterable[Row]) -> dict[str, str]:
    """Where each distribution comes from, by the place of its metadata."""
    from detcore.plugins.provenance import provenance_of

    components = {row.component.location: row.component for row in rows}
    return {location: str(provenance_of(component)) for location, component in components.items()}


def _as_table(rows: Sequence[Row], sources: Mapping[str, str], *, with_why: bool) -> str:
    titles = ["KIND", "ID", "VERSION", "API", "STATUS", "SOURCE", *(["WHY"] if with_why else []), "SUMMARY"]
    table = [titles]
    for component, status, _, why in rows:
        source = sources[component.location]
        cells = [component.kind or "-", component.id, component.version or "-", str(component.api), status, source]
        table.append([*cells, *([why] if with_why else []), component.summary])
    return "\n".join([*columns(table), *_notes(rows), _closing(rows)])


def _notes(rows: Iterable[Row]) -> list[str]:
    told = [
        row for row in rows if row.reason and row.status != "inactive"
    ]  # most hook plugins are that in most configs
    notes = [f"{row.component.full_id}: {row.status}: {row.reason}" for row in told]
    return ["", *notes] if notes else []


def _closing(rows: Sequence[Row]) -> str:
    from detcore.plugins.component import PROBLEMS

    distributions = {row.component.distribution for row in rows}
    number = sum(row.status in PROBLEMS for row in rows)
    problems = f", {number} with a problem" if number else ""
    whole = f"{counted(len(rows), 'component')} from {counted(len(distributions), 'distribution')}"
    return f"\n{whole}{problems}; none was imported"


def _as_requirements(rows: Iterable[Row]) -> list[str]:
    from detcore.plugins.component import USABLE
    from detcore.plugins.provenance import provenance_of, requirement_for

    usable = [row.component for row in rows if row.status in (*USABLE, "inactive")]
    # One of each distribution, of which several may be in one place.
    distributions = {(component.distribution, component.location): component for component in usable}.values()
    origins = [(component, provenance_of(component)) for component in distributions]
    return sorted(requirement_for(component, origin) for component, origin in origins if origin.kind != "registered")


def _as_json(rows: Iterable[Row], sources: Mapping[str, str]) -> str:
    import json

    entries = [
        {
            "kind": component.kind,
            "name": component.name,
            "id": component.full_id,
            "group": component.group,
            "api": component.api,
            "distribution": component.distribution,
            "version": component.version,
            "status": status,
            "reason": reason,
            "why": why,
            "source": sources[component.location],
            "location": component.location,
            "target": component.target,
            "summary": component.summary,
        }
        for component, status, reason, why in rows
    ]
    return json.dumps(entries, indent=2)
