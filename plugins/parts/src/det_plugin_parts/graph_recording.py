"""Whether the running code is turned into a graph, where no branch may depend on tensor data."""

import torch

__all__ = ["is_recording"]


def is_recording() -> bool:
    """Compiling, exporting or tracing; code that is only faster may then not run."""
    is_tracing: bool = torch.jit.is_tracing()  # type: ignore[attr-defined,no-untyped-call]  # torch has no stub for it
    return is_tracing or torch.compiler.is_compiling()
