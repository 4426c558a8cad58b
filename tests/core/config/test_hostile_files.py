"""Files that ask for all the memory or time there is end in one sentence."""

import json
import subprocess
import sys

import pytest

from detcore.config import load
from detcore.config.text.limits import MAX_BYTES, MAX_FILES_DEEP, MAX_KEYS, MAX_VALUES
from detcore.config.text.nodes import plain
from detcore.config.text.reading import parse
from detcore.errors import ConfigError

DEEP = "has tables or lists nested more than 50 levels deep"
WIDE = "has a table of more than 2,000 keys"
MANY = "holds more than 50,000 values"


def doubling(first, line, times=60):
    return "\n".join([first, *(line.format(name=f"x{i + 1}", other=f"x{i}") for i in range(times))])


def yaml_bomb():
    pairs = zip("abcdefgh", "bcdefghi", strict=True)
    lines = (f"{name}: &{name} [{', '.join([f'*{other}'] * 9)}]" for other, name in pairs)
    return "\n".join(["a: &a [x, x, x, x, x, x, x, x, x]", *lines])


HOSTILE = [
    pytest.param(".toml", "a=" + "[" * 5000 + "]" * 5000, f"a.toml: {DEEP}", id="TOML arrays in arrays"),
    pytest.param(".toml", "a=" + "{a=" * 5000 + "1" + "}" * 5000, f"a.toml: {DEEP}", id="TOML tables in tables"),
    pytest.param(".toml", ".".join(["a"] * 5000) + "=1", f"a.toml: {DEEP}", id="TOML dotted key"),
    pytest.param(".toml", ".".join(["a"] * 200) + "=1", f"a.toml: {DEEP}", id="TOML dotted key the parser accepts"),
    pytest.param(".toml", "[" + ".".join(["a"] * 5000) + "]", f"a.toml: {DEEP}", id="TOML header"),
    pytest.param(".json", '{"a":' * 5000 + "1" + "}" * 5000, f"a.json: {DEEP}", id="JSON objects"),
    pytest.param(".json", '{"a":' * 60 + "1" + "}" * 60, f"a.json: {DEEP}", id="JSON objects the parser accepts"),
    pytest.param(".yaml", "a: " + "[" * 5000, f"a.yaml:1: {DEEP}", id="YAML flow"),
    pytest.param(".yaml", "\n".join(" " * i + "a:" for i in range(1000)), f"a.yaml:51: {DEEP}", id="YAML block"),
    pytest.param(".toml", "".join(f"k{i}=1\n" for i in range(MAX_KEYS + 1)), f"a.toml: {WIDE}", id="TOML keys"),
    pytest.param(".json", json.dumps({str(i): 1 for i in range(MAX_KEYS + 1)}), f"a.json: {WIDE}", id="JSON keys"),
    pytest.param(".yaml", "".join(f"k{i}: 1\n" for i in range(MAX_KEYS + 1)), f"a.yaml:2001: {WIDE}", id="YAML keys"),
    pytest.param(".toml", "a=[" + "0," * MAX_VALUES + "]", f"a.toml: {MANY}", id="TOML elements"),
    pytest.param(".yaml", "a: [" + "0, " * MAX_VALUES + "]", f"a.yaml:1: {MANY}", id="YAML elements"),
    pytest.param(".yaml", yaml_bomb(), f"a.yaml:5: {MANY}, aliases repeated", id="YAML bomb"),
    pytest.param(".toml", "a=" + "9" * 5000, "a.toml:1: holds an integer of more than 4,000 digits", id="TOML digits"),
    pytest.param(
        ".toml", "\na=0x" + "f" * 50_000, "a.toml:2: holds an integer of more than 4,000 digits", id="hexadecimal"
    ),
    pytest.param(
        ".json", '{"a":' + "9" * 5000 + "}", "a.json:1: holds an integer of more than 4,000 digits", id="JSON digits"
    ),
    pytest.param(".yaml", "a: " + "9" * 5000, "a.yaml:1: holds an integer of more than 4,000 digits", id="YAML digits"),
    pytest.param(
        ".toml",
        'a="' + "x" * 20_000 + '"',
        f"a.toml:1: '{'x' * 57}...' has 20,000 characters, more than 10,000",
        id="text",
    ),
    pytest.param(
        ".toml", "x" * 20_000 + "=1", f"a.toml:1: '{'x' * 57}...' has 20,000 characters, more than 200", id="key"
    ),
    pytest.param(
        ".json",
        '{"a": "\\ud800"}',
        "a.json:1: '\\ud800' holds half a character (a lone surrogate)",
        id="JSON surrogate",
    ),
    pytest.param(
        ".yaml", 'a: "\\ud800"', "a.yaml:1: '\\ud800' holds half a character (a lone surrogate)", id="YAML surrogate"
    ),
    pytest.param(
        ".json",
        '{"\\ud800": 1}',
        "a.json:1: '\\ud800' holds half a character (a lone surrogate)",
        id="surrogate in a key",
    ),
]


@pytest.mark.parametrize(("suffix", "text", "message"), HOSTILE)
def test_a_text_out_of_all_proportion_is_refused(suffix, text, message):
    with pytest.raises(ConfigError) as caught:
        parse(text, suffix, f"a{suffix}")

    assert str(caught.value) == message


def test_a_long_list_of_classes_is_in_proportion():
    names = [f"class {i}" for i in range(22_000)]

    node = parse(json.dumps({"data": {"classes": names}}), ".json", "a.json")

    assert plain(node)["data"]["classes"] == names


BY_REFERENCES = [
    pytest.param(
        doubling('x0=["a","a"]', '{name}=["${{{other}}}","${{{other}}}"]'),
        f"a.toml:1: {MANY}, references replaced",
        id="lists of lists",
    ),
    pytest.param(
        doubling('x0="aa"', '{name}="${{{other}}}${{{other}}}"'),
        f"a.toml:20: x19: references make more than {MAX_BYTES:,} characters of text",
        id="texts of texts",
    ),
    pytest.param(
        doubling("x0={}", '{name}={{a="${{{other}}}"}}'), f"a.toml:1: {DEEP}, references replaced", id="tables"
    ),
]


@pytest.mark.parametrize(("text", "message"), BY_REFERENCES)
def test_what_references_make_is_bounded(read, text, message):
    with pytest.raises(ConfigError) as caught:
        read(text)

    assert message in str(caught.value).splitlines()


def test_a_long_chain_of_files_is_refused(write):
    for number in range(MAX_FILES_DEEP + 2):
        write(f"{number}.toml", f'extends = "{number + 1}.toml"\n')

    with pytest.raises(ConfigError, match=r"^20\.toml:1: extends: more than 20 files extend each other$"):
        load("0.toml")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
def test_no_more_than_its_share_of_memory_is_ever_taken(write, tmp_path):
    """A process that may take 200 MB more than it has after importing everything reads the worst of them."""
    texts = {f"{index}{case.values[0]}": case.values[1] for index, case in enumerate(HOSTILE)}
    for name, text in texts.items():
        write(name, text)

    done = subprocess.run(
        [sys.executable, "-c", _CHECK_ALL, *texts], capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stdout.split()) == (0, ["1"] * len(texts)), done.stderr


_CHECK_ALL = """
import resource, sys
from detcore.cli.main import main
main(["check", "missing.toml"])
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + 200 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for name in sys.argv[1:]:
    print(main(["check", name]))
"""
