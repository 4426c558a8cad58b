"""Distributions that offer components, as an installer leaves them: to see what a crowd of plugins costs.

``python benchmarks/many_plugins.py [REPEATS]`` installs 200 of them, of four components each whose modules import
torch, and runs ``python -c pass``, ``detcore plugins list`` and ``pytest --trace-config`` in turn, so that all meet the
same machine, after one round of warm-up. It prints the medians, and the limits: the list takes at most 5 times as long
as the bare interpreter and a fifth of what pytest takes, which imports nothing of these plugins either. Modules are
compiled beforehand for all three, as installers do, whatever ``PYTHONDONTWRITEBYTECODE`` says.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

__all__ = ["environment_compiling_to", "write_plugins"]

NUM_PLUGINS = 200
NO_TESTS = 5
"""Exit status of pytest where there is nothing to run."""

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    f"detcore plugins list, {NUM_PLUGINS} plugins": [
        "-c",
        "import sys; from detcore.cli.main import main; sys.argv[1:] = ['plugins', 'list']; sys.exit(main())",
    ],
    "pytest --trace-config --collect-only": ["-m", "pytest", "--trace-config", "--collect-only"],
}

METADATA = """\
Metadata-Version: 2.4
Name: det-plugin-crowd{number}
Version: 1.0
Summary: One of a crowd of plugins
Requires-Dist: det-core
Requires-Dist: det-plugin-parts
"""

ENTRY_POINTS = """\
[detcore.backbones]
crowd{number}-net = "det_plugin_crowd{number}.net_config:NetConfig"

[detcore.augmentations]
crowd{number}-blur = "det_plugin_crowd{number}.blur_config:BlurConfig"
crowd{number}-noise = "det_plugin_crowd{number}.noise_config:NoiseConfig"

[detcore.evaluators]
crowd{number}-metric = "det_plugin_crowd{number}.metric_config:MetricConfig"
""".replace('"', "")

MODULES = ("net_config", "blur_config", "noise_config", "metric_config")


def write_plugins(folder: Path, count: int) -> None:
    """``count`` distributions of four components each into a folder that is, or will be, on ``sys.path``."""
    for number in range(count):
        information = folder / f"det_plugin_crowd{number}-1.0.dist-info"
        information.mkdir(parents=True)
        (information / "METADATA").write_text(METADATA.format(number=number), encoding="utf-8")
        (information / "entry_points.txt").write_text(ENTRY_POINTS.format(number=number), encoding="utf-8")
        package = folder / f"det_plugin_crowd{number}"
        package.mkdir()
        for name in ("__init__", *MODULES):
            (package / f"{name}.py").write_text("raise RuntimeError('imported')\n", encoding="utf-8")
        for name in MODULES:
            component = package / f"{name.removesuffix('_config')}.py"
            component.write_text("import torch\n", encoding="utf-8")


def environment_compiling_to(folder: Path) -> dict[str, str]:
    """The variables of a process that imports modules which an earlier one has compiled."""
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def main(repeats: int = 15) -> int:
    """Measure and print; 1 where a limit is passed."""
    with tempfile.TemporaryDirectory() as folder:
        crowd, elsewhere = Path(folder) / "crowd", Path(folder) / "elsewhere"
        write_plugins(crowd, NUM_PLUGINS)
        elsewhere.mkdir()
        environment = environment_compiling_to(Path(folder) / "compiled") | {"PYTHONPATH": str(crowd)}
        times: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for turn in range(repeats + 1):
            for name, arguments in COMMANDS.items():
                start = time.perf_counter()
                done = subprocess.run(
                    [sys.executable, *arguments], env=environment, cwd=elsewhere, capture_output=True, check=False
                )
                taken = time.perf_counter() - start
                if done.returncode not in (0, NO_TESTS):
                    raise SystemExit(done.stderr.decode())
                if turn:
                    times[name].append(taken)
    return report({name: median(measured) for name, measured in times.items()})


def report(medians: dict[str, float]) -> int:
    """Print a line for each command, and how they compare."""
    bare, listing, peer = medians.values()
    for name, taken in medians.items():
        print(f"{name:<50} {1000 * taken:7.1f} ms {taken / bare:6.1f} x")
    print(f"the list: {listing / bare:.1f} x the bare interpreter (at most 5); pytest: {peer / listing:.1f} x the list")
    return 0 if listing <= 5 * bare and peer >= 5 * listing else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
