"""What is said of all datasets of an experiment together."""

import pytest
from attrs import frozen

from detcore.config import DataConfig, SplitConfig, TrainingSplitConfig
from detcore.config.facts import data_facts
from detcore.config.text.nodes import Node, Origin
from detcore.specs import DatasetConfig, DatasetMetadata


@frozen(kw_only=True)
class ProposalsConfig(DatasetConfig):
    """Pictures with proposals or without, or of which nothing is known before they are read."""

    has_proposals: bool | None = None
    is_known: bool = True
    name: str = ""

    def metadata(self):
        if not self.is_known:
            return None
        return DatasetMetadata(classes=("cell",), has_proposals=self.has_proposals, name=self.name)

    def build(self):
        raise AssertionError("facts are told before anything is built")


WITH, WITHOUT = ProposalsConfig(has_proposals=True), ProposalsConfig(has_proposals=False)
SILENT, UNREAD = ProposalsConfig(), ProposalsConfig(is_known=False)


@pytest.fixture
def spec_of(registry):
    """What is known of an experiment with these datasets."""
    registry.add("proposals", ProposalsConfig, distribution="tiny-parts")

    def spec(train, test=()):
        splits = {"train": TrainingSplitConfig(datasets=train), "test": SplitConfig(datasets=test) if test else None}
        return data_facts(DataConfig(**splits), Node({}, Origin()), registry).spec

    return spec


@pytest.mark.parametrize(
    ("train", "test", "together"),
    [
        pytest.param([WITH, WITH], [WITH], True, id="all"),
        pytest.param([WITH], [], True, id="no test data"),
        pytest.param([WITH], [WITHOUT], False, id="training data alone"),
        pytest.param([WITH, SILENT], [], None, id="one does not say"),
        pytest.param([WITH], [UNREAD], None, id="one is not read yet"),
        pytest.param([UNREAD], [WITHOUT], False, id="one without decides"),
    ],
)
def test_one_dataset_without_proposals_decides_and_one_unknown_leaves_it_open(spec_of, train, test, together):
    assert spec_of(tuple(train), tuple(test)).has_proposals is together


def test_those_without_proposals_are_named(spec_of):
    named = ProposalsConfig(has_proposals=False, name="val")

    assert spec_of((WITH, WITHOUT), (named, UNREAD)).without_proposals == (
        "data.train.datasets.1",
        "data.test.datasets.0 (val)",
    )
