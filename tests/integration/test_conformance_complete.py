"""Every first-party component is asked what its interface promises."""

from importlib.util import module_from_spec, spec_from_file_location

import pytest
from config_classes import first_party_components
from repository import CORE, PLUGINS, ROOT, entry_points

from detcore.plugins.groups import HOOKS_GROUP
from detcore.specs import ComponentConfig
from detcore.testing import ComponentConformance, HooksConformance

PAGES = [ROOT / "tests/core/testing/test_core_conformance.py", *ROOT.glob("plugins/*/tests/test_*_conformance.py")]

OPENED = {
    f"{target.partition('.')[0]}.{name.replace('-', '_')}s"
    for plugin in PLUGINS
    for group, name, target in entry_points(plugin)
    if group == "detcore.interfaces"
}
"""Groups of the interfaces that plugins publish."""


def classes_in(path):
    spec = spec_from_file_location(f"conformance_of_{path.parent.parent.name}", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return [each for each in vars(module).values() if isinstance(each, type) and each.__name__.startswith("Test")]


@pytest.fixture(scope="module")
def tried():
    """The config class of everything that some test module tries, with the kits that try it."""
    found: dict[type[ComponentConfig], set[type]] = {}
    for path in PAGES:
        for each in classes_in(path):
            if issubclass(each, ComponentConformance):
                for config in each().tried():
                    found.setdefault(type(config), set()).add(each)
    return found


def test_no_component_is_left_out(tried):
    missing = {key: each.__name__ for key, each in first_party_components().items() if each not in tried}

    assert missing == {}


def test_each_is_tried_by_the_kit_of_its_kind(tried):
    wrong = [
        f"{config_class.__name__} of {config_class.group} by {kit.__name__} of {kit.interface.group}"
        for config_class, kits in tried.items()
        for kit in kits
        if kit.interface.group != config_class.group
    ]

    assert wrong == []


def test_every_interface_that_a_plugin_publishes_has_a_kit(tried):
    groups = {kit.interface.group for kits in tried.values() for kit in kits}

    assert OPENED - groups == set()


def test_no_plugin_of_hooks_is_left_out():
    offered = {target for plugin in PLUGINS for group, _, target in entry_points(plugin) if group == HOOKS_GROUP}
    kits = [each for path in PAGES for each in classes_in(path) if issubclass(each, HooksConformance)]

    assert {f"{kit.plugin.__module__}:{kit.plugin.__qualname__}" for kit in kits} == offered


def test_no_plugin_is_without_a_test_of_conformance():
    offering = {plugin.name for plugin in (CORE, *PLUGINS) if entry_points(plugin)}
    asked = {path.parents[1].name for path in PAGES} - {"core"} | {"core"}

    assert offering - asked == set()
