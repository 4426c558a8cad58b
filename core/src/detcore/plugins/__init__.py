"""Which components are installed, found without importing any, and loaded one by one behind a guard."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.plugins.active_hooks import ActiveHooks as ActiveHooks
    from detcore.plugins.component import REGISTERED as REGISTERED
    from detcore.plugins.component import Component as Component
    from detcore.plugins.component import Status as Status
    from detcore.plugins.environment import installed_registry as installed_registry
    from detcore.plugins.environment import register as register
    from detcore.plugins.environment import register_file as register_file
    from detcore.plugins.environment import unregister as unregister
    from detcore.plugins.groups import COMMANDS_GROUP as COMMANDS_GROUP
    from detcore.plugins.groups import CORE_GROUPS as CORE_GROUPS
    from detcore.plugins.groups import GROUPS_WITHOUT_CONFIG as GROUPS_WITHOUT_CONFIG
    from detcore.plugins.groups import kind_of as kind_of
    from detcore.plugins.guard import guarded as guarded
    from detcore.plugins.guard import load_extension as load_extension
    from detcore.plugins.hooks import hookimpl as hookimpl
    from detcore.plugins.implementations import Implementation as Implementation
    from detcore.plugins.local_files import LocalFile as LocalFile
    from detcore.plugins.metadata import Distribution as Distribution
    from detcore.plugins.metadata import EntryPoint as EntryPoint
    from detcore.plugins.metadata import scan as scan
    from detcore.plugins.registry import Registry as Registry
    from detcore.plugins.suggestions import did_you_mean as did_you_mean
    from detcore.plugins.suggestions import is_one_slip as is_one_slip
    from detcore.plugins.suggestions import nearest_word as nearest_word
    from detcore.plugins.surveying import Row as Row
    from detcore.plugins.surveying import survey as survey

__getattr__, __dir__ = front_door(
    __name__,
    {
        "ActiveHooks": "detcore.plugins.active_hooks",
        "COMMANDS_GROUP": "detcore.plugins.groups",
        "CORE_GROUPS": "detcore.plugins.groups",
        "Component": "detcore.plugins.component",
        "Distribution": "detcore.plugins.metadata",
        "EntryPoint": "detcore.plugins.metadata",
        "GROUPS_WITHOUT_CONFIG": "detcore.plugins.groups",
        "Implementation": "detcore.plugins.implementations",
        "LocalFile": "detcore.plugins.local_files",
        "REGISTERED": "detcore.plugins.component",
        "Registry": "detcore.plugins.registry",
        "Row": "detcore.plugins.surveying",
        "Status": "detcore.plugins.component",
        "did_you_mean": "detcore.plugins.suggestions",
        "guarded": "detcore.plugins.guard",
        "hookimpl": "detcore.plugins.hooks",
        "installed_registry": "detcore.plugins.environment",
        "is_one_slip": "detcore.plugins.suggestions",
        "kind_of": "detcore.plugins.groups",
        "load_extension": "detcore.plugins.guard",
        "nearest_word": "detcore.plugins.suggestions",
        "register": "detcore.plugins.environment",
        "register_file": "detcore.plugins.environment",
        "scan": "detcore.plugins.metadata",
        "survey": "detcore.plugins.surveying",
        "unregister": "detcore.plugins.environment",
    },
)
