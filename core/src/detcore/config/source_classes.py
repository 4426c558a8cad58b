"""Config classes as their source tells them, so that no plugin is imported to learn what may be set.

What only an execution could tell is left out: fields that a class is given after it was written, computed annotations.
"""

import ast
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from attrs import evolve, field, frozen

from detcore.plugins.module_files import ModuleFiles

__all__ = ["SourceClass", "Sources", "Wanted"]

_DEEPEST = 32
"""Steps from class to base, or from name to name; what is deeper goes in circles."""

_LISTS = frozenset({"FrozenList", "Sequence", "list", "tuple"})
_TABLES = frozenset({"FrozenTable", "Mapping", "dict"})


class SourceClass(NamedTuple):
    """A class, where it is written."""

    module: str
    node: ast.ClassDef


@frozen(kw_only=True)
class Wanted:
    """What may stand at a place of a config, so far as is known."""

    group: str = ""
    """Of the component that is wanted there; empty: none is."""

    table: SourceClass | None = None
    """The class of the table there; of a component, that which is meant where none is named."""

    item: "Wanted | None" = None
    """What an entry of the list or table there may be."""

    is_list: bool = False

    choices: tuple[str, ...] = field(default=())
    """Every value there is, where these can be counted."""

    def with_default(self, table: SourceClass | None) -> "Wanted":
        """The same, where a component is wanted and nobody names one."""
        return evolve(self, table=table) if self.group and table else self


class Sources:
    """Reads each module once."""

    def __init__(self) -> None:
        self._files = ModuleFiles()
        self._trees: dict[str, ast.Module | None] = {}

    def found(self, target: str) -> SourceClass | None:
        """The class that ``"module:Class"`` names; ``None`` where its source is not at hand."""
        module, _, name = target.partition(":")
        found = self._defined(module, name)
        return found if isinstance(found, SourceClass) else None

    def settings(self, owner: SourceClass) -> dict[str, Wanted]:
        """What may stand in each setting of a class, inherited ones first."""
        found: dict[str, Wanted] = {}
        for each in reversed(list(self._line(owner))):
            for statement in each.node.body:
                if isinstance(statement, ast.AnnAssign) and (name := _name_of_setting(statement)):
                    wanted = self._wanted(each.module, statement.annotation)
                    found[name] = wanted.with_default(self._made(each.module, statement.value))
        return found

    def constant(self, owner: SourceClass, name: str) -> object:
        """What a class, or the nearest that it derives from, writes behind a name; ``None``: nothing that is plain."""
        for each in self._line(owner):
            for statement in each.node.body:
                if isinstance(statement, ast.AnnAssign) and _is_name(statement.target, name) and statement.value:
                    return _literal(statement.value)
        return None

    def _line(self, owner: SourceClass, depth: int = 0) -> Iterator[SourceClass]:
        """A class and what it derives from, nearest first."""
        yield owner
        for base in owner.node.bases if depth < _DEEPEST else ():
            found = self._defined(owner.module, base.id) if isinstance(base, ast.Name) else None
            if isinstance(found, SourceClass):
                yield from self._line(found, depth + 1)

    def _wanted(self, module: str, annotation: ast.expr, depth: int = 0) -> Wanted:
        match annotation:
            case _ if depth > _DEEPEST:
                return Wanted()
            case ast.Constant(value=str(text)):
                return self._wanted(module, _parsed(text), depth + 1)
            case ast.BinOp(left=left, right=right):
                sides = [self._wanted(module, side, depth + 1) for side in (left, right)]
                return next((side for side in sides if side != Wanted()), Wanted())
            case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
                values = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                return Wanted(choices=tuple(str(value.value) for value in values if isinstance(value, ast.Constant)))
            case ast.Subscript(value=ast.Name(id=name), slice=inner) if name in _LISTS | _TABLES:
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                part = parts[-1] if name in _TABLES else parts[0]
                return Wanted(item=self._wanted(module, part, depth + 1), is_list=name in _LISTS)
            case ast.Name(id="bool"):
                return Wanted(choices=("true", "false"))
            case ast.Name(id=name):
                return self._named(module, name, depth)
        return Wanted()

    def _named(self, module: str, name: str, depth: int) -> Wanted:
        found = self._defined(module, name)
        if not isinstance(found, SourceClass):
            return Wanted() if found is None else self._wanted(found[0], found[1], depth + 1)
        if any(_is_name(base, kind) for base in found.node.bases for kind in ("Enum", "StrEnum")):
            members = [each.value for each in found.node.body if isinstance(each, ast.Assign)]
            return Wanted(choices=tuple(str(member.value) for member in members if isinstance(member, ast.Constant)))
        group = self.constant(found, "group")
        return Wanted(group=group if isinstance(group, str) else "", table=None if group else found)

    def _made(self, module: str, value: ast.expr | None) -> SourceClass | None:
        """The class of which ``field(factory=…)`` makes the default."""
        for keyword in value.keywords if isinstance(value, ast.Call) else ():
            if keyword.arg == "factory" and isinstance(keyword.value, ast.Name):
                found = self._defined(module, keyword.value.id)
                return found if isinstance(found, SourceClass) else None
        return None

    def _defined(self, module: str, name: str, depth: int = 0) -> "SourceClass | tuple[str, ast.expr] | None":
        """A class, or the value of an alias with its module, through however many imports."""
        tree = self._tree(module)
        for statement in ast.walk(tree) if tree and depth < _DEEPEST else ():
            match statement:
                case ast.ClassDef() if statement.name == name:
                    return SourceClass(module, statement)
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                    return module, value
                case ast.ImportFrom(module=str(source), names=aliases, level=0):
                    for alias in aliases:
                        if (alias.asname or alias.name) == name:
                            return self._defined(source, alias.name, depth + 1)
        return None

    def _tree(self, module: str) -> ast.Module | None:
        if module not in self._trees:
            self._trees[module] = None
            file = self._files.file(module)
            with suppress(OSError, SyntaxError, ValueError):  # a zip file, compiled, or broken
                self._trees[module] = ast.parse(Path(file or "").read_bytes())
        return self._trees[module]


def _name_of_setting(statement: ast.AnnAssign) -> str:
    """As a file gives it; empty where the class variable or attribute cannot be set."""
    annotation = ast.unparse(statement.annotation)
    if not isinstance(statement.target, ast.Name) or annotation.startswith(("ClassVar", "'ClassVar")):
        return ""
    name = statement.target.id
    for keyword in statement.value.keywords if isinstance(statement.value, ast.Call) else ():
        if keyword.arg == "init" and _literal(keyword.value) is False:
            return ""
        if keyword.arg == "alias":
            name = str(_literal(keyword.value))
    return name.lstrip("_")


def _is_name(expression: ast.expr, name: str) -> bool:
    return isinstance(expression, ast.Name) and expression.id == name


def _literal(expression: ast.expr) -> object:
    try:
        return ast.literal_eval(expression)
    except ValueError:
        return None


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return ast.Constant(None)
