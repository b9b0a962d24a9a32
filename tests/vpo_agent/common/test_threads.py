import psutil
import pytest
import torch

from vpo_agent.common.threads import thread_warning, threads_set


def test_threads_are_set_for_a_while():
    before = torch.get_num_threads()
    with pytest.raises(KeyError), threads_set(before + 2):
        assert torch.get_num_threads() == before + 2
        raise KeyError
    assert torch.get_num_threads() == before


@pytest.mark.parametrize(
    ("threads", "load", "policy", "warned"),
    [
        (1, 9.0, "", False),
        (2, 0.3, "", False),
        (2, 1.4, "", True),
        (2, 9.0, "", True),
        (2, 9.0, "PASSIVE", False),
        (2, 9.0, "active", True),
    ],
)
def test_several_threads_on_a_busy_machine_are_warned_about(monkeypatch, threads, load, policy, warned):
    monkeypatch.setattr(psutil, "cpu_count", lambda: 2)
    monkeypatch.setattr(psutil, "getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setenv("OMP_WAIT_POLICY", policy)
    text = thread_warning(threads)
    assert (text is not None) == warned
    assert text is None or "OMP_NUM_THREADS=1" in text
