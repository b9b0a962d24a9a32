import copy
import json

import numpy as np
import pytest

from baselines.benchmark.results import Pools, load, parse
from baselines.report.data import Results
from baselines.report.tables import tuning_table


@pytest.fixture(scope="module")
def content(synthetic):
    return synthetic()


def test_a_file_is_read_back(content, tmp_path):
    path = tmp_path / "results.json"
    path.write_text(json.dumps(content))
    assert json.loads(load(path).model_dump_json()) == content


def test_pools_are_packed_without_loss():
    rewards = np.random.default_rng(0).random((3, 4, 2), np.float32)
    assert (Pools.pack(rewards).rewards() == rewards).all()
    assert len(Pools.pack(np.ones((128, 30, 4))).data) < 200


SEARCH = {
    "env": "my/Some-v0",
    "label": "VPO",
    "measure": "expected_best",
    "trials": [{"settings": {"alpha": 0.5}, "value": 0.25}, {"settings": {"alpha": 1}, "value": 0.5}],
    "chosen": 1,
}


def test_trials_of_a_search_are_read_back_and_shown(content):
    results = Results(changed(content, lambda c: c.update(tuning=[SEARCH])))
    assert results.file.model_dump()["tuning"] == [SEARCH]
    assert [row[2:] for row in tuning_table(results).rows] == [
        ["{'alpha': 0.5}", "0.2500"],
        ["{'alpha': 1}", "0.5000 *"],
    ]


def changed(content, change):
    content = copy.deepcopy(content)
    change(content)
    return content


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda c: c.update(schema_version=1),
            "schema_version=1, and this version reads 3; give the command",
        ),
        (lambda c: c["runs"][1]["budget"].pop("tokens"), r"runs\.1\.budget\.tokens: Field required"),
        (lambda c: c["runs"][0].update(env="my/No-v0"), "env='my/No-v0' is not among"),
        (lambda c: c["runs"][0]["measures"]["regret"].pop(), r"runs\.0 .*measures \['regret'\]"),
        (lambda c: c["runs"][0]["measures"]["regret"].__setitem__(0, float("nan")), "finite number"),
        (lambda c: c["runs"][2]["pools"].update(data="AAAA"), "cannot be unpacked"),
        (lambda c: c["runs"][2]["answers"][0].pop(), "answers are not 2 pools of 30"),
        (lambda c: c["runs"].pop(), "do not share seeds"),
        (lambda c: c["runs"][0].update(seed=1), "do not share seeds"),
        (lambda c: c.update(runs=[]), "at least 1 item"),
        (
            lambda c: c["environments"].append({**c["environments"][0], "env": "my/No-v0"}),
            "the environment my/No-v0 has no runs",
        ),
        (lambda c: c.update(tuning=[{}]), r"tuning.0.env: Field required"),
        (lambda c: c.update(tuning=[{**SEARCH, "chosen": 2}]), "chosen=2 is none of 2 trials"),
        (lambda c: c.update(extra=1), "extra: Extra inputs"),
        (lambda c: c["runs"][0]["history"]["best"].append(1.0), "histories differ"),
        (lambda c: c["environments"][0]["weights"].pop(), "pools have 4 objectives"),
    ],
)
def test_what_is_wrong_is_named(content, change, message):
    with pytest.raises(ValueError, match=message):
        parse(changed(content, change))


def test_no_results_at_all(tmp_path):
    (tmp_path / "r.json").write_text('{"schema')
    with pytest.raises(ValueError, match=r"r\.json is damaged"):
        load(tmp_path / "r.json")
    with pytest.raises(ValueError, match="schema_version=None"):
        parse([1])
