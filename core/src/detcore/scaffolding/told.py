"""What the README of a distribution says of its kind of entry point: when it is imported, and what is shown of it."""

from detcore.plugins.groups import (
    COMMANDS_GROUP,
    GROUPS_WITHOUT_CONFIG,
    HOOKS_GROUP,
    INTERFACES_GROUP,
    RESOLVERS_GROUP,
    TRANSLATORS_GROUP,
)

__all__ = ["told_of"]

_IMPORTED = {
    COMMANDS_GROUP: "when the command is typed",
    HOOKS_GROUP: "when a config that lists it is checked or run",
    INTERFACES_GROUP: "together with each component of the group that it opens",
    RESOLVERS_GROUP: "when something with an address of its scheme is looked for",
    TRANSLATORS_GROUP: "when a config is converted with `--from`",
    "detcore.weight_formats": "when a config with a file of weights, of whatever format, is checked or run",
}
_IMPORTED_OF_OTHERS = "when a config that names it is checked or run"


def told_of(group: str) -> dict[str, str]:
    """Fields of the skeleton."""
    has_settings = group not in GROUPS_WITHOUT_CONFIG
    return {
        "imported": _IMPORTED.get(group, _IMPORTED_OF_OTHERS),
        "shown": "what can be set" if has_settings else "where it comes from",
    }
