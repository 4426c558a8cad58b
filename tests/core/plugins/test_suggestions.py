import pytest

from detcore.plugins import did_you_mean, is_one_slip, nearest_word

KNOWN = ["batch_size", "depth", "lr", "milestones", "norm", "random-flip", "resize-shortest-edge", "sizes"]


@pytest.mark.parametrize(
    ("word", "right"),
    [
        pytest.param("dpeth", "depth", id="two letters swapped"),
        pytest.param("depht", "depth", id="the last two swapped"),
        pytest.param("deph", "depth", id="a letter lost"),
        pytest.param("deptth", "depth", id="a letter doubled"),
        pytest.param("dexth", "depth", id="a letter replaced"),
        pytest.param("Depth", "depth", id="a capital"),
        pytest.param("BATCH_SIZE", "batch_size", id="all capitals"),
        pytest.param("batch-size", "batch_size", id="a dash for an underscore"),
        pytest.param("batchsize", "batch_size", id="no underscore"),
        pytest.param("random_flip", "random-flip", id="an underscore for a dash"),
        pytest.param("milestone", "milestones", id="singular"),
        pytest.param("size", "sizes", id="the nearer of two"),
        pytest.param("rl", "lr", id="a short word"),
        pytest.param("batc_szie", "batch_size", id="two slips"),
        pytest.param("resize-shortset-egde", "resize-shortest-edge", id="two slips in a long word"),
        pytest.param("imeas", "images", id="a letter lost between two that are swapped"),
    ],
)
def test_the_right_word_is_found(word, right):
    assert nearest_word(word, [*KNOWN, "images"]) == right


@pytest.mark.parametrize("word", ["x", "", "learning_rate", "zzz", "workers", "bert"])
def test_a_word_that_is_near_none_has_no_suggestion(word):
    assert nearest_word(word, KNOWN) is None
    assert did_you_mean(word, KNOWN) == ""


def test_of_words_equally_near_the_one_that_begins_the_same_is_meant():
    assert nearest_word("p2x", ["x2x", "p2y"]) == "p2y"


def test_a_suggestion_is_a_question():
    assert did_you_mean("dept", KNOWN) == "; did you mean 'depth'?"


def test_one_slip_is_at_most_one():
    assert is_one_slip("dept", "depth")
    assert is_one_slip("Depth", "depth")
    assert not is_one_slip("det", "depth")
