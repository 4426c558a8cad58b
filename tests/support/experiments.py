"""The experiments in ``configs/``, and those of them that stand for the others where a test of each would take long."""

from pathlib import Path

import tomli

__all__ = ["CONFIGS", "EXPERIMENTS", "REPRESENTATIVES", "bases_of"]

CONFIGS = Path(__file__).parents[2] / "configs"


def bases_of(path: Path) -> list[Path]:
    """The files that a file extends by itself, in its order."""
    bases = tomli.loads(path.read_text(encoding="utf-8")).get("extends", [])
    return [(path.parent / base).resolve() for base in ([bases] if isinstance(bases, str) else bases)]


def _over_each_model(paths: list[Path]) -> list[Path]:
    """The first experiment over each model, which is what a published one extends first."""
    first = {bases_of(path)[0]: path for path in reversed(paths)}
    return sorted(first.values())


EXPERIMENTS = [path for path in sorted(CONFIGS.rglob("*.toml")) if path.parent.name != "base"]

REPRESENTATIVES = [
    *(path for path in EXPERIMENTS if path.parent == CONFIGS),
    *_over_each_model([path for path in EXPERIMENTS if path.parent != CONFIGS]),
]
"""All that were trained with this code, and of the published ones the first of each model."""
