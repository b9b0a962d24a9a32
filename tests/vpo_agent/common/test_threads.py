import psutil
import pytest

from vpo_agent.common.threads import thread_warning


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
