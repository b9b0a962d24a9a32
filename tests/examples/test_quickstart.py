"""The quickstart, for one step."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "examples" / "quickstart.py"


@pytest.fixture(scope="module")
def quickstart():
    spec = importlib.util.spec_from_file_location("quickstart", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_prints_regret_and_draws_both_pools(quickstart, tmp_path, monkeypatch, capsys):
    picture = tmp_path / "pools.png"
    monkeypatch.setattr("sys.argv", [str(PATH), "--steps", "1", "--tasks", "2", "--out", str(picture)])
    quickstart.main()
    shown = capsys.readouterr().out
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 20_000
    for name in ("GRPO", "PoolVPO"):
        table = shown.split(f"{name}\n", 1)[1].splitlines()
        assert [line.split()[0] for line in table[:3]] == ["step", "0", "1"]
        assert 0 < float(table[1].split()[1]) < 1
        assert f"{name}: " in shown
    starts = [line for line in shown.splitlines() if line.startswith("     0 ")]
    assert len(starts) == 2 and len({line.rsplit(maxsplit=1)[0] for line in starts}) == 1  # the same start
    assert "Walks: * walked" in shown
