"""Nothing wrong gets past ``detcore check``: a corpus of broken experiments, asked in a process without torch."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from broken_configs.answering import Answer
from broken_configs.case import Case
from broken_configs.corpus import GOOD
from broken_configs.judging import judged
from heavy_imports import without_heavy_imports

SUPPORT = Path(__file__).parents[1] / "support"
EACH = 25
"""As many cases of every operator, at most."""

TOLD_BESIDES = {
    "wrong nesting": 12,
    "misspelt header": 5,
    "wrong strides": 6,
    "null": 2,
    "misspelt key": 1,
    "misspelt key in place": 1,
    "nothing to measure": 1,
    "plugin tables": 1,
}
"""In how many cases of an operator more is told than the mistake: that what was moved away is missing, every reference
to what was misspelt or is null, every level that a trunk lacks, every evaluator without data, every component of a
plugin that is left out."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> list[Answer]:
    """What ``detcore check`` says to every case."""
    environment = without_heavy_imports(tmp_path_factory.mktemp("site"))
    environment["PYTHONPATH"] += f":{SUPPORT}"

    done = subprocess.run(
        [sys.executable, "-m", "broken_configs.answering", str(tmp_path_factory.mktemp("corpus")), str(EACH)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    return [Answer(case=Case(**row.pop("case")), **row) for row in json.loads(done.stdout)]


def broken(answers: list[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.case.operator != GOOD]


def test_what_is_broken_below_was_good(answers):
    good = [answer for answer in answers if answer.case.operator == GOOD]

    assert len(good) >= 20
    assert [answer for answer in good if answer.status or answer.said] == []


def test_the_corpus_is_large_and_none_of_it_is_there_twice(answers):
    counted = Counter(answer.case.name for answer in broken(answers))

    assert len(counted) >= 250
    assert counted.most_common(1)[0][1] == 1


def test_every_mistake_is_refused_at_its_line_and_path(answers):
    verdicts = [(answer, judged(answer.case, answer.status, answer.said)) for answer in broken(answers)]

    assert [(answer.case.name, verdict.failures, answer.said) for answer, verdict in verdicts if verdict.failures] == []


def test_hardly_anything_but_the_mistake_is_told(answers):
    verdicts = [(answer, judged(answer.case, answer.status, answer.said)) for answer in broken(answers)]

    counted = Counter(answer.case.operator for answer, verdict in verdicts if verdict.besides)
    assert counted == TOLD_BESIDES, [
        (answer.case.name, verdict.besides) for answer, verdict in verdicts if verdict.besides
    ]


def test_the_right_word_is_suggested_for_at_least_95_of_100_slips(answers):
    misspelt = [answer for answer in broken(answers) if answer.case.word]

    missed = [
        answer.case.name for answer in misspelt if judged(answer.case, answer.status, answer.said).is_word_missing
    ]

    assert len(misspelt) >= 100
    assert len(missed) <= 0.05 * len(misspelt), missed
