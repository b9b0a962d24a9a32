"""Vector Policy Optimization (VPO) on one page: a tiny transformer learns to cross mazes in several ways.

Paper: "Vector Policy Optimization: Training for Diversity Improves Test-Time Search", arXiv 2605.22817.
The script needs numpy, torch and `vpo_envs`. Its mazes have 5 x 5 tiles, fewer walls than those of
`vpo/MazeSmall-v0`, and start and exit in opposite corners. In 75 to 80 CPU seconds E_w[best of 30] rose from
.731 to .747 (seed 0) and .736 to .754 (seed 1), with `--algorithm pool_vpo` from .731 to .788 (seed 0).

An answer y to a prompt x earns a reward vector r(x, y) in [0, 1]^d. One rollout writes a set S of m answers:

    R(S) = E_{w ~ Dir(1)} [ max_{y in S} w . r(x, y) ]           the set score of VPO
    A_g  = (R(S_g) - mean_g R) / (std_g R + 1e-6)                over the G rollouts of one prompt

and A_g replaces the advantage of GRPO. The maximum stands inside the expectation, so a set of specialists
earns more than copies of one compromise. Below: tokenizer, model, sampler, SFT warm start, VPO, evaluation.
"""

import argparse
import copy
import math
import re
import time

import gymnasium as gym
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import vpo_envs
from vpo_envs.metrics import best_at_k, expected_best

EXAMPLES = """examples:
  python examples/vpo_single_file.py                          VPO: sets of three answers
  python examples/vpo_single_file.py --algorithm pool_vpo     single answers, trained for pools of eight
  python examples/vpo_single_file.py --algorithm grpo         single answers, one fixed scalar reward
"""
DEFAULTS = {"vpo": (3, 1), "pool_vpo": (1, 8), "grpo": (1, 1)}  # answers per rollout m, pool size k
ENV = "vpo/MazeSmall-v0"
WIDTH, LAYERS, HEADS = 64, 2, 4
KNOBS = {"size": 5, "walls": 3, "gold": 3, "diamonds": 3, "lava": 4, "ends": 0, "slack": 4}
SFT_TASKS, SFT_LR, LR = 16, 5e-3, 2e-4  # both rates decay linearly to 0
CLIP, DUAL_CLIP, KL_COEFFICIENT = 0.2, 3.0, 1e-3
WEIGHTINGS, POOL = 100, 30  # K per prompt in training; answers per held-out task in the evaluation
PAD, BOS, EOS = range(3)  # ids of the special tokens


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line; m and k default to those of the algorithm."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES, formatter_class=raw)
    add = parser.add_argument
    add("--algorithm", choices=DEFAULTS, default="vpo")
    add("--num-candidates", type=int, help="m, answers in one rollout (default: vpo 3, others 1)")
    add("--pool-size", type=int, help="k, rollouts in the pool to train for (default: pool_vpo 8, others 1)")
    add("--seed", type=int, default=0)
    add("--warm-start-steps", type=int, default=600, help="SFT steps (default: %(default)s)")
    add("--steps", type=int, default=160, help="RL steps (default: %(default)s)")
    add("--prompts", type=int, default=8, help="prompts in an RL step (default: %(default)s)")
    add("--answers", type=int, default=24, help="answers per prompt, G * m (default: %(default)s)")
    add("--eval-tasks", type=int, default=64, help="held-out tasks (default: %(default)s)")
    args = parser.parse_args(argv)
    m, k = DEFAULTS[args.algorithm]
    args.num_candidates, args.pool_size = args.num_candidates or m, args.pool_size or k
    args.group_size = args.answers // args.num_candidates
    if args.pool_size > args.group_size or POOL % args.num_candidates:
        parser.error(f"the pool size must be at most answers / m, and m must divide {POOL}")
    return args


def write_rollout(answers: list[str]) -> str:
    """Returns one completion that holds all answers, each between its tags."""
    return " ".join(f"<candidate_{i}> {a} </candidate_{i}>" for i, a in enumerate(answers, start=1))


