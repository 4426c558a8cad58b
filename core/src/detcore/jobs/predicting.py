"""Predictions for a user's own pictures."""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import torch
from attrs import frozen
from numpy.typing import NDArray

from detcore.config import ExperimentConfig
from detcore.data import map_record, read_picture
from detcore.errors import DatasetError
from detcore.evaluation import coco_predictions, panoptic_prediction
from detcore.interfaces import Architecture, Augmentation
from detcore.jobs.assembly import evaluation_forward, registry_of, select_device
from detcore.jobs.building import built, failing_part_named
from detcore.jobs.drawn_predictions import drawn_prediction
from detcore.jobs.failures import disk_errors_told
from detcore.jobs.prediction_folder import PredictionFolder
from detcore.jobs.sources import Source, find_sources
from detcore.jobs.stored_model import load_model, run_of, stored_metadata
from detcore.plugins import Registry
from detcore.specs import DatasetMetadata
from detcore.structures import ModelInput, ModelOutput, Record
from detcore.training import checkpoint_of

__all__ = ["Predictor", "predict"]


def predict(
    model: str | os.PathLike[str],
    sources: Sequence[str | os.PathLike[str]],
    *,
    output: str | os.PathLike[str] = "predictions",
    score_threshold: float = 0.5,
) -> Path:
    """Detect objects in pictures; the folder with the drawn pictures and ``predictions.json``.

    A model that tells segments or labels of all pixels has their maps written too, as ``PredictionFolder.close`` says.
    ``model`` is a run's folder or one of its checkpoints; ``sources`` are pictures and folders of pictures. Detections
    below ``score_threshold`` are neither drawn nor written. A picture that cannot be read does not stop the others.

    Raises:
        DatasetError: at the end, for pictures that could not be read; names each.
        RunError: ``model`` is no run.
        WeightsError: the checkpoint is damaged.
        ValueError: ``score_threshold`` is not between 0 and 1.
    """
    if not 0 <= score_threshold <= 1:
        raise ValueError(f"score_threshold must be between 0 and 1, not {score_threshold}")
    pictures = find_sources(sources)
    predictor = Predictor.of(Path(model))
    with disk_errors_told(Path(output)):
        return _predict(predictor, pictures, Path(output), score_threshold)


def _predict(predictor: "Predictor", pictures: Sequence[Source], output: Path, score_threshold: float) -> Path:
    metadata = predictor.metadata
    folder = PredictionFolder(output, metadata)
    broken: list[str] = []
    for source in pictures:
        try:
            image = read_picture(source.path)
        except DatasetError as error:
            broken.append(str(error))
            continue
        model_input, model_output = predictor(image, image_id=folder.next_image_id)
        confident = _confident(model_output, score_threshold)
        _keep(folder, source, image, (model_input, confident), metadata)
    if folder.next_image_id > 1:
        folder.close()
    if broken:
        raise DatasetError("\n".join(broken))
    return folder.path


@frozen(kw_only=True, eq=False)
class Predictor:
    """A trained model with what it takes to feed it a picture."""

    model: Architecture
    augmentations: list[Augmentation]
    """Those of the test pictures."""

    metadata: DatasetMetadata
    """Of the data the model was trained on."""

    forward: Callable[[], AbstractContextManager[object]]
    """Makes what is put around each forward pass: its number format."""

    @classmethod
    def of(cls, path: Path) -> "Predictor":
        """The model of a run's folder or checkpoint."""
        experiment = run_of(path).load(warn_unlisted=True)
        registry = registry_of(experiment)
        checkpoint = checkpoint_of(path)
        device = select_device(experiment.training.device)
        with failing_part_named(experiment):
            return cls(
                model=load_model(experiment, checkpoint, device, registry=registry),
                augmentations=test_augmentations(experiment, registry),
                metadata=stored_metadata(checkpoint),
                forward=evaluation_forward(experiment, device),
            )

    @torch.no_grad()
    def __call__(self, image: NDArray[np.uint8], *, image_id: int) -> tuple[ModelInput, ModelOutput]:
        """The prediction for an H×W×3 RGB picture, in its own pixels."""
        height, width = image.shape[:2]
        record = Record(image=image, height=height, width=width, image_id=image_id, annotations=[])
        model_input = map_record(
            record,
            augmentations=self.augmentations,
            generator=np.random.default_rng(0),
            channel_order=self.model.channel_order,
            training=False,
        )
        with self.forward():
            outputs = self.model([model_input])
        assert isinstance(outputs, list), "the model is in evaluation mode"
        return model_input, outputs[0]


def test_augmentations(experiment: ExperimentConfig, registry: Registry) -> list[Augmentation]:
    """What is done to test pictures; where the experiment has none, nothing."""
    split = experiment.data.test
    return [built(registry, config) for config in split.augmentations] if split is not None else []


def _confident(output: ModelOutput, score_threshold: float) -> ModelOutput:
    """What scores enough; a panoptic map keeps the ids of the rest, but lists no segment of them any more."""
    if "instances" in output:
        instances = output["instances"]
        output = {**output, "instances": instances[instances.scores >= score_threshold]}
    if "panoptic_seg" in output:
        segment_ids, segments = output["panoptic_seg"]
        kept = [segment for segment in segments if segment.get("score", 1.0) >= score_threshold]
        output = {**output, "panoptic_seg": (segment_ids, kept)}
    return output


def _keep(
    folder: PredictionFolder,
    source: Source,
    image: NDArray[np.uint8],
    predicted: tuple[ModelInput, ModelOutput],
    metadata: DatasetMetadata,
) -> None:
    model_input, output = predicted
    folder.add(
        source.path,
        source.name,
        size=(model_input["height"], model_input["width"]),
        drawn=drawn_prediction(image, output, metadata),
        predictions=coco_predictions([model_input], [output], metadata),
        segments=panoptic_prediction(output, metadata) if "panoptic_seg" in output else None,
        labels=_labels(output),
    )


def _labels(output: ModelOutput) -> NDArray[np.uint16] | None:
    """The most likely label of each pixel, of a model that tells nothing more of it."""
    if "sem_seg" not in output or "panoptic_seg" in output:
        return None
    return output["sem_seg"].argmax(dim=0).cpu().numpy().astype(np.uint16)
