"""Small domains whose best behaviour is known, and small models of several architectures."""

from pathlib import Path

import gymnasium as gym
import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import AutoModelForCausalLM as CausalLM
from transformers import (
    AutoModelForSequenceClassification,
    BertConfig,
    GPT2Config,
    LlamaConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    Qwen3Config,
)

import vpo_envs
from vpo_agent import Agent, Policy, evaluate
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.tasks.source import DomainTasks
from vpo_agent.training.sft import warm_start
from vpo_envs import Domain, Objective, Task, VectorRewardEnv
from vpo_envs.metrics import solved
from vpo_envs.spaces import FreeText

SMALL = [id for id in vpo_envs.registered_ids() if id.startswith("vpo/") and "Small" in id]
WORDS = ("red", "blue", "green", "gold", "pink")


class Repeat(Domain):
    """The prompt names a word; the answer that repeats it is worth (1, 1), another word (0, 1)."""

    objectives = (Objective("right", "the word of the prompt"), Objective("word", "any of the words"))

    def sample_task(self, rng):
        word = WORDS[rng.integers(len(WORDS))]
        return Task(f"Say {word}.", word, f"say {word}")

    def score(self, task, answer):
        return (float(answer == task.truth), float(answer in WORDS))

    def demonstrations(self, task, rng):
        others = [word for word in WORDS if word != task.truth]
        return [task.truth, *(others[i] for i in rng.permutation(len(others))[:2])]

    def best_answers(self, task):
        return [task.truth]

    def feedback(self, task, answer):
        return "right" if answer == task.truth else "wrong"


class TradeOff(Domain):
    """Two specialists and a compromise, which no fixed scalarization near the middle would give up."""

    objectives = (Objective("left"), Objective("right"))
    worth = {"left": (1.0, 0.0), "right": (0.0, 1.0), "both": (0.6, 0.6)}

    def sample_task(self, rng):
        return Task("Choose.", None, f"choose {WORDS[rng.integers(len(WORDS))]}")

    def score(self, task, answer):
        return self.worth.get(answer, (0.0, 0.0))

    def demonstrations(self, task, rng):
        return [list(self.worth)[i] for i in rng.permutation(3)]

    def best_answers(self, task):
        return list(self.worth)


class Poem(gym.Env):
    """A plain Gymnasium environment, no `Domain`: pays for the prompt's word and for length."""

    prompt_style = "compact"

    def __init__(self, rewards=2):
        self.observation_space = FreeText()
        self.action_space = FreeText()
        self.reward_space = gym.spaces.Box(0, 1, (rewards,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.word = WORDS[self.np_random.integers(len(WORDS))]
        return f"say {self.word}", {}

    def step(self, action):
        reward = np.array([action.count(self.word) > 0, min(len(action), 20) / 20], np.float32)
        return "", reward, True, False, {}


def make_env(domain: Domain, **kwargs) -> VectorRewardEnv:
    return VectorRewardEnv(domain, prompt_style="compact", **kwargs)


def small_policy(domain: Domain, seed: int = 0, max_turns: int = 1, **kwargs) -> Policy:
    """An untrained policy for a toy domain, smaller than `policy="tiny"`."""
    source = DomainTasks(domain, style="compact", max_turns=max_turns)
    kwargs = {"width": 64, "layers": 2, "heads": 2, "dtype": "float32", **kwargs}
    return tiny_policy(source, seed=seed, **kwargs)


def warm_started(domain: Domain, folder: Path, steps: int) -> Path:
    """Teaches a small policy to write one or two demonstrations in the format, and saves it."""
    policy = small_policy(domain)
    source = DomainTasks(domain, style="compact")
    warm_start(policy, source, steps=steps, sizes=(1, 2), learning_rate=4e-3)
    policy.save_pretrained(folder)
    return folder


def learn_until_solved(agent: Agent, steps: int) -> None:
    """Trains until nearly all rollouts of three steps in a row hold an answer with the full reward."""
    shares: list[float] = []

    def unsolved(agent: Agent) -> bool:
        shares.append(solved(agent.last_rollouts.rewards).any(axis=-1).mean())
        return min(shares[-3:]) < 0.97 or len(shares) < 3

    agent.learn(agent.config.answers_per_step * steps, unsolved)


def share_right(agent: Agent, tasks: int = 48, pool: int = 8) -> float:
    """Share of the rollouts on held-out tasks that hold an answer with the full reward."""
    rewards = evaluate(agent, tasks=tasks, pool=pool, fronts=False).rewards
    rollouts = rewards.reshape(tasks, -1, agent.config.num_candidates, rewards.shape[-1])
    return float(solved(rollouts).any(axis=-1).mean())


VOCABULARY = 40
EOS, PAD = 1, 0


def tokenizer() -> PreTrainedTokenizerFast:
    """Whole words `t2` ... `t39`."""
    names = {"<pad>": PAD, "<eos>": EOS} | {f"t{i}": i for i in range(2, VOCABULARY)}
    inner = Tokenizer(models.WordLevel(names, unk_token="t2"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="<pad>", eos_token="<eos>")


# Wide initial weights: attention that looks everywhere alike would hide errors.
SHAPE = dict(
    vocab_size=VOCABULARY,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    max_position_embeddings=128,
    initializer_range=0.3,
    bos_token_id=None,
    eos_token_id=EOS,
    pad_token_id=PAD,
)
CONFIGS = {
    "llama": lambda: LlamaConfig(**SHAPE, num_key_value_heads=4),
    "qwen3-gqa": lambda: Qwen3Config(**SHAPE, num_key_value_heads=2, head_dim=16),
    "wide heads": lambda: LlamaConfig(**SHAPE, num_key_value_heads=2, head_dim=64),
    "gpt2": lambda: GPT2Config(
        vocab_size=VOCABULARY,
        n_embd=32,
        n_layer=2,
        n_head=4,
        n_positions=128,
        initializer_range=0.3,
        bos_token_id=None,
        eos_token_id=EOS,
        pad_token_id=PAD,
    ),
}


def model(name: str, seed: int = 0) -> PreTrainedModel:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return CausalLM.from_config(CONFIGS[name]()).eval()


def policy(name: str, attention: str = "auto", dtype: str = "float32", seed: int = 0) -> Policy:
    return Policy(model(name, seed), tokenizer(), device="cpu", dtype=dtype, attention=attention)


PROMPTS = [[5, 6, 7, 8, 9, 10, 11, 12, 13], [20, 21], [30, 31, 32, 33]]
"""Of different lengths, so that shared prefixes are padded."""


SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
RATED = (*SPECIAL, "sorry", "refund", "we", "you", "kind", "rude", ".", ",")


def classifier_tokenizer() -> PreTrainedTokenizerFast:
    """Knows a few words of customer service."""
    inner = Tokenizer(models.WordLevel({word: i for i, word in enumerate(RATED)}, unk_token="[UNK]"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token"), SPECIAL))
    return PreTrainedTokenizerFast(tokenizer_object=inner, **names)


def classifier(num_labels: int = 1, config: type = BertConfig, **changes) -> PreTrainedModel:
    """An untrained reward model."""
    torch.manual_seed(0)
    sizes = dict(
        vocab_size=len(RATED),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        num_labels=num_labels,
        initializer_range=0.5,
        id2label={0: "rude", 1: "neutral", 2: "kind"} if num_labels == 3 else None,
    )
    return AutoModelForSequenceClassification.from_config(config(**{**sizes, **changes}))
