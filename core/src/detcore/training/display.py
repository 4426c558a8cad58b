"""What a run shows while it trains: a live display on a terminal, plain lines everywhere else.

Both say what the run waits for, data or compute, because that is the first question about a slow one.
"""

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from detcore.interfaces import RunState, TrainerHook
from detcore.training.clock import StepClock
from detcore.training.metrics_file import MetricsHook
from detcore.training.run_log import RunLog

__all__ = ["DisplayHook", "format_duration"]


class DisplayHook(TrainerHook):
    """Shows step, losses, learning rate, pictures per second, time left, and shares of waiting and computing."""

    def __init__(
        self, *, log: RunLog, clock: StepClock, metrics: MetricsHook, batch_size: int, every_steps: int
    ) -> None:
        self.log = log
        self.clock = clock
        self.metrics = metrics
        self.batch_size = batch_size
        self.every_steps = every_steps
        self.window = StepClock()
        """The time of the steps of the last line: recent enough to be true, long enough to be calm."""
        self.live: LiveDisplay | None = None

    def before_training(self, run: RunState) -> None:
        """Open the live display, where there is a terminal."""
        if self.log.console.is_terminal:
            self.live = LiveDisplay(self.log, run)

    def after_step(self, run: RunState) -> None:
        """Refresh the display; say a line when it is time."""
        if self.live is not None:
            self.live.show(run, self._pace(run, self.window if self.window.steps else self.clock))
        if run.step % self.every_steps == 0 or run.step == run.total_steps:
            self.window = self.clock.take()
            self._say(f"{describe(run, self.metrics.latest)} · {self._pace(run, self.window)}")

    def after_training(self, run: RunState) -> None:
        """Close the live display, so that what follows starts on a line of its own."""
        if self.live is not None:
            self.live.close()
            self.live = None

    def _say(self, line: str) -> None:
        if self.live is None:
            self.log.say(line)
        else:
            self.log.note(line)

    def _pace(self, run: RunState, clock: StepClock) -> str:
        pace = self.batch_size / clock.step_s if clock.step_s else 0.0
        left = format_duration((run.total_steps - run.step) * clock.step_s)
        data = round(100 * clock.data_share)
        return f"{pace:.1f} images/s · {left} left · data {data} % · compute {100 - data} %"


class LiveDisplay:
    """A bar and two lines under it, redrawn in place."""

    def __init__(self, log: RunLog, run: RunState) -> None:
        self.bar = Progress(TextColumn("training"), BarColumn(bar_width=None), MofNCompleteColumn(), expand=True)
        self.task = self.bar.add_task("training", total=run.total_steps, completed=run.step)
        self.live = Live(self._draw("", ""), console=log.console, refresh_per_second=4)
        self.live.start()

    def show(self, run: RunState, pace: str) -> None:
        """Redraw with this step's numbers."""
        self.bar.update(self.task, completed=run.step)
        self.live.update(self._draw(describe(run, run.metrics), pace))

    def close(self) -> None:
        """Leave the last state on the terminal."""
        self.live.stop()

    def _draw(self, numbers: str, pace: str) -> RenderableType:
        return Group(self.bar, Text(numbers), Text(pace))


_NOT_LOSSES = {"epoch", "loss", "lr", "gradient_norm"}


def describe(run: RunState, metrics: Mapping[str, float]) -> str:
    """Step, epoch, losses and learning rate in a line."""
    parts = [f"{name} {value:.4g}" for name, value in metrics.items() if name not in _NOT_LOSSES]
    inner = f" ({', '.join(parts)})" if parts else ""
    return (
        f"step {run.step}/{run.total_steps} · epoch {run.epoch:.2f} · loss {metrics['loss']:.4g}{inner} · "
        f"lr {metrics['lr']:.3g}"
    )


def format_duration(seconds: float) -> str:
    """Hours, minutes and seconds as a clock shows them.

    >>> format_duration(75), format_duration(3675)
    ('1:15', '1:01:15')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
