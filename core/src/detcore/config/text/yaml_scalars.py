"""One YAML word as a value: what the safe loader makes of it, unless YAML 1.2 disagrees."""

from collections.abc import Callable
from datetime import date

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from detcore.config.text.misreading import MisreadError, shortened
from detcore.config.text.nodes import Scalar
from detcore.config.text.scalars import MOST_DIGITS, TOO_LARGE, accepted
from detcore.config.text.yaml_traps import core_schema, is_same, trap

__all__ = ["STANDARD_TAG", "AmbiguousError", "scalar_of", "strange_tag"]

STANDARD_TAG = "tag:yaml.org,2002:"

_RESOLVER = Resolver()
_CONSTRUCTOR = SafeConstructor()
_CONSTRUCTORS: dict[str, Callable[[yaml.ScalarNode], object]] = {
    "str": _CONSTRUCTOR.construct_yaml_str,
    "int": _CONSTRUCTOR.construct_yaml_int,
    "float": _CONSTRUCTOR.construct_yaml_float,
    "bool": _CONSTRUCTOR.construct_yaml_bool,
    "null": _CONSTRUCTOR.construct_yaml_null,
}


class AmbiguousError(ValueError):
    """Two versions of YAML read the word differently."""


def scalar_of(event: yaml.ScalarEvent, line: int) -> Scalar:
    """The value of a scalar.

    Raises:
        AmbiguousError: YAML 1.1 and 1.2 read it differently.
        MisreadError: it has a tag that does not fit it or means nothing here, or is no value that a config may hold.
    """
    tag = _tag(event)
    older = _constructed(tag, event, line)
    if event.implicit[0] and not is_same(older, newer := core_schema(event.value)):
        raise AmbiguousError(trap(event.value, older, newer))
    assert isinstance(older, Scalar), "YAML 1.2 has nothing else"
    return accepted(older, line)


def strange_tag(tag: str, line: int) -> MisreadError:
    """What to tell about a tag that a config has no use for, such as one that would run code."""
    name = shortened(tag.replace(STANDARD_TAG, "!!"))
    return MisreadError(line, f"the tag {name} means nothing here; a config holds plain values")


def _tag(event: yaml.ScalarEvent) -> str:
    if event.tag is not None and event.tag != "!":
        return event.tag
    return str(_RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit))  # type: ignore[no-untyped-call]  # PyYAML's


def _constructed(tag: str, event: yaml.ScalarEvent, line: int) -> object:
    kind = tag.removeprefix(STANDARD_TAG)
    construct = _CONSTRUCTORS.get(kind)
    if construct is None and event.implicit[0]:  # one of YAML 1.1's own: a date, = or <<
        return date.min if kind == "timestamp" else ...
    if construct is None:
        raise strange_tag(tag, line)
    if len(event.value) > MOST_DIGITS and kind != "str":
        raise MisreadError(line, TOO_LARGE)
    try:
        return construct(yaml.ScalarNode(tag, event.value))
    except (ValueError, KeyError) as error:
        raise MisreadError(line, f"{shortened(event.value)!r} cannot be read as {kind}") from error
