"""``detcore plugins show``: one component, or all of a distribution, with whatever may be set."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from detcore.cli.columns import columns
from detcore.cli.imported_elsewhere import FATAL, imported_elsewhere
from detcore.errors import PluginError
from detcore.plugins import Component, Row, installed_registry
from detcore.plugins.groups import HOOKS_GROUP
from detcore.plugins.guard import without_trial

if TYPE_CHECKING:
    from detcore.plugins.probing import Report

__all__ = ["add_arguments", "run"]

Facts = list[tuple[str, str]]


def add_arguments(parser: ArgumentParser) -> None:
    """ID."""
    parser.add_argument("id", metavar="ID", help="name, distribution, distribution/name or kind:distribution/name")


def run(arguments: Namespace) -> int:
    """Print what metadata say, then what can only be told by importing it, which has to succeed elsewhere first.

    Raises:
        PluginError: a config class or hook plugin cannot be imported; whatever else there is to tell has been printed.
    """
    rows = installed_registry().rows_of(arguments.id)
    reports, failures = imported_elsewhere(rows), []
    for index, row in enumerate(rows):
        facts = _from_metadata(row)
        settings: list[str] = []
        try:
            if report := reports.get(row.component):
                more, settings = _from_import(row, report)
                facts += more
        except PluginError as error:
            failures.append(str(error))
            what = "hooks" if row.component.group == HOOKS_GROUP else "settings"
            settings = ["", f"  its {what} cannot be told: the plugin failed"]
        print("\n".join([*([""] if index else []), row.component.full_id, *_lines(facts), *settings]))
    if failures:
        raise PluginError("\n".join(failures))
    return 0


def _from_import(row: Row, report: "Report") -> tuple[Facts, list[str]]:
    """Of a hook plugin its hooks, which that other process tells; of a component the settings of its config class."""
    failures = report.failures
    if failures and (report.import_ms is None or failures[0].kind in FATAL):
        raise PluginError(failures[0].text)
    if row.component.group == HOOKS_GROUP:
        return [("hooks", ", ".join(report.hooks) or "none")], []
    from detcore.specs import ComponentConfig

    is_imported = report.import_ms is not None  # and not given up there, because it takes long
    with without_trial() if is_imported else nullcontext():
        config_class = installed_registry().load(row.component, ComponentConfig)
    return [_purpose(config_class)], _settings(config_class)


def _from_metadata(row: Row) -> Facts:
    component = row.component
    return [
        ("status", f"{row.status}: {row.reason}" if row.reason else row.status),
        ("decided by", row.why),
        ("distribution", f"{component.distribution} {component.version}".rstrip()),
        ("needs", ", ".join(_needs(component))),
        ("licence", component.licence or "not stated"),
        ("summary", component.summary),
        *_origin(component),
        ("class", component.target),
        *_file(component),
        *_opened(component),
    ]


def _lines(facts: Facts) -> list[str]:
    told = [(f"  {name}", text) for name, text in facts if text]
    return columns(told) if told else []


def _needs(component: Component) -> list[str]:
    from detcore.plugins.metadata import distribution_at
    from detcore.plugins.versions import requirement_on

    requirements = distribution_at(component.location).requirements
    extras = [f"its extra {extra!r}" for extra in component.extras]
    return [*(line for line in requirements if requirement_on(line)), *extras]


def _origin(component: Component) -> Facts:
    from detcore.plugins.provenance import provenance_of

    origin = provenance_of(component)
    place = f", {origin.url}" if origin.url else ""
    return [
        ("source", f"{origin.kind}{place}"),
        ("commit", origin.commit),
        ("metadata", component.location),
        ("files", _altered(component.location)),
    ]


def _altered(location: str) -> str:
    from detcore.plugins.record import altered_files

    altered = altered_files(location)
    if altered is None:
        return ""
    return f"not as they were installed: {', '.join(altered)}" if altered else "as they were installed"


def _file(component: Component) -> Facts:
    from detcore.plugins.module_files import ModuleFiles

    module = component.target.partition(":")[0]
    return [("file", ModuleFiles().file(module) or "" if module else "")]


def _opened(component: Component) -> Facts:
    """Of an interface: where its components are offered, and which there are."""
    from detcore.plugins.groups import INTERFACES_GROUP, opened_group

    if component.group != INTERFACES_GROUP:
        return []
    group = opened_group(component.name, component.target)
    offered = [row.component.id for row in installed_registry().rows if row.component.group == group]
    return [("opens", group), ("offered", ", ".join(offered) or "nothing yet")]


def _purpose(config_class: type) -> tuple[str, str]:
    from detcore.config.documentation import purpose_of

    return "what it is", purpose_of(config_class)


def _settings(config_class: type) -> list[str]:
    table = list(_table(config_class))
    return ["", *(f"  {line}" for line in columns(table))] if len(table) > 1 else ["", "  no settings"]


def _table(config_class: type) -> Iterator[Sequence[str]]:
    from detcore.config.documentation import settings_within

    yield "SETTING", "TYPE", "DEFAULT", "HELP"
    for setting in settings_within(config_class, installed_registry()):
        yield setting.name, setting.type, setting.default, setting.help
