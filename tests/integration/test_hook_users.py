"""A hook that nothing of ours uses does not exist: each is implemented by a plugin that is released with core."""

import re

import pytest
from repository import ROOT

from detcore.plugins import installed_registry
from detcore.plugins.component import Component
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.groups import HOOKS_GROUP
from detcore.plugins.guard import hook_plugin
from detcore.plugins.hooks import HOOK_NAMES
from detcore.plugins.implementations import implementations

OF_CORE = {"detcore_components"}
"""Core itself asks for these, of what no distribution offers: files that come with ``--local``, and objects that are
registered. The components of our distributions are entry points, which can be listed without importing them."""

HOOK_PLUGINS = sorted(name for group, name in FIRST_PARTY if group == HOOKS_GROUP)


def component_of(name: str) -> Component:
    return installed_registry().resolve(HOOKS_GROUP, name)


@pytest.fixture(scope="module")
def users():
    """The names of our plugins of hooks that implement each hook."""
    found = {hook: set() for hook in HOOK_NAMES}
    for name in HOOK_PLUGINS:
        component = component_of(name)
        for implementation in implementations(component, hook_plugin(component)):
            found[implementation.name].add(name)
    return found


def test_the_plugins_are_ours():
    assert {component_of(name).distribution for name in HOOK_PLUGINS} == {"det-plugin-debug", "det-plugin-trackers"}


def test_every_hook_has_a_user(users):
    assert {hook for hook, names in users.items() if not names} == OF_CORE


def test_every_plugin_of_hooks_uses_some(users):
    assert set().union(*users.values()) == set(HOOK_PLUGINS)


def test_the_page_on_hooks_names_the_users_of_each(users):
    page = (ROOT / "docs/hooks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(detcore_\w+)` \|.*\|([^|]*)\|$", page, re.MULTILINE)
    listed = {hook: set(re.findall(r"`([\w-]+)`", users)) & set(HOOK_PLUGINS) for hook, users in rows}

    assert listed == users
