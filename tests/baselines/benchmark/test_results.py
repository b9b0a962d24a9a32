import base64
import copy
import gzip
import json
import resource
import zlib

import numpy as np
import pytest

from baselines.benchmark.results import Pools, load, parse
from baselines.report.data import Results
from baselines.report.tables import tuning_table
from vpo_agent.common.integrity import seal


@pytest.fixture(scope="module")
def content(synthetic):
    return synthetic()


def test_a_file_is_read_back(content, tmp_path):
    path = tmp_path / "results.json"
    path.write_text(json.dumps(content))
    assert json.loads(load(path).model_dump_json()) == content


def test_a_compressed_file_is_read_back(content, tmp_path, monkeypatch):
    path, raw = tmp_path / "results.json.gz", json.dumps(seal(content)).encode()
    path.write_bytes(gzip.compress(raw))
    assert json.loads(load(path).model_dump_json()) == content
    for damaged in (gzip.compress(raw)[:-20], raw, b"\x1f\x8b" + bytes(30)):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"results\.json\.gz is damaged .*finished runs are reused"):
            load(path)
    monkeypatch.setattr("baselines.benchmark.results.MOST_BYTES", len(raw) - 1)
    path.write_bytes(gzip.compress(raw))
    with pytest.raises(ValueError, match="unpacks to more than"):
        load(path)


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
    assert results.file.model_dump(exclude_defaults=True)["tuning"] == [SEARCH]
    assert [row[2:] for row in tuning_table(results).rows] == [
        ["{'alpha': 0.5}", "0.2500"],
        ["{'alpha': 1}", "0.5000 *"],
    ]


def test_trials_that_ended_early_are_marked(content):
    first, second = SEARCH["trials"]
    search = {**SEARCH, "trials": [{**first, "ended_at": 0.3}, second]}
    results = Results(changed(content, lambda c: c.update(tuning=[search])))
    values = [row[-1] for row in tuning_table(results).rows]
    assert values == ["0.2500, ended at 30% of the run", "0.5000 *"]


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


def bomb(content, shape, claimed):
    content = copy.deepcopy(content)
    deflate = zlib.compressobj(9)
    data = b"".join(deflate.compress(bytes(1 << 20)) for _ in range(shape)) + deflate.flush()
    content["runs"][0]["pools"] = {"shape": claimed, "data": base64.b64encode(data).decode()}
    return content


def test_pools_never_grow_beyond_their_shape(content):
    """300 KB of base64 that would become 256 MB."""
    bombed = bomb(content, 256, [6, 30, 4])
    assert len(bombed["runs"][0]["pools"]["data"]) < 400_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValueError, match="it holds more than 2880 bytes, and 2880 are expected"):
        parse(bombed)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


@pytest.mark.parametrize("shape", [[2**20, 2**10, 4], [10**9, 10**9, 10**9], [6, 30, 10**7]])
def test_shapes_that_claim_too_much_are_refused_unread(content, shape):
    with pytest.raises(ValueError, match="the pools hold .* rewards; at most 20,000,000 are read"):
        parse(bomb(content, 1, shape))


@pytest.mark.parametrize("shape", [[0, 30, 4], [-6, -30, 4], [6, 30]])
def test_shapes_that_are_none_are_refused(content, shape):
    with pytest.raises(ValueError, match=r"runs\.0\.pools\.shape"):
        parse(bomb(content, 1, shape))


def test_a_changed_digit_is_noticed(content, tmp_path):
    path = tmp_path / "results.json"
    path.write_text(json.dumps(seal(content)))
    assert load(path).runs
    path.write_text(path.read_text().replace('"tokens": 9000', '"tokens": 9001', 1))
    with pytest.raises(ValueError, match=r"results\.json is damaged: its SHA-256 .* runs are reused"):
        load(path)


def test_nesting_without_end_is_no_traceback(tmp_path):
    (tmp_path / "r.json").write_text("[" * 200_000)
    with pytest.raises(ValueError, match=r"r\.json is damaged \(nested too deeply\)"):
        load(tmp_path / "r.json")
