"""``--local FILE``: a file of one's own takes part in a run, in all its processes, and stays with it."""

import hashlib
import json
import os
import subprocess
import sys

import pytest
from installed_distributions import Site
from repository import ROOT
from tiny_experiment import tiny_tables

from detcore.cli.main import main
from detcore.errors import ConfigError, PluginError, UnknownComponentError
from detcore.plugins import Registry, scan, survey
from detcore.plugins.lock import missing

COMMAND = "import sys; from detcore.cli.main import main; sys.exit(main())"

SPAWN = """
import multiprocessing, sys
from detcore.cli.main import main
if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    sys.exit(main())
"""

PARTS = (
    (ROOT / "core/src/detcore/testing/tiny_detector.py").read_text()
    + '''

from detcore.interfaces import Dataset
from detcore.specs import DatasetConfig


@frozen(kw_only=True)
class WatchedConfig(DatasetConfig):
    """Embedded pictures that say in which process each is read."""

    def build(self):
        return Watched()


class Watched(Dataset):
    def __init__(self):
        from detcore.data import ShapesConfig

        self.inner = ShapesConfig(num_images=4, size=(32, 48), max_objects=2).build()
        self.metadata = self.inner.metadata

    def __len__(self):
        return len(self.inner)

    def __getitem__(self, index):
        import multiprocessing

        print("read by", multiprocessing.current_process().name, "from", __file__, flush=True)
        return self.inner[index]


@hookimpl
def detcore_components():
    return {"tiny-detector": TinyDetectorConfig, "count": CountEvaluatorConfig, "watched": WatchedConfig}


@hookimpl
def detcore_run_start(directory):
    print("hello from the file", flush=True)
'''
)


@pytest.fixture
def config(tmp_path):
    """An experiment whose model and hook are in ``my_parts.py`` beside it."""
    (tmp_path / "my_parts.py").write_text(PARTS)
    tables = tiny_tables(tmp_path / "runs")
    tables["training"] |= {"steps": 1}
    tables["schedule"] |= {"warmup_steps": 0}
    (tmp_path / "tiny.json").write_text(json.dumps(tables | {"plugins": {"hooks": ["my-parts"]}}))
    return tmp_path / "tiny.json"


@pytest.fixture
def detcore(tmp_path):
    """The command in a process of its own; a first word that is a path is a script that stands for it."""

    def run(*words, script=None):
        code = ["-c", COMMAND] if script is None else [str(script)]
        environment = os.environ | {"PYTHONPATH": ""}
        return subprocess.run(
            [sys.executable, *code, *words],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


@pytest.mark.slow
def test_a_run_is_made_with_it_and_keeps_it(config, detcore, tmp_path):
    trained = detcore("run", "tiny.json", "--local", "my_parts.py")

    run = tmp_path / "runs/tiny"
    assert (trained.returncode, trained.stderr) == (0, "")
    assert "hello from the file" in trained.stdout
    assert (run / "local/my_parts.py").read_text() == PARTS
    digest = hashlib.sha256(PARTS.encode()).hexdigest()
    lock = json.loads((run / "plugins.lock.json").read_text())
    (local,) = (each for each in lock["distributions"] if each["name"] == "local")
    assert local["packages"] == {"my_parts": digest}
    state = json.loads((run / "checkpoints/step-000001/state.json").read_text())
    assert state["plugins"]["architectures:local/tiny-detector"] == f"sha256:{digest[:16]}"

    give = "local file my_parts.py: give the copy that the run keeps, with --local runs/tiny/local/my_parts.py"
    lost = detcore("evaluate", "runs/tiny")
    assert lost.returncode == 1
    assert lost.stderr == (
        "detcore: runs/tiny cannot be read: architectures:local/tiny-detector, evaluators:local/count and "
        f"hooks:local/my-parts are not here: it came from the {give}\n"
    )
    refused = detcore("check", "runs/tiny")
    assert refused.returncode == 1
    assert f"plugins.hooks.0: no 'local/my-parts' among hooks; it came from the {give}\n" in refused.stderr
    assert f"model.type: no 'local/tiny-detector' among architectures; it came from the {give}\n" in refused.stderr

    found = detcore("evaluate", "runs/tiny", "--local", "runs/tiny/local/my_parts.py")
    assert (found.returncode, found.stderr) == (0, "")


def test_the_record_is_of_what_was_executed_and_not_of_what_the_file_became(config, detcore, tmp_path):
    parts = f"{PARTS}\nfrom pathlib import Path\n\nPath(__file__).write_text('edited meanwhile')\n"
    (tmp_path / "my_parts.py").write_text(parts)

    done = detcore("plugins", "lock", "tiny.json", "--local", "my_parts.py")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "my_parts.py").read_text() == "edited meanwhile"
    (local,) = (each for each in json.loads(done.stdout)["distributions"] if each["name"] == "local")
    assert local["packages"] == {"my_parts": hashlib.sha256(parts.encode()).hexdigest()}


