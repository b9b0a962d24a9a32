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
        "vpo/MultiHopQASmall-v0",
        "vpo_envs.domains.multihop_qa:MultiHopQADomain",
        prompt_style="compact",
        min_hops=4,
        max_hops=4,
        distractors=3,
        facts=1,
        max_citations=2,
        vocabulary=40,
    )
    register("vpo/EntityChain-v0", "vpo_envs.domains.entity_chain:EntityChainDomain")
    register(
        "vpo/EntityChainSmall-v0",
        "vpo_envs.domains.entity_chain:EntityChainDomain",
        prompt_style="compact",
        decoys=0,
        distractors=3,
        facts=1,
        max_named=2,
        vocabulary=40,
    )
    register("vpo/ToolUse-v0", "vpo_envs.domains.tool_use:ToolUseDomain")
    register(
        "vpo/ToolUseSmall-v0",
        "vpo_envs.domains.tool_use:ToolUseDomain",
        prompt_style="compact",
        catalogue_size=3,
        calls=2,
        parameters=2,
        vocabulary="closed",
        budget=9,
    )
    register("vpo/Science-v0", "vpo_envs.domains.science:ScienceDomain")
    register(
        "vpo/ScienceSmall-v0",
        "vpo_envs.domains.science:ScienceDomain",
        prompt_style="compact",
        answer_style="compact",
        families=("spring", "adsorption", "enzyme", "leaf", "surfactant", "growth"),
        coefficients=0,
        noise=(0.03,),
        points=5,
        settings=8,
        digits=2,
    )
    register("vpo/Support-v0", "vpo_envs.domains.support:SupportDomain")
    register(
        "vpo/SupportSmall-v0",
        "vpo_envs.domains.support:SupportDomain",
        prompt_style="compact",
        reply_style="compact",
        min_points=2,
        max_points=4,
        distractors=0,
        simple_values=True,
    )
    register("vpo/Code-v0", "vpo_envs.domains.code:CodeDomain")
    register(
        "vpo/CodeSmall-v0",
        "vpo_envs.domains.code:CodeDomain",
        prompt_style="compact",
        answer_style="compact",
        families=SMALL_FAMILIES,
    )
    register("vpo/CodeTests-v0", "vpo_envs.domains.code_tests:CodeTestsDomain")
    register(
        "vpo/CodeTestsSmall-v0",
        "vpo_envs.domains.code_tests:CodeTestsDomain",
        prompt_style="compact",
        answer_style="compact",
        families=SMALL_FAMILIES,
        program_share=0.25,
    )
