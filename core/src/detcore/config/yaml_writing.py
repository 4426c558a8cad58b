"""YAML that every reader reads alike: what YAML 1.1 or 1.2 would not take for text is put in quotes."""

import yaml

from detcore.config.yaml_traps import core_schema

__all__ = ["yaml_text"]


class _Dumper(yaml.SafeDumper):
    """The safe dumper, which by itself only minds YAML 1.1."""


def yaml_text(value: object) -> str:
    """Tables, lists and scalars as a YAML document, keys in their order."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    is_plain = core_schema(text) == text
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_plain else '"')


_Dumper.add_representer(str, _text)
