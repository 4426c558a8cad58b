"""What validators refuse, in the words of JSON Schema."""

from collections.abc import Callable
from typing import Any

__all__ = ["limits_of"]

Limits = dict[str, Any]

_BOUNDS = {">=": "minimum", "<=": "maximum", ">": "exclusiveMinimum", "<": "exclusiveMaximum"}


def limits_of(validator: Callable[..., Any] | None) -> list[Limits]:
    """Keywords for the value, then for its items, then for theirs; of validators that attrs ships.

    attrs keeps the classes of its validators to itself, so they are known by name. One that is not known limits
    nothing here; reading a config asks it all the same.
    """
    known = _READERS.get(type(validator).__name__)
    return known(validator) if known else []


def _all(validator: Any) -> list[Limits]:
    """``and_``, or a list of validators."""
    levels: list[Limits] = []
    for part in validator._validators:  # noqa: SLF001  (attrs offers no other way to ask)
        for depth, limits in enumerate(limits_of(part)):
            levels += [{}] if depth == len(levels) else []
            levels[depth] = levels[depth] | limits
    return levels


def _deep(validator: Any) -> list[Limits]:
    own = limits_of(validator.iterable_validator) or [{}]
    return [own[0], *limits_of(validator.member_validator)]


def _choice(validator: Any) -> list[Limits]:
    plain = [getattr(option, "value", option) for option in validator.options]
    return [{"enum": plain}] if all(isinstance(option, str | int | float) for option in plain) else []


_READERS: dict[str, Callable[[Any], list[Limits]]] = {
    "_NumberValidator": lambda validator: [{_BOUNDS[validator.compare_op]: validator.bound}],
    "_InValidator": _choice,
    "_AndValidator": _all,
    "_OptionalValidator": lambda validator: limits_of(validator.validator),
    "_DeepIterable": _deep,
    "_MinLengthValidator": lambda validator: [{"minItems": validator.min_length}],
    "_MaxLengthValidator": lambda validator: [{"maxItems": validator.max_length}],
}
