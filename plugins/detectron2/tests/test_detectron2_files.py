"""What is read from files, and refused in one sentence."""

import re

import pytest

from det_plugin_detectron2 import translate
from det_plugin_detectron2.base_chain import read_chain
from det_plugin_detectron2.yaml_document import read_document
from detcore.errors import ConfigError


def values_of(path):
    return {key: source.value for key, source in read_chain(path).items()}


def test_leaves_know_their_line(written):
    path = written("MODEL:\n  RESNETS:\n    DEPTH: 101\nSEED: 7\n")

    sources = read_document(path).sources

    assert {key: (source.value, source.file, source.line) for key, source in sources.items()} == {
        "MODEL.RESNETS.DEPTH": (101, str(path), 3),
        "SEED": (7, str(path), 4),
    }


def test_tags_of_published_configs_are_understood(written):
    path = written(
        """
        TUPLE: !!python/tuple [1, 2]
        SIZES: !!python/object/apply:eval ["[x * 2 for x in [16, 32]]"]
        """
    )

    assert values_of(path) == {"TUPLE": [1, 2], "SIZES": [32, 64]}


def test_aliases_and_merge_keys_are_resolved(written):
    path = written("A: &a {X: 1, Y: [1, 2]}\nB: {<<: *a, X: 3}\nC: *a\n")

    assert values_of(path) == {"A.X": 1, "A.Y": [1, 2], "B.Y": [1, 2], "B.X": 3, "C.X": 1, "C.Y": [1, 2]}


def test_lists_of_tables_are_counted(written):
    assert values_of(written("STAGES:\n- {N: 3}\n- {N: 4}\n")) == {"STAGES.0.N": 3, "STAGES.1.N": 4}


def test_bases_come_first_and_the_file_wins(written):
    written("A: base\nB: base\nC: base\n", "shared/base.yaml")
    written("_BASE_: ../shared/base.yaml\nB: middle\n", "models/middle.yaml")

    assert values_of(written("_BASE_: models/middle.yaml\nC: top\n")) == {"A": "base", "B": "middle", "C": "top"}


def test_of_several_bases_the_last_wins(written):
    written("A: first\nB: first\n", "first.yaml")
    written("B: second\n", "second.yaml")

    assert values_of(written("_BASE_: [first.yaml, second.yaml]\n")) == {"A": "first", "B": "second"}


def test_a_base_of_many_is_read_once(written):
    written("A: 1\n", "0.yaml")
    for number in range(1, 60):
        path = written(f"_BASE_: [{number - 1}.yaml, {number - 1}.yaml]\n", f"{number}.yaml")

    assert values_of(path) == {"A": 1}


def test_a_base_may_lie_in_the_home_folder(written, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    written("A: 1\n", "home/base.yaml")

    assert values_of(written("_BASE_: ~/base.yaml\n")) == {"A": 1}


def test_a_base_is_told_by_its_shortest_name(written, tmp_path):
    written("A: 1\n", "base.yaml")

    sources = read_chain(written("_BASE_: ../base.yaml\n", "models/config.yaml"))

    assert sources["A"].file == str(tmp_path / "base.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "A: !!python/object/apply:os.system ['true']",
            "{}:1: the tag !!python/object/apply:os.system would execute code, and configs are never executed",
            id="a call",
        ),
        pytest.param(
            "A: !!python/name:os.system ''",
            "{}:1: the tag !!python/name:os.system would execute code, and configs are never executed",
            id="a name",
        ),
        pytest.param(
            "A:\n- !!python/object/new:x []",
            "{}:2: the tag !!python/object/new:x would execute code, and configs are never executed",
            id="an object in a list",
        ),
        pytest.param(
            "A: !!python/object/apply:eval ['open(1)']",
            "{}:1: 'open(1)' is more than arithmetic, and configs are never executed",
            id="more than arithmetic",
        ),
        pytest.param(
            "A: !!python/object/apply:eval '1'",
            "{}:1: an eval tag is understood with one text in a list, as published configs have it",
            id="an eval of a text",
        ),
        pytest.param(
            "A: !!python/object/apply:eval ['1', '2']",
            "{}:1: an eval tag is understood with one text in a list, as published configs have it",
            id="an eval of two",
        ),
        pytest.param("A: !thing [1]", "{}:1: the tag '!thing' has no meaning in a config", id="an unknown tag"),
        pytest.param(
            "A: !thing {B: 1}", "{}:1: the tag '!thing' has no meaning in a config", id="an unknown tag of a table"
        ),
        pytest.param("A: 1\nA: 2", "{}:2: the key 'A' stands twice in one table", id="a repeated key"),
        pytest.param("A: {1: 2}", "{}:1: the key '1' must be a word", id="a number as a key"),
        pytest.param(
            "A: [[{B: 1}]]", "{}:1: a table cannot stand in a list of plain values", id="a table deep in a list"
        ),
        pytest.param("- 1", "{}: must hold a table of settings", id="a list"),
        pytest.param("", "{}: must hold a table of settings", id="nothing"),
        pytest.param("A: [1", "{}:1: is no YAML: expected ',' or ']', but got '<stream end>'", id="no YAML"),
        pytest.param("A: 1\n---\nB: 2", "{}:2: is no YAML: but found another document", id="two documents"),
        pytest.param(
            "A: !!int x", "{}:1: 'x' is no value: invalid literal for int() with base 10: 'x'", id="no number"
        ),
        pytest.param("A: &a [*a]", "{}: is nested too deeply, or refers to itself", id="a list in itself"),
        pytest.param("A: " + "[" * 3000, "{}: is nested too deeply, or refers to itself", id="too deep"),
        pytest.param(
            "_BASE_: https://there/base.yaml",
            "{}:1: _BASE_: https://there/base.yaml is not fetched; save it beside this file and name it here",
            id="a base on the web",
        ),
        pytest.param("_BASE_: 7", "{}:1: _BASE_: names a file or several, not 7", id="a number as a base"),
    ],
)
def test_what_is_refused(written, text, message):
    path = written(text)

    with pytest.raises(ConfigError, match=f"^{re.escape(message.format(path))}$"):
        read_chain(path)


