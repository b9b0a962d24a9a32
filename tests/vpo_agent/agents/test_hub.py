"""Agents on a hub: upload, model card, download, through the real huggingface_hub and a stand-in server."""

import json
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
import toys
from fake_hub import TOKEN
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

import vpo_envs
from baselines import GRPO
from vpo_agent import VPO, CheckpointError, Policy, PoolVPO, evaluate
from vpo_agent.agents.hub import _by_main, _note, model_card
from vpo_agent.common import distributed
from vpo_agent.common.integrity import seal, unseal
from vpo_envs import domains

SETTINGS = dict(prompts_per_step=2, group_size=4, max_new_tokens=12, num_candidates=2, warm_start_steps=0)


class Mine(VPO):
    """Agent of a user."""


@pytest.fixture
def agent(trade_off_policy_folder):
    policy = Policy.from_pretrained(trade_off_policy_folder, dtype="float32")
    return VPO(policy, "test/TradeOff-v0", **SETTINGS)


def test_an_agent_comes_back_to_the_bit(hub, agent):
    agent.learn(16)
    address = agent.push_to_hub("me/choice", token=TOKEN, private=True)
    assert address.startswith(f"{hub.url}/me/choice/commit/") and hub.private["me/choice"]
    assert any(name.startswith("policy/") and name.endswith("tensors") for name in hub.repos["me/choice"])
    with pytest.raises(RepositoryNotFoundError):
        VPO.from_pretrained("me/choice", token="another")
    again = VPO.from_pretrained("me/choice", token=TOKEN, device="cpu")
    assert (again.num_updates, again.config) == (1, agent.config)
    assert again.source.objective_names == ("left", "right")
    assert again.describe() == agent.describe()
    for one in (agent, again):
        one.learn(16, reset_num_timesteps=False)
    assert again.describe()["weights"] == agent.describe()["weights"], "training goes on to the bit"


def test_the_card_names_environment_settings_results_and_citation(hub, agent):
    results = evaluate(agent, tasks=4, pool=6)
    agent.push_to_hub("me/choice", token=TOKEN, results=results)
    agent.push_to_hub("me/choice", token=TOKEN, results=results)  # the repository is there already
    card = hub.repos["me/choice"]["README.md"].decode()
    head, text = card.split("---\n", 2)[1:]
    assert "library_name: vpo-gym" in head and "- multi-objective" in head
    for part in (
        "# VPO on test/TradeOff-v0",
        "with `prompt_style='compact'`",
        "`left` (0.50), `right` (0.50)",
        "| group_size | `4` |",
        'VPO.from_pretrained("me/choice")',
        "from vpo_agent import VPO",
        "Means over 4 tasks of the split `test`, pools of 6 answers",
        f"| `expected_best` | {results.summary()['expected_best']:.4f} |",
        "arXiv:2605.22817",
    ):
        assert part in text, part
    agent.push_to_hub("me/plain", token=TOKEN)
    assert "was not evaluated" in hub.repos["me/plain"]["README.md"].decode()


def blocks(text, language):
    """Returns the blocks of code in a text in Markdown."""
    return [part.partition("```")[0] for part in text.split(f"```{language}\n")[1:]]


def test_the_snippet_of_the_card_runs_and_its_citation_is_that_of_the_page(hub, agent):
    agent.push_to_hub("me/choice", token=TOKEN)
    card = hub.repos["me/choice"]["README.md"].decode()
    (snippet,) = blocks(card, "python")
    names = {}
    exec(compile(snippet, "card", "exec"), names)
    assert type(names["agent"]) is VPO and len(names["answers"]) == 2 and "task_id" in names["info"]
    page = (Path(__file__).parents[3] / "docs" / "cite.md").read_text()
    (citation,) = blocks(card, "bibtex")
    cited = blocks(page, "bibtex")
    assert len(cited) == 2
    assert citation == "\n".join(cited).replace("{0.2.0}", f"{{{vpo_envs.__version__}}}")


def test_one_process_uploads_and_all_get_the_address(monkeypatch):
    """Two processes one after the other: what the main one gives is what the other one gathers."""
    gathered = []

    def gather(parts):
        gathered.append(parts[0])
        return gathered[:1]

    monkeypatch.setattr(distributed, "all_gather", gather)
    for main in (True, False):
        monkeypatch.setattr(distributed, "is_main", lambda main=main: main)
        assert _by_main(lambda main=main: "address" if main else pytest.fail("uploads, too")) == "address"
    assert gathered == ["address", ""]


def test_no_process_waits_for_an_upload_that_has_failed(monkeypatch):
    gathered = []
    monkeypatch.setattr(distributed, "all_gather", lambda parts: gathered.append(parts[0]) or gathered[:1])
    with pytest.raises(ZeroDivisionError):
        _by_main(lambda: str(1 / 0))
    monkeypatch.setattr(distributed, "is_main", lambda: False)
    with pytest.raises(RuntimeError, match="the main process could not upload"):
        _by_main(lambda: "address")
    assert gathered == ["", ""]


