"""ToolUse: generated requests and catalogues, demonstrations, knobs, hostile answers."""

import datetime
import json
import math
import pickle

import gymnasium as gym
import numpy as np
import pytest
from cpu_time import cpu_seconds

from vpo_envs import check_domain
from vpo_envs.domains.tool_use import ToolUseDomain, kinds
from vpo_envs.domains.tool_use.calls import Call, write_json
from vpo_envs.domains.tool_use.kinds import Kind
from vpo_envs.domains.tool_use.tools import BLUEPRINTS
from vpo_envs.domains.tool_use.words import CURRENCIES
from vpo_envs.domains.tool_use.writing import write_full
from vpo_envs.env_checker import hostile_answers

DOMAIN = ToolUseDomain()
SMALL = ToolUseDomain(5, calls=2, no_call=0, parameters=2, vocabulary="closed", budget=9)


TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list}


@pytest.mark.parametrize("domain", [DOMAIN, SMALL], ids=["full", "small"])
def test_gold_calls_fit_the_catalogue(domain):
    for index in range(150):
        problem = domain.task("train", index).truth
        schemas = {tool.name: tool.schema(domain.closed) for tool in problem.tools}
        assert len(schemas) == domain.recipe.catalogue_size
        for due in problem.calls:
            schema = schemas[due.name]
            assert set(schema["required"]) <= set(due.parameters) <= set(schema["parameters"])
            for key, value in due.parameters.items():
                kind = schema["parameters"][key]["type"]
                assert isinstance(value, TYPES[kind]) and (kind == "boolean") == isinstance(value, bool)
        assert len({json.dumps(due.parameters) + due.name for due in problem.calls}) == len(problem.calls)


def spoken(kind: Kind, value) -> set[str]:
    """The ways in which a request may say a value."""
    if kind is kinds.DATE:
        day = datetime.date.fromisoformat(value)
        return {f"{day.day} {day:%B} {day.year}"}
    if kind is kinds.TIME:
        time = datetime.time.fromisoformat(value)
        return {value, f"{time.hour % 12 or 12}:{time:%M} {'pm' if time.hour >= 12 else 'am'}"}
    if kind is kinds.CURRENCY:
        return {dict(CURRENCIES)[value]}
    if kind.type == "number":
        return {f"{value:.1f}", f"{value:.2f}"}
    return {" and ".join(", ".join(value).rsplit(", ", 1)) if kind.type == "array" else str(value)}


def test_the_request_says_every_value():
    seen = set()
    for index in range(300):
        task = DOMAIN.task("train", index)
        request = task.prompt.split("Request: ")[1]
        for due in task.truth.calls:
            tool = next(tool for tool in task.truth.tools if tool.name == due.name)
            for parameter in tool.parameters:
                kind = parameter.slot.kind
                if parameter.key in due.parameters and kind is not kinds.FLAG:
                    assert any(form in request for form in spoken(kind, due.parameters[parameter.key]))
                    seen.add(kind)
    assert len(seen) > 25


def test_where_no_call_is_due_the_tool_or_a_required_argument_is_missing():
    domain = ToolUseDomain(no_call=1)
    reasons = []
    for index in range(100):
        task = domain.task("train", index)
        assert task.truth.calls == ()
        request = task.prompt.split("Request: ")[1]
        asked = [b for b in BLUEPRINTS if any(clause in request for clause in b.clauses)]
        tools = [tool for tool in task.truth.tools if tool.blueprint in asked]
        reasons.append("argument" if tools else "tool")
        for tool in tools:
            openings = [p.slot.phrase.split("{}")[0] for p in tool.parameters if p.slot.required]
            clause = next(clause for clause in tool.blueprint.clauses if clause in request)
            rest = request.split(clause)[1]
            assert not all(opening in rest for opening in openings)
    assert min(reasons.count("tool"), reasons.count("argument")) > 25


def test_knobs_do_what_they_say():
    for low, high in ((1, 1), (2, 4), (5, 6)):
        domain = ToolUseDomain(catalogue_size=8, calls=(low, high), no_call=0, parameters=(2, 3))
        problems = [domain.task("train", index).truth for index in range(60)]
        assert {len(problem.calls) for problem in problems} == set(range(low, high + 1))
        assert {len(problem.tools) for problem in problems} == {8}
        sizes = {len(tool.parameters) for problem in problems for tool in problem.tools}
        assert sizes == {2, 3}


