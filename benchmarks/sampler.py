"""Tokens a second of the sampler against transformers' `generate`, in one run.

    python benchmarks/sampler.py
    python benchmarks/sampler.py --prompts 16 --rollouts 16 --tokens 48 --repeats 5
    python benchmarks/sampler.py --env vpo/MultiHopQASmall-v0 --prompts 64 --rollouts 1
    python benchmarks/sampler.py --env vpo/Maze-v0 --width 512 --layers 12 --heads 8 --rows 1024
    python benchmarks/sampler.py --policy smollm2 --env vpo/Support-v0 --prompts 8 --rollouts 8 --tokens 64
    python benchmarks/sampler.py --continuous --precisions float32

Same model (random weights, 0.67 million parameters unless its size or a policy is given), same prompts, same
number of new tokens: neither stops at eos. Both draw from the whole distribution at temperature 1. One
thread; on a GPU where there is one. Rates are tokens per second of CPU on a CPU, which other programs on
the machine disturb less. `--continuous` adds transformers' continuous batching (`generate_batch`), its cache
just large enough for all completions; the first call, which makes the cache, is the warm-up.
"""

import argparse
import logging
import time
from collections.abc import Callable

import torch
from transformers import GenerationConfig, LlamaForCausalLM
from transformers.generation.configuration_utils import ContinuousBatchingConfig

from vpo_agent.generation.sampler import sample
from vpo_agent.models.policy import Policy
from vpo_agent.models.sampling import Sampling
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.tasks.source import task_source

PAGE = 64  # tokens of a page of the cache of continuous batching


def seconds(run: Callable[[], object], repeats: int) -> float:
    """Returns the median of several runs after a warm-up."""
    clock = time.perf_counter if torch.cuda.is_available() else time.process_time
    run()
    times = []
    for _ in range(repeats):
        start = clock()
        run()
        times.append(clock() - start)
    return sorted(times)[len(times) // 2]


def copy_of(policy: Policy, dtype: torch.dtype) -> LlamaForCausalLM:
    """Returns the same weights in a model with transformers' own attention."""
    model = LlamaForCausalLM(type(policy.model.config)(**policy.model.config.to_diff_dict()))
    model.load_state_dict(policy.model.state_dict())
    model.set_attn_implementation("sdpa")
    return model.to(policy.device, dtype).eval()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--env", default="vpo/MazeSmall-v0", help="whose prompts")
    parser.add_argument("--policy", default="tiny", help="or smollm2, a GGUF file, a folder")
    parser.add_argument("--precisions", default="float32,bfloat16", help="comma-separated")
    parser.add_argument("--prompts", type=int, default=16)
    parser.add_argument("--rollouts", type=int, default=48)
    parser.add_argument("--tokens", type=int, default=16)
    parser.add_argument("--continuous", action="store_true", help="time continuous batching, too")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rows", type=int, default=512, help="most completions that ours draws at once")
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--heads", type=int, default=4)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    logging.getLogger("ContinuousBatchingLogger").setLevel(logging.ERROR)

    source = task_source(arguments.env)
    sizes = {name: getattr(arguments, name) for name in ("width", "layers", "heads")}
    tiny = arguments.policy == "tiny"
    policy = tiny_policy(source, **sizes) if tiny else Policy.from_pretrained(arguments.policy)
    prompts = [policy.encode_prompt(text) for text in source.prompts(source.first(arguments.prompts))]
    policy.stop_ids = (-1,)  # an id that is never drawn: every completion has the full length
    total = arguments.prompts * arguments.rollouts * arguments.tokens

    width = max(map(len, prompts))
    ids = torch.tensor([[policy.pad_id] * (width - len(prompt)) + prompt for prompt in prompts])
    mask = (torch.arange(width) >= torch.tensor([[width - len(prompt)] for prompt in prompts])).long()
    ids, mask = ids.to(policy.device), mask.to(policy.device)
    how = Sampling(arguments.tokens, rows=arguments.rows)

    def generate(model: LlamaForCausalLM) -> object:
        with torch.inference_mode():
            drawn = model.generate(
                input_ids=ids,
                attention_mask=mask,
                num_return_sequences=arguments.rollouts,
                do_sample=True,
                top_k=0,
                max_new_tokens=arguments.tokens,
                min_new_tokens=arguments.tokens,
            )
        return drawn.cpu()

    def continuous(model: LlamaForCausalLM) -> object:
        """Draws by `generate_batch`; a persistent manager keeps its cache from call to call."""
        count, longest = len(prompts) * arguments.rollouts, width + arguments.tokens
        config = ContinuousBatchingConfig(
            num_blocks=count * -(-longest // PAGE), max_batch_tokens=longest * len(prompts), page_size=PAGE
        )
        drawn = model.generate_batch(
            [prompt for prompt in prompts for _ in range(arguments.rollouts)],
            generation_config=GenerationConfig(
                max_new_tokens=arguments.tokens, do_sample=True, top_k=0, eos_token_id=-1, pad_token_id=0
            ),
            continuous_batching_config=config,
            persistent_manager=True,
            warmup=False,
        )
        written = sum(len(one.generated_tokens) for one in drawn.values())
        assert written == total, f"{written} tokens, not {total}"
        return drawn

    def ours() -> object:
        return sample(policy, prompts, arguments.rollouts, how, seed=0)

    rates = {}
    precisions = arguments.precisions.split(",")
    for name in precisions:
        dtype = getattr(torch, name)
        policy.dtype = dtype
        rates[f"ours, {name}"] = total / seconds(ours, arguments.repeats)
        model = copy_of(policy, dtype)
        rates[f"generate, {name}"] = total / seconds(lambda m=model: generate(m), arguments.repeats)
        if arguments.continuous:
            rates[f"continuous, {name}"] = total / seconds(lambda m=model: continuous(m), arguments.repeats)
    for name, rate in rates.items():
        print(f"{name:20s} {rate:10,.0f} tokens/s")
    for name in precisions:
        print(f"ratio in {name}: {rates[f'ours, {name}'] / rates[f'generate, {name}']:.2f}")
        if arguments.continuous:
            ratio = rates[f"ours, {name}"] / rates[f"continuous, {name}"]
            print(f"ratio to continuous batching in {name}: {ratio:.2f}")
    if len(precisions) == 2:
        low = rates["ours, bfloat16"] / rates["generate, float32"]
        print(f"ours in bfloat16 / generate in float32: {low:.2f}")


if __name__ == "__main__":
    main()
