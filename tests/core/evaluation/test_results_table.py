"""Results as people read them."""

import math
from textwrap import dedent

from detcore.evaluation import format_results


def table_of(ap, ap50, per_class, per_class_50):
    return {"AP": ap, "AP50": ap50, "APs": math.nan, "per_class": per_class, "per_class_AP50": per_class_50}


def test_tasks_stand_side_by_side():
    results = {
        "bbox": table_of(61.24, 90.0, {"circle": 70.0, "star": 52.48}, {"circle": 100.0, "star": 80.0}),
        "segm": table_of(0.0, 1.0, {"circle": 0.0, "star": math.nan}, {"circle": 1.0, "star": math.nan}),
    }

    assert format_results(results) == dedent("""\
                     bbox         segm
        class          AP   AP50    AP  AP50
        circle       70.0  100.0   0.0   1.0
        star         52.5   80.0     -     -
        all classes  61.2   90.0   0.0   1.0

        bbox: AP 61.2  AP50 90.0  APs -
        segm: AP 0.0  AP50 1.0  APs -""")


def test_class_that_only_one_task_knows_has_a_dash_in_the_other():
    results = {"bbox": {"AP": 1.0, "per_class": {"cat": 1.0}}, "segm": {"AP": 2.0, "per_class": {"grass": 2.0}}}

    lines = format_results(results).splitlines()

    assert lines[2:4] == ["cat           1.0     -", "grass           -   2.0"]


def test_results_without_classes_are_one_line_each():
    assert format_results({"speed": {"seconds": 1.25}, "score": 3.0}) == "score 3.0\nspeed: seconds 1.2"


def test_no_results_are_no_text():
    assert format_results({}) == ""
