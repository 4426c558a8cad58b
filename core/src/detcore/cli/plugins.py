"""``detcore plugins``: what is installed, found without importing any of it."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence

from detcore.cli import plugins_new
from detcore.errors import UnknownComponentError
from detcore.plugins import (
    CORE_GROUPS,
    GROUPS_WITHOUT_CONFIG,
    Component,
    Row,
    did_you_mean,
    installed_registry,
    kind_of,
)

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """``list``, ``show`` and ``new``."""
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listing = subparsers.add_parser("list", help="every component, one a line", allow_abbrev=False)
    listing.add_argument("--kind", metavar="KIND", help="only this kind, such as backbones")
    listing.add_argument("--json", action="store_true", help="as JSON, for programs")
    listing.set_defaults(run=_list)
    showing = subparsers.add_parser("show", help="components and their settings", allow_abbrev=False)
    showing.add_argument("id", metavar="ID", help="name, distribution, distribution/name or kind:distribution/name")
    showing.set_defaults(run=_show)
    making = subparsers.add_parser("new", help="begin a plugin: a distribution with one component", allow_abbrev=False)
    plugins_new.add_arguments(making)
    making.set_defaults(run=plugins_new.run)


def run(arguments: Namespace) -> int:
    """Do what the chosen word says."""
    status: int = arguments.run(arguments)
    return status


def _list(arguments: Namespace) -> int:
    if arguments.kind is not None:
        _check_kind(arguments.kind)
    rows = [row for row in installed_registry().rows if arguments.kind in (None, row.component.kind)]
    print(_as_json(rows) if arguments.json else _as_table(rows))
    return 0


def _check_kind(kind: str) -> None:
    known = {*map(kind_of, CORE_GROUPS), *(row.component.kind for row in installed_registry().rows)}
    if kind not in known:
        suggestion = did_you_mean(kind, known) or f"; there is {', '.join(sorted(known))}"
        raise UnknownComponentError(f"there is no kind {kind!r} of components{suggestion}")


def _as_table(rows: Sequence[Row]) -> str:
    table = [("KIND", "NAME", "VERSION", "STATUS", "SOURCE", "SUMMARY")]
    for component, status, _ in rows:
        source, summary = component.distribution, component.summary
        table.append((component.kind, component.name, component.version or "-", status, source, summary))
    return "\n".join([*_columns(table), *_notes(rows), _closing(rows)])


def _notes(rows: Iterable[Row]) -> list[str]:
    notes = [f"{row.component.full_id}: {row.status}: {row.reason}" for row in rows if row.reason]
    return ["", *notes] if notes else []


def _closing(rows: Sequence[Row]) -> str:
    distributions = {row.component.distribution for row in rows}
    unusable = sum(row.status != "ok" for row in rows)
    attention = f", {unusable} not usable by short name" if unusable else ""
    return f"\n{len(rows)} components from {len(distributions)} distributions{attention}; none was imported"


def _as_json(rows: Iterable[Row]) -> str:
    import json

    entries = [
        {
            "kind": row.component.kind,
            "name": row.component.name,
            "id": row.component.full_id,
            "group": row.component.group,
            "version": row.component.version,
            "status": row.status,
            "reason": row.reason,
            "source": row.component.distribution,
            "target": row.component.target,
            "summary": row.component.summary,
        }
        for row in rows
    ]
    return json.dumps(entries, indent=2)


def _show(arguments: Namespace) -> int:
    found = installed_registry().find(arguments.id)
    print("\n\n".join(_described(component) for component in found))
    return 0


def _described(component: Component) -> str:
    facts = [
        ("distribution", f"{component.distribution} {component.version}"),
        ("licence", component.licence or "not stated"),
        ("summary", component.summary),
        ("class", component.target),
        *_facts_of_class(component),
    ]
    lines = [component.full_id, *(f"  {name:<12} {value}".rstrip() for name, value in facts)]
    return "\n".join([*lines, *_settings(component)])


def _facts_of_class(component: Component) -> list[tuple[str, str]]:
    """What only the config class itself can tell; its module is imported, the component's is not."""
    if component.group in GROUPS_WITHOUT_CONFIG:
        return []
    import inspect

    from detcore.config.documentation import purpose_of

    config_class = installed_registry().load(component, object)
    return [("file", inspect.getfile(config_class)), ("what it is", purpose_of(config_class))]


def _settings(component: Component) -> list[str]:
    if component.group in GROUPS_WITHOUT_CONFIG:
        return []
    from detcore.config.documentation import settings_within

    registry = installed_registry()
    settings = settings_within(registry.load(component, object), registry)
    table = [("SETTING", "TYPE", "DEFAULT", "HELP")]
    table += [(setting.name, setting.type, setting.default, setting.help) for setting in settings]
    return ["", *(f"  {line}" for line in _columns(table))] if settings else ["", "  no settings"]


def _columns(table: Sequence[Sequence[str]]) -> list[str]:
    """Lines whose columns stand under each other, the last one ragged."""
    widths = [max(len(row[index]) for row in table) for index in range(len(table[0]) - 1)]
    return ["  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in table]
