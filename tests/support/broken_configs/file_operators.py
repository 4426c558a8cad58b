"""Files that cannot be read, and files that build on what they should not."""

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from broken_configs.good import Good
from broken_configs.misspelling import misspellings

__all__ = ["FileMistake", "bad_bases", "bad_files"]


_CONTENTS: Mapping[str, str | bytes] = {
    "empty.toml": "",
    "empty.json": "",
    "blank.yaml": "\n\n",
    "list.json": "[1, 2]",
    "list.yaml": "- a\n- b\n",
    "text.yaml": "just words\n",
    "null.json": "null",
    "nul.toml": b"a = 1\0\n",
    "bytes.toml": b"\xff\xfe\x00",
    "utf16.json": '{"a": 1}'.encode("utf-16"),
    "cut.json": '{"data": {',
    "cut.toml": "[data",
    "cut.yaml": "data: {train: [",
    "tab.yaml": "data:\n\ttrain: 1\n",
    "two.yaml": "data: 1\n---\ndata: 2\n",
    "tag.yaml": "data: !!python/name:os.system ''\n",
    "set.yaml": "data: !!set {a, b}\n",
    "alias.yaml": "data: *nowhere\n",
    "itself.yaml": "data: &a [*a]\n",
    "deep.json": '{"a": ' * 3000 + "1" + "}" * 3000,
    "comma.json": '{"data": 1,}',
    "comment.json": '{"data": 1 // one\n}',
    "quotes.json": "{'data': 1}",
    "nan.json": '{"data": NaN}',
    "colon.toml": "data: 1\n",
    "words.toml": "hello there\n",
    "bare.toml": "[data]\nroot = here\n",
    "same.toml": "[data]\n[data]\n",
    "both.toml": "data = 1\n[data]\n",
    "same.yaml": "data: 1\ndata: 2\n",
    "same.json": '{"data": 1, "data": 2}',
    "number.yaml": "1: 2\n",
    "complex.yaml": "? [a, b]\n: 1\n",
    "config.txt": "[data]\n",
    "config.rst": "data = 1\n",
    "config": "[data]\n",
}
"""Files that are no config, by name."""

_BASES = {
    '"nowhere.toml"': "case.toml:1",
    '["nowhere.toml"]': "case.toml:1",
    '["configs/quickstart.toml", "nowhere.toml"]': "case.toml:1",
    "3": "case.toml:1",
    "true": "case.toml:1",
    "[3]": "case.toml:1",
    "[[]]": "case.toml:1",
    "{ file = 1 }": "case.toml:1",
    '"configs"': "c",
    '"case.toml"': "case.toml",
    '"./case.toml"': "case.toml",
    '"configs/../case.toml"': "case.toml",
}
"""What ``extends`` in ``case.toml`` may not be, and where that is told: at that line, or in the file that it names."""


@frozen(kw_only=True)
class FileMistake:
    """What to write, and where the mistake is told."""

    what: str
    files: Mapping[str, str | bytes] = field(factory=dict)
    argument: str
    place: str
    path: str = ""
    word: str = ""


def bad_files() -> Iterator[FileMistake]:
    """A file that holds no table of settings."""
    for name, content in _CONTENTS.items():
        yield FileMistake(what=name, files={name: content}, argument=name, place=name)
    yield FileMistake(what="no such file", argument="nothing.toml", place="nothing.toml")
    yield FileMistake(what="folder", files={"folder.toml/inside": ""}, argument="folder.toml", place="folder.toml")


def bad_bases(good: Good) -> Iterator[FileMistake]:
    """``extends`` that leads nowhere, in a circle, or to what is no file."""
    for value, place in _BASES.items():
        yield FileMistake(what=value, files={"case.toml": f"extends = {value}\n"}, argument="case.toml", place=place)
    circle = {"a.toml": 'extends = "b.toml"\n', "b.toml": 'extends = "c.toml"\n', "c.toml": 'extends = "a.toml"\n'}
    yield FileMistake(what="circle of three", files=circle, argument="a.toml", place="c.toml")
    broken = {"case.toml": 'extends = "base.yaml"\n', "base.yaml": "data: [1\n"}
    yield FileMistake(what="broken base", files=broken, argument="case.toml", place="base.yaml")
    for wrong, _ in misspellings("extends"):
        text = f'{wrong} = "{good.file}"\n'
        yield FileMistake(
            what=wrong, files={"case.toml": text}, argument="case.toml", place="case.toml:1", path=wrong, word="extends"
        )
