"""Runs under an interpreter that has verl and this package: `test_verl.py` starts it.

What verl does on a CPU is verl's own: configurations, data set, reward workers, advantages.
"""

import asyncio
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("verl", reason="verl has an environment of its own, see docs/verl.md")

from hydra import compose, initialize_config_dir
from tensordict import TensorDict
from verl import DataProto
from verl.experimental.reward_loop.reward_loop import RewardLoopWorker, migrate_legacy_reward_impl
from verl.trainer.ppo.core_algos import get_adv_estimator_fn
from verl.trainer.ppo.utils import need_critic, need_reference_policy
from verl.trainer.ppo.v1 import get_trainer_cls
from verl.utils.config import validate_config
from verl.utils.dataset.rl_dataset import RLHFDataset, collate_fn

from vpo_agent.integrations.rollout_score import MEASURES
from vpo_agent.integrations.verl import compute_score
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.export import task_rows, write_rows
from vpo_agent.tasks.source import task_source
from vpo_agent.training.advantages import group_normalize, pool_credit
from vpo_envs.scalarization import spread_weights

EXAMPLES = Path(__file__).parents[2] / "examples" / "verl"
ENV, GROUP, TASKS = "vpo/MazeSmall-v0", 4, 3


def config_of(name, *overrides):
    with initialize_config_dir(str(EXAMPLES), version_base=None):
        config = compose(name, overrides=["hydra.searchpath=[pkg://verl.trainer.config]", *overrides])
    return migrate_legacy_reward_impl(config)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A folder with a tokenizer and a chat template, as of a small instructed model."""
    folder = tmp_path_factory.mktemp("model")
    policy = tiny_policy(task_source(ENV), width=32, layers=1, device="cpu", dtype="float32")
    policy.tokenizer.chat_template = "{{ messages[0]['content'] }}"
    policy.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("agent", ["vpo", "pool_vpo", "multi_rlvr", "grpo"])
@pytest.mark.parametrize("name", ["one_node", "several_nodes"])
def test_example_configurations_are_valid(name, agent):
    config = config_of(name, f"agent={agent}", "data_dir=/shared")
    validate_config(config, need_reference_policy(config), need_critic(config))
    assert need_reference_policy(config) and not need_critic(config)
    pools = ("pool_vpo", "vpo") if agent == "pool_vpo" else ("grpo", "sync")
    assert (config.algorithm.adv_estimator, config.trainer.v1.trainer_mode) == pools
    single = agent in ("grpo", "pool_vpo")
    assert config.data.train_files == f"/shared/maze-{1 if single else 3}/train.parquet"
    actor = config.actor_rollout_ref.actor
    assert (actor.clip_ratio, actor.clip_ratio_c, actor.loss_agg_mode) == (0.2, 3.0, "token-mean")
    assert config.data.apply_chat_template_kwargs.enable_thinking is False, "an open thought swallows answers"
    assert (actor.kl_loss_coef, actor.kl_loss_type, actor.grad_clip) == (1e-3, "low_var_kl", 1.0)
    assert config.actor_rollout_ref.rollout.n * (1 if single else 3) == 24, "as many answers for all"


def completions_of(task, source, size, rng):
    """A group whose completions differ: demonstrations, repetitions, nothing at all."""
    answers = source.domain.demonstrations(task, rng)
    sets = [rng.permutation(len(answers))[:size] for _ in range(GROUP - 1)]
    return [*(AnswerFormat(size).format([answers[i] for i in chosen]) for chosen in sets), "no answer"]


def as_data(tokenizer, batch, texts):
    """The batch with its completions, as verl's agent loop hands it on, and their mask."""
    ids = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
    responses = torch.full((len(ids), max(map(len, ids))), tokenizer.pad_token_id)
    mask = torch.zeros_like(responses)
    for row, kept, tokens in zip(responses, mask, ids):
        row[: len(tokens)], kept[: len(tokens)] = torch.tensor(tokens), 1
    prompts = torch.ones(len(ids), 1, dtype=torch.long)
    both = torch.cat([prompts, mask], dim=1)
    tensors = {"prompts": prompts, "responses": responses, "attention_mask": both}
    others = {key: batch[key] for key in ("data_source", "reward_model", "extra_info", "raw_prompt")}
    return DataProto(TensorDict(tensors, batch_size=len(ids)), others), mask


