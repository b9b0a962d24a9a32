"""The real `GRPOTrainer` on a CPU: what it is paid, and what it makes of it."""

import json
import pickle
import re
import runpy
import subprocess
import sys
from pathlib import Path

import datasets
import numpy as np
import pytest
import torch
import toys

from vpo_agent.generation.rollout import drop_repeats
from vpo_agent.integrations.trl import RewardFunction
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.export import task_dataset, task_rows
from vpo_agent.tasks.source import DomainTasks
from vpo_agent.training.advantages import group_normalize, pool_credit
from vpo_envs.scalarization import spread_weights

trl = pytest.importorskip("trl", exc_type=ImportError)

ROOT = Path(__file__).parents[3]
GROUP, SIZE = 4, 2


class Recorder(trl.GRPOTrainer):
    """Keeps the completions of every batch, and the advantages that they were given."""

    def _calculate_rewards(self, inputs, prompts, completions, completion_ids_list):
        self.completions = [text if isinstance(text, str) else text[0]["content"] for text in completions]
        self.tasks = [row["id"] for row in inputs]
        return super()._calculate_rewards(inputs, prompts, completions, completion_ids_list)

    def _generate_and_score_completions(self, inputs):
        output = super()._generate_and_score_completions(inputs)
        if not hasattr(self, "batches"):
            self.batches = []
        self.batches.append((self.tasks, self.completions, output["advantages"].numpy(force=True)))
        return output


def trained(folder, out, agent, size, layout="plain", **settings):
    trainer = Recorder(
        model=str(folder),
        reward_funcs=RewardFunction(agent, **settings),
        train_dataset=task_dataset("test/TradeOff-v0", 8, num_candidates=size, layout=layout),
        args=trl.GRPOConfig(
            output_dir=str(out),
            use_cpu=True,
            bf16=False,
            max_steps=2,
            per_device_train_batch_size=2 * GROUP,
            num_generations=GROUP,
            max_completion_length=24,
            learning_rate=1e-3,
            logging_steps=1,
            log_completions=True,
            num_completions_to_print=0,
            save_strategy="no",
            disable_tqdm=True,
            seed=1,
        ),
    )
    trainer.train()
    return trainer


def reward_matrix(completions, size):
    """(P, G, m, d), read and scored here once more."""
    source = DomainTasks(toys.TradeOff())
    found = [drop_repeats(source, None, AnswerFormat(size).parse(completion)) for completion in completions]
    worth = [[toys.TradeOff.worth.get(text, (0.0, 0.0)) for text in texts] for texts in found]
    return np.array(worth).reshape(-1, GROUP, size, 2)


def sample_normalize(scores):
    """TRL's normalisation over a group, by the sample deviation."""
    return (scores - scores.mean(1, keepdims=True)) / (scores.std(1, ddof=1, keepdims=True) + 1e-4)


@pytest.mark.parametrize(
    ("layout", "folder"), [("plain", "trade_off_policy_folder"), ("chat", "chat_policy_folder")]
)
def test_advantages_of_vpo_are_ours(request, tmp_path, layout, folder):
    trainer = trained(request.getfixturevalue(folder), tmp_path, "vpo", SIZE, layout, n_weights=64)
    weights = spread_weights(64, 2)
    assert len(trainer.batches) == 2
    for tasks, completions, advantages in trainer.batches:
        assert [len(set(tasks[i : i + GROUP])) for i in (0, GROUP)] == [1, 1]
        scores = pool_credit(reward_matrix(completions, SIZE), np.broadcast_to(weights, (2, 64, 2)))
        assert scores.std() > 0.05, "a signal to compare"
        advantages = advantages.reshape(2, GROUP)
        np.testing.assert_allclose(advantages, sample_normalize(scores), atol=1e-5)
        # Our agents divide by the population deviation, and add 1e-6 to it where TRL adds 1e-4.
        factor = np.sqrt((GROUP - 1) / GROUP)
        np.testing.assert_allclose(advantages, factor * group_normalize(scores), rtol=1e-2, atol=1e-5)


def test_advantages_of_pools_are_ours(trade_off_policy_folder, tmp_path):
    trainer = trained(trade_off_policy_folder, tmp_path, "pool_vpo", 1, pool_size=2, group_size=GROUP)
    weights = np.broadcast_to(spread_weights(100, 2), (2, 100, 2))
    spread = 0.0
    for _, completions, advantages in trainer.batches:
        scores = pool_credit(reward_matrix(completions, 1), weights, k=2)
        np.testing.assert_allclose(advantages.reshape(2, GROUP), sample_normalize(scores), atol=1e-5)
        spread += scores.std(1).max()
    assert spread > 0.05, "a signal to compare"


