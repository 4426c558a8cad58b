"""How long the command takes to answer, beside a bare interpreter.

``python benchmarks/start_up.py [REPEATS]`` runs ``python -c pass`` and the command in turn, so that both meet the
same machine, and prints the medians and their ratio. That of
``plugins list`` must be at most 6.
"""

import subprocess
import sys
import time
from statistics import median

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "detcore --help": ["-c", "from detcore.cli.main import main; main(['--help'])"],
    "detcore plugins list": ["-c", "from detcore.cli.main import main; main(['plugins', 'list'])"],
}
"""The interpreter's arguments; ``-c`` is what the installed script does, without its own start."""

LIMIT = 6.0


def main(repeats: int = 20) -> int:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(repeats):
        for name, arguments in COMMANDS.items():
            times[name].append(seconds(arguments))
    bare = median(times["python -c pass"])
    for name, measured in times.items():
        print(f"{name:<22} {1000 * median(measured):6.1f} ms  {median(measured) / bare:4.1f} x")
    return 0 if median(times["detcore plugins list"]) / bare <= LIMIT else 1


def seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
