"""The files that folders of runs hold."""

import pytest

from vpo_cli.paths import find_agent, find_results


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")


def test_a_run_leads_to_its_agent(tmp_path):
    touch(tmp_path / "run" / "agent" / "agent.json")
    touch(tmp_path / "run" / "checkpoints" / "step-000025" / "agent.json")
    assert (
        find_agent(tmp_path / "run") == find_agent(tmp_path / "run" / "agent") == tmp_path / "run" / "agent"
    )
    assert find_agent(tmp_path / "none") == tmp_path / "none"  # for the reader of checkpoints to refuse


def test_an_unfinished_run_names_its_newest_checkpoint(tmp_path):
    for step in ("000025", "000050"):
        touch(tmp_path / "checkpoints" / f"step-{step}" / "agent.json")
    with pytest.raises(ValueError, match="has not finished; give its newest checkpoint, .*step-000050"):
        find_agent(tmp_path)


def test_a_bench_is_no_agent(tmp_path):
    touch(tmp_path / "cells" / "VPO" / "cell.json")
    with pytest.raises(ValueError, match="is the folder of a bench.*vpo report"):
        find_agent(tmp_path)


def test_a_bench_leads_to_its_results(tmp_path):
    with pytest.raises(ValueError, match=r"has no results\.json; give the --out of a finished"):
        find_results(tmp_path)
    touch(tmp_path / "a" / "results.json")
    assert find_results(tmp_path) == find_results(tmp_path / "a") == tmp_path / "a" / "results.json"
    touch(tmp_path / "b" / "results.json")
    with pytest.raises(ValueError, match="holds several benches; give one of .*a/results.json, .*b/results"):
        find_results(tmp_path)
    touch(tmp_path / "c" / "cells" / "VPO" / "cell.json")
    with pytest.raises(ValueError, match="is a bench that has not finished"):
        find_results(tmp_path / "c")
