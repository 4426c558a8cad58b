import pytest

from det_plugin_detectron2.arithmetic import evaluate, literal

MORE = r"is more than arithmetic, and configs are never executed$"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("[int(x * 735 / 512) for x in [640, 672]]", [918, 964], id="scaled sizes"),
        pytest.param(
            "[[x, x * 2**(1.0/3)] for x in [32, 64]]", [[32, 32 * 2 ** (1 / 3)], [64, 64 * 2 ** (1 / 3)]], id="octaves"
        ),
        pytest.param("[int(x * 0.1 * 640) for x in range(5, 8)]", [320, 384, 448], id="a range"),
        pytest.param("[x * y for x in (1, 2) for y in (10, 20)]", [10, 20, 20, 40], id="two loops"),
        pytest.param("(1, 2.5, -3)", (1, 2.5, -3), id="a tuple with a sign"),
        pytest.param("7 // 2 + 7 % 4 - 1", 5, id="whole division and rest"),
        pytest.param(" round(2.6) ", 3, id="spaces around"),
        pytest.param("float(3)", 3.0, id="a fraction"),
    ],
)
def test_arithmetic_is_worked_out(text, value):
    assert evaluate(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("__import__('os').system('true')", MORE, id="a call of something"),
        pytest.param("(1).__class__", MORE, id="an attribute"),
        pytest.param("open('/etc/passwd')", MORE, id="a function that is not arithmetic"),
        pytest.param("[1, 2][0]", MORE, id="a subscript"),
        pytest.param("x", MORE, id="a name"),
        pytest.param("'text'", MORE, id="a string"),
        pytest.param("True", MORE, id="a truth"),
        pytest.param("lambda: 1", MORE, id="a function"),
        pytest.param("int(x=1)", MORE, id="a keyword"),
        pytest.param(
            "[x for x in [1] if x]",
            r"^only 'for NAME in LIST' is understood in a list, without conditions$",
            id="a condition",
        ),
        pytest.param(
            "[x for x, y in [1]]",
            r"^only 'for NAME in LIST' is understood in a list, without conditions$",
            id="two names",
        ),
        pytest.param("[x for x in 3]", r"cannot be worked out: 3 is no list$", id="a loop over a number"),
        pytest.param("[0] * 9", r"cannot be worked out: \[0\] is no number$", id="repeated lists"),
        pytest.param("int([1])", r"cannot be worked out: \[1\] is no number$", id="a list as a number"),
        pytest.param("1 / 0", r"^'1 / 0' cannot be worked out: division by zero$", id="division by zero"),
        pytest.param("1 +", r"^'1 \+' is no expression: invalid syntax$", id="not an expression"),
        pytest.param("9 ** 9 ** 9", r"^an exponent of 387420489; at most 64 is understood$", id="a tower"),
        pytest.param("(-8) ** 0.5", r"^a number beyond 1e\+18$", id="no real number"),
        pytest.param("10.0 ** 63 * 10.0", r"^a number beyond 1e\+18$", id="a large number"),
        pytest.param("[x for x in range(10 ** 9)]", r"^an expression of more than 10000 steps$", id="a long loop"),
        pytest.param(
            "1 + " * 3000 + "1", r"^an expression of 12001 characters; at most 10000 are understood$", id="a long text"
        ),
        pytest.param(
            "(" * 4000 + ")" * 4000, r"^(an expression nested too deeply|.* is no expression: .*)$", id="deep"
        ),
    ],
)
def test_anything_else_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        evaluate(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(60000, 80000)", (60000, 80000)),
        ("[[1, 2]]", [[1, 2]]),
        ("1e-3", 0.001),
        ("'quoted'", "quoted"),
        ("None", None),
        ("coco_2017_train", "coco_2017_train"),
        ("__import__('os')", "__import__('os')"),
        ("(640", "(640"),
        ("[" * 10_001, "[" * 10_001),
    ],
)
def test_a_string_that_spells_a_literal_is_that_literal(text, value):
    assert literal(text) == value
