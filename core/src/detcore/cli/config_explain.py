"""``detcore config explain``: where a setting's value came from, and what may stand there."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from detcore.cli.config_arguments import add_config_argument, add_override_arguments
from detcore.cli.notices import print_notices
from detcore.config import Explanation, Setting
from detcore.config.explaining import Explainer

__all__ = ["add_arguments", "run"]

_LONGEST = 100
"""Characters of a value; the rest of a long list says nothing about where it came from."""


def add_arguments(parser: ArgumentParser) -> None:
    """CONFIG, PATH, overrides, ``--unset``."""
    add_config_argument(parser)
    parser.add_argument("path", metavar="PATH", help="a setting, such as optimizer.lr, or a table of them")
    add_override_arguments(parser)


def run(arguments: Namespace) -> int:
    """Print the chain of places for one setting; for a table, a line for each setting in it."""
    explainer = Explainer.reading(arguments.config, overrides=arguments.overrides, unset=arguments.unset)
    print_notices(explainer.loaded.notices)
    found = explainer.explanations(arguments.path)
    lines = _explained(found[0]) if len(found) == 1 else _listed(found)
    print("\n".join(lines))
    return 0


def _explained(explanation: Explanation) -> Iterator[str]:
    yield from _chain(explanation)
    if explanation.setting is not None:
        yield ""
        yield from (f"  {line}" for line in _described(explanation.setting))


def _chain(explanation: Explanation) -> Iterator[str]:
    """The value, then every place that said something of it, the newest first; references below, further in."""
    yield f"{explanation.path} = {_short(explanation.value)}"
    rows = [(f"default of {explanation.default_of}", "", "")] if explanation.default_of else []
    rows += [(str(each.origin), _short(each.text), "replaced" * each.is_replaced) for each in explanation.mentions]
    yield from (f"  {line}" for line in _columns(rows))
    for reference in explanation.references:
        yield from (f"    {line}" for line in _chain(reference))


def _described(setting: Setting) -> Iterator[str]:
    default = setting.default if setting.default == "required" else f"default {_short(setting.default)}"
    yield "; ".join(filter(None, [setting.type, setting.allowed, default]))
    if setting.help:
        yield setting.help


def _listed(explanations: list[Explanation]) -> Iterator[str]:
    rows = [(each.path, _short(each.value), _origin(each)) for each in explanations]
    yield from _columns(rows)


def _origin(explanation: Explanation) -> str:
    """Where the value in force was written."""
    if explanation.default_of:
        return f"default of {explanation.default_of}"
    newest = explanation.mentions[0] if explanation.mentions else None
    via = f", {newest.text}" if newest and explanation.references else ""
    return f"{newest.origin}{via}" if newest else ""


def _columns(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    widths = [max(len(row[index]) for row in rows) for index in range(2)] if rows else []
    for row in rows:
        yield "  ".join([*map(str.ljust, row, widths), row[2]]).rstrip()


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
