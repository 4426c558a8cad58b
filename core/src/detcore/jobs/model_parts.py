"""What the parts of a model weigh."""

from collections.abc import Iterable, Iterator, Mapping

import attrs
from torch import Tensor, nn

from detcore.jobs.plan_facts import PartSize

__all__ = ["num_bytes", "part_sizes"]


def part_sizes(
    model: nn.Module, config: attrs.AttrsInstance, multiply_adds: Mapping[str, int] | None = None
) -> list[PartSize]:
    """The whole model, then every part that has a table of its own in the config, each before those inside it.

    ``multiply_adds`` has those of every module that computes any, by name; ``None``: they are not known.
    """
    sizes = [_size("", model), *_parts("", model, config)]
    if multiply_adds is None:
        return sizes
    return [attrs.evolve(size, multiply_adds=multiply_adds.get(size.name, 0)) for size in sizes]


def _parts(prefix: str, module: nn.Module, config: attrs.AttrsInstance) -> Iterator[PartSize]:
    tables = {name: value for name, value in attrs.asdict(config, recurse=False).items() if attrs.has(type(value))}
    for name, child in module.named_children():
        if name in tables and any(True for _ in child.parameters()):
            yield _size(f"{prefix}{name}", child)
            yield from _parts(f"{prefix}{name}.", child, tables[name])


def _size(name: str, module: nn.Module) -> PartSize:
    parameters = list(module.parameters())
    trainable = [parameter for parameter in parameters if parameter.requires_grad]
    return PartSize(
        name=name,
        parameters=sum(parameter.numel() for parameter in parameters),
        trainable=sum(parameter.numel() for parameter in trainable),
    )


def num_bytes(tensors: Iterable[Tensor]) -> int:
    """Memory of tensors that share nothing."""
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
