import pytest
import tomli
import yaml
from attrs import evolve, frozen

from detcore.config import DataConfig, dump_json, dump_toml, dump_yaml, from_dict, load, settings_of, to_dict
from detcore.config.documentation import settings_within
from detcore.config.plugin_lock import plugin_lock
from detcore.config.text.toml_text import key_text
from detcore.errors import ConfigError, UnknownComponentError
from detcore.plugins import hookimpl

RICH = """
[model.backbone.options]
"a b" = 0.5
"a\\n" = 0.25
[run]
name = 'with "quotes", ${data.num_classes} and \\'
"""


@frozen
class Chain:
    links: int = 1
    rest: "Chain | None" = None


@pytest.mark.parametrize(("dump", "name"), [(dump_toml, "b.toml"), (dump_yaml, "b.yaml"), (dump_json, "b.json")])
def test_a_dump_reads_back_to_an_equal_experiment(read, write, registry, good, dump, name):
    experiment = read(good + RICH, 'model.heads=[{type="linear"}, {type="linear", width=3}]').experiment

    text = dump(experiment, registry=registry)

    assert load(write(name, text), registry=registry).experiment == experiment


def test_a_dump_names_components_in_full_and_writes_defaults(read, registry, good):
    table = tomli.loads(dump_toml(read(good).experiment, registry=registry))

    assert table["model"]["backbone"]["type"] == "tiny-parts/trunk"
    assert table["model"]["num_classes"] == 2
    assert table["model"]["backbone"]["norm"] == "batch"
    assert table["training"]["batch_size"] == 16
    assert "steps" not in table["training"]


class Watching:
    @hookimpl
    def detcore_run_start(self):
        pass


def test_a_dump_names_hooks_in_full(read, write, registry, good):
    """A plugin that offers the short name too may be installed any day."""
    registry.register(Watching(), distribution="Acme.Hooks")
    loaded = read(f'{good}\n[plugins]\nhooks = ["watching", "hooks:acme-hooks/watching"]\n')

    text = dump_toml(loaded.experiment, registry=loaded.registry)

    assert tomli.loads(text)["plugins"]["hooks"] == ["acme-hooks/watching"]
    assert plugin_lock(loaded.experiment, loaded.registry)["hooks"] == ["acme-hooks/watching"]
    registry.register(Watching(), distribution="other")
    again = load(write("b.toml", text), registry=registry)
    assert dump_toml(again.experiment, registry=again.registry) == text
    with pytest.raises(UnknownComponentError, match="'watching' is offered by acme-hooks/watching and other/watching"):
        read(f'{good}\n[plugins]\nhooks = ["watching"]\n')


def test_a_text_that_looks_like_a_reference_survives(read, write, registry, good):
    experiment = read(good).experiment
    odd = evolve(experiment, run=evolve(experiment.run, name="${not a reference}"))

    assert load(write("b.toml", dump_toml(odd, registry=registry)), registry=registry).experiment == odd


def test_plain_tables_read_back(read, registry, good):
    experiment = read(good).experiment

    assert from_dict(to_dict(experiment, registry=registry), registry=registry).experiment == experiment


def test_mistakes_in_plain_tables_have_no_file(registry):
    with pytest.raises(ConfigError, match=r"^config: trainin: no such setting"):
        from_dict({"trainin": 1}, registry=registry)


def test_yaml_is_what_the_safe_loader_reads(read, registry, good):
    experiment = read(good).experiment

    assert yaml.safe_load(dump_yaml(experiment, registry=registry)) == to_dict(experiment, registry=registry)


def test_a_class_that_no_plugin_offers_cannot_be_dumped(read, registry, good):
    experiment = read(good).experiment

    with pytest.raises(UnknownComponentError, match="PicturesConfig is offered by no installed plugin"):
        dump_toml(experiment, registry=type(registry)())


def test_settings_are_described_with_the_text_under_them(registry):
    from detcore.specs import ROIHeadsConfig

    (setting,) = settings_of(ROIHeadsConfig, registry)

    assert (setting.name, setting.type, setting.default) == ("num_classes", "int", "required")
    assert setting.help == 'Number of object classes, background not counted; usually ``"${data.num_classes}"``.'


def test_defaults_are_described_as_toml(registry):
    config_class = registry.load(registry.resolve("detcore.architectures", "net"), object)

    defaults = {setting.name: setting.default for setting in settings_of(config_class, registry)}

    assert defaults["head"] == '{ type = "linear" }'  # whose own defaults go without saying
    assert defaults["reads"] == '["c4"]'


def test_settings_in_a_table_follow_it(registry):
    settings = {setting.name: setting.default for setting in settings_within(DataConfig, registry)}

    after = list(settings).index("loader")
    assert list(settings)[after + 1 : after + 3] == ["loader.workers", "loader.aspect_ratio_grouping"]
    assert settings["loader.workers"] == "0"


def test_a_class_in_itself_is_described_once(registry):
    assert [setting.name for setting in settings_within(Chain, registry)] == ["links", "rest"]


def test_a_key_that_ends_in_a_new_line_is_quoted():
    assert key_text("a\n") == '"a\\n"'