@pytest.mark.parametrize(
    ("env", "load", "note"),
    [
        ("vpo/SupportSmall-v0", 'from_pretrained("me/x")', None),
        ("test/TradeOff-v0", 'from_pretrained("me/x")', "not built in: import the module that registers it"),
        (toys.make_env(toys.TradeOff()), 'from_pretrained("me/x", env)', "`env` is the environment, which"),
    ],
)
def test_the_card_says_what_is_needed_for_the_environment(trade_off_policy_folder, env, load, note):
    policy = Policy.from_pretrained(trade_off_policy_folder, dtype="float32")
    card = model_card(VPO(policy, env, **SETTINGS), "me/x")
    assert load in card and (note is None or note in card)
    assert ("not built in" in card, "`env` is" in card) == (
        bool(note) and "built in" in note,
        bool(note) and "`env` is" in note,
    )


def test_every_built_in_id_needs_no_import(monkeypatch):
    ids = []
    monkeypatch.setattr(domains, "register", lambda id, *_, **__: ids.append(id))
    domains.register_all()
    assert len(ids) > 9 and not any(_note(gym.spec(id)) for id in ids)


def test_an_agent_of_the_users_own_is_imported_from_its_module(trade_off_policy_folder):
    policy = Policy.from_pretrained(trade_off_policy_folder, dtype="float32")
    for kind, line in ((Mine, f"from {__name__} import Mine\n"), (GRPO, "from baselines import GRPO\n")):
        assert line in model_card(kind(policy, "test/TradeOff-v0", **SETTINGS), "me/x")


def test_numbers_of_the_users_own_are_results(hub, agent):
    agent.push_to_hub("me/choice", token=TOKEN, results={"expected_best": np.float32(0.75), "tasks": 64})
    card = hub.repos["me/choice"]["README.md"].decode()
    assert "| measure | value |\n| --- | --- |\n| `expected_best` | 0.7500 |\n| `tasks` | 64.0000 |" in card


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ({"expected_best": "high"}, r"results\['expected_best'\]='high' must be a finite number"),
        ({"regret": float("nan")}, r"results\['regret'\]=nan must be a finite number"),
        ({"a": {"b": 1}}, r"results\['a'\]={'b': 1} must be a finite number"),
        ({}, "results={} must be an evaluation by vpo_agent.evaluate, or numbers by name"),
        ([0.8], r"results=\[0.8\] must be an evaluation"),
        (0.8, "results=0.8 must be an evaluation"),
    ],
)
def test_other_results_are_refused_before_anything_is_uploaded(hub, agent, results, message):
    with pytest.raises(ValueError, match=message):
        agent.push_to_hub("me/choice", token=TOKEN, results=results)
    assert not hub.repos


def test_a_repository_does_not_choose_the_code_that_runs(hub, agent):
    agent.push_to_hub("me/choice", token=TOKEN)
    files = hub.repos["me/choice"]
    state = json.loads(files["agent.json"])
    spec = json.loads(state["env"])
    for change, message in (
        ({"id": "evil/Other-v0"}, "is not registered here"),
        ({"id": "os:evil/Other-v0"}, "is not registered here"),
        ({"id": None}, "cannot be made again"),
        ({"entry_point": "pathlib:Path.touch"}, "cannot be made again"),
        ({"settings": {"scorer": "os:system"}}, "its settings scorer name code"),
        ({"settings": {"a": {"b": ["x", "os:system"]}}}, "its settings a name code"),
        ({"settings": {"domain": "pathlib:Path"}}, "its domain is not that of the registration"),
    ):
        changed = seal({**unseal(dict(state), "agent.json", ""), "env": json.dumps(spec | change)})
        files["agent.json"] = json.dumps(changed).encode()
        with pytest.raises(CheckpointError, match=message):
            VPO.from_pretrained("me/choice")
    again = VPO.from_pretrained("me/choice", gym.make("test/TradeOff-v0"))
    np.testing.assert_array_equal(again.source.weights, [0.5, 0.5])


def test_mistakes_are_named(hub, agent, tmp_path):
    with pytest.raises(HfHubHTTPError, match="401"):
        agent.push_to_hub("me/choice", token="wrong")
    with pytest.raises(RepositoryNotFoundError):
        VPO.from_pretrained("me/nothing")
    agent.push_to_hub("me/choice", token=TOKEN)
    with pytest.raises(CheckpointError, match="holds a VPO agent"):
        PoolVPO.from_pretrained("me/choice")
    agent.save(tmp_path / "folder")
    assert VPO.from_pretrained(tmp_path / "folder").num_updates == 0, "a folder needs no hub"


def test_the_page_is_true(hub, monkeypatch):
    page = (Path(__file__).parents[3] / "docs" / "hub.md").read_text()
    block = page.split("```python\n")[1].split("```")[0]
    for long, short in (
        ("seed=0).learn(20_000)", "seed=0, warm_start_steps=1, group_size=2, max_new_tokens=8).learn(1)"),
        ("tasks=64", "tasks=2, pool=3"),
    ):
        assert long in block
        block = block.replace(long, short)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    names = {}
    exec(compile(block, "hub.md", "exec"), names)
    assert len(names["answers"]) == names["agent"].num_candidates
