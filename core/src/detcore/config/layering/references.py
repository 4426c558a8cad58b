"""``${path}``: a value that refers to another one, resolved after everything else.

Every value is worked out once, after those it needs, so that neither a long chain of references nor a short file that
refers to itself many times over costs more than what it ends as; and that is bounded.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from detcore.config.layering.paths import Step, Steps, concrete
from detcore.config.layering.reference_order import in_order
from detcore.config.layering.reference_texts import Reference, pieces_of, unescaped_key
from detcore.config.text.limits import MAX_BYTES, MAX_DEPTH, MAX_VALUES, TOO_DEEP, TOO_MANY
from detcore.config.text.nodes import Node, Path, Unresolved, Value, child, children, dotted, walked
from detcore.config.text.problems import Finding
from detcore.plugins import nearest_word

__all__ = ["references_in", "resolve_references"]

Derive = Callable[[Path], Node | None]
"""Works out a value that no file states; ``None`` where there is no such value."""

_MOST_SHOWN = 6
"""Members of a circle in a message."""


class _UnresolvedError(Exception):
    pass


def references_in(node: Node) -> list[str]:
    """The paths that a value's text refers to, a table's or a list's entries included."""
    texts = [inner.value for _, inner in walked(node) if isinstance(inner.value, str) and "${" in inner.value]
    return [piece.name for text in texts for piece in _pieces(text) if isinstance(piece, Reference)]


def _pieces(text: str) -> list[str | Reference]:
    with suppress(ValueError):  # a reference that is none is reported where references are resolved
        return pieces_of(text)
    return []


def resolve_references(root: Node, derive: Derive) -> tuple[Node, list[Finding]]:
    """The config with every reference replaced.

    A value that is one whole reference takes the other value with its type; inside a longer text the other value's
    text stands in its place. What cannot be resolved is left out of the result and reported.
    """
    nodes = dict(walked(root))
    if not any(_has_dollar(node) for node in nodes.values()):
        return root, []
    resolver = _Resolver(root, nodes, derive)
    return resolver.resolved(), resolver.findings


