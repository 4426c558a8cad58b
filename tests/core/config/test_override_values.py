import re
import shutil
import subprocess

import pytest

from detcore.config.layering.override_values import override_value

VALUES = [
    pytest.param("640,800", [640, 800], id="numbers"),
    pytest.param("640,", [640], id="one number"),
    pytest.param("cat,dog", ["cat", "dog"], id="words"),
    pytest.param("cat, 2 ,true,1.5", ["cat", 2, True, 1.5], id="a mixture"),
    pytest.param('"a,b",c', ["a,b", "c"], id="a comma in quotes"),
    pytest.param('"a,b"', "a,b", id="a comma in a text"),
    pytest.param(",", [], id="the empty list"),
    pytest.param("[]", [], id="the empty list, as TOML"),
    pytest.param("[640,800]", [640, 800], id="as TOML"),
    pytest.param("[1,2],[3]", [[1, 2], [3]], id="lists"),
    pytest.param("{x=1},{x=2}", [{"x": 1}, {"x": 2}], id="tables"),
    pytest.param("${a},${b.c}", ["${a}", "${b.c}"], id="references"),
    pytest.param("a=b,c=d", ["a=b", "c=d"], id="equals signs"),
    pytest.param("5 # x", "5 # x", id="no comment"),
    pytest.param("12#3", "12#3", id="no comment in a word"),
    pytest.param("1]#", "1]#", id="no bracket of ours"),
    pytest.param("1]\nb=[2", "1]\nb=[2", id="no second key"),
    pytest.param("1e-3", 0.001, id="a small number"),
    pytest.param("'x'", "x", id="quoted"),
    pytest.param("", "", id="nothing"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_what_a_value_means(text, value):
    assert override_value(text) == value


REFUSED = [
    pytest.param("[1,2", "the value [1,2 cannot be read: Unclosed array", id="open list"),
    pytest.param(
        "{a=1} x", "the value {a=1} x cannot be read: Expected newline or end of document after a statement", id="rest"
    ),
    pytest.param("a,,b", "the value a,,b cannot be read: Invalid value", id="nothing between"),
    pytest.param("a,[1", "the value a,[1 cannot be read: Invalid value", id="open list in a list"),
    pytest.param("[" * 5000, "the value has tables or lists nested more than 50 levels deep", id="too deep"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_begins_like_a_value_and_is_none(text, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        override_value(text)


UNQUOTED = (
    "training.epochs=24 data.train.augmentations.0.sizes=640,800 sizes=640, data.classes=cat,dog optimizer.lr=1e-3 "
    "training.hooks+=a,b data.train.augmentations.+.type=random-flip data.train.augmentations.-1.probability=0.3 "
    "weights.path=zoo:mask_rcnn_R_50_FPN_3x run.directory=../runs/a.b x=, x=-1"
)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_ordinary_overrides_need_no_quoting(shell):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")

    done = subprocess.run([shell, "-fc", f"printf '%s\\n' {UNQUOTED}"], capture_output=True, text=True, check=True)

    assert done.stdout.split() == UNQUOTED.split()