def test_a_circle_of_bases(written):
    first = written("_BASE_: second.yaml\n", "first.yaml")
    second = written("_BASE_: first.yaml\n", "second.yaml")

    with pytest.raises(
        ConfigError, match=f"^{second}: _BASE_ leads back to {first}: configs build on each other in a circle$"
    ):
        read_chain(first)


def test_a_value_of_the_base_is_no_table(written):
    base = written("MODEL:\n  RPN: 1\n", "base.yaml")
    path = written("_BASE_: base.yaml\nMODEL:\n  RPN:\n    NMS_THRESH: 0.7\n")

    with pytest.raises(
        ConfigError, match=f"^{path}:4: MODEL.RPN.NMS_THRESH: MODEL.RPN is a value in {base}:2, not a table$"
    ):
        read_chain(path)


def test_a_bomb_of_aliases(written):
    lines = ["A0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"A{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    path = written("\n".join(lines))

    with pytest.raises(ConfigError, match=rf"^{path}:\d+: aliases make this file more than 50000 values$"):
        read_chain(path)


def test_files_that_are_none(tmp_path):
    large, folder, binary, latin = (tmp_path / f"{name}.yaml" for name in ("large", "folder", "binary", "latin"))
    large.write_text("#" * (1024 * 1024 + 1))
    folder.mkdir()
    binary.write_bytes(b"A: \x00")
    latin.write_bytes(b"A: \xff")

    refusals = [
        (tmp_path / "none.yaml", "there is no such file$"),
        (large, "has 1,048,577 bytes, but a config file may have at most 1,048,576$"),
        (folder, "is a folder, not a config file$"),
        (binary, "holds a NUL character, so it is not a text file$"),
        (latin, "is not UTF-8 text: byte 3 of the file is 0xff$"),
    ]
    for path, message in refusals:
        with pytest.raises(ConfigError, match=rf"^{path}(:1)?: {message}"):
            read_document(path)


def test_python_configs_are_out_of_scope(tmp_path):
    with pytest.raises(
        ConfigError, match=r"^.*x\.py: LazyConfig files are Python, which is not executed here; in Detectron2, "
    ):
        translate(tmp_path / "x.py")


def test_other_endings(tmp_path):
    with pytest.raises(ConfigError, match=r"^.*x\.toml: a Detectron2 config ends in \.yaml or \.yml, not '\.toml'$"):
        translate(tmp_path / "x.toml")


def test_old_versions(written):
    path = written("VERSION: 1\nMODEL: {WEIGHT: x}\n")

    with pytest.raises(
        ConfigError, match=f"^{path}:1: VERSION: only version 2 is understood, not 1; let Detectron2 upgrade the file$"
    ):
        translate(path)
