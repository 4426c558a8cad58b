"""Object detection and segmentation for PyTorch: a small core, and plugins for every choice."""

__version__ = "0.1.0"
