"""MLflow's own package over a database in a file."""

import pytest
from attrs import evolve

from detcore.errors import ConfigError, DetcoreWarning, PluginError, TrainingError
from detcore.jobs import evaluate, run, train
from detcore.jobs.predicting import Predictor
from detcore.plugins import hookimpl
from detcore.testing.registering import registered

mlflow = pytest.importorskip("mlflow", reason="mlflow is not installed; `nox -s trackers` has it")
pytest.importorskip(
    "sqlalchemy", reason="sqlalchemy, for MLflow's database, is not installed; `nox -s trackers` has it"
)

pytestmark = pytest.mark.filterwarnings("default")  # those of mlflow and sqlalchemy are not ours


@pytest.fixture(autouse=True)
def client(monkeypatch, tmp_path):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME", raising=False)
    monkeypatch.chdir(tmp_path)  # where MLflow would make its folder of artefacts
    return mlflow.tracking.MlflowClient()


def runs(client, experiment="detcore"):
    return client.search_runs([client.get_experiment_by_name(experiment).experiment_id])


def curve(client, found, name):
    return [metric.step for metric in client.get_metric_history(found.info.run_id, name)]


def test_a_run_sends_its_settings_its_numbers_and_its_end(tracked, client):
    run(tracked(plugins__hooks=["mlflow"]))

    (found,) = runs(client)
    assert (found.info.run_name, found.info.status) == ("tiny", "FINISHED")
    assert found.data.params["training.batch_size"] == "4"
    assert found.data.params["data.train.datasets.0.num_images"] == "12"
    assert curve(client, found, "loss") == [1, 2]
    assert curve(client, found, "evaluation/count.score") == [2]


def test_what_belongs_to_one_run_is_one_run_there_too(tracked, client, monkeypatch):
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "pets")
    experiment = tracked(plugins__hooks=["mlflow"])
    folder = train(experiment)
    train(evolve(experiment, training=evolve(experiment.training, steps=3)), resume=True)
    evaluate(folder)

    (found,) = runs(client, "pets")
    assert curve(client, found, "loss") == [1, 2, 3]
    assert curve(client, found, "evaluation/count.score") == [3]
    assert found.info.status == "FINISHED"


def test_a_run_that_fails_is_one_that_failed(tracked, client):
    with pytest.raises(TrainingError):
        train(tracked(plugins__hooks=["mlflow"], model={"type": "tiny-detector", "explode_at": 1}))

    (found,) = runs(client)
    assert found.info.status == "FAILED"
    assert curve(client, found, "loss") == [1]


def test_a_run_that_could_not_be_begun_leaves_the_one_before_alone(tracked, client, monkeypatch):
    run(tracked(plugins__hooks=["mlflow"]))

    def lost(self, *arguments, **more):
        raise mlflow.exceptions.MlflowException("no connection")

    monkeypatch.setattr(mlflow.tracking.MlflowClient, "create_run", lost)
    with pytest.raises(PluginError, match="no connection"):
        run(tracked(plugins__hooks=["mlflow"], run__name="second"))

    (found,) = runs(client)
    assert found.info.status == "FINISHED"


def test_a_server_that_is_lost_is_warned_of_and_the_run_goes_on(tracked, client, monkeypatch):
    log_batch = mlflow.tracking.MlflowClient.log_batch

    def lost_after_parameters(self, run_id, metrics=(), params=()):
        if metrics:
            raise mlflow.exceptions.MlflowException("no connection")
        return log_batch(self, run_id, params=params)

    monkeypatch.setattr(mlflow.tracking.MlflowClient, "log_batch", lost_after_parameters)
    with pytest.warns(DetcoreWarning, match="MLflow did not take the numbers of step") as told:
        folder = train(tracked(plugins__hooks=["mlflow"], training__steps=5))

    assert (folder / "checkpoints/step-000005").exists()
    sentences = [str(each.message) for each in told if issubclass(each.category, DetcoreWarning)]
    assert len(sentences) == 3
    assert sentences[-1] == "MLflow did not take the numbers of step 3: no connection; nothing more is sent"


def test_names_that_mlflow_refuses_are_sent_with_other_letters(tracked, client):
    class Marks:
        @hookimpl
        def detcore_after_step(self, run):
            run.metrics["AP [cat & dog]"] = 1.0

    with registered(Marks()):
        train(tracked(plugins__hooks=["marks", "mlflow"]))

    (found,) = runs(client)
    assert "AP _cat _ dog_" in found.data.metrics


def artefacts(client, found, folder="checkpoints"):
    return [entry.path for entry in client.list_artifacts(found.info.run_id, folder)]


def test_the_size_of_the_model_and_the_checkpoint_that_was_read_are_tags(tracked, client):
    folder = run(tracked(plugins__hooks=["mlflow"], training__checkpoint_every_steps=1))
    (found,) = runs(client)
    assert found.data.tags["detcore.num_parameters"] == "321"
    assert found.data.tags["detcore.checkpoint_loaded"] == "step-000002"

    evaluate(folder, checkpoint="step-000001")

    (found,) = runs(client)
    assert found.data.tags["detcore.checkpoint_loaded"] == "step-000001"


def test_a_checkpoint_of_another_run_is_no_tag_of_this_one(tracked, client):
    other = train(tracked(plugins__hooks=["mlflow"]))
    Predictor.of(other)
    train(tracked(plugins__hooks=["mlflow"], run__name="this"))

    (found,) = [each for each in runs(client) if each.info.run_name == "this"]
    assert "detcore.checkpoint_loaded" not in found.data.tags


@pytest.mark.parametrize(("word", "names"), [("checkpoint", ["step-000001", "step-000002"]), ("end", ["step-000002"])])
def test_checkpoints_are_sent_as_the_variable_says(tracked, client, monkeypatch, word, names):
    monkeypatch.setenv("DETCORE_MLFLOW_LOG_MODEL", word)
    folder = run(tracked(plugins__hooks=["mlflow"], training__checkpoint_every_steps=1))

    (found,) = runs(client)
    assert artefacts(client, found) == [f"checkpoints/{name}" for name in names]
    files = [f"checkpoints/step-000002/{path.name}" for path in (folder / "checkpoints/step-000002").iterdir()]
    assert sorted(artefacts(client, found, "checkpoints/step-000002")) == sorted(files)


def test_by_default_no_checkpoint_is_sent(tracked, client):
    run(tracked(plugins__hooks=["mlflow"]))

    (found,) = runs(client)
    assert artefacts(client, found, None) == []


def test_a_store_that_takes_no_checkpoint_is_warned_of_and_the_run_goes_on(tracked, client, monkeypatch):
    def full(self, run_id, local_dir, artifact_path=None):
        raise OSError("no space left")

    monkeypatch.setenv("DETCORE_MLFLOW_LOG_MODEL", "end")
    monkeypatch.setattr(mlflow.tracking.MlflowClient, "log_artifacts", full)
    with pytest.warns(DetcoreWarning, match="MLflow did not take the checkpoint of step 2: no space left$"):
        train(tracked(plugins__hooks=["mlflow"]))

    (found,) = runs(client)
    assert found.info.status == "FINISHED"


def test_a_variable_that_says_something_else_is_refused(tracked, monkeypatch):
    monkeypatch.setenv("DETCORE_MLFLOW_LOG_MODEL", "always")

    with pytest.raises(ConfigError) as caught:
        tracked(plugins__hooks=["mlflow"])

    assert str(caught.value) == (
        "config: plugins.hooks: DETCORE_MLFLOW_LOG_MODEL is 'always', but must be 'false', 'end' or 'checkpoint'"
    )
