"""Entry-point groups: those of core, and those that plugins open."""

__all__ = [
    "COMMANDS_GROUP",
    "CORE_COMMANDS",
    "CORE_GROUPS",
    "GROUPS_WITHOUT_CONFIG",
    "HOOKS_GROUP",
    "INTERFACES_GROUP",
    "RESOLVERS_GROUP",
    "TRANSLATORS_GROUP",
    "api_of",
    "kind_of",
    "kinds_meant",
    "opened_group",
]

INTERFACES_GROUP = "detcore.interfaces"
"""An entry point here names a config base class, and so opens a group for others to join."""

HOOKS_GROUP = "detcore.hooks"
"""An entry point here names a module or object that implements hooks; it is used where a config lists it."""

TRANSLATORS_GROUP = "detcore.config_translators"
"""An entry point here reads the configs of the program it is named after."""

RESOLVERS_GROUP = "detcore.resolvers"
"""An entry point here finds files by addresses of the scheme that it is named after."""

COMMANDS_GROUP = "detcore.commands"
"""An entry point here is the subcommand of ``detcore`` that it is named after."""

CORE_COMMANDS = frozenset({"check", "complete", "config", "evaluate", "plan", "plugins", "predict", "run"})
"""Names that no plugin's command can have."""

GROUPS_WITHOUT_CONFIG = frozenset({INTERFACES_GROUP, HOOKS_GROUP, TRANSLATORS_GROUP, COMMANDS_GROUP, RESOLVERS_GROUP})
"""Groups whose entry points name something other than a component's config class."""

CORE_GROUPS = frozenset(
    {
        *GROUPS_WITHOUT_CONFIG,
        "detcore.architectures",
        "detcore.augmentations",
        "detcore.backbones",
        "detcore.datasets",
        "detcore.evaluators",
        "detcore.exporters",
        "detcore.optimizers",
        "detcore.proposal_generators",
        "detcore.roi_heads",
        "detcore.samplers",
        "detcore.schedules",
        "detcore.trainer_hooks",
        "detcore.weight_formats",
        "detcore.writers",
    }
)


def kind_of(group: str) -> str:
    """The last word of a group, as ids and tables show it: ``"backbones"``, ``"mask_heads"``."""
    return group.rpartition(".")[2]


def kinds_meant(word: str) -> set[str]:
    """The kinds that a user may mean, who may write one of them alone and with ``-``.

    >>> sorted(kinds_meant("mask-head"))
    ['mask_head', 'mask_heads']
    """
    plain = word.casefold().replace("-", "_")
    return {plain, f"{plain}s"}


def opened_group(name: str, target: str) -> str:
    """The group that an entry point of ``detcore.interfaces`` opens, known without importing its class.

    >>> opened_group("mask-head", "det_plugin_maskrcnn.interfaces:MaskHeadConfig")
    'det_plugin_maskrcnn.mask_heads'
    """
    package = target.partition(":")[0].partition(".")[0]
    return f"{package}.{name.replace('-', '_')}s"


def api_of(group: str) -> tuple[str, int]:
    """The group of the first version of an interface, and the version that a group is of.

    >>> api_of("detcore.backbones"), api_of("detcore.v2.backbones")
    (('detcore.backbones', 1), ('detcore.backbones', 2))
    """
    if ".v" not in group:
        return group, 1
    family, _, kind = group.rpartition(".")
    package, _, version = family.rpartition(".")
    if package and version[:1] == "v" and version[1:].isdecimal():
        return f"{package}.{kind}", int(version[1:])
    return group, 1