MORE = "from detcore.plugins import hookimpl\n@hookimpl\ndef detcore_checkpoint_loaded(path):\n    print('more')\n"


@pytest.mark.slow
def test_hooks_of_a_file_that_no_list_has_are_told(config, detcore, tmp_path):
    (tmp_path / "more_hooks.py").write_text(MORE)
    (tmp_path / "only_parts.py").write_text(COMPONENTS.format(PARTS_ALONE))
    files = ("--local", "my_parts.py", "--local", "more_hooks.py", "--local", "only_parts.py")
    told = (
        "more_hooks.py: its hooks are not called, because hooks under [plugins] does not list them; "
        "list them with plugins.hooks+=more-hooks\n"
    )

    checked = detcore("check", "tiny.json", *files)
    assert checked.stdout.endswith(f"ok\n  {told}")
    trained = detcore("run", "tiny.json", *files)
    assert (trained.returncode, trained.stderr) == (0, told)
    evaluated = detcore("evaluate", "runs/tiny", *files)
    assert (evaluated.returncode, evaluated.stderr) == (0, f"detcore: {told}")
    listed = detcore("evaluate", "runs/tiny", *files, "plugins.hooks+=more-hooks")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "more" in listed.stdout.splitlines()


@pytest.mark.slow
def test_an_edited_file_is_told_when_a_run_continues(config, detcore, tmp_path):
    detcore("run", "tiny.json", "--local", "my_parts.py")
    (tmp_path / "my_parts.py").write_text(PARTS + "\n# edited\n")

    continued = detcore("run", "tiny.json", "training.steps=2", "--resume", "--local", "my_parts.py")

    assert (continued.returncode, continued.stderr) == (0, "")
    told = " ".join(continued.stdout.split())
    assert "not as when the run began: local is sha256:" in told
    assert (tmp_path / "runs/tiny/local/my_parts.py").read_text().endswith("# edited\n")
    assert (tmp_path / "runs/tiny/earlier/step-000001/local/my_parts.py").read_text() == PARTS


@pytest.mark.slow
def test_workers_that_are_not_forked_have_it_too(config, detcore, tmp_path):
    (tmp_path / "spawn.py").write_text(SPAWN)
    words = ("data.loader.workers=1", 'data.train.datasets=[{type="watched"}]')

    trained = detcore("run", "tiny.json", "--local", "my_parts.py", *words, script=tmp_path / "spawn.py")

    assert (trained.returncode, trained.stderr) == (0, "")
    readers = [line.split() for line in trained.stdout.splitlines() if line.startswith("read by")]
    workers = {place for _, _, process, _, place in readers if process != "MainProcess"}
    assert len(workers) == 1
    assert workers.isdisjoint({str(tmp_path / "my_parts.py"), "my_parts.py"}), "a worker reads a copy, not the file"


def test_every_command_that_reads_a_config_takes_it(config, detcore):
    for words in (["check"], ["plan"], ["config", "show"], ["config", "explain"]):
        more = ["model"] if words[-1] == "explain" else []
        done = detcore(*words, "tiny.json", *more, "--local", "my_parts.py")

        assert (done.returncode, done.stderr) == (0, ""), words


@pytest.fixture
def registry():
    registry = Registry()
    yield registry
    for module in list(registry.local_files):
        registry.forget_file(module)


PARTS_ALONE = """
    from detcore.data.sampler_config import ShuffleSamplerConfig
    return {'mine': type('MineConfig', (ShuffleSamplerConfig,), {'__module__': __name__})}
"""
NEEDED = "it needs a function detcore_components, or another hook, marked with detcore.plugins.hookimpl"
HOOK = "from detcore.plugins import hookimpl\n@hookimpl\ndef detcore_run_start():\n    {}\n"


def test_a_file_is_read_again_where_it_has_changed(registry, tmp_path):
    path = tmp_path / "my_hooks.py"
    path.write_text(HOOK.format("pass"))
    registry.register_file(path)
    before = registry.local_files["my_hooks"].digest
    path.write_text(HOOK.format("print()"))

    registry.register_file(path)

    assert registry.names("detcore.hooks") == ["my-hooks"]
    assert registry.local_files["my_hooks"].digest != before


def test_two_files_of_one_name(registry, tmp_path):
    """The first would be forgotten, and its components with it."""
    paths = [tmp_path / folder / "my_parts.py" for folder in ("a", "b")]
    for path, line in zip(paths, ("pass", "print()"), strict=True):
        path.parent.mkdir()
        path.write_text(HOOK.format(line))
    registry.register_file(paths[0])

    with pytest.raises(ConfigError) as caught:
        registry.register_file(paths[1])

    told = f"{paths[1]}: {paths[0]} is in use under the same name; give one of them another name"
    assert str(caught.value) == told
    registry.register_file(paths[0].parent / ".." / "a" / "my_parts.py")
    assert registry.names("detcore.hooks") == ["my-parts"]


