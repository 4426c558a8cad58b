"""A module that is missing is told with the line that installs it, where the plugin's metadata know one."""

import pytest
from installed_distributions import Site

from detcore.plugins import Component
from detcore.plugins.missing_modules import extra_for, what_to_install, who_imports

REQUIREMENTS = """\
det-core
Requires-Dist: attrs
Requires-Dist: det_kernels[cuda]>=1; extra == "kernels"
Requires-Dist: opencv-python-headless>=4 ; (python_version > "3.1") and extra == 'video'
Requires-Dist: mlflow-skinny; extra == 'runs'
Requires-Dist: Plain.Thing (>=2)"""


@pytest.fixture
def component(tmp_path):
    location = Site(tmp_path).install(
        "det-plugin-x", {"detcore.samplers": {"x": "det_plugin_x:X"}}, requires=REQUIREMENTS
    )
    return Component(
        group="detcore.samplers", name="x", distribution="det-plugin-x", version="1.0", target="det_plugin_x:X",
        location=str(location),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("det_kernels", "It needs the extra 'kernels': pip install 'det-plugin-x[kernels]'. "),
        ("det_kernels.cuda", "It needs the extra 'kernels': pip install 'det-plugin-x[kernels]'. "),
        ("cv2", "It needs the extra 'video': pip install 'det-plugin-x[video]'. "),
        ("plain_thing", "What it requires has not been installed with it: pip install 'Plain.Thing (>=2)'. "),
        ("something_else", ""),
        ("det_plugin_x.parts", ""),
    ],
)
def test_the_line_comes_from_the_metadata(component, module, told):
    assert what_to_install(component, ModuleNotFoundError("no", name=module)) == told


def test_extras_of_the_entry_point_are_what_it_needs(component):
    component = component._replace(extras=("video", "sound"))
    error = ModuleNotFoundError("no", name="something_else")

    assert extra_for(component, error) == "video,sound"
    assert what_to_install(component, error) == (
        "It needs the extras 'video,sound': pip install 'det-plugin-x[video,sound]'. "
    )


@pytest.mark.parametrize(
    "error", [ImportError("cannot import name", name="det_kernels"), ValueError("no"), SystemExit()]
)
def test_other_errors_are_no_missing_module(component, error):
    assert what_to_install(component, error) == extra_for(component, error) == ""


def test_a_component_declared_at_run_time_has_no_metadata(component):
    component = component._replace(location="registered")

    assert what_to_install(component, ModuleNotFoundError("no", name="det_kernels")) == ""


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("mlflow", "det-plugin-x with its extra 'runs'"),
        ("cv2", "det-plugin-x with its extra 'video'"),
        ("plain_thing", "det-plugin-x from Plain.Thing (>=2)"),
        ("something_else", ""),
        ("det", ""),
    ],
)
def test_who_imports_a_module_is_known_before_it_is_missing(component, module, told):
    assert who_imports(module, [component, component]) == told
