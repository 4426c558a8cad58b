"""Who imports whom, read from source without importing anything."""

import ast
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from attrs import field, frozen

__all__ = ["Import", "Moment", "SourceTree"]


class Moment(StrEnum):
    """When an import statement runs."""

    LOAD = "when the module is imported"
    CALL = "inside a function"
    TYPES = "for the type checker only"


@frozen
class Import:
    """One imported name, or one imported module."""

    importer: str
    """Dotted name of the module that holds the statement."""

    line: int
    written: str
    """The module as the statement names it."""

    name: str | None
    """What is taken from it; ``None`` for ``import module``."""

    target: str
    """The module that defines the name: front doors are looked through."""

    moment: Moment
    is_relative: bool = False

    def __str__(self) -> str:
        """The statement, with its place, as a line of a report."""
        return f"{self.importer}:{self.line} imports {'.'.join(filter(None, [self.written, self.name]))}"


@frozen
class SourceTree:
    """Every module below some ``src`` folders."""

    paths: Mapping[str, Path]
    """File of each module, by dotted name; a package is its ``__init__.py``."""

    _exports: dict[str, dict[str, str]] = field(factory=dict, init=False, eq=False)

    @classmethod
    def read(cls, *roots: Path) -> "SourceTree":
        """The modules below each of ``roots``."""
        files = [(path.relative_to(root), path) for root in roots for path in sorted(root.rglob("*.py"))]
        return cls({_dotted(relative): path for relative, path in files})

    def is_package(self, module: str) -> bool:
        """Whether the module is a folder's ``__init__``."""
        return self.paths[module].name == "__init__.py"

    def package_of(self, module: str) -> str:
        """The package a module lies in; a package lies in itself."""
        return module if self.is_package(module) else module.rpartition(".")[0]

    def exports(self, package: str) -> dict[str, str]:
        """Names a package's front door offers, each with the module it names as their home."""
        if package not in self._exports:
            self._exports[package] = dict(_exports(_parse(self.paths[package])))
        return self._exports[package]

    def home(self, module: str, name: str) -> str:
        """The module that defines ``name``, imported from ``module``."""
        if module in self.paths and self.is_package(module) and name in self.exports(module):
            home = self.exports(module)[name]
            return f"{module}.{name}" if home == module else self.home(home, name)
        inner = f"{module}.{name}"
        return inner if inner in self.paths else module

    def imports(self, module: str) -> list[Import]:
        """Every import statement of a module, one entry for each name."""
        visitor = _ImportVisitor(self, module)
        visitor.visit(_parse(self.paths[module]))
        return visitor.found

    def all_imports(self) -> Iterator[Import]:
        """Every import statement of the tree."""
        for module in self.paths:
            yield from self.imports(module)

    def executed_with(self, module: str) -> Iterator[tuple[str, int]]:
        """Modules that run when ``module`` is imported, first step only, with the line responsible."""
        yield from ((parent, 1) for parent in _parents(module))
        for statement in self.imports(module):
            if statement.moment is Moment.LOAD:
                for executed in (statement.written, statement.target):
                    yield from ((name, statement.line) for name in (*_parents(executed), executed))


class _ImportVisitor(ast.NodeVisitor):
    def __init__(self, tree: SourceTree, module: str) -> None:
        self.tree = tree
        self.module = module
        self.moment = Moment.LOAD
        self.found: list[Import] = []

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._add(node, alias.name, None)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        written = _absolute(node, self.tree.package_of(self.module))
        for alias in node.names:
            self._add(node, written, alias.name, is_relative=node.level > 0)

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        if called in {"import_module", "__import__"} and node.args and isinstance(node.args[0], ast.Constant):
            self._add(node, str(node.args[0].value), None)
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            self._visit_at(Moment.TYPES, node.body)
            self._visit_at(self.moment, node.orelse)
        else:
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._visit_at(Moment.CALL if self.moment is Moment.LOAD else self.moment, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 (ast.NodeVisitor finds methods by these names)

    def _visit_at(self, moment: Moment, nodes: list[ast.stmt]) -> None:
        before, self.moment = self.moment, moment
        for node in nodes:
            self.visit(node)
        self.moment = before

    def _add(self, node: ast.expr | ast.stmt, written: str, name: str | None, *, is_relative: bool = False) -> None:
        target = written if name is None else self.tree.home(written, name)
        self.found.append(Import(self.module, node.lineno, written, name, target, self.moment, is_relative))


def _exports(module: ast.Module) -> Iterator[tuple[str, str]]:
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call)]
    tables = [call.args[1] for call in calls if ast.unparse(call.func).rpartition(".")[2] == "front_door"]
    for table in tables:
        yield from ast.literal_eval(table).items()
    if not tables:
        for node in module.body:
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                yield from ((alias.asname or alias.name, str(node.module)) for alias in node.names)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return str(node.module)
    base = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*base, *filter(None, [node.module])])


def _dotted(relative: Path) -> str:
    return ".".join(relative.with_suffix("").parts).removesuffix(".__init__")


def _parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