def test_groups_of_another_size_are_refused(trade_off_policy_folder, tmp_path):
    with pytest.raises(ValueError, match="group_size=8 .* has 4 in a row of test/TradeOff-v0 train/"):
        trained(trade_off_policy_folder, tmp_path, "pool_vpo", 1, pool_size=2, group_size=2 * GROUP)


@pytest.mark.parametrize(("agent", "size"), [("multi_rlvr", SIZE), ("grpo", 1)])
def test_advantages_of_fixed_scalars_are_ours(trade_off_policy_folder, tmp_path, agent, size):
    trainer = trained(trade_off_policy_folder, tmp_path, agent, size)
    for _, completions, advantages in trainer.batches:
        scores = reward_matrix(completions, size).mean(-1).sum(-1)  # w* = (.5, .5)
        assert (scores.std(1) > 0.04).any(), "a signal to compare"
        np.testing.assert_allclose(advantages.reshape(2, GROUP), sample_normalize(scores), atol=1e-5)


def test_random_weighting_shares_a_weighting_within_a_group(trade_off_policy_folder, tmp_path):
    trainer = trained(trade_off_policy_folder, tmp_path, "random_weighting", 1)
    reward = RewardFunction("random_weighting")
    rows = {row["id"]: row for row in task_rows("test/TradeOff-v0", 8, num_candidates=1)}
    for tasks, completions, advantages in trainer.batches:
        corner = reward(["left"] * len(tasks), **columns([rows[id] for id in tasks]))
        weights = np.stack([corner, 1 - np.array(corner)], axis=-1).reshape(2, GROUP, 2)
        assert (weights == weights[:, :1]).all()
        scores = np.einsum("pgd,pgd->pg", reward_matrix(completions, 1)[:, :, 0], weights)
        np.testing.assert_allclose(advantages.reshape(2, GROUP), sample_normalize(scores), atol=1e-5)


def test_a_run_moves_the_model_and_logs_what_agents_share(trade_off_policy_folder, tmp_path):
    trainer = trained(trade_off_policy_folder, tmp_path, "vpo", SIZE)
    log = trainer.state.log_history[0]
    assert 0 < log["rewards/vpo/mean"] <= 1 and 0 < log["best_scalar"] <= 0.6 + 1e-6
    assert 0 < log["well_formed"] - log["repeated"] <= log["well_formed"] <= 1
    first = reward_matrix(trainer.batches[0][1], SIZE)
    for i, name in enumerate(("left", "right")):
        assert log[f"objective/{name}"] == pytest.approx(first[..., i].mean())
    assert log["entropy"] > 0 and 0 <= log["frac_reward_zero_std"] <= 1, "TRL's own"
    table = datasets.Dataset.from_parquet(str(tmp_path / "completions" / "completions_00001.parquet"))
    assert table["completion"][:] == trainer.batches[0][1]
    np.testing.assert_allclose(
        [[list(one.values()) for one in json.loads(row)] for row in table["reward_vectors"]],
        first.reshape(-1, SIZE, 2),
        atol=1e-4,
    )
    before = type(trainer.model).from_pretrained(trade_off_policy_folder).state_dict()
    assert any(not torch.equal(value, before[name]) for name, value in trainer.model.state_dict().items())


def columns(rows):
    return {name: [row[name] for row in rows] for name in rows[0] if name != "prompt"}


def test_missing_columns_are_named():
    with pytest.raises(ValueError, match="lacks settings, split, index, num_candidates"):
        RewardFunction()(["x"], env=["test/TradeOff-v0"])
    with pytest.raises(ValueError, match="lacks env"):
        RewardFunction()(["x"])


def test_columns_of_another_length_are_named():
    (row,) = task_rows("test/TradeOff-v0", 1, num_candidates=1)
    given = columns([row, row])
    for name in ("env", "index"):
        with pytest.raises(ValueError, match=f"the column '{name}' has 1 values and completions has 2; give"):
            RewardFunction()(["left"] * 2, **{**given, name: given[name][:1]})
    with pytest.raises(ValueError, match="the column 'env' has 2 values and completions has 1"):
        RewardFunction()(["left"], **given)
    with pytest.raises(ValueError, match="the column 'weights' has 3 values and completions has 2"):
        RewardFunction()(["left"] * 2, **given, weights=[None] * 3)