def test_ambiguity_brings_tools_of_the_same_area_and_other_words():
    alike, direct = [], []
    for ambiguity in (0.0, 1.0):
        domain = ToolUseDomain(calls=1, no_call=0, ambiguity=ambiguity)
        shares, words = [], []
        for index in range(100):
            task = domain.task("train", index)
            (due,) = task.truth.calls
            needed = next(tool for tool in task.truth.tools if tool.name == due.name)
            shares.append(sum(tool.blueprint.area == needed.blueprint.area for tool in task.truth.tools) - 1)
            words.append(needed.blueprint.clauses[0] in task.prompt)
        alike.append(np.mean(shares))
        direct.append(np.mean(words))
    assert alike[0] == 0 and alike[1] > 1
    assert direct == [1, 0]


def test_a_tool_may_be_needed_twice_with_the_open_vocabulary():
    domain = ToolUseDomain(calls=4)
    repeated = sum(len({c.name for c in domain.task("train", i).truth.calls}) < 4 for i in range(100))
    assert 20 < repeated < 80


@pytest.mark.parametrize("domain", [DOMAIN, SMALL], ids=["full", "small"])
def test_tasks_hardly_ever_repeat(domain):
    style, mark = ("compact", " ask ") if domain.closed else ("full", "Request: ")
    requests = [domain.task("train", index).text(style).split(mark)[1] for index in range(4000)]
    # Two of n tasks out of N kinds agree n^2 / 2N times: with N of 10^6, 8 times.
    assert len(requests) - len(set(requests)) <= 8


@pytest.mark.parametrize("domain", [DOMAIN, SMALL], ids=["full", "small"])
def test_train_and_test_share_no_task(domain):
    """Of the full variant not even a request; before people signed theirs, 9 in 1000 occurred twice."""
    train, test = (
        {
            task.compact if domain.closed else task.prompt.split("Request: ")[1]
            for task in (domain.task(split, index) for index in range(3000))
        }
        for split in ("train", "test")
    )
    assert not train & test


def test_the_closed_vocabulary_is_small_and_prompts_are_short():
    rng = np.random.default_rng(0)
    words: set[str] = set()
    for index in range(1000):
        task = SMALL.task("train", index)
        answers = [*SMALL.demonstrations(task, rng), *SMALL.best_answers(task)]
        assert len(task.compact.split()) <= 50
        assert all(len(text.split()) <= 20 for text in answers)
        words.update(*(text.split() for text in (task.compact, *answers)))
    assert len(words) < 300


# Demonstrations, best answers, drawing


def test_without_a_budget_the_right_answer_is_the_whole_front():
    unlimited = ToolUseDomain(entries=None)
    for domain in (
        unlimited,
        ToolUseDomain(paper=True),
        ToolUseDomain(vocabulary="closed", parameters=(1, 3)),
    ):
        for index in range(40):
            assert domain.pareto_front(domain.task("test", index)).tolist() == [[1, 1, 1, 1]]


@pytest.mark.parametrize("id", ["ToolUseSmall", "ToolUseEasy", "ToolUse", "ToolUseHard"])
def test_tasks_and_environments_can_be_pickled(id):
    env = gym.make(f"vpo/{id}-v0")
    env.reset(seed=0)
    again = pickle.loads(pickle.dumps(env))
    task = env.unwrapped.domain.task("test", 3)
    copied = pickle.loads(pickle.dumps(task))
    assert copied == task
    for domain in (env.unwrapped.domain, again.unwrapped.domain):
        answers = domain.demonstrations(copied, np.random.default_rng(0))
        assert answers == env.unwrapped.domain.demonstrations(task, np.random.default_rng(0))
        assert domain.pareto_front(copied).tolist() == domain.pareto_front(task).tolist()


def test_it_draws_the_request_what_is_due_and_the_pool():
    env = gym.make("vpo/ToolUse-v0", render_mode="ansi")
    env.reset(options={"index": 0})
    env.step(write_full([Call("f")], "hm"))
    drawn = env.render()
    task = env.unwrapped.task
    assert drawn.startswith(task.prompt)
    assert all(write_json(due) in drawn for due in task.truth.calls)
    assert "Candidate 1: format=" in drawn


# The domain as a whole

WORST_UNITS = (
    "f(\n",
    "f(x)\n",
    "[ f(",
    "a('",
    "don't {a} ",
    "{x} ",
    "'",
    "\\'",
    "True,]",
    ",   ",
    "- ",
    "<tool_call>x</tool_call> wait ",
    "<think></think>",
    "</think>",
    "assistantfinal",
    '{"name": "f", "arguments": "{',
)
"""Texts that are costly to read when they are repeated."""


