import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from detcore.training import DisplayHook, MetricsHook, RunLog, StepClock, format_duration


def run_at(step):
    return SimpleNamespace(
        step=step,
        total_steps=10,
        epoch=step / 4,
        metrics={"loss": 1.5, "loss_box": 0.5, "loss_class": 1.0, "lr": 0.01, "gradient_norm": 3.0},
    )


def show(console, steps, every_steps=2, log_path=None):
    """What is written while a run of so many steps passes; each waits 1 s and computes 3 s."""
    clock, log = StepClock(), RunLog(console=console)
    if log_path is not None:
        log.open(log_path)
    metrics = MetricsHook(writers=[], every_steps=every_steps)
    display = DisplayHook(log=log, clock=clock, metrics=metrics, batch_size=8, every_steps=every_steps)
    display.before_training(run_at(0))
    for step in range(1, steps + 1):
        clock.data_s, clock.compute_s, clock.steps = clock.data_s + 1, clock.compute_s + 3, clock.steps + 1
        metrics.after_step(run_at(step))
        display.after_step(run_at(step))
    display.after_training(run_at(steps))
    return console.file.getvalue()


def test_without_a_terminal_there_is_a_line_for_every_interval():
    said = show(Console(file=io.StringIO(), highlight=False), steps=4)

    rest = "2.0 images/s · {} left · data 25 % · compute 75 %"
    losses = "loss 1.5 (loss_box 0.5, loss_class 1) · lr 0.01"
    assert said.splitlines() == [
        f"step 2/10 · epoch 0.50 · {losses} · {rest.format('0:32')}",
        f"step 4/10 · epoch 1.00 · {losses} · {rest.format('0:24')}",
    ]


def test_on_a_terminal_the_display_is_redrawn_and_the_log_gets_the_lines(tmp_path):
    console = Console(file=io.StringIO(), force_terminal=True, width=140)

    said = show(console, steps=3, log_path=tmp_path / "log.txt")

    assert "3/10" in said
    assert "data 25 % · compute 75 %" in said
    assert "step 2/10 · epoch 0.50" in (tmp_path / "log.txt").read_text()


def test_what_is_said_before_there_is_a_file_is_written_later(tmp_path):
    log = RunLog(console=Console(file=io.StringIO()))

    log.say("early")
    log.open(tmp_path / "log.txt")
    log.say("late")

    assert [line[21:] for line in (tmp_path / "log.txt").read_text().splitlines()] == ["early", "late"]


@pytest.mark.parametrize(("seconds", "expected"), [(0, "0:00"), (59.6, "1:00"), (3600, "1:00:00")])
def test_durations_read_as_on_a_clock(seconds, expected):
    assert format_duration(seconds) == expected