def our_scores(agent, size, source, tasks, texts):
    """Scores (TASKS, GROUP) from our own parts."""
    owners = [task for task in tasks for _ in range(GROUP)]
    sets = [[answer or "" for answer in AnswerFormat(size).parse(text)] for text in texts]
    rewards = np.stack([source.score([task] * size, answers) for task, answers in zip(owners, sets)])
    rewards = rewards.reshape(TASKS, GROUP, size, -1)
    if agent == "multi_rlvr":
        return (rewards @ source.weights).sum(-1)
    weights = spread_weights(100, 4) if agent == "vpo" else source.weights[None]
    return pool_credit(rewards, np.broadcast_to(weights, (TASKS, *weights.shape)))


@pytest.mark.parametrize(("agent", "size"), [("vpo", 3), ("multi_rlvr", 3), ("grpo", 1)])
def test_advantages_are_ours(model, tmp_path, agent, size):
    write_rows(tmp_path / "train.parquet", list(task_rows(ENV, TASKS, num_candidates=size, layout="verl")))
    config = config_of("one_node", f"agent={agent}", f"actor_rollout_ref.model.path={model}")
    worker = RewardLoopWorker(config)
    tokenizer = worker.input_tokenizer
    dataset = RLHFDataset(str(tmp_path / "train.parquet"), tokenizer, config.data)
    assert len(dataset) == TASKS
    source, rng = task_source(ENV), np.random.default_rng(0)
    tasks = [source.domain.task("train", index) for index in range(TASKS)]
    texts = [text for task in tasks for text in completions_of(task, source, size, rng)]

    batch = collate_fn([dataset[i] for i in range(TASKS) for _ in range(GROUP)])
    asked = [messages[0]["content"] for messages in batch["raw_prompt"]][::GROUP]
    assert asked == [AnswerFormat(size).instruct(task.compact, "compact") for task in tasks]
    data, mask = as_data(tokenizer, batch, texts)
    found = worker.loop.run_until_complete(worker.compute_score_batch(data))
    paid = [one["reward_score"] for one in found]
    objectives = tuple(f"objective/{name}" for name in source.objective_names)
    logged = ("score", *MEASURES, *objectives, "rewards", "weights")
    assert {tuple(one["reward_extra_info"]) for one in found} == {logged}
    scores = type(worker.reward_manager).assemble_rm_scores(data, paid)
    advantages, _ = get_adv_estimator_fn(config.algorithm.adv_estimator)(
        token_level_rewards=scores,
        response_mask=mask,
        index=np.repeat([task.id for task in tasks], GROUP),
        norm_adv_by_std_in_grpo=config.algorithm.norm_adv_by_std_in_grpo,
    )

    ours = our_scores(agent, size, source, tasks, texts)
    deviations = ours.std(1, ddof=1, keepdims=True)
    assert (deviations > 0.01).all(), "a signal to compare"
    expected = (ours - ours.mean(1, keepdims=True)) / (deviations + 1e-6)
    np.testing.assert_allclose(advantages[:, 0].reshape(TASKS, GROUP), expected, atol=1e-5)
    assert torch.equal(advantages, advantages[:, :1] * mask), "every token of a completion gets it"
    factor = np.sqrt((GROUP - 1) / GROUP)
    np.testing.assert_allclose(factor * group_normalize(ours), expected, atol=1e-4)


@pytest.fixture(scope="module")
def queue():
    """verl's store of batches, on a Ray of this machine."""
    import ray
    import transfer_queue as tq

    # One CPU for each part of the store. Ray makes its workers nicer than this process, and they would wait.
    system = {"worker_niceness": 0}
    ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False, _system_config=system)
    tq.init()
    yield tq
    tq.close()
    ray.shutdown()


