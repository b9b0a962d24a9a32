"""The built-in domains, one module (or small package) each, and their ids."""

from typing import Any

from vpo_envs.registration import register

SMALL_FAMILIES = (
    "add_bonus",
    "count_below",
    "add_positions",
    "clip_all",
    "running_totals",
    "weigh_jumps",
    "best_mix",
    "count_bins",
)
"""Families of a few lines, with parameters below 200."""

BRIEF_FAMILIES = (
    *SMALL_FAMILIES,
    *("count_multiples", "digit_sums", "evaluate", "crowded_bins", "first_repeat", "encipher", "best_trade"),
    *("longest_stretch", "merge_sorted", "add_smallest", "count_partners", "free_time"),
)
"""Families with solutions of a few lines."""

LONG_FAMILIES = (
    *("compress", "best_word", "longest_mirror", "balance", "regions", "best_square", "life", "fewest_steps"),
    *("count_reachable", "cheapest_route", "largest_group", "finish_time", "count_ways", "edit_cost"),
    *("longest_climb", "walk", "queue_waits", "stock_days", "cache_misses", "josephus", "merge_spans"),
    *("most_open", "most_jobs", "varied_windows"),
)
"""Families whose shortest solutions are the longest."""

SMALL_LAWS = (
    "spring",
    "fall",
    "cooling",
    "magnet",
    "adsorption",
    "surfactant",
    "enzyme",
    "growth",
    "leaf",
    "dose",
)
"""Families of short laws of one input."""


def register_all() -> None:
    """Registers every built-in environment; small variants train in minutes on a laptop."""
    field: dict[str, Any] = {
        "size": 6,
        "layout": "scattered",
        "ends": 3,
        "walls": 10,
        "gold": 3,
        "diamonds": 3,
        "lava": 4,
    }
    register("vpo/Maze-v0", "vpo_envs.domains.maze:MazeDomain")
    register("vpo/MazeEasy-v0", "vpo_envs.domains.maze:MazeDomain", **field)
    register(
        "vpo/MazeHard-v0",
        "vpo_envs.domains.maze:MazeDomain",
        size=13,
        gold=(4, 6),
        diamonds=(4, 6),
        lava=6,
        slack=15,
    )
    register("vpo/MazeSmall-v0", "vpo_envs.domains.maze:MazeDomain", prompt_style="compact", **field)
    register("vpo/MultiHopQA-v0", "vpo_envs.domains.multihop_qa:MultiHopQADomain")
    register(
        "vpo/MultiHopQAEasy-v0",
        "vpo_envs.domains.multihop_qa:MultiHopQADomain",
        min_hops=4,
        distractors=7,
        facts=2,
    )
    register(
        "vpo/MultiHopQAHard-v0",
        "vpo_envs.domains.multihop_qa:MultiHopQADomain",
        min_hops=4,
        distractors=36,
        facts=5,
        echoes=3,
    )
    register(
        "vpo/MultiHopQASmall-v0",
        "vpo_envs.domains.multihop_qa:MultiHopQADomain",
        prompt_style="compact",
        min_hops=4,
        distractors=7,
        facts=1,
        vocabulary=40,
    )
    register("vpo/EntityChain-v0", "vpo_envs.domains.entity_chain:EntityChainDomain")
    register(
        "vpo/EntityChainEasy-v0",
        "vpo_envs.domains.entity_chain:EntityChainDomain",
        decoys=1,
        distractors=4,
        facts=2,
    )
    register(
        "vpo/EntityChainHard-v0",
        "vpo_envs.domains.entity_chain:EntityChainDomain",
        decoys=4,
        distractors=15,
        facts=5,
        echoes=3,
        max_named=3,
    )
    register(
        "vpo/EntityChainSmall-v0",
        "vpo_envs.domains.entity_chain:EntityChainDomain",
        prompt_style="compact",
        decoys=0,
        distractors=5,
        facts=1,
        vocabulary=40,
    )
    register("vpo/ToolUse-v0", "vpo_envs.domains.tool_use:ToolUseDomain")
    register(
        "vpo/ToolUseSmall-v0",
        "vpo_envs.domains.tool_use:ToolUseDomain",
        prompt_style="compact",
        catalogue_size=5,
        calls=2,
        no_call=0.0,
        parameters=2,
        vocabulary="closed",
        entries=None,
        budget=9,
    )
    register(
        "vpo/ToolUseEasy-v0",
        "vpo_envs.domains.tool_use:ToolUseDomain",
        catalogue_size=5,
        calls=2,
        no_call=0.03,
        ambiguity=0.0,
    )
    register(
        "vpo/ToolUseHard-v0",
        "vpo_envs.domains.tool_use:ToolUseDomain",
        catalogue_size=16,
        calls=(4, 6),
        ambiguity=0.8,
    )
    register(
        "vpo/ScienceEasy-v0",
        "vpo_envs.domains.science:ScienceDomain",
        inputs=1,
        forms=True,
        noise=(0.02,),
        points=16,
    )
    register("vpo/Science-v0", "vpo_envs.domains.science:ScienceDomain")
    register(
        "vpo/ScienceHard-v0",
        "vpo_envs.domains.science:ScienceDomain",
        composed=True,
        noise=(0.05, 0.1),
    )
    register(
        "vpo/ScienceSmall-v0",
        "vpo_envs.domains.science:ScienceDomain",
        prompt_style="compact",
        answer_style="compact",
        families=SMALL_LAWS,
        noise=(0.03,),
        points=5,
        settings=16,
        digits=2,
    )
    register("vpo/Support-v0", "vpo_envs.domains.support:SupportDomain")
    register(
        "vpo/SupportEasy-v0",
        "vpo_envs.domains.support:SupportDomain",
        min_points=2,
        max_points=3,
        distractors=0,
        arithmetic=False,
    )
    register(
        "vpo/SupportHard-v0",
        "vpo_envs.domains.support:SupportDomain",
        requests=2,
        min_points=4,
        distractors=4,
    )
    register(
        "vpo/SupportSmall-v0",
        "vpo_envs.domains.support:SupportDomain",
        prompt_style="compact",
        reply_style="compact",
        min_points=4,
        max_points=6,
        distractors=0,
        simple_values=True,
    )
    register("vpo/Code-v0", "vpo_envs.domains.code:CodeDomain")
    register("vpo/CodeEasy-v0", "vpo_envs.domains.code:CodeDomain", level="easy")
    register("vpo/CodeHard-v0", "vpo_envs.domains.code:CodeDomain", level="hard", composed=0.5)
    register(
        "vpo/CodeSmall-v0",
        "vpo_envs.domains.code:CodeDomain",
        prompt_style="compact",
        answer_style="compact",
        families=SMALL_FAMILIES,
    )
    register("vpo/CodeTests-v0", "vpo_envs.domains.code_tests:CodeTestsDomain")
    register(
        "vpo/CodeTestsEasy-v0",
        "vpo_envs.domains.code_tests:CodeTestsDomain",
        families=BRIEF_FAMILIES,
        problems=3,
        affordable=1,
        program_share=0.0,
    )
    register(
        "vpo/CodeTestsHard-v0",
        "vpo_envs.domains.code_tests:CodeTestsDomain",
        families=LONG_FAMILIES,
        problems=6,
        affordable=3,
    )
    register(
        "vpo/CodeTestsSmall-v0",
        "vpo_envs.domains.code_tests:CodeTestsDomain",
        prompt_style="compact",
        answer_style="compact",
        families=SMALL_FAMILIES,
        problems=3,
        affordable=2,
        program_share=0.25,
    )
