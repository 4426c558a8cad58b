"""MLflow's own package over a database in a file."""

import pytest
from attrs import evolve

from detcore.errors import DetcoreWarning, TrainingError
from detcore.jobs import evaluate, run, train
from detcore.plugins import hookimpl
from detcore.testing.registered import registered

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
