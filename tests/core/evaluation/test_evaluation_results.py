"""Results: merged, looked up, written and read again."""

import json
import math

import pytest

from detcore.errors import ConfigError
from detcore.evaluation import load_results, merge_results, metric, save_results, without_nan

RESULTS = {"bbox": {"AP": 61.5, "APs": math.nan, "per_class": {"cat": 70.0, "St. Bernard": 53.0}}, "seconds": 2.0}


def test_results_are_merged_table_by_table():
    merged = merge_results([{"bbox": {"AP": 1.0}}, {"bbox": {"time": 2.0}}, {"segm": {"AP": 3.0}}])

    assert merged == {"bbox": {"AP": 1.0, "time": 2.0}, "segm": {"AP": 3.0}}


def test_merging_changes_no_result():
    first = {"bbox": {"AP": 1.0}}

    merge_results([first, {"bbox": {"time": 2.0}}])

    assert first == {"bbox": {"AP": 1.0}}


@pytest.mark.parametrize(
    "second",
    [pytest.param({"bbox": {"AP": 1.0}}, id="a value twice"), pytest.param({"bbox": {"AP": {"x": 1.0}}}, id="a table")],
)
def test_value_reported_twice_is_refused(second):
    with pytest.raises(ConfigError) as caught:
        merge_results([{"bbox": {"AP": 1.0}}, second])

    assert str(caught.value) == "two evaluators both report 'bbox.AP'; keep one of them"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("bbox.AP", 61.5, id="nested"),
        pytest.param("seconds", 2.0, id="at the top"),
        pytest.param("bbox.per_class.St. Bernard", 53.0, id="a name with a dot"),
    ],
)
def test_metric_is_found_by_its_path(path, value):
    assert metric(RESULTS, path) == value


def test_undefined_metric_is_found_as_not_a_number():
    assert math.isnan(metric(RESULTS, "bbox.APs"))


@pytest.mark.parametrize("path", ["segm.AP", "bbox", "bbox.AP.cat", ""])
def test_unknown_metric_is_refused_with_what_there_is(path):
    with pytest.raises(ConfigError) as caught:
        metric(RESULTS, path)

    assert str(caught.value) == f"no metric '{path}' was measured; there is bbox.AP, bbox.APs, seconds"


def test_metric_of_no_evaluators_is_refused():
    with pytest.raises(ConfigError) as caught:
        metric({}, "bbox.AP")

    assert str(caught.value) == "no metric 'bbox.AP' was measured; there is none at all"


def test_results_are_json_without_nan():
    assert without_nan(RESULTS)["bbox"]["APs"] is None
    assert json.loads(json.dumps(without_nan(RESULTS), allow_nan=False))["bbox"]["AP"] == 61.5


def test_results_written_and_read_are_equal(tmp_path):
    path = tmp_path / "evaluation/results.json"

    save_results(RESULTS, path)

    read = load_results(path)
    assert math.isnan(metric(read, "bbox.APs"))
    assert without_nan(read) == without_nan(RESULTS)
    assert [file.name for file in path.parent.iterdir()] == ["results.json"]
