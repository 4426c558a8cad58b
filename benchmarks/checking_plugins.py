"""How long it takes to try out many plugins, each in a process of its own.

``python benchmarks/checking_plugins.py [REPEATS]`` installs 200 distributions of one backbone each, whose component
imports torch and whose defaults build one, and runs ``detcore plugins check`` over all of them, beside what importing
torch once takes, so that both meet the same machine. It prints the medians, and how long processors were busy, which
depends less on what else runs; on two idle cores the check is meant to take 10 s at most.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from many_plugins import environment_compiling_to

NUM_PLUGINS = 200
LIMIT_S = 10.0

CONFIG = '''\
"""A backbone's settings."""

from attrs import frozen

from detcore.specs import BackboneConfig, FeatureShape


@frozen(kw_only=True)
class NetConfig(BackboneConfig):
    """One convolution."""

    channels: int = 8

    def output_shapes(self):
        return {"c1": FeatureShape(channels=self.channels, stride=2)}

    def build(self):
        from det_plugin_crowdNUMBER.net import Net

        return Net(channels=self.channels)
'''

COMPONENT = '''\
"""A backbone."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, *, channels):
        super().__init__()
        self.convolution = nn.Conv2d(3, channels, 3, stride=2)

    def forward(self, images):
        return {"c1": torch.relu(self.convolution(images))}
'''

CHECK = "import sys; from detcore.cli.main import main; sys.exit(main())"


def write_plugins(folder: Path) -> list[str]:
    """The distributions, written into a folder that will be on ``sys.path``; their names."""
    names = [f"det-plugin-crowd{number}" for number in range(NUM_PLUGINS)]
    for name in names:
        package = folder / name.replace("-", "_")
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("", encoding="utf-8")
        config = CONFIG.replace("det_plugin_crowdNUMBER", package.name)
        (package / "net_config.py").write_text(config, encoding="utf-8")
        (package / "net.py").write_text(COMPONENT, encoding="utf-8")
        information = folder / f"{package.name}-1.0.dist-info"
        information.mkdir()
        header = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\nRequires-Dist: det-core\n"
        (information / "METADATA").write_text(header, encoding="utf-8")
        entry = f"[detcore.backbones]\n{name} = {package.name}.net_config:NetConfig\n"
        (information / "entry_points.txt").write_text(entry, encoding="utf-8")
    return names


def timed(arguments: list[str], environment: dict[str, str]) -> tuple[float, float, str]:
    """Seconds, those of processors, and what was printed."""
    start, before = time.perf_counter(), os.times()
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)
    taken_s = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stderr + done.stdout)
    after = os.times()
    busy_s = after.children_user + after.children_system - before.children_user - before.children_system
    return taken_s, busy_s, done.stdout


def main(repeats: int = 3) -> None:
    with tempfile.TemporaryDirectory() as folder:
        crowd = Path(folder) / "crowd"
        names = write_plugins(crowd)
        environment = environment_compiling_to(Path(folder) / "compiled") | {"PYTHONPATH": str(crowd)}
        imports, checks, busy = [], [], []
        for turn in range(repeats + 1):
            import_s, _, _ = timed(["-c", "import torch"], environment)
            check_s, busy_s, printed = timed(["-c", CHECK, "plugins", "check", *names, "--json"], environment)
            reports = json.loads(printed)
            assert [report["status"] for report in reports] == ["ok"] * NUM_PLUGINS
            assert all(report["build_ms"] is not None for report in reports)
            if turn:  # the first one compiles the modules
                imports.append(import_s)
                checks.append(check_s)
                busy.append(busy_s)
    cores, load = os.cpu_count(), os.getloadavg()[0]
    print(f"import torch, once                   {median(imports):6.2f} s")
    print(f"detcore plugins check, {NUM_PLUGINS} plugins   {median(checks):6.2f} s, at most {LIMIT_S:g} s when idle")
    each_ms = 1000 * median(busy) / NUM_PLUGINS
    print(f"  time of processors in it           {median(busy):6.2f} s, {each_ms:.0f} ms a plugin")
    print(f"{cores} cores, {load:.1f} processes that want them")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