def test_a_copy_stands_for_the_file_that_it_is_one_of(registry, tmp_path):
    """A notebook that has trained with a file may give the run's copy, and then edit and give the file again."""
    path, copy = tmp_path / "my_parts.py", tmp_path / "local/my_parts.py"
    copy.parent.mkdir()
    for each in (path, copy):
        each.write_text(HOOK.format("pass"))
    registry.register_file(path)

    registry.register_file(copy)
    path.write_text(HOOK.format("print()"))
    registry.register_file(path)

    assert registry.local_files["my_parts"] == (path, path.read_bytes())


def test_two_files_with_one_component(registry, tmp_path):
    """The one that comes first in the alphabet would be used without a word."""
    for name in ("bees", "ants"):
        (tmp_path / f"{name}.py").write_text(COMPONENTS.format(PARTS_ALONE.strip()))
    registry.register_file(tmp_path / "bees.py")

    with pytest.raises(PluginError) as caught:
        registry.register_file(tmp_path / "ants.py")

    assert str(caught.value) == (
        "samplers:local/mine is declared twice, as bees:MineConfig and as ants:MineConfig; "
        "give one of them another name"
    )
    assert registry.resolve("detcore.samplers", "mine").target == "bees:MineConfig"
    assert "ants" not in sys.modules


def test_two_files_whose_hooks_would_be_listed_under_one_name(registry, tmp_path):
    for name in ("my_hooks", "myHooks"):
        (tmp_path / f"{name}.py").write_text(HOOK.format("pass"))
    registry.register_file(tmp_path / "my_hooks.py")

    with pytest.raises(PluginError, match="hooks:local/my-hooks is declared twice, as my_hooks and as myHooks;"):
        registry.register_file(tmp_path / "myHooks.py")

    assert [row.component.target for row in registry.rows] == ["my_hooks"]


