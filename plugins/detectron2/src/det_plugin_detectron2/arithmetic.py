"""The arithmetic that published configs write in ``eval`` tags, worked out without running any of it.

Detectron2 hands such a text to Python. Here it is parsed, and only numbers, lists and a few words have a meaning.
"""

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

__all__ = ["evaluate", "literal"]

MAX_CHARACTERS: Final = 10_000
MAX_STEPS: Final = 10_000
"""Parts of an expression that are worked out before it is refused as too long."""

MAX_NUMBER: Final = 1e18
MAX_EXPONENT: Final = 64

_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_SIGNS: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {"int": int, "float": float, "round": round, "range": range}


def evaluate(text: str) -> Any:
    """The number or nested list of numbers that an expression stands for.

    >>> evaluate("[int(x * 1.5) for x in [8, 16]]")
    [12, 24]

    Raises:
        ValueError: anything but arithmetic, or too much of it.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"an expression of {len(text)} characters; at most {MAX_CHARACTERS} are understood")
    try:
        tree = ast.parse(text.strip(), mode="eval")
        return _Evaluation().value(tree.body, {})
    except SyntaxError as error:
        raise ValueError(f"{text!r} is no expression: {error.msg}") from error
    except (ArithmeticError, TypeError) as error:
        raise ValueError(f"{text!r} cannot be worked out: {error}") from error
    except (RecursionError, MemoryError) as error:
        raise ValueError("an expression nested too deeply") from error


def literal(text: str) -> Any:
    """What yacs makes of a string: the Python literal it spells, or else the string itself.

    >>> literal("(60000, 80000)")
    (60000, 80000)
    """
    if len(text) > MAX_CHARACTERS:
        return text
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return text


class _Evaluation:
    """One expression being worked out, and how far that has gone."""

    def __init__(self) -> None:
        self.steps = 0

    def value(self, node: ast.expr, names: Mapping[str, Any]) -> Any:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise ValueError(f"an expression of more than {MAX_STEPS} steps")
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return _bounded(number)
            case ast.Name(id=name) if name in names:
                return names[name]
            case ast.List(elts=items):
                return [self.value(item, names) for item in items]
            case ast.Tuple(elts=items):
                return tuple(self.value(item, names) for item in items)
            case ast.UnaryOp(op=sign, operand=operand) if type(sign) in _SIGNS:
                return _SIGNS[type(sign)](_number(self.value(operand, names)))
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
                return _combined(sign, self.value(left, names), self.value(right, names))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
                return _called(name, [self.value(argument, names) for argument in arguments])
            case ast.ListComp(elt=element, generators=generators):
                return list(self.items(element, generators, names))
        raise ValueError(f"{ast.unparse(node)!r} is more than arithmetic, and configs are never executed")

    def items(self, element: ast.expr, generators: list[ast.comprehension], names: Mapping[str, Any]) -> Iterable[Any]:
        """The items of a list comprehension."""
        if not generators:
            yield self.value(element, names)
            return
        first, *others = generators
        if first.ifs or first.is_async or not isinstance(first.target, ast.Name):
            raise ValueError("only 'for NAME in LIST' is understood in a list, without conditions")
        source = self.value(first.iter, names)
        if not isinstance(source, list | tuple | range):
            raise TypeError(f"{source!r} is no list")
        for item in source:
            yield from self.items(element, others, {**names, first.target.id: item})


def _combined(sign: ast.operator, left: Any, right: Any) -> Any:
    _number(left)
    if isinstance(sign, ast.Pow) and abs(_number(right)) > MAX_EXPONENT:
        raise ValueError(f"an exponent of {right}; at most {MAX_EXPONENT} is understood")
    return _bounded(_OPERATORS[type(sign)](left, _number(right)))


def _called(name: str, arguments: list[Any]) -> Any:
    result = _FUNCTIONS[name](*map(_number, arguments))
    return result if isinstance(result, range) else _bounded(result)


def _number(value: Any) -> Any:
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return value


def _bounded(number: Any) -> Any:
    if isinstance(number, complex) or not abs(number) <= MAX_NUMBER:
        raise ValueError(f"a number beyond {MAX_NUMBER:g}")
    return number
