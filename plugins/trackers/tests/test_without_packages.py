"""A tracker whose own package is missing is told before anything runs."""

import pytest
from tiny_experiment import tiny_tables

from det_plugin_trackers.run_records import lacking_package
from detcore.config import from_dict
from detcore.errors import ConfigError


@pytest.mark.parametrize("name", ["wandb", "mlflow"])
def test_the_config_is_refused_with_what_to_install(name, tmp_path, monkeypatch):
    monkeypatch.setattr("det_plugin_trackers.run_records.find_spec", lambda _: None)

    with pytest.raises(ConfigError) as caught:
        from_dict(tiny_tables(tmp_path) | {"plugins": {"hooks": [name]}})

    assert str(caught.value).endswith(
        f"plugins.hooks: {name} needs a package that is not installed: pip install 'det-plugin-trackers[{name}]'"
    )


def test_a_folder_of_that_name_is_no_package(tmp_path, monkeypatch):
    """As W&B leaves one in the working directory, which is where ``python -c`` looks first."""
    (tmp_path / "never_installed").mkdir()
    monkeypatch.syspath_prepend(tmp_path)

    assert lacking_package("never_installed", "wandb") != []
