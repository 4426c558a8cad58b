from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from detcore.errors import PluginError, UnknownComponentError, WeightsError
from detcore.interfaces import LoadedWeights
from detcore.plugins import Component, Registry, Row, installed_registry
from detcore.training import Checkpoint, checkpoint_of, find_weights, fit_weights, read_weights, write_checkpoint


def model():
    return nn.ModuleDict({"trunk": nn.Linear(10, 10), "head": nn.Linear(10, 2)})


def weights_of(module):
    return {name: torch.full_like(tensor, 7.0) for name, tensor in module.state_dict().items()}


def fit(module, tensors, *reinitialise):
    return fit_weights(module, LoadedWeights(tensors, []), source="file", reinitialise=reinitialise)


def test_everything_that_fits_is_loaded():
    module = model()

    report = fit(module, weights_of(module))

    assert report.loaded == ("trunk.weight", "trunk.bias", "head.weight", "head.bias")
    assert report.loaded_share == 1.0
    assert module["trunk"].bias.tolist() == [7.0] * 10


def test_what_a_pattern_names_starts_fresh_and_is_not_counted():
    module = model()
    before = module["head"].weight.clone()

    report = fit(module, weights_of(module), "head.*")

    assert report.reinitialised == ("head.weight", "head.bias")
    assert report.loaded_share == 1.0
    assert torch.equal(module["head"].weight, before)


def test_a_report_tells_what_became_of_every_tensor():
    module = model()
    tensors = weights_of(module) | {"extra": torch.zeros(1)}
    del tensors["head.bias"]

    report = fit(module, tensors)

    assert (report.missing, report.unexpected) == (("head.bias",), ("extra",))
    assert str(report).splitlines() == [
        "weights from file: 98.5% of the parameters meant to be loaded",
        "  loaded: 3 tensors",
        "  missing: 1 tensors (head.bias)",
        "  unexpected: 1 tensors (extra)",
    ]


def test_statistics_count_in_the_share():
    module = nn.ModuleDict({"norm": nn.BatchNorm1d(10)})
    tensors = {name: tensor for name, tensor in weights_of(module).items() if "running" not in name}

    with pytest.raises(WeightsError, match=r"^file gives only 51.2% of the model's parameters"):
        fit(module, tensors)


def test_a_wrong_shape_is_refused_with_the_pattern_that_would_help():
    module = model()
    tensors = weights_of(module) | {"head.weight": torch.zeros(81, 10)}

    with pytest.raises(
        WeightsError,
        match=r"^file: head.weight is \[81, 10\] in the file and \[2, 10\] in the model; name those that should start "
        r'fresh in weights.reinitialise = \["head.weight"\]$',
    ):
        fit(module, tensors)

    assert module["trunk"].bias.tolist() != [7.0] * 10


def test_a_file_of_another_model_is_refused():
    with pytest.raises(
        WeightsError,
        match=r"^file gives only 0.0% of the model's parameters: it lacks 4 tensors such as 'trunk.weight', and has 1 "
        r"tensors such as 'backbone' that the model does not know; name what should start fresh in "
        r"weights.reinitialise$",
    ):
        fit(model(), {"backbone": torch.zeros(1)})


def test_a_pattern_that_names_nothing_is_refused():
    module = model()

    with pytest.raises(
        WeightsError,
        match=r"^weights.reinitialise: 'haed.\*' names no parameter of the model; its names look like 'trunk.weight'$",
    ):
        fit(module, weights_of(module), "haed.*")


def test_both_formats_of_core_are_read(tmp_path):
    save_file({"a": torch.ones(2)}, tmp_path / "w.safetensors")
    np.savez(tmp_path / "w.npz", a=np.ones(2, dtype=np.float32))

    read = [read_weights(tmp_path / name, installed_registry()).tensors["a"] for name in ("w.safetensors", "w.npz")]

    assert torch.equal(read[0], read[1])


def test_an_archive_of_python_objects_is_never_unpickled(tmp_path):
    np.savez(tmp_path / "w.npz", a=np.array([object()], dtype=object))

    with pytest.raises(WeightsError, match=r"w.npz: cannot be read as npz: .*allow_pickle=False$"):
        read_weights(tmp_path / "w.npz", installed_registry())


@pytest.mark.parametrize("name", ["w.safetensors", "w.npz"])
def test_a_damaged_file_is_named(tmp_path, name):
    (tmp_path / name).write_bytes(b"not weights")

    with pytest.raises(WeightsError, match=rf"{name}: cannot be read as .+$"):
        read_weights(tmp_path / name, installed_registry())


def test_an_unknown_ending_is_answered_with_the_known_ones(tmp_path):
    (tmp_path / "w.pth").touch()

    with pytest.raises(WeightsError, match=r"w.pth: no weights format for '.pth'; known are .*\.npz, \.safetensors"):
        read_weights(tmp_path / "w.pth", installed_registry())


def test_a_run_means_its_best_checkpoint(tmp_path):
    for step in (1, 2):
        write_checkpoint(tmp_path / "checkpoints", Checkpoint(model={}, trainer={}, state={"step": step}))
    (tmp_path / "checkpoints" / "best.json").write_text('{"checkpoint": "step-000001"}')

    found = find_weights(str(tmp_path), installed_registry())

    assert found == tmp_path / "checkpoints" / "step-000001" / "model.safetensors"


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(
        WeightsError, match=r" holds neither a checkpoint \(model.safetensors\) nor a run with checkpoints$"
    ):
        checkpoint_of(tmp_path)


def test_weights_that_are_not_there_are_named():
    with pytest.raises(WeightsError, match=r"^weights.path: nowhere.npz does not exist$"):
        find_weights("nowhere.npz", installed_registry())


def test_a_scheme_that_no_plugin_offers_is_unknown():
    with pytest.raises(UnknownComponentError, match=r"^no 'nosuch' among resolvers"):
        find_weights("nosuch:model", installed_registry())


def resolve(uri):
    """A resolver as a plugin offers it."""
    if uri == "there:nothing":
        raise LookupError(uri)
    return Path("weights") / uri.partition(":")[2]


@pytest.fixture
def registry():
    """A distribution that offers the scheme ``there:``."""
    component = Component("detcore.resolvers", "there", "det-there", "1.0", f"{__name__}:resolve")
    return Registry([Row(component, "ok", "")])


def test_a_plugin_may_resolve_a_scheme(registry):
    assert find_weights("there:model.npz", registry) == Path("weights/model.npz")


def test_a_resolver_that_fails_is_a_plugin_that_failed(registry):
    with pytest.raises(PluginError, match=r"^det-there 1.0 failed while finding there:nothing: LookupError: "):
        find_weights("there:nothing", registry)