def read_rollout(text: str, m: int) -> list[str]:
    """Returns the m answers of a completion; an answer without both tags is empty."""
    found = (re.search(rf"<candidate_{i}>(.*?)</candidate_{i}>", text) for i in range(1, m + 1))
    return [match.group(1).strip() if match else "" for match in found]


class Tokenizer:
    """The environment's words. `spelling` counts the pieces of each: `b2#` holds `b`, `2` and `#`."""

    def __init__(self, texts: list[str]) -> None:
        words = sorted({word for text in texts for word in text.split()})
        self.words = ["<pad>", "<bos>", "<eos>", *words]
        self.ids = {word: i for i, word in enumerate(self.words)}
        parts = [re.findall(r"</?[a-z]{2,}_?|\d+|.", word) for word in self.words]
        pieces = sorted({piece for row in parts for piece in row})
        self.spelling = torch.tensor([[float(row.count(piece)) for piece in pieces] for row in parts])

    def encode(self, texts: list[str]) -> torch.Tensor:
        """Returns ids (n, t), padded on the right. The prompts of this environment are all of one length."""
        rows = [torch.tensor([self.ids[word] for word in text.split()]) for text in texts]
        return nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PAD)

    def decode(self, ids: torch.Tensor) -> str:
        """Returns the text of one completion, without the special tokens."""
        return " ".join(self.words[i] for i in ids.tolist() if i > EOS)


def matrix(rows: int, columns: int, generator: torch.Generator) -> nn.Parameter:
    """Returns a random matrix; small, so that a layer starts close to the identity."""
    return nn.Parameter(torch.randn(rows, columns, generator=generator) * 0.5 / math.sqrt(rows))


