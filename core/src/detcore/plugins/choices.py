"""What users decide about plugins, and which of their decisions comes first.

The command line comes before the environment, and that before the ``[plugins]`` table of a config. About each
distribution, the first of these that names it decides; within one of them ``deny`` comes before ``allow``. What nobody
names is left out where anybody has a list of what is allowed. About each name that several distributions offer, the
first preference decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from detcore.errors import ConfigError
from detcore.plugins.distribution import normalised

__all__ = [
    "ENVIRONMENT",
    "Choice",
    "Verdict",
    "choice_of_environment",
    "first_match",
    "preferred",
    "verdict_on",
]

_VARIABLES = {"allow": "DETCORE_PLUGINS_ALLOW", "deny": "DETCORE_PLUGINS_DENY", "prefer": "DETCORE_PLUGINS_PREFER"}


ENVIRONMENT = "the environment"
"""As a source of choices."""


class Choice(NamedTuple):
    """What one source says."""

    source: str
    """As a sentence names it: ``"[plugins]"``, ``"the environment"``, ``"the command line"``."""

    allow: tuple[str, ...] = ()
    """Patterns on distribution names, as in a shell."""

    deny: tuple[str, ...] = ()
    prefer: tuple[tuple[str, str], ...] = ()
    """Pairs of ``kind.name`` and distribution."""


class Verdict(NamedTuple):
    """What has been decided about something, and by whom."""

    is_allowed: bool
    why: str
    """Empty where nobody said anything."""

    is_denial: bool = False
    """Whether somebody names it to leave it out, which no choice that comes later can change."""


def verdict_on(distribution: str, choices: Sequence[Choice], *, is_local: bool = False) -> Verdict:
    """Whether a distribution may be used. ``choices`` come in their order of precedence.

    ``is_local``: it stands for what the user declared while the program runs, which no list has to name.
    """
    if distribution == "det-core":
        return Verdict(is_allowed=True, why="")
    for choice in choices:
        if pattern := first_match(distribution, choice.deny):
            return Verdict(is_allowed=False, why=f"deny {pattern!r} of {choice.source}", is_denial=True)
        if pattern := first_match(distribution, choice.allow):
            return Verdict(is_allowed=True, why=f"allow {pattern!r} of {choice.source}")
    restricting = next((choice for choice in choices if choice.allow), None)
    if restricting is None or is_local:
        return Verdict(is_allowed=True, why="")
    return Verdict(is_allowed=False, why=f"allow of {restricting.source}, which does not list it")


def preferred(kind: str, name: str, choices: Iterable[Choice]) -> tuple[str, str]:
    """The distribution that a name shall mean, and who says so; empty where nobody does."""
    for choice in choices:
        for key, distribution in choice.prefer:
            if key == f"{kind}.{name}":
                return normalised(distribution), choice.source
    return "", ""


def choice_of_environment(environment: Mapping[str, str]) -> Choice:
    """What ``DETCORE_PLUGINS_ALLOW``, ``_DENY`` and ``_PREFER`` say, words parted by commas or spaces.

    Raises:
        ConfigError: a preference is no ``kind.name=distribution``.
    """
    words = {key: environment.get(variable, "").replace(",", " ").split() for key, variable in _VARIABLES.items()}
    return Choice(
        source=ENVIRONMENT,
        allow=tuple(words["allow"]),
        deny=tuple(words["deny"]),
        prefer=tuple(preference(word, _VARIABLES["prefer"]) for word in words["prefer"]),
    )


def preference(text: str, where: str) -> tuple[str, str]:
    """The two sides of ``kind.name=distribution``.

    Raises:
        ConfigError: it is none.
    """
    key, _, distribution = text.partition("=")
    kind, _, name = key.partition(".")
    if not (kind and name and distribution):
        raise ConfigError(f"{where}: {text!r} is not kind.name=distribution, such as backbones.swin=det-plugin-swin")
    return key, distribution


def first_match(distribution: str, patterns: Iterable[str]) -> str:
    """The first of some patterns that a distribution's name matches; empty where none does."""
    from fnmatch import fnmatchcase

    return next((pattern for pattern in patterns if fnmatchcase(distribution, normalised(pattern))), "")