@pytest.mark.parametrize("domain", [DOMAIN, SMALL], ids=["full", "small"])
def test_the_domain_keeps_its_contract(domain):
    check_domain(domain, tasks=4, hostile=40)


@pytest.mark.parametrize("domain", [DOMAIN, SMALL], ids=["full", "small"])
def test_hostile_answers_cost_little(domain):
    rng = np.random.default_rng(0)
    tasks = [domain.task("train", index) for index in range(20)]
    seeds = [text for task in tasks for text in domain.demonstrations(task, rng)]
    name = tasks[0].truth.calls[0].name if tasks[0].truth.calls else "f"
    start = f'<tool_call>{{"name": "{name}", "parameters": {{"city": '
    answers = [
        *hostile_answers(rng, 2000, seeds),
        start + '"' + " ".join(map(str, range(4000))),
        start + "[" * 9000 + "]" * 9000,
        start + '"' + '\\"' * 9000,
        start + '"[",' * 4500,
        start + "9" * 19_000,
        "<tool_call>" + "f;" * 9000,
        "<tool_call>" + "{}\n" * 6000,
        "<tool_call>f " + "b= " * 6000,
        "<think>" * 2800,
        "<tool_call></tool_call>" * 800,
        "<a" * 9900,
        "<tool_call>" + '{"a\n' * 4000,
        "<tool_call>" + '{"a":\n' * 3000,
        "<tool_call>" + "[]\n" * 6000,
        "<tool_call>" + "[" + "{}," * 6000 + "{}]",
        "<tool_call>" + " {\n" * 5000,
        "<tool_call>" + "".join(" " * (120 - i % 120) + "{\n" for i in range(250)),
        "<tool_call>" + "```\n" * 4500,
        "<tool_call>" + "; " * 9000,
        *("<tool_call>" + unit * (19_000 // len(unit)) for unit in WORST_UNITS),
        *("<think></think>" + unit * (19_000 // len(unit)) for unit in WORST_UNITS),
    ]
    for number, text in enumerate(answers):
        task = tasks[number % len(tasks)]
        rewards = domain.score_batch([task], [text])
        assert ((rewards >= 0) & (rewards <= 1)).all()
        spent = cpu_seconds(lambda task=task, text=text: domain.score_batch([task], [text]))
        assert spent < 1.0, f"{text[:40]!r} took {spent:.3f} s"


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"calls": 7}, "calls=7"),
        ({"calls": 0}, "calls=0"),
        ({"no_call": 1.5}, "no_call=1.5"),
        ({"no_call": True}, "no_call=True"),
        ({"entries": 0.5}, "entries=0.5"),
        ({"entries": (0.0, 0.5)}, "above 0"),
        ({"entries": (0.8, 0.5)}, "smallest value first"),
        ({"vocabulary": "closed", "paper": True}, "leave it out with paper"),
        ({"calls": (3, 1)}, "smallest value first"),
        ({"calls": (1, 2, 3)}, "pair"),
        ({"calls": -1}, "calls=-1"),
        ({"parameters": 0}, "parameters=0"),
        ({"parameters": (1, 6)}, "parameters=6"),
        ({"catalogue_size": 3}, "catalogue_size=3"),
        ({"catalogue_size": 30, "parameters": 1}, "at most 29"),
        ({"catalogue_size": 99}, "catalogue_size=99"),
        ({"catalogue_size": 20, "calls": 1, "parameters": 4}, "fewer parameters"),
        ({"ambiguity": 1.5}, "ambiguity=1.5"),
        ({"ambiguity": math.nan}, "ambiguity=nan"),
        ({"vocabulary": "tiny"}, "vocabulary='tiny'"),
        ({"budget": 9}, "vocabulary='closed'"),
        ({"vocabulary": "closed", "budget": 4}, "budget=4"),
        ({"vocabulary": "closed", "dataset": "owner/name"}, "leave it out with dataset"),
    ],
)
def test_bad_knobs_are_refused(knobs, message):
    with pytest.raises(ValueError, match=message):
        ToolUseDomain(**knobs)


def test_knobs_that_are_no_integers_are_refused():
    with pytest.raises(TypeError, match=r"calls=1\.5"):
        ToolUseDomain(calls=1.5)
