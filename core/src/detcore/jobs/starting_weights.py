"""The weights a run starts from."""

from pathlib import Path

from detcore.errors import WeightsError
from detcore.jobs.parts import Parts
from detcore.specs import DatasetMetadata
from detcore.training import LoadReport, find_weights, fit_weights, read_checkpoint_state, read_weights

__all__ = ["check_checkpoint_classes", "load_starting_weights"]


def load_starting_weights(parts: Parts) -> LoadReport | None:
    """Load what ``[weights]`` names, if anything, into the model.

    Raises:
        WeightsError: the file cannot be read or does not fit.
    """
    config = parts.experiment.weights
    if config.path is None:
        return None
    path = find_weights(config.path, parts.registry)
    if not config.reinitialise:  # with patterns, a head for other classes is what is meant
        check_checkpoint_classes(path.parent, parts.dataset.metadata)
    weights = read_weights(path, parts.registry)
    return fit_weights(parts.model, weights, source=str(path), reinitialise=config.reinitialise)


def check_checkpoint_classes(checkpoint: Path, metadata: DatasetMetadata) -> None:
    """Make sure that a checkpoint was trained on these classes; a folder that is no checkpoint says nothing of classes.

    Raises:
        WeightsError: they are others.
    """
    if not (checkpoint / "state.json").exists():
        return
    stored = read_checkpoint_state(checkpoint)["metadata"]["classes"]
    if tuple(stored) != metadata.classes:
        raise WeightsError(
            f"{checkpoint} was trained on the classes [{', '.join(stored)}], but the data has "
            f"[{', '.join(metadata.classes)}]; to train on other classes, name the class-dependent layers in "
            "weights.reinitialise"
        )
