"""What is asked of a dataset."""

from typing import Any

from attrs import asdict

from detcore.data import read_picture
from detcore.data.record_checks import check_records
from detcore.errors import DatasetError
from detcore.interfaces import Dataset
from detcore.specs import DatasetConfig
from detcore.testing.comparing import difference
from detcore.testing.component import ComponentConformance

__all__ = ["DatasetConformance"]


class DatasetConformance(ComponentConformance[DatasetConfig, Dataset]):
    """Checks of a dataset: its records are valid, and what it says of itself is true.

    ::

        class TestMyDataset(DatasetConformance):
            configs = (MyDatasetConfig(folder=Path(__file__).parent / "pictures"),)
    """

    interface = DatasetConfig
    component = Dataset

    most = 20
    """So many records are looked at."""

    def build(self, config: DatasetConfig) -> Dataset:
        """As a run does."""
        return config.build()

    def examples(self, config: DatasetConfig) -> None:
        """Nothing: a dataset is asked by index."""

    def behaviour(self, component: Dataset, examples: Any) -> object:
        """Its metadata and its records."""
        return component.metadata, self.records(component)

    def records(self, dataset: Dataset) -> list[Any]:
        """The first ones."""
        return [dataset[index] for index in range(min(len(dataset), self.most))]

    def test_there_are_pictures(self, config: DatasetConfig) -> None:
        """Otherwise nothing below is checked."""
        assert len(self.built(config)), f"{type(config).__name__} is tried on a dataset without pictures: add one"

    def test_records_are_valid(self, config: DatasetConfig) -> None:
        """Boxes, classes, masks and keypoints are what a record may hold."""
        dataset = self.built(config)
        try:
            check_records(self.records(dataset), dataset.metadata)
        except DatasetError as error:
            raise AssertionError(f"{type(dataset).__name__} yields records that are wrong: {error}") from error

    def test_metadata_is_known_before_building(self, config: DatasetConfig) -> None:
        """What the config says without reading is what the dataset says."""
        early, late = config.metadata(), self.built(config).metadata
        # None in a field says that the annotations would have to be read.
        known = {} if early is None else {name: value for name, value in asdict(early).items() if value is not None}
        differing = [name for name, value in known.items() if asdict(late)[name] != value]
        assert not differing, (
            f"{type(config).__name__}.metadata() says other {', '.join(differing)} than the dataset's own: let both"
            " come from one place, or say None where it is not known"
        )

    def test_metadata_is_true(self, config: DatasetConfig) -> None:
        """Where it promises masks or keypoints, objects have them; a map of labels, and pictures have one."""
        dataset = self.built(config)
        metadata, name = dataset.metadata, type(dataset).__name__
        for record in self.records(dataset):
            objects = [each for each in record["annotations"] if not each.get("iscrowd", 0)]
            if metadata.has_masks is not None:
                masks = [bool(each.get("segmentation")) for each in objects]
                assert not metadata.has_masks or all(masks), f"{name} says has_masks, but an object has no segmentation"
                assert metadata.has_masks or not any(masks), f"{name} says has_masks is false, but an object has one"
            counts = {len(each["keypoints"]) // 3 for each in objects if each.get("keypoints")}
            assert counts <= {len(metadata.keypoints)}, (
                f"{name} names {len(metadata.keypoints)} keypoints, but objects have {counts}"
            )
            has_map = any(key in record for key in ("sem_seg_file_name", "pan_seg_file_name", "pan_seg"))
            assert has_map or not metadata.stuff_classes, f"{name} names stuff_classes, but a picture has no label map"

    def test_pictures_have_the_size_that_is_said(self, config: DatasetConfig) -> None:
        """Height and width of a record are those of its picture, turned upright."""
        for record in self.records(self.built(config)):
            image = record["image"] if "image" in record else read_picture(record["file_name"])
            said = (record["height"], record["width"])
            assert image.shape[:2] == said, (
                f"{type(config).__name__}: image {record['image_id']!r} is {image.shape[:2]} (height, width), but its"
                f" record says {said}"
            )

    def test_short_cuts_agree_with_records(self, config: DatasetConfig) -> None:
        """``image_size`` and ``image_id`` are what the record says."""
        dataset = self.built(config)
        for index, record in enumerate(self.records(dataset)):
            found = (dataset.image_size(index), dataset.image_id(index))
            expected = ((record["height"], record["width"]), record["image_id"])
            assert found == expected, (
                f"{type(dataset).__name__} says {found} of record {index} by image_size() and image_id(), but the"
                f" record itself {expected}"
            )

    def test_a_record_is_the_same_each_time(self, config: DatasetConfig) -> None:
        """Whoever changes a record does not change the dataset."""
        dataset = self.built(config)
        for index, record in enumerate(self.records(dataset)):
            record["annotations"].append({})
            differs = difference(len(dataset[index]["annotations"]), len(record["annotations"]) - 1)
            assert not differs, (
                f"{type(dataset).__name__} hands out its own record {index}, so that changing it changes the dataset:"
                " make a new one each time"
            )