def stored(tq, rng, infos, uids):
    """A batch in the store as verl's agent loop puts it there, in mixed order, with one row of padding."""
    keys, tags, fields = [], [], []
    for place in rng.permutation(len(infos) + 1):
        padding = place == len(infos)
        length = 1 if padding else int(rng.integers(2, 6))
        mask = torch.zeros(length, dtype=torch.int64) if padding else torch.ones(length, dtype=torch.int64)
        info = infos[0] if padding else infos[place]
        reward = torch.zeros(length)
        reward[-1] = 0.0 if padding else info["score"]
        uid = "pad" if padding else uids[place]
        extra = {"reward_extra_info": info}
        keys.append(f"{uid}_{place}_0")
        tags.append({"is_padding": True} if padding else {})
        fields.append({"uid": uid, "response_mask": mask, "rm_scores": reward, "extra_fields": extra})
    from verl.utils.tensordict_utils import list_of_dict_to_tensordict

    return tq.kv_batch_put(
        keys=keys, fields=list_of_dict_to_tensordict(fields), tags=tags, partition_id="train"
    )


@pytest.mark.parametrize("agent", ["pool_vpo", "grpo"])
def test_the_trainer_pays_for_pools(queue, agent):
    config = config_of(
        "one_node", f"agent={agent}", "trainer.v1.trainer_mode=vpo", f"actor_rollout_ref.rollout.n={GROUP}"
    )
    if agent == "pool_vpo":
        config.reward.custom_reward_function.reward_kwargs.pool_size = 2
    source, rng = task_source(ENV), np.random.default_rng(0)
    tasks = [source.domain.task("train", index) for index in range(TASKS)]
    texts = [text for task in tasks for text in completions_of(task, source, 1, rng)]
    rows = list(task_rows(ENV, TASKS, num_candidates=1, layout="verl"))
    kwargs = dict(config.reward.custom_reward_function.reward_kwargs)
    infos = [
        compute_score(row["data_source"], text, "", row["extra_info"], **kwargs)
        for row, text in zip((row for row in rows for _ in range(GROUP)), texts)
    ]
    uids = [f"task{i}" for i in range(TASKS) for _ in range(GROUP)]
    batch = stored(queue, rng, infos, uids)

    trainer = get_trainer_cls(config.trainer.v1.trainer_mode).__new__(get_trainer_cls("vpo"))
    trainer.config, metrics = config, {}
    trainer._compute_advantage(batch, metrics)

    rewards = np.stack(
        [source.score([task] * GROUP, list(group)) for task, group in zip(tasks, batched(texts))]
    )
    rewards = rewards[:, :, None]
    weights = spread_weights(100, 4) if agent == "pool_vpo" else source.weights[None]
    scores = pool_credit(
        rewards, np.broadcast_to(weights, (TASKS, *weights.shape)), 2 if agent == "pool_vpo" else 1
    )
    expected = group_normalize(scores)
    if agent == "grpo":
        expected *= np.sqrt((GROUP - 1) / GROUP)  # verl's own estimator
    data = queue.kv_batch_get(keys=batch.keys, partition_id="train", select_fields=["advantages"])
    for key, found in zip(batch.keys, data["advantages"].unbind()):
        place = int(key.split("_")[1])
        wanted = 0.0 if place == TASKS * GROUP else expected.ravel()[place]
        np.testing.assert_allclose(found, np.full(len(found), wanted), atol=1e-4)
    for name, mean in zip(source.objective_names, rewards.mean((0, 1, 2))):
        assert metrics[f"vpo/objective/{name}"] == pytest.approx(mean, abs=1e-6)
    assert metrics["vpo/frac_reward_zero_std"] == np.mean(scores.std(1) < 1e-6)


def batched(texts):
    return [texts[i : i + GROUP] for i in range(0, len(texts), GROUP)]


def test_pools_need_the_trainer():
    estimate = get_adv_estimator_fn("pool_vpo")
    with pytest.raises(ValueError, match="needs trainer.v1.trainer_mode=vpo"):
        estimate(torch.zeros(2, 3), torch.ones(2, 3), np.array(["a", "a"]))


def test_several_threads_may_score_at_once():
    (row,) = task_rows("vpo/MazeSmall-v0", 1, num_candidates=1, layout="verl")
    source = task_source(ENV)
    (best, *_) = source.domain.best_answers(source.domain.task("train", 0))

    async def score_all():
        arguments = (row["data_source"], AnswerFormat(1).format([best]), "train/0", row["extra_info"])
        return await asyncio.gather(*(asyncio.to_thread(compute_score, *arguments) for _ in range(32)))

    scores = asyncio.run(score_all())
    assert scores == [scores[0]] * 32 and scores[0]["well_formed"] == 1
