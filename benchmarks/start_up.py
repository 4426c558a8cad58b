"""How long the command takes to answer, beside a bare interpreter.

``python benchmarks/start_up.py [REPEATS]`` runs ``python -c pass`` and the command in turn, so that all meet the same
machine, after one round of warm-up, and prints the medians, how often the first of them fits in, and the limits.
Modules are compiled beforehand for all, as installers or a first run do, whatever ``PYTHONDONTWRITEBYTECODE`` says.

The largest config is that of most bytes, with what it extends. Where its pictures are not at hand it is found wrong;
the quickstart, which needs none, is beside it. The crowd are 200 generated plugins of four components each.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import tomli
from many_plugins import environment_compiling_to, write_plugins

CONFIGS = Path(__file__).parents[1] / "configs"
NUM_PLUGINS = 200


class Command(NamedTuple):
    """What is measured, and how long it may take."""

    name: str
    code: str
    """For ``python -c``: what the installed script does, without its own start."""

    beside: str = "python -c pass"
    """The command that the limit refers to."""

    limit: float | None = None
    """How many times as long as ``beside``."""

    in_crowd: bool = False
    """Whether the generated plugins are installed."""


def main(repeats: int = 15) -> int:
    with tempfile.TemporaryDirectory() as folder:
        crowd, environment = Path(folder) / "crowd", environment_compiling_to(Path(folder) / "compiled")
        write_plugins(crowd, NUM_PLUGINS)
        commands = commands_for(largest_config())
        times: dict[str, list[float]] = {command.name: [] for command in commands}
        for turn in range(repeats + 1):
            for command in commands:
                taken = seconds(command, environment | ({"PYTHONPATH": str(crowd)} if command.in_crowd else {}))
                if turn:
                    times[command.name].append(taken)
    return report(commands, {name: median(measured) for name, measured in times.items()})


def commands_for(largest: Path) -> list[Command]:
    check = f"detcore check {largest.relative_to(CONFIGS.parent)}"
    crowded = f"the same, {NUM_PLUGINS} plugins more"
    return [
        Command("python -c pass", "pass"),
        Command("python -c 'import attrs'", "import attrs"),
        Command("detcore --help", called("--help")),
        Command("detcore plugins list", called("plugins", "list"), limit=6),
        Command("detcore check configs/quickstart.toml", called("check", str(CONFIGS / "quickstart.toml")), limit=15),
        Command(check, called("check", str(largest)), limit=15),
        Command(crowded, called("check", str(largest)), beside=check, limit=1.5, in_crowd=True),
    ]


def called(*arguments: str) -> str:
    return f"from detcore.cli.main import main; main({list(arguments)})"


def largest_config() -> Path:
    return max(sorted(CONFIGS.rglob("*.toml")), key=num_bytes)


def num_bytes(config: Path) -> int:
    """Of the file and of what it extends."""
    text = config.read_bytes()
    extends = tomli.loads(text.decode()).get("extends", [])
    bases = [extends] if isinstance(extends, str) else extends
    return len(text) + sum(num_bytes(config.parent / base) for base in bases)


def seconds(command: Command, environment: Mapping[str, str]) -> float:
    """Of one run. A check that finds something wrong has still done all of its work."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", command.code], check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


def report(commands: Sequence[Command], medians: dict[str, float]) -> int:
    """Print a line for each command; 1 if one takes longer than it may."""
    is_late = False
    for command in commands:
        taken = medians[command.name]
        ratio = taken / medians[command.beside]
        limit = f"  of at most {command.limit:g} x {command.beside}" if command.limit else ""
        is_late |= command.limit is not None and ratio > command.limit
        print(f"{command.name:<54} {1000 * taken:6.1f} ms {ratio:5.1f} x{limit}")
    return 1 if is_late else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
