"""``training.epochs=24`` and ``--unset data.train.sampler``: changes to a config from the command line."""

from collections.abc import Callable, Sequence

from detcore.config.layering.merging import merged
from detcore.config.layering.override_values import override_value
from detcore.config.layering.paths import Append, Step, Steps, concrete, leading_path, parsed_path
from detcore.config.text.nodes import Node, Origin, Path, dotted, walked
from detcore.config.text.problems import Finding
from detcore.config.text.reading import from_plain
from detcore.plugins import did_you_mean

__all__ = ["DefaultOf", "apply_changes", "apply_override", "apply_unset"]

DefaultOf = Callable[[Node, Path], object]
"""What a config means by leaving a setting out; ``...`` where that cannot be told."""

_Put = Callable[[Node | None, Path], Node]
"""Makes the new value at a path of the one that is written there, if any is."""


class _RefusedError(Exception):
    """A path that leads nowhere, with the path up to where it went wrong."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


def _unknown_default(root: Node, path: Path) -> object:
    return ...


def apply_changes(
    root: Node, *, overrides: Sequence[str] = (), unset: Sequence[str] = (), default_of: DefaultOf = _unknown_default
) -> tuple[Node, list[Finding]]:
    """The config with settings left out, then with others set, in order; and what is wrong with any of these."""
    findings: list[Finding] = []
    for change in unset:
        root, refused = apply_unset(root, change)
        findings += refused
    for change in overrides:
        root, refused = apply_override(root, change, default_of)
        findings += refused
    if not findings:
        findings += _lost(root, overrides)
    return root, findings


def apply_override(root: Node, text: str, default_of: DefaultOf = _unknown_default) -> tuple[Node, list[Finding]]:
    """The config with one value set or added to a list, and what is wrong with the override if anything is.

    A path that the schema does not have is found later, with all other settings that nothing reads.
    """
    origin = Origin(override=text)
    try:
        steps, is_addition, value = _parsed(text)
        return _Change(root, origin, default_of).applied(steps, value, is_addition=is_addition), []
    except _RefusedError as refusal:
        return root, [Finding(origin, refusal.path, str(refusal))]
    except ValueError as error:
        return root, [Finding(origin, (), str(error))]


def apply_unset(root: Node, path: str) -> tuple[Node, list[Finding]]:
    """The config without one value, so that its default holds."""
    origin = Origin(override=f"--unset {path}")
    try:
        return _without(root, parsed_path(path), ()), []
    except _RefusedError as refusal:
        return root, [Finding(origin, refusal.path, str(refusal))]
    except ValueError as error:
        return root, [Finding(origin, (), str(error))]


def _parsed(text: str) -> tuple[Steps, bool, object]:
    if "=" not in text:
        raise ValueError("an override is PATH=VALUE")
    steps, rest = leading_path(text)
    is_addition = rest.startswith("+=")
    if not is_addition and not rest.startswith("="):
        raise ValueError(f"{text.partition('=')[0]!r} is not a path such as 'training.epochs'")
    return steps, is_addition, override_value(rest.partition("=")[2].strip())


class _Change:
    """One override on its way down the config."""

    def __init__(self, root: Node, origin: Origin, default_of: DefaultOf) -> None:
        self.root = root
        self.origin = origin
        self.default_of = default_of

    def applied(self, steps: Steps, value: object, *, is_addition: bool) -> Node:
        new = from_plain(value, lambda _: self.origin)
        if is_addition:
            return self.below(self.root, steps, lambda node, path: self.extended(node, new, path), ())
        return self.below(self.root, steps, lambda node, _: new if node is None else merged(node, new), ())

    def below(self, node: Node | None, steps: Steps, put: _Put, above: Path) -> Node:
        if not steps:
            return put(node, above)
        step, rest = steps[0], steps[1:]
        if node is None:
            node = self.begun(step, above)
        match node.value:
            case dict(entries):
                key = _key(step, above)
                new = self.below(entries.get(key), rest, put, (*above, key))
                if key == "type":
                    return merged(node, Node({key: new}, node.origin))
                return Node({**entries, key: new}, node.origin, node.replaced)
            case list(items):
                return Node(self.within(items, steps, put, above), node.origin, node.replaced)
        raise _RefusedError(above, f"is not a table, so it has no {str(step)!r}")

    def within(self, items: list[Node], steps: Steps, put: _Put, above: Path) -> list[Node]:
        if steps[0] is Append.END:
            return [*items, self.below(None, steps[1:], put, (*above, len(items)))]
        index = _index(items, steps[0], above)
        new = self.below(items[index], steps[1:], put, (*above, index))
        return [*items[:index], new, *items[index + 1 :]]

    def begun(self, step: Step, above: Path) -> Node:
        """An empty table or list where nothing is written yet."""
        if isinstance(step, str):
            return Node({}, self.origin)
        if step is Append.END:
            return Node(self.default_list(above), self.origin)
        raise _RefusedError(above, f"is not written in the config, so it has no entry {step}; give it whole")

    def extended(self, node: Node | None, new: Node, path: Path) -> Node:
        items = self.default_list(path) if node is None else node.value
        if not isinstance(items, list):
            raise _RefusedError(path, "is not a list, so nothing can be added to it")
        added = new.value if isinstance(new.value, list) else [new]
        return Node([*items, *added], self.origin if node is None else node.origin, node)

    def default_list(self, path: Path) -> list[Node]:
        """The empty list that leaving a setting out means; a filled one would be lost if something were added to it."""
        default = self.default_of(self.root, path)
        if isinstance(default, list | tuple | set | frozenset):
            if not default:
                return []
            count = _entries(len(default))
            raise _RefusedError(path, f"is not written in the config, and its default has {count}; give the list whole")
        raise _RefusedError(path, "is not written in the config, so nothing can be added to it; give the list whole")


def _without(node: Node, steps: Steps, above: Path) -> Node:
    step, rest = steps[0], steps[1:]
    match node.value:
        case dict(entries):
            key = _key(step, above)
            if key not in entries:
                raise _RefusedError((*above, key), f"is not set{did_you_mean(key, entries)}")
            kept = {name: entry for name, entry in entries.items() if name != key}
            changed = {**kept, key: _without(entries[key], rest, (*above, key))} if rest else kept
            return Node(changed, node.origin, node.replaced)
        case list(items):
            index = _index(items, step, above)
            remaining = [_without(items[index], rest, (*above, index))] if rest else []
            return Node([*items[:index], *remaining, *items[index + 1 :]], node.origin, node.replaced)
    raise _RefusedError(above, f"is not a table, so it has no {str(step)!r}")


def _key(step: Step, above: Path) -> str:
    if step is Append.END:
        raise _RefusedError(above, "is a table, and only a list has an end to add to")
    return str(step)


def _index(items: list[Node], step: Step, above: Path) -> int:
    if not isinstance(step, int):
        raise _RefusedError(
            (*above, *concrete((step,))), f"{dotted(above)} is a list; give a position such as {dotted((*above, 0))}"
        )
    if not -len(items) <= step < len(items):
        raise _RefusedError(
            (*above, step), f"there is no such entry; the list has {_entries(len(items))}, counted from 0"
        )
    return step % len(items)


def _entries(count: int) -> str:
    return f"{count} entr{'y' if count == 1 else 'ies'}"


def _lost(root: Node, overrides: Sequence[str]) -> list[Finding]:
    """Overrides of a component that a later override replaced by one of another type.

    Setting the same place, or all around it, a second time is how a later word corrects an earlier one.
    """
    kept = {node.origin.override for _, node in walked(root)}
    paths = [concrete(leading_path(text)[0]) for text in overrides]
    findings = []
    for position, (text, path) in enumerate(zip(overrides, paths, strict=True)):
        later = [
            other for other in paths[position + 1 :] if other[-1] == "type" and path[: len(other) - 1] == other[:-1]
        ]
        corrected = any(path[: len(other)] == other for other in paths[position + 1 :])
        if text not in kept and later and not corrected:
            message = f"is lost, because {dotted(later[0])} is set after it; put it after that"
            findings.append(Finding(Origin(override=text), path, message))
    return findings