@pytest.mark.parametrize(
    ("name", "text", "error", "sentence"),
    [
        ("my-hooks.py", "", ConfigError, "must be named as a Python module is, such as my_parts.py"),
        ("class.py", "", ConfigError, "must be named as a Python module is, such as my_parts.py"),
        ("hooks.txt", "", ConfigError, "must be named as a Python module is, such as my_parts.py"),
        ("json.py", "", ConfigError, "there is a module 'json' already; give the file another name"),
        ("wave.py", "", ConfigError, "there is a module 'wave' already; give the file another name"),
        (
            "empty.py", "", ConfigError,
            f"offers nothing: {NEEDED}",
        ),
        ("missing.py", None, ConfigError, "cannot be read: No such file or directory"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used(registry, tmp_path, name, text, error, sentence):
    path = tmp_path / name
    if text is not None:
        path.write_text(text)

    with pytest.raises(error) as caught:
        registry.register_file(path)

    assert str(caught.value) == f"{path}: {sentence}"
    assert registry.rows == ()


@pytest.mark.parametrize(
    ("name", "requirement", "how"),
    [
        ("zebra_track", "zebra-track>=3; extra == 'zebra'", "with its extra 'zebra'"),
        ("zebra_track", "Zebra.Track>=3", "from Zebra.Track>=3"),
    ],
)
def test_a_file_that_is_called_like_what_a_plugin_lacks(tmp_path, name, requirement, how):
    site = Site(tmp_path / "site")
    site.install("one", {"detcore.hooks": {"a": "one:a"}}, requires=requirement)
    path = tmp_path / f"{name}.py"
    path.write_text(HOOK.format("pass"))
    registry = Registry(survey(scan([str(site.folder)])))

    with pytest.raises(ConfigError) as caught:
        registry.register_file(path)

    assert str(caught.value) == (
        f"{path}: has the name of a module that one {how} imports and that is not installed; give the file another name"
    )
    assert name not in sys.modules


def test_a_file_that_fails_is_told_with_its_line(registry, tmp_path):
    path = tmp_path / "my_hooks.py"
    path.write_text("import math\nmath.sqrt(-1)\n")

    with pytest.raises(
        PluginError, match=rf"failed while executing {path}: ValueError: .* \({path}:2\)\. .* Mend it\.$"
    ):
        registry.register_file(path)

    assert "my_hooks" not in sys.modules


def test_a_file_with_an_impossible_hook_leaves_nothing_behind(registry, tmp_path):
    path = tmp_path / "my_hooks.py"
    path.write_text(HOOK.replace("start()", "start(step)").format("pass"))

    with pytest.raises(PluginError, match="asks for 'step', which this hook is not given"):
        registry.register_file(path)

    assert registry.rows == ()
    assert "my_hooks" not in sys.modules


COMPONENTS = "from detcore.plugins import hookimpl\n@hookimpl\ndef detcore_components():\n    {}\n"


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("return 1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit", "SystemExit"),
        ("return None", "TypeError: detcore_components must return a mapping of names to config classes, found None"),
        ("return [1]", "TypeError: detcore_components must return a mapping of names to config classes, found [1]"),
        ("return {'a': 5}", "TypeError: detcore_components must return config classes by their names, found 'a': 5"),
        ("return {5: int}", "TypeError: detcore_components must return config classes by their names, found 5: <class"),
    ],
)
def test_a_file_whose_components_are_none_leaves_nothing_behind(registry, tmp_path, line, cause):
    path = tmp_path / "my_parts.py"
    path.write_text(COMPONENTS.format(line))

    with pytest.raises(PluginError) as caught:
        registry.register_file(path)

    told = str(caught.value)
    assert told.startswith("local sha256:")
    assert f" failed while declaring its components: {cause}" in told
    assert str(path) in told
    assert told.endswith("It was registered as 'my-parts' while the program ran. Mend it.")
    assert registry.rows == ()
    assert "my_parts" not in sys.modules


def test_a_file_whose_second_component_is_none_leaves_nothing_behind(registry, tmp_path):
    path = tmp_path / "my_parts.py"
    path.write_text(
        "from detcore.specs import BackboneConfig\nclass GoodConfig(BackboneConfig):\n    pass\n"
        + COMPONENTS.format("return {'good': GoodConfig, 'bad': int}")
    )

    with pytest.raises(PluginError, match="cannot be registered as 'bad': it is not a config class of any interface"):
        registry.register_file(path)

    assert registry.rows == ()


def test_a_component_of_a_file_that_was_not_given():
    with pytest.raises(UnknownComponentError, match="it came from a user's own file: give that with --local FILE"):
        Registry().resolve("detcore.backbones", "local/mine")


RECORD = {
    "schema": 1,
    "distributions": [{"name": "local", "version": "sha256:1", "origin": "registered", "packages": {}}],
    "components": [{"id": "backbones:local/mine", "target": "elsewhere:MineConfig"}],
}


@pytest.mark.parametrize(
    ("copies", "told"),
    [
        ([], "it was declared while the program ran; declare it again, or, if it came from a file, give that with "),
        (["a b.py"], "it came from the local file a b.py: give the copy that the run keeps, with --local '{}/a b.py'"),
        (
            ["one.py", "two.py"],
            (
                "it came from the local file one.py or two.py: give the copy that the run keeps, "
                "with --local {0}/one.py --local {0}/two.py"
            ),
        ),
        (
            ["elsewhere.py", "two.py"],
            "it came from the local file elsewhere.py: give the copy that the run keeps, with --local {}/elsewhere.py",
        ),
    ],
)
def test_a_record_tells_which_files_a_component_may_come_from(tmp_path, copies, told):
    (tmp_path / "local").mkdir()
    for name in copies:
        (tmp_path / "local" / name).touch()
    (tmp_path / "plugins.lock.json").write_text(json.dumps(RECORD))

    with pytest.raises(UnknownComponentError) as caught:
        Registry().recalling(tmp_path / "plugins.lock.json").resolve("detcore.backbones", "local/mine")

    wanted = told.format(tmp_path / "local")
    assert str(caught.value).startswith(f"no 'local/mine' among backbones; {wanted}")


def test_what_is_installed_under_the_name_of_users_own_files_is_not_what_a_record_means(tmp_path):
    site = Site(tmp_path / "site")
    site.install("local", {"detcore.backbones": {"mine": "elsewhere:MineConfig"}})
    rows = survey(scan([str(site.folder)]))

    (told,) = missing(RECORD, rows)
    assert told.startswith("backbones:local/mine is not here: it was declared while the program ran; declare it again")

    (tmp_path / "plugins.lock.json").write_text(json.dumps(RECORD))
    registry = Registry(rows).recalling(tmp_path / "plugins.lock.json")
    with pytest.raises(
        UnknownComponentError, match=r"^no 'local/mine' among backbones; it was declared while the prog"
    ):
        registry.resolve("detcore.backbones", "local/mine")


def test_a_record_that_cannot_be_read_is_as_none(tmp_path):
    registry = Registry().recalling(tmp_path / "none.json")

    with pytest.raises(UnknownComponentError, match=r"^no 'mine' among backbones; nothing installed offers any$"):
        registry.resolve("detcore.backbones", "mine")


def test_the_file_is_executed_before_the_config_is_read(tmp_path, capsys):
    (tmp_path / "broken_parts.py").write_text("1 / 0")

    assert main(["check", "no.toml", "--local", str(tmp_path / "broken_parts.py")]) == 3
    assert "ZeroDivisionError" in capsys.readouterr().err