def test_an_unknown_setting_of_the_reward_ends_with_a_suggestion():
    with pytest.raises(TypeError, match=r"unknown setting 'grop_size'; did you mean 'group_size'\?"):
        RewardFunction("pool_vpo", grop_size=3)


def test_messages_without_text_are_worth_nothing():
    (row,) = task_rows("test/TradeOff-v0", 1, num_candidates=2)
    assert RewardFunction()([[{"role": "assistant", "content": None}]], **columns([row])) == [0.0]


def test_messages_in_parts_are_read_as_their_text():
    (row,) = task_rows("test/TradeOff-v0", 1, num_candidates=2)
    answer = "<candidate_1>left</candidate_1><candidate_2>right</candidate_2>"
    parts = [{"type": "text", "text": answer[:20]}, {"type": "text", "text": answer[20:]}]
    scores = [
        RewardFunction()([[{"role": "assistant", "content": content}]], **columns([row]))
        for content in (answer, parts)
    ]
    assert scores[0] == scores[1] != [0.0]


def test_the_last_message_of_an_agent_with_tools_is_its_answer():
    (row,) = task_rows("test/TradeOff-v0", 1, num_candidates=2)
    answer = "<candidate_1>left</candidate_1><candidate_2>right</candidate_2>"
    call = {"role": "assistant", "content": None, "tool_calls": [{"type": "function", "function": {}}]}
    draft = {"role": "assistant", "content": answer}
    result = {"role": "tool", "name": "look_up", "content": answer}
    found = [
        RewardFunction()([conversation], **columns([row]))[0]
        for conversation in (
            [draft],
            [call, result, draft],
            [call, result, {"role": "assistant", "content": "I do not know."}],
            [draft, result, {"role": "assistant", "content": ""}],
            [call, result],
            [],
        )
    ]
    assert found[0] == found[1] > 0 and found[2:] == [0.0] * 4


def test_a_reward_function_can_be_sent_to_another_process():
    again = pickle.loads(pickle.dumps(RewardFunction("multi_rlvr", seed=3)))
    assert again.__name__ == "multi_rlvr" and again.score.seed == 3


def test_the_page_is_true(chat_policy_folder, tmp_path):
    block = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "trl.md").read_text(), flags=re.S)[1]
    assert sum(line != "" for line in block.splitlines()) <= 15
    for shown, here in (  # a small model, a small environment, few steps, no GPU
        ('"Qwen/Qwen3-1.7B"', repr(str(chat_policy_folder))),
        ('"vpo/Maze-v0", 10_000', '"test/TradeOff-v0", 8'),
        ('"runs/trl"', repr(str(tmp_path))),
        ("max_completion_length=1024", "max_completion_length=24, max_steps=1, use_cpu=True, bf16=False"),
    ):
        assert block.count(shown) == 1
        block = block.replace(shown, here)
    names = {}
    exec(compile(block, "trl.md", "exec"), names)
    assert names["trainer"].state.global_step == 1


def test_the_example_runs(chat_policy_folder, tmp_path, capsys):
    example = runpy.run_path(str(ROOT / "examples" / "trl_vpo.py"))
    out = str(tmp_path)
    example["main"](str(chat_policy_folder), "test/TradeOff-v0", "vpo", num_candidates=2, steps=1, out=out)
    assert re.findall(r"(before|after): {'best@1': 0\.\d+", capsys.readouterr().out) == ["before", "after"]


def test_accelerate_reads_the_sharding_configuration():
    script = (
        "import os; from accelerate.commands import launch\n"
        "given = ['--config_file', 'examples/fsdp.yaml', 'x.py']\n"
        "arguments = launch.launch_command_parser().parse_args(given)\n"
        "os.environ.update(launch.prepare_multi_gpu_env(launch._validate_launch_command(arguments)[0]))\n"
        "from accelerate import FullyShardedDataParallelPlugin\n"
        "plugin = FullyShardedDataParallelPlugin()\n"
        "print(os.environ['ACCELERATE_USE_FSDP'], plugin.fsdp_version, plugin.auto_wrap_policy.__name__)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert found.stdout.splitlines()[-1] == "true 2 transformer_auto_wrap_policy"


def test_a_column_of_weights_decides_for_its_rows():
    (row,) = task_rows("test/TradeOff-v0", 1, num_candidates=1)
    columns = {name: [value] * 3 for name, value in row.items() if name != "prompt"}
    paid = RewardFunction("grpo")(["left"] * 3, **columns, weights=[[0.9, 0.1], None, [0.2, 0.8]])
    assert paid == pytest.approx([0.9, 0.5, 0.2])
