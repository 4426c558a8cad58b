import copy
import pickle

import numpy as np
import pytest
import torch

from detcore.structures import BitMasks, Boxes, Instances, Keypoints, PolygonMasks, ROIMasks

TRIANGLE = np.array([[0.0, 0], [4, 0], [0, 4]])


def two_objects():
    return Instances(
        (4, 6),
        gt_boxes=Boxes([[0, 0, 1, 1], [0, 0, 2, 2]]),
        gt_classes=torch.tensor([3, 5]),
        gt_masks=PolygonMasks([[TRIANGLE], [TRIANGLE + 1]]),
        gt_keypoints=Keypoints(torch.zeros(2, 3, 3)),
        names=["first", "second"],
    )


@pytest.mark.parametrize(
    "index",
    [
        pytest.param(1, id="position"),
        pytest.param(slice(1, None), id="slice"),
        pytest.param([1], id="list"),
        pytest.param(torch.tensor([1]), id="positions"),
        pytest.param(torch.tensor([False, True]), id="mask"),
    ],
)
def test_every_kind_of_index_selects_rows_of_every_field(index):
    selected = two_objects()[index]

    assert len(selected) == 1
    assert selected.image_size == (4, 6)
    assert selected.gt_boxes.area().tolist() == [4.0]
    assert selected.gt_classes.tolist() == [5]
    assert selected.gt_masks.polygons[0][0].min() == 1
    assert len(selected.gt_keypoints) == 1
    assert selected.names == ["second"]


def test_fields_are_attributes():
    objects = Instances((4, 6))
    objects.scores = torch.ones(3)

    assert objects.has("scores")
    assert not objects.has("pred_boxes")
    assert objects.get("scores") is objects.scores
    objects.remove("scores")
    assert objects.fields() == {}


def test_a_missing_field_is_an_attribute_error():
    with pytest.raises(AttributeError, match="instances have no field 'pred_boxes'"):
        Instances((4, 6)).get("pred_boxes")


def test_a_field_of_another_length_is_refused():
    objects = Instances((4, 6), scores=torch.ones(3))

    with pytest.raises(ValueError, match="field 'pred_classes' has 2 rows, but there are 3 objects"):
        objects.pred_classes = torch.ones(2)


def test_the_only_field_may_be_replaced_by_one_of_another_length():
    objects = Instances((4, 6), scores=torch.ones(3))
    objects.scores = torch.ones(2)

    assert len(objects) == 2


def test_joining_keeps_the_order_of_parts():
    joined = Instances.cat([two_objects(), two_objects()[0]])

    assert joined.gt_classes.tolist() == [3, 5, 3]
    assert joined.names == ["first", "second", "first"]
    assert len(joined.gt_masks) == 3


def test_parts_with_different_fields_do_not_join():
    with pytest.raises(ValueError, match="must have the same fields"):
        Instances.cat([two_objects(), Instances((4, 6), scores=torch.ones(1))])


@pytest.mark.parametrize(
    "masks",
    [
        pytest.param(PolygonMasks([]), id="polygons"),
        pytest.param(BitMasks(torch.zeros(0, 4, 6, dtype=torch.bool)), id="bitmaps"),
        pytest.param(ROIMasks(torch.zeros(0, 28, 28), torch.zeros(0, 4)), id="predicted"),
    ],
)
def test_no_objects_are_ordinary(masks):
    nothing = Instances((4, 6), pred_boxes=Boxes([]), pred_masks=masks)

    joined = Instances.cat([nothing, nothing[torch.zeros(0, dtype=torch.bool)]]).to("cpu")

    assert len(joined) == 0
    assert len(list(joined)) == 0


@pytest.mark.parametrize(
    "copied",
    [
        pytest.param(copy.deepcopy, id="deepcopy"),
        pytest.param(lambda objects: pickle.loads(pickle.dumps(objects)), id="pickle"),
    ],
)
def test_instances_travel_between_processes(copied):
    objects = copied(two_objects())

    assert objects.gt_boxes.tensor.equal(two_objects().gt_boxes.tensor)
    assert objects.names == ["first", "second"]


def test_it_says_what_it_holds():
    assert repr(Instances((4, 6), scores=torch.ones(3))) == "Instances(3 in 4×6: scores)"