class Block(nn.Module):
    """A layer of a pre-norm transformer: causal self-attention, then a feed-forward network."""

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()
        self.qkv, self.out = matrix(WIDTH, 3 * WIDTH, generator), matrix(WIDTH, WIDTH, generator)
        self.up, self.down = matrix(WIDTH, 4 * WIDTH, generator), matrix(4 * WIDTH, WIDTH, generator)

    def forward(self, x: torch.Tensor, cache: torch.Tensor | None, past: int):
        """Maps x (n, t, WIDTH) to the same shape; the cache has keys and values (2, n, HEADS, past, size)."""
        n, t, _ = x.shape
        projected = F.rms_norm(x, [WIDTH]) @ self.qkv
        query, *key_value = projected.view(n, t, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        new = torch.stack(key_value)
        if cache is not None and cache.shape[3] > past:
            cache[:, :, :, past : past + t] = new  # the sampler has made room
        else:
            cache = new if cache is None else torch.cat([cache, new], dim=3)
        keys, values = cache[:, :, :, : past + t]
        seen = torch.ones(t, past + t, dtype=torch.bool).tril(past) if t > 1 else None
        mixed = F.scaled_dot_product_attention(query, keys, values, attn_mask=seen)
        x = x + mixed.transpose(1, 2).flatten(2) @ self.out
        return x + F.relu(F.rms_norm(x, [WIDTH]) @ self.up) @ self.down, cache


class Transformer(nn.Module):
    """A causal language model with learned positions. Its KV cache is a list with one tensor a layer.

    The embedding of a word is the sum of its pieces' embeddings: neighbouring tiles look alike.
    """

    def __init__(self, spelling: torch.Tensor, length: int, generator: torch.Generator) -> None:
        super().__init__()
        self.spelling = spelling
        self.pieces = matrix(spelling.shape[1], WIDTH, generator)
        self.positions = matrix(length, WIDTH, generator)
        self.head = matrix(WIDTH, len(spelling), generator)
        self.blocks = nn.ModuleList(Block(generator) for _ in range(LAYERS))

    def forward(self, ids: torch.Tensor, caches: list | None = None, past: int = 0):
        """Returns logits (n, t, words) of the tokens after ids (n, t), and the extended cache."""
        extended = []
        x = F.embedding(ids, self.spelling @ self.pieces) + self.positions[past : past + ids.shape[1]]
        for block, cache in zip(self.blocks, caches or [None] * LAYERS):
            x, cache = block(x, cache, past)
            extended.append(cache)
        return F.rms_norm(x, [WIDTH]) @ self.head, extended


def read_prompts(model: Transformer, prompts: torch.Tensor, copies: int) -> list:
    """Returns the KV cache of prompts (n, t). Each is read once, then repeated for its completions."""
    _, caches = model(prompts)
    return [c[:, :, None].expand(-1, -1, copies, -1, -1, -1).flatten(1, 2) for c in caches]


def log_probs(model: Transformer, prompts: torch.Tensor, completions: torch.Tensor) -> torch.Tensor:
    """Returns log-probabilities (n * G, t - 1) of the tokens after BOS; completions are (n * G, t)."""
    caches = read_prompts(model, prompts, len(completions) // len(prompts))
    logits, _ = model(completions[:, :-1], caches, past=prompts.shape[1])
    targets = completions[:, 1:]
    return -F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none").view_as(targets)


@torch.no_grad()
def sample(model: Transformer, prompts: torch.Tensor, copies: int, length: int, generator: torch.Generator):
    """Samples at temperature 1: completions (n * copies, t), their log-probabilities (n * copies, t - 1)."""
    caches = [F.pad(cache, (0, 0, 0, length)) for cache in read_prompts(model, prompts, copies)]
    ids, chosen = [torch.full((len(prompts) * copies, 1), BOS)], []
    unfinished = torch.ones(len(ids[0]), 1, dtype=torch.bool)
    while len(ids) < length and unfinished.any():
        logits, _ = model(ids[-1], caches, past=prompts.shape[1] + len(ids) - 1)
        log_p = logits[:, -1].log_softmax(-1)
        token = torch.multinomial(log_p.exp(), 1, generator=generator)
        token = torch.where(unfinished, token, PAD)
        unfinished = unfinished & (token > EOS)
        ids.append(token)
        chosen.append(log_p.gather(1, token))
    return torch.cat(ids, dim=1), torch.cat(chosen, dim=1)


def demonstrated_rollouts(args, domain, task, rng: np.random.Generator) -> list[str]:
    """Returns completions with about eight of the task's demonstrations, m in each, drawn at random."""
    answers = domain.demonstrations(task, rng)
    m = args.num_candidates
    picks = [rng.choice(len(answers), m, replace=len(answers) < m) for _ in range(max(1, 8 // m))]
    return [write_rollout([answers[i] for i in pick]) for pick in picks]


def warm_start(args, domain, model, tokenizer, rng: np.random.Generator) -> None:
    """Trains on demonstrations: answers of mixed quality teach the format, not the objectives."""
    optimizer = torch.optim.AdamW(model.parameters())
    for step in range(1, args.warm_start_steps + 1):
        tasks = sample_tasks(domain, SFT_TASKS, rng)
        prompts = tokenizer.encode([task.text("compact") for task in tasks])
        texts = [text for task in tasks for text in demonstrated_rollouts(args, domain, task, rng)]
        completions = tokenizer.encode([f"<bos> {text} <eos>" for text in texts])
        mask = completions[:, 1:] != PAD
        loss = -(log_probs(model, prompts, completions) * mask).sum() / mask.sum()
        decay = 1 - (step - 1) / args.warm_start_steps
        update(model, optimizer, loss, SFT_LR * min(1, step / 30) * decay)
        if step % 100 == 0 or step == args.warm_start_steps:
            print(f"SFT {step:4d}  loss {loss:.3f}  {time.process_time():4.0f} CPU s", flush=True)


def sample_tasks(domain, count: int, rng: np.random.Generator) -> list:
    """Returns random tasks of the training split; their number is practically unlimited."""
    return [domain.task("train", int(index)) for index in rng.integers(2**31, size=count)]


def update(model: nn.Module, optimizer: torch.optim.Optimizer, loss: torch.Tensor, lr: float) -> None:
    """Takes one optimizer step with the gradient's norm clipped to 1."""
    optimizer.param_groups[0]["lr"] = lr
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def collect(args, domain, model, tokenizer, tasks: list, group: int, generator: torch.Generator):
    """Samples `group` rollouts a task. Returns prompts, completions, log-probabilities and rewards."""
    prompts = tokenizer.encode([task.text("compact") for task in tasks])
    completions, log_p = sample(model, prompts, group, args.max_tokens, generator)
    rollouts = [read_rollout(tokenizer.decode(ids), args.num_candidates) for ids in completions]
    rewards = [score(domain, task, rollouts[i * group :][:group]) for i, task in enumerate(tasks)]
    return prompts, completions, log_p, np.stack(rewards)


def score(domain, task, rollouts: list[list[str]]) -> np.ndarray:
    """Returns the rewards (G, m, d) of a task's rollouts; missing and repeated answers earn zeros."""
    answers = [answer for rollout in rollouts for answer in rollout]
    rewards = domain.score_batch([task] * len(answers), answers).reshape(len(rollouts), len(rollouts[0]), -1)
    for row, rollout in zip(rewards, rollouts):
        keys = [domain.answer_key(task, answer) for answer in rollout]
        row[[i for i, key in enumerate(keys) if key in keys[:i]]] = 0
    return rewards


def rollout_scores(rewards: np.ndarray, weights: np.ndarray, k: int) -> np.ndarray:
    """Returns the scores (n, G) of rollouts with rewards (n, G, m, d) under weightings (n, K, d).

    With u_g(w) = max_{y in S_g} w . r(y) the score is the mean over w of u_g(w) for k = 1, the paper's VPO.
    For k > 1 it is the expected maximum of u(w) over a random k-subset of the group that contains rollout g.
    With i the rank of rollout g under w, ascending from 1, that is

        [ C(i-1, k-1) u_(i) + sum_{j>i} C(j-2, k-2) u_(j) ] / C(G-1, k-1).
    """
    u = np.einsum("ngmd,nkd->nkgm", rewards, weights).max(axis=-1)  # (n, K, G)
    group = u.shape[-1]
    order = u.argsort(axis=-1)
    ranked = np.take_along_axis(u, order, axis=-1)
    wins = np.array([math.comb(i - 1, k - 1) for i in range(1, group + 1)])  # subsets that g itself wins
    loses = np.array([math.comb(j - 2, k - 2) if min(j, k) > 1 else 0 for j in range(1, group + 1)])
    later = (loses * ranked)[..., ::-1].cumsum(axis=-1)[..., ::-1] - loses * ranked  # sum over j > i
    ranked = (wins * ranked + later) / math.comb(group - 1, k - 1)
    scores = np.empty_like(ranked)
    np.put_along_axis(scores, order, ranked, axis=-1)
    return scores.mean(axis=1)


def advantages(rewards: np.ndarray, weights: np.ndarray, k: int = 1) -> np.ndarray:
    """Returns A (n, G), the scores normalized over each group by the population's standard deviation."""
    scores = rollout_scores(rewards, weights, k)
    mean, std = scores.mean(axis=1, keepdims=True), scores.std(axis=1, keepdims=True)
    return np.where(std < 1e-6, 0.0, (scores - mean) / (std + 1e-6))


def policy_loss(new, old, reference, advantage, mask) -> torch.Tensor:
    """Returns the clipped loss plus the k3 estimate of the KL to the reference, averaged over all tokens.

    Log-probabilities and mask are (rows, t), advantages (rows, 1). With ratio = pi / pi_old the gain is
    min(ratio A, clip(ratio) A), for A < 0 at least 3 A (dual clip). k3 = e^x - x - 1, x = log(pi_ref / pi).
    """
    ratio = (new - old).exp()
    gain = torch.minimum(ratio * advantage, ratio.clamp(1 - CLIP, 1 + CLIP) * advantage)
    gain = torch.where(advantage < 0, torch.maximum(gain, DUAL_CLIP * advantage), gain)
    x = reference - new
    kl = x.exp() - x - 1
    return ((KL_COEFFICIENT * kl - gain) * mask).sum() / mask.sum()


def train(args, domain, model, tokenizer, rng: np.random.Generator, generator: torch.Generator) -> None:
    """Runs the RL steps: sample groups, score them, update twice, by each half of the prompts."""
    reference, group = copy.deepcopy(model).requires_grad_(False), args.group_size
    optimizer = torch.optim.AdamW(model.parameters())
    for step in range(1, args.steps + 1):
        tasks = sample_tasks(domain, args.prompts, rng)
        prompts, completions, old, rewards = collect(args, domain, model, tokenizer, tasks, group, generator)
        weights = rng.dirichlet(np.ones(rewards.shape[-1]), size=(args.prompts, WEIGHTINGS))
        if args.algorithm == "grpo":
            weights = np.tile(domain.weights, (args.prompts, 1, 1))  # the fixed w*
        advantage = torch.tensor(advantages(rewards, weights, args.pool_size)).float().view(-1, 1)
        mask = completions[:, 1:] != PAD
        for part in torch.arange(args.prompts).tensor_split(min(2, args.prompts)):
            rows = (part[:, None] * group + torch.arange(group)).flatten()
            new = log_probs(model, prompts[part], completions[rows])
            with torch.no_grad():
                fixed = log_probs(reference, prompts[part], completions[rows])
            loss = policy_loss(new, old[rows], fixed, advantage[rows], mask[rows])
            update(model, optimizer, loss, LR * (1 - (step - 1) / args.steps))
        if step % 20 == 0 or step == args.steps:
            scalar, best = (rewards @ domain.weights).mean(), rollout_scores(rewards, weights, 1).mean()
            shown = f"w*.r {scalar:.3f}  rollout score {best:.3f}"
            print(f"RL {step:5d}  {shown}  {time.process_time():4.0f} CPU s", flush=True)


def evaluate(args, domain, model, tokenizer, generator: torch.Generator) -> list[float]:
    """Returns best@1 and best@8 under the fixed w*, and E_w[best of 30], averaged over held-out tasks."""
    tasks = [domain.task("test", index) for index in range(args.eval_tasks)]
    weights = vpo_envs.spread_weights(1000, len(domain.objectives))
    rollouts, pools = POOL // args.num_candidates, []
    for i in range(0, len(tasks), 8):
        pools.append(collect(args, domain, model, tokenizer, tasks[i : i + 8], rollouts, generator)[-1])
    pools = np.concatenate(pools).reshape(len(tasks), POOL, -1)
    scalars = pools @ domain.weights
    values = best_at_k(scalars, 1), best_at_k(scalars, 8), expected_best(pools, weights)
    return [float(value.mean()) for value in values]


def main(argv: list[str] | None = None) -> dict[str, list[float]]:
    """Warm-starts, trains, and prints the held-out measures before and after; returns them, too."""
    args = parse_args(argv)
    rng, generator = np.random.default_rng(args.seed), torch.Generator().manual_seed(args.seed)
    domain = gym.make(ENV, **KNOBS).unwrapped.domain
    seen = sample_tasks(domain, 500, rng)  # enough to meet every word of the environment
    answers = [answer for task in seen for answer in domain.demonstrations(task, rng)]
    prompts = [task.text("compact") for task in seen]
    tokenizer = Tokenizer([write_rollout([""] * args.num_candidates), *prompts, *answers])
    args.max_tokens = args.num_candidates * (max(len(text.split()) for text in answers) + 2) + 2
    length = max(len(text.split()) for text in prompts) + args.max_tokens
    model = Transformer(tokenizer.spelling, length, generator)
    print(f"{args.algorithm} on {ENV}: m={args.num_candidates}, k={args.pool_size}, G={args.group_size}")
    warm_start(args, domain, model, tokenizer, rng)
    before = evaluate(args, domain, model, tokenizer, generator)
    train(args, domain, model, tokenizer, rng, generator)
    after = evaluate(args, domain, model, tokenizer, generator)
    print(f"\n{'':10s}  best@1  best@8  E_w[best of {POOL}]")
    for name, values in (("warm start", before), (args.algorithm, after)):
        print(f"{name:10s}  {values[0]:.3f}   {values[1]:.3f}   {values[2]:.3f}")
    return {"before": before, "after": after}


if __name__ == "__main__":
    main()
