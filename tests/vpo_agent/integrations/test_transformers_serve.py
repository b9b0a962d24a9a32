"""Against the real thing: `transformers serve` with tiny checkpoints."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import toys

from vpo_agent import VPO, Policy, evaluate
from vpo_agent.integrations.endpoint import Endpoint, EndpointError
from vpo_agent.integrations.endpoint_agent import EndpointAgent
from vpo_agent.models.sampling import Sampling

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")
pytestmark = pytest.mark.slow

CHAT = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
SETTINGS = {"num_candidates": 2, "max_new_tokens": 16}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("transformers")
    log = tmp_path_factory.mktemp("serve") / "log.txt"
    command = [program, "serve", "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    with open(log, "w") as file:
        server = subprocess.Popen([*map(str, command)], stdout=file, stderr=file)
    try:
        for _ in range(3000):
            assert server.poll() is None, log.read_text()
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1)
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module", params=["bare", "chat"])
def served(request, url, trade_off_policy_folder, tmp_path_factory):
    """A folder and whoever serves it."""
    folder = trade_off_policy_folder
    if request.param == "chat":
        policy = Policy.from_pretrained(folder, dtype="float32")
        policy.tokenizer.chat_template = CHAT
        folder = tmp_path_factory.mktemp("chat")
        policy.save_pretrained(folder)
    endpoint = Endpoint(url, str(folder), bare=request.param == "bare")
    return folder, EndpointAgent(endpoint, toys.make_env(toys.TradeOff()), **SETTINGS)


def test_a_served_checkpoint_answers_as_it_does_here(served):
    folder, agent = served
    local = VPO(Policy.from_pretrained(folder, dtype="float32"), toys.make_env(toys.TradeOff()), **SETTINGS)
    here = evaluate(local, tasks=4, pool=2, temperature=0.0)
    there = evaluate(agent, tasks=4, pool=2, temperature=0.0)
    assert any(text for answers in here.answers for text in answers)
    assert there.answers == here.answers and there.tokens == here.tokens
    assert any(str(folder) in name for name in agent.usage.models)


def test_checkpoints_are_saved_to_be_sampled_from(served):
    _, agent = served
    found = evaluate(agent, tasks=2, pool=16)
    assert all(len(set(answers)) > 1 for answers in found.answers)
    assert evaluate(agent, tasks=2, pool=16).answers == found.answers


def test_a_field_that_the_server_refuses(url, trade_off_policy_folder):
    endpoint = Endpoint(url, str(trade_off_policy_folder), bare=True, fields={"min_p": 0.1})
    with pytest.raises(EndpointError, match="answered 422: .*min_p.*leaves one out"):
        endpoint.complete(["choose red"], Sampling(4), [0])
