import json
import math
from types import SimpleNamespace

import pytest

from detcore.training import MetricsFile, MetricsHook, cut_metrics, flatten


class Collector:
    def __init__(self):
        self.lines = []

    def scalars(self, step, values):
        self.lines.append((step, dict(values)))

    def close(self):
        self.lines.append("closed")


def run_at(step, loss):
    return SimpleNamespace(step=step, total_steps=5, epoch=step / 10, metrics={"loss": loss, "lr": step / 100})


def test_a_line_holds_the_mean_since_the_last_one_and_the_rate_of_its_step():
    written = Collector()
    hook = MetricsHook(writers=[written], every_steps=2)

    for step, loss in enumerate([1.0, 3.0, 5.0, 7.0, 9.0], start=1):
        hook.after_step(run_at(step, loss))

    assert written.lines == [
        (2, {"epoch": 0.2, "loss": 2.0, "lr": 0.02}),
        (4, {"epoch": 0.4, "loss": 6.0, "lr": 0.04}),
        (5, {"epoch": 0.5, "loss": 9.0, "lr": 0.05}),
    ]


def test_a_resumed_hook_writes_the_mean_an_uninterrupted_one_would():
    first, written = MetricsHook(writers=[], every_steps=2), Collector()
    first.after_step(run_at(1, 0.1))
    second = MetricsHook(writers=[written], every_steps=2)

    second.load_state_dict(first.state_dict())
    second.after_step(run_at(2, 0.2))

    assert written.lines == [(2, {"epoch": 0.2, "loss": pytest.approx(0.15), "lr": 0.02})]


def test_evaluation_results_are_written_under_a_name_of_their_own():
    written = Collector()
    hook = MetricsHook(writers=[written], every_steps=2)

    hook.after_evaluation(run_at(3, 0.0), {"bbox": {"AP": 50.0, "per_class": {"cat": 40.0}}})

    assert written.lines == [(3, {"evaluation/bbox.AP": 50.0, "evaluation/bbox.per_class.cat": 40.0})]


def test_writers_are_closed_at_the_end():
    written = Collector()

    MetricsHook(writers=[written], every_steps=2).after_training(run_at(5, 0.0))

    assert written.lines == ["closed"]


def test_every_line_is_json_even_where_a_number_is_not_finite(tmp_path):
    file = MetricsFile(tmp_path / "metrics.jsonl")

    file.scalars(3, {"AP": math.nan, "loss": 0.5})
    file.close()

    assert json.loads((tmp_path / "metrics.jsonl").read_text()) == {"step": 3, "AP": None, "loss": 0.5}


def test_lines_beyond_a_step_and_half_lines_are_cut(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 2}\n{"step": 4}\n{"step": 6}\n{"step": 4, "lo')

    cut_metrics(path, after_step=4)

    assert path.read_text() == '{"step": 2}\n{"step": 4}\n'


def test_a_file_that_is_not_there_is_not_made_by_cutting(tmp_path):
    cut_metrics(tmp_path / "metrics.jsonl", after_step=4)

    assert list(tmp_path.iterdir()) == []


def test_nested_results_become_dotted_names():
    assert flatten({"a": {"b": {"c": 1}}, "d": 2}) == {"a.b.c": 1.0, "d": 2.0}
