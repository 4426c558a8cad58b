"""What can be wrong with a plugin: each fault installs a culprit that offers the sampler ``spiral``.

A new fault is an entry of ``FAULTS``; the tests take every fault through every command.
"""

from collections.abc import Callable
from typing import NamedTuple

from installed_distributions import SAMPLER_MODULE, Site

__all__ = ["CULPRIT", "FAULTS", "Fault"]

CULPRIT = "det-plugin-culprit"

GROUP = "detcore.samplers"

TARGET = "culprit.spiral_config:SpiralConfig"


class Fault(NamedTuple):
    """One way for a plugin to be broken, and what is said about it."""

    install: Callable[[Site], object]
    status: str
    """In the list, of the row whose target is the culprit's."""

    listed: str
    """Part of the reason in the list; empty where only an import can tell."""

    shown: str
    """Part of what ``show`` prints, or tells on stderr."""

    told: str
    """Part of what ``check`` and ``run`` say to a config that names the culprit; empty: they do as it says."""

    exit_status: int
    """Of ``check`` and ``run`` then: 1 where metadata tell, 3 where the plugin fails, 0 where it works all the same."""

    name: str = "spiral"
    """What a config writes to get it."""


def _plugin(
    site: Site,
    module: str = SAMPLER_MODULE,
    *,
    group: str = GROUP,
    name: str = "spiral",
    target: str = TARGET,
    requires: str = "det-core",
) -> object:
    modules = {"culprit/__init__.py": "", "culprit/spiral_config.py": module}
    return site.install(CULPRIT, {group: {name: target}}, modules=modules, requires=requires)


def _module(first_lines: str) -> Callable[[Site], object]:
    return lambda site: _plugin(site, f"{first_lines}\n{SAMPLER_MODULE}")


def _twin(site: Site) -> object:
    site.install("det-plugin-twin", {GROUP: {"spiral": "twin:SpiralConfig"}}, modules={"twin.py": SAMPLER_MODULE})
    return _plugin(site)


def _without_modules(site: Site) -> object:
    return site.install(CULPRIT, {GROUP: {"spiral": TARGET}}, modules={})


def _edited(site: Site) -> object:
    information = _plugin(site)
    with (site.folder / "culprit/spiral_config.py").open("a", encoding="utf-8") as file:
        file.write("# edited in place\n")
    return information