class _Resolver:
    def __init__(self, root: Node, nodes: Mapping[Path, Node], derive: Derive) -> None:
        self.root = root
        self.nodes = nodes
        self.derive = derive
        self.findings: list[Finding] = []
        self.texts: dict[Path, list[str | Reference]] = {}
        self.done: dict[Path, Node] = {}
        self.derived: dict[Path, Node] = {}
        self.sizes: dict[int, tuple[int, int]] = {}
        self.spare_text = MAX_BYTES

    def resolved(self) -> Node:
        order = in_order({path: self.needs(path, node) for path, node in self.nodes.items()})
        for circle in order.circles:
            self.refuse_circle(circle)
        for path in order.possible:
            self.done[path] = self.finished(path, self.nodes[path])
        for path in order.impossible:
            node = self.nodes[path]
            self.done[path] = Node(Unresolved(), node.origin) if path in self.texts else self.finished(path, node)
        return self.done[()]

    # What comes before what

    def needs(self, path: Path, node: Node) -> list[Path]:
        if not isinstance(node.value, str):
            return [(*path, step) for step, _ in children(node)]
        if "${" not in node.value:
            return []
        try:
            self.texts[path] = pieces_of(node.value)
        except ValueError as error:
            self.report(path, node, str(error))
            self.texts[path] = [Reference("", ())]
            return []
        references = [piece for piece in self.texts[path] if isinstance(piece, Reference)]
        return [place for place in map(self.needed, references) if place is not None]

    def needed(self, reference: Reference) -> Path | None:
        """The value the reference ends at, or another reference that it leads through."""
        place, rest = self.written(reference.steps)
        node = self.nodes[place]
        return place if not rest or (isinstance(node.value, str) and "${" in node.value) else None

    def written(self, steps: Steps) -> tuple[Path, Steps]:
        """How far the steps lead in what is written, and those that are left."""
        place: Path = ()
        for count, step in enumerate(steps):
            inner = _concrete_step(self.nodes[place], step)
            if inner is None:
                return place, steps[count:]
            place = (*place, inner)
        return place, ()

    def refuse_circle(self, circle: Sequence[Path]) -> None:
        """Report a circle at the references in it, or at the first of very many."""
        steps = zip([circle[-1], *circle], circle, strict=False)
        # What a reference names, and references; not the tables between a table and what is in it.
        named = [path for before, path in steps if path in self.texts or before in self.texts]
        for position, path in enumerate(named[:_MOST_SHOWN]):
            if path in self.texts:
                around = [*named[position : position + _MOST_SHOWN], *named[: min(position, _MOST_SHOWN)]]
                self.report(path, self.nodes[path], f"refers to itself: {_shown_circle(around, len(named))}")

    # The values

    def finished(self, path: Path, node: Node) -> Node:
        """The value without references; everything it needs is done."""
        try:
            match node.value:
                case dict():
                    return self.bounded(self.table(path, node))
                case list(items):
                    done = [self.done[*path, index] for index in range(len(items))]
                    return self.bounded(Node(done, node.origin))
                case str() if path in self.texts:
                    return Node(self.replaced(self.texts[path]), node.origin)
        except _UnresolvedError as failure:
            if str(failure):
                self.report(path, node, str(failure))
            return self.emptied(node) if not path else Node(Unresolved(), node.origin)
        return node

    def table(self, path: Path, node: Node) -> Node:
        entries: dict[str, Node] = {}
        for key, entry in children(node):
            try:
                entries[unescaped_key(str(key))] = self.done[*path, key]
            except ValueError as error:
                self.report((*path, key), entry, str(error))
        return Node(entries, node.origin)

    def replaced(self, pieces: Sequence[str | Reference]) -> Value:
        if len(pieces) == 1 and isinstance(pieces[0], Reference):
            return self.target(pieces[0]).value
        text = "".join(piece if isinstance(piece, str) else self.as_text(piece) for piece in pieces)
        self.spare_text -= len(text)
        if self.spare_text < 0:
            raise _UnresolvedError(f"references make more than {MAX_BYTES:,} characters of text")
        return text

    def as_text(self, reference: Reference) -> str:
        value = self.target(reference).value
        if value is None or isinstance(value, dict | list):
            kind = "null" if value is None else "a table or a list"
            raise _UnresolvedError(f"${{{reference.name}}} is {kind}, which cannot stand inside a text")
        return str(value).lower() if isinstance(value, bool) else str(value)

    def target(self, reference: Reference) -> Node:
        """What the reference stands for."""
        place, rest = self.written(reference.steps)
        node = self.done.get(place) if self.needed(reference) is not None else self.nodes[place]
        for step in rest:
            inner = _concrete_step(node, step) if node is not None else None
            node = None if inner is None or node is None else child(node, inner)
        if rest and node is None:
            node = self.derived_value(reference)
        if node is None or isinstance(node.value, Unresolved):
            raise _UnresolvedError  # it has been reported where it stands
        return node

    def derived_value(self, reference: Reference) -> Node:
        path = concrete(reference.steps)
        if path not in self.derived:
            try:
                found = self.derive(path)
            except ValueError as error:
                raise _UnresolvedError(str(error)) from error
            if found is None:
                raise _UnresolvedError(self.missing(reference))
            self.derived[path] = found
        return self.derived[path]

    def missing(self, reference: Reference) -> str:
        place, rest = self.written(reference.steps)
        node = self.nodes[place]
        start = f"${{{reference.name}}}: the config does not set {dotted(concrete(reference.steps))}"
        if isinstance(node.value, list) and isinstance(rest[0], int):
            return f"{start}; {dotted(place)} has only {len(node.value)}, counted from 0"
        near = self.nearest_path(place, rest)
        return f"{start}; did you mean {dotted(near)!r}?" if near else start

    def nearest_path(self, place: Path, rest: Steps) -> Path:
        """What is written at the nearest words to steps that lead nowhere; empty where a step is near none."""
        for step in rest:
            known = {str(name): name for name, _ in children(self.nodes[place])}
            near = str(step) if str(step) in known else nearest_word(str(step), known)
            if near is None:
                return ()
            place = (*place, known[near])
        return place

    # Bounds

    def bounded(self, node: Node) -> Node:
        """The table or list, unless references made too much of it."""
        inner = [self.sizes.get(id(entry.value), (1, 0)) for _, entry in children(node)]
        count = 1 + sum(size for size, _ in inner)
        depth = 1 + max((depth for _, depth in inner), default=0)
        if count > MAX_VALUES or depth > MAX_DEPTH:
            raise _UnresolvedError(f"{TOO_MANY if count > MAX_VALUES else TOO_DEEP}, references replaced")
        self.sizes[id(node.value)] = (count, depth)
        return node

    def emptied(self, root: Node) -> Node:
        """The top table with nothing in it that could be read, so that what is missing is not reported as well."""
        assert isinstance(root.value, dict), "a config is a table"
        return Node({key: Node(Unresolved(), entry.origin) for key, entry in root.value.items()}, root.origin)

    def report(self, path: Path, node: Node, message: str) -> None:
        self.findings.append(Finding(node.origin, path, message))


def _shown_circle(around: Sequence[Path], length: int) -> str:
    words = [dotted(path) or "the whole config" for path in around]
    if length <= _MOST_SHOWN:
        return " -> ".join([*words, words[0]])
    return " -> ".join([*words[: _MOST_SHOWN - 2], f"{length - _MOST_SHOWN + 2} more", words[0]])


def _has_dollar(node: Node) -> bool:
    if isinstance(node.value, dict):
        return any("${" in key for key in node.value)
    return isinstance(node.value, str) and "${" in node.value


def _concrete_step(node: Node, step: Step) -> str | int | None:
    """The step as a key or position that is there."""
    match node.value:
        case dict(entries):
            return str(step) if str(step) in entries else None
        case list(items) if isinstance(step, int) and -len(items) <= step < len(items):
            return step % len(items)
    return None
