"""Every block of the page on testing a plugin does what the page says."""

import os
import re
import subprocess
import sys

import pytest
from fenced_blocks import fenced_blocks
from repository import ROOT

import detcore.testing

PAGE = ROOT / "docs" / "testing_plugins.md"
BLOCKS = fenced_blocks(PAGE)
FILES = {block.file_name: block.text for block in BLOCKS if block.file_name}
(SAID,) = (block.text for block in BLOCKS if block.language == "text")


@pytest.fixture
def plugin(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "tiny_backbone/__init__.py").touch()
    return tmp_path


def suite_of(plugin, *arguments):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", *arguments]
    environment = os.environ | {"PYTHONPATH": str(plugin)}
    return subprocess.run(command, cwd=plugin, env=environment, capture_output=True, text=True, check=False)


def test_the_suite_of_the_page_passes(plugin):
    done = suite_of(plugin, "-rs")

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "1 skipped" in done.stdout
    assert "torch.export does not know our kernel yet" in done.stdout


def test_a_wrong_stride_is_told_as_the_page_says(plugin):
    config = plugin / "tiny_backbone/config.py"
    config.write_text(config.read_text().replace("stride=8", "stride=16"))

    done = suite_of(plugin, "-k", "test_feature_maps_have_the_declared_shapes and 0")

    assert done.returncode == 1
    assert SAID.replace("\n", " ").strip() in " ".join(done.stdout.split())


def test_an_exception_that_is_no_check_is_an_error(plugin):
    page = plugin / "tests/test_exceptions.py"
    page.write_text(page.read_text().replace("test_it_can_be_exported", "test_it_can_be_exportet"))

    done = suite_of(plugin)

    assert done.returncode != 0
    assert "exceptions names ['test_it_can_be_exportet'], which are no checks of this kit" in done.stdout


def test_every_kit_is_in_the_table():
    told = set(re.findall(r"`(\w+Conformance)`", PAGE.read_text(encoding="utf-8")))
    core = {name for name in dir(detcore.testing) if name.endswith("Conformance")}

    assert core <= told
