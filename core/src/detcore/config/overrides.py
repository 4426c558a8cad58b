"""``training.epochs=24`` and ``--unset data.train.sampler``: changes to a config from the command line."""

import tomli

from detcore.config.merging import merged
from detcore.config.nodes import Node, Origin, Path, dotted
from detcore.config.problems import Finding
from detcore.config.reading import from_plain
from detcore.config.toml_positions import split_key
from detcore.plugins import did_you_mean

__all__ = ["apply_override", "apply_unset"]


class _RefusedError(Exception):
    """A path that leads nowhere, with the path up to where it went wrong."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


def apply_override(root: Node, text: str) -> tuple[Node, list[Finding]]:
    """The config with one value set, and what is wrong with the override if anything is.

    A path that the schema does not have is found later, with all other settings that nothing reads.
    """
    origin = Origin(override=text)
    try:
        steps, value = _parsed(text, origin)
        return _with(root, steps, value, ()), []
    except _RefusedError as refusal:
        return root, [Finding(origin, refusal.path, str(refusal))]


def apply_unset(root: Node, path: str) -> tuple[Node, list[Finding]]:
    """The config without one value, so that its default holds."""
    origin = Origin(override=f"--unset {path}")
    try:
        return _without(root, _steps(path), ()), []
    except _RefusedError as refusal:
        return root, [Finding(origin, refusal.path, str(refusal))]


def _parsed(text: str, origin: Origin) -> tuple[tuple[str, ...], Node]:
    path, equals, value = text.partition("=")
    if not equals:
        raise _RefusedError((), "an override is PATH=VALUE")
    return _steps(path), from_plain(_value(value.strip()), lambda _: origin)


def _steps(path: str) -> tuple[str, ...]:
    try:
        return split_key(path.strip())
    except ValueError as error:
        raise _RefusedError((), str(error)) from error


def _value(text: str) -> object:
    """The text as a TOML value, or as a string where it is a bare word such as ``runs/pets``."""
    try:
        parsed = tomli.loads(f"value = {text}")
    except tomli.TOMLDecodeError as error:
        if text[:1] in {"[", "{", '"', "'"}:
            raise _RefusedError((), f"the value cannot be read: {error}") from error
        return text
    return parsed["value"] if len(parsed) == 1 else text


def _with(node: Node, steps: tuple[str, ...], value: Node, above: Path) -> Node:
    if not steps:
        return merged(node, value)
    step, rest = steps[0], steps[1:]
    match node.value:
        case dict(entries):
            child = entries.get(step, Node({}, value.origin))
            new = _with(child, rest, value, (*above, step)) if rest or step in entries else value
            return merged(node, Node({step: new}, node.origin)) if step == "type" else _replaced(node, step, new)
        case list(items):
            index = _index(items, step, above)
            new = _with(items[index], rest, value, (*above, index))
            return Node([*items[:index], new, *items[index + 1 :]], node.origin, node.replaced)
    raise _RefusedError(above, f"is not a table, so it has no {step!r}")


def _replaced(node: Node, key: str, new: Node) -> Node:
    assert isinstance(node.value, dict), "only tables have keys"
    return Node({**node.value, key: new}, node.origin, node.replaced)


def _without(node: Node, steps: tuple[str, ...], above: Path) -> Node:
    step, rest = steps[0], steps[1:]
    match node.value:
        case dict(entries):
            if step not in entries:
                raise _RefusedError((*above, step), f"is not set{did_you_mean(step, entries)}")
            kept = {key: entry for key, entry in entries.items() if key != step}
            changed = {**kept, step: _without(entries[step], rest, (*above, step))} if rest else kept
            return Node(changed, node.origin, node.replaced)
        case list(items):
            index = _index(items, step, above)
            remaining = [_without(items[index], rest, (*above, index))] if rest else []
            return Node([*items[:index], *remaining, *items[index + 1 :]], node.origin, node.replaced)
    raise _RefusedError(above, f"is not a table, so it has no {step!r}")


def _index(items: list[Node], step: str, above: Path) -> int:
    if not step.isdigit():
        raise _RefusedError((*above, step), f"{dotted(above)} is a list; give a position such as {dotted((*above, 0))}")
    if int(step) >= len(items):
        count = f"{len(items)} entr{'y' if len(items) == 1 else 'ies'}"
        raise _RefusedError((*above, int(step)), f"there is no such entry; the list has {count}, counted from 0")
    return int(step)