FAULTS = {
    "ImportError": Fault(
        install=_module("import culprit.nothing_of_the_sort"),
        status="ok",
        listed="",
        shown="failed while being imported: ModuleNotFoundError: No module named 'culprit.nothing_of_the_sort' (",
        told=f"{CULPRIT} 1.0 failed while being imported: ModuleNotFoundError: No module named",
        exit_status=3,
    ),
    "SystemExit": Fault(
        install=_module("raise SystemExit(0)"),
        status="ok",
        listed="",
        shown="failed while being imported: SystemExit: 0 (",
        told=f"{CULPRIT} 1.0 failed while being imported: SystemExit: 0 (",
        exit_status=3,
    ),
    "BaseException": Fault(
        install=_module("class Stop(BaseException):\n    pass\nraise Stop('enough')"),
        status="ok",
        listed="",
        shown="failed while being imported: Stop: enough (",
        told=f"{CULPRIT} 1.0 failed while being imported: Stop: enough (",
        exit_status=3,
    ),
    "missing optional dependency": Fault(
        install=lambda site: _plugin(site, f"import det_kernels\n{SAMPLER_MODULE}", target=f"{TARGET} [kernels]"),
        status="ok",
        listed="",
        shown=f"It needs the extra 'kernels': pip install '{CULPRIT}[kernels]'.",
        told=f"{CULPRIT} 1.0 failed while being imported: ModuleNotFoundError: No module named 'det_kernels' (",
        exit_status=3,
    ),
    "wrong base class": Fault(
        install=lambda site: _plugin(site, "class SpiralConfig:\n    pass\n"),
        status="ok",
        listed="",
        shown=f"TypeError: {TARGET} must be a subclass of ComponentConfig, found <class",
        told=f"{CULPRIT} 1.0 failed while being checked: TypeError: {TARGET} must be a subclass of SamplerConfig",
        exit_status=3,
    ),
    "print on stdout": Fault(
        install=_module("print('hello from the culprit')"),
        status="ok",
        listed="",
        shown="hello from the culprit",
        told="hello from the culprit",
        exit_status=0,
    ),
    "write to file 1": Fault(
        install=_module("import os\nos.write(1, b'hello from the culprit\\n')"),
        status="ok",
        listed="",
        shown="hello from the culprit",
        told="hello from the culprit",
        exit_status=0,
    ),
    "edited file": Fault(
        install=_edited,
        status="ok",
        listed="",
        shown="not as they were installed: culprit/spiral_config.py",
        told="",
        exit_status=0,
    ),
    "duplicate id": Fault(
        install=_twin,
        status="ambiguous",
        listed="also offered as det-plugin-twin/spiral; write type = 'det-plugin-culprit/spiral'",
        shown="ambiguous: also offered as det-plugin-twin/spiral",
        told="'spiral' is offered by det-plugin-culprit/spiral and det-plugin-twin/spiral; write one of these in full",
        exit_status=1,
    ),
    "shadowed built-in": Fault(
        install=lambda site: _plugin(site, name="shuffle"),
        status="shadowed",
        listed="the name belongs to det-core; write type = 'det-plugin-culprit/shuffle'",
        shown="shadowed: the name belongs to det-core",
        told="",
        exit_status=0,
        name=f"{CULPRIT}/shuffle",
    ),
    "stale dist-info": Fault(
        install=_without_modules,
        status="stale",
        listed=f"there is no module culprit.spiral_config; install {CULPRIT} again",
        shown="stale: there is no module culprit.spiral_config",
        told=f"{CULPRIT}/spiral cannot be used: there is no module culprit.spiral_config; install {CULPRIT} again",
        exit_status=1,
    ),
    "wrong Requires-Dist": Fault(
        install=lambda site: _plugin(site, requires="det-core<0.0.1"),
        status="incompatible",
        listed="needs det-core<0.0.1, but this is ",
        shown="incompatible: needs det-core<0.0.1, but this is ",
        told=f"{CULPRIT}/spiral cannot be used: needs det-core<0.0.1, but this is ",
        exit_status=1,
    ),
    "misspelt group": Fault(
        install=lambda site: _plugin(site, group="detcore.sampler"),
        status="unknown-group",
        listed="nothing installed opens the group detcore.sampler; did you mean 'detcore.samplers'?",
        shown="unknown-group: nothing installed opens the group detcore.sampler",
        told=f"sampler:{CULPRIT}/spiral cannot be used: nothing installed opens the group detcore.sampler; did you",
        exit_status=1,
    ),
    "bad entry-point name": Fault(
        install=lambda site: _plugin(site, name="Spiral_T"),
        status="bad-name",
        listed="a name is lower-case words and digits joined by '-', such as 'spiral-t'",
        shown="bad-name: a name is lower-case words and digits joined by '-'",
        told=f"{CULPRIT}/Spiral_T cannot be used: a name is lower-case words and digits joined by '-'",
        exit_status=1,
        name="Spiral_T",
    ),
    "bad target": Fault(
        install=lambda site: site.install(CULPRIT, {GROUP: {"spiral": "culprit/spiral_config.py"}}, modules={}),
        status="bad-target",
        listed="must be 'module:Class', not 'culprit/spiral_config.py'",
        shown="bad-target: must be 'module:Class'",
        told=f"{CULPRIT}/spiral cannot be used: must be 'module:Class', not 'culprit/spiral_config.py'",
        exit_status=1,
    ),
}
