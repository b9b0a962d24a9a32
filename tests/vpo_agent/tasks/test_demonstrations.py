from functools import partial

import gymnasium as gym
import numpy as np
import pytest
import toys

from vpo_agent import VPO
from vpo_agent.models.sampling import Sampling
from vpo_agent.search.parents import ParentTasks, Request
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.demonstrations import demonstrations, first_turns, further_turns
from vpo_agent.tasks.source import DomainTasks, task_source
from vpo_agent.training.sft import warm_start
from vpo_envs import Domain, Objective, Task
from vpo_envs.metrics import pareto_mask


class Guess(Domain):
    """Only the feedback to an earlier answer tells which word is right."""

    objectives = (Objective("right"), Objective("word"))

    def sample_task(self, rng):
        return Task("Guess.", toys.WORDS[rng.integers(len(toys.WORDS))], "guess")

    def score(self, task, answer):
        return (float(answer == task.truth), float(answer in toys.WORDS))

    def demonstrations(self, task, rng):
        return list(toys.WORDS)

    def feedback(self, task, answer):
        return f"say {task.truth}"


class Single(toys.Repeat):
    def demonstrations(self, task, rng):
        return [task.truth] * 2


class Silent(toys.Repeat):
    def demonstrations(self, task, rng):
        return []


class Sometimes(toys.Repeat):
    def demonstrations(self, task, rng):
        return [task.truth] if task.truth == "red" else []


def test_no_earlier_answer_is_better_in_every_way():
    source = task_source("vpo/MazeSmall-v0")
    tasks = source.first(64)
    lessons = further_turns(source, tasks, np.random.default_rng(0), earlier=3, size=1)
    assert {len(lesson.earlier) for lesson in lessons} == {1, 2, 3}
    for task, lesson in zip(tasks, lessons):
        assert lesson.answers and not set(lesson.answers) & set(lesson.earlier)
        assert (source.score([task] * len(lesson.earlier), lesson.earlier) == lesson.rewards).all()
        written = source.score([task] * len(lesson.answers), lesson.answers)
        assert all(pareto_mask([old, new])[1] for old in lesson.rewards for new in written)


def test_of_equal_answers_only_the_better_is_written():
    source = DomainTasks(Guess())
    tasks = source.first(8)
    for task, lesson in zip(tasks, further_turns(source, tasks, np.random.default_rng(0), earlier=1, size=1)):
        assert lesson.answers == [task.truth] and lesson.earlier[0] in set(toys.WORDS) - {task.truth}


def test_what_came_earlier_depends_on_the_weighting():
    source = DomainTasks(toys.TradeOff())
    lessons = further_turns(source, source.first(64), np.random.default_rng(0), earlier=1, size=1)
    # "both" is worst under no weighting: (0.6, 0.6) is above the line between the specialists
    assert {lesson.earlier[0] for lesson in lessons} == {"left", "right"}
    assert all("both" in lesson.answers and len(lesson.answers) == 2 for lesson in lessons)


def test_a_single_demonstration_is_written_not_shown():
    source = DomainTasks(Single())
    (lesson,) = further_turns(source, source.first(1), np.random.default_rng(0), earlier=3, size=1)
    assert lesson.earlier == [] and lesson.rewards.shape == (0, 2)
    assert lesson.answers == [source.first(1)[0].truth]


@pytest.mark.parametrize(("domain", "shown", "written"), [(Guess(), 2, 3), (toys.TradeOff(), 1, 2)])
def test_a_chain_has_different_answers_to_write(domain, shown, written):
    source = DomainTasks(domain)
    lessons = further_turns(source, source.first(64), np.random.default_rng(0), earlier=3, size=3)
    assert max(len(lesson.earlier) for lesson in lessons) == shown
    assert {len(lesson.answers) for lesson in lessons} == {written}  # the trade-off has three in all
    assert all(not set(lesson.answers) & set(lesson.earlier) for lesson in lessons)


@pytest.mark.parametrize("id", ["vpo/MazeSmall-v0", "vpo/EntityChainSmall-v0", "vpo/MultiHopQASmall-v0"])
def test_chains_of_further_turns_are_as_different_as_those_of_first_ones(id):
    source, rng = task_source(id), np.random.default_rng(0)
    tasks = source.first(100)
    lacking = sum(len(lesson.answers) < 4 for lesson in first_turns(source, tasks, rng))
    lessons = further_turns(source, tasks, rng, earlier=8, size=4)
    assert sum(len(lesson.answers) < 4 for lesson in lessons) <= lacking
    assert max(len(lesson.earlier) for lesson in lessons) > 4


def test_answers_to_other_tasks_are_shown_as_what_they_are_worth_here():
    source = task_source("vpo/MazeSmall-v0")
    tasks = source.first(64)
    lessons = further_turns(source, tasks, np.random.default_rng(0), earlier=4, size=1)
    worth = np.concatenate([lesson.rewards for lesson in lessons]).any(axis=-1)
    assert 0.25 < worth.mean() < 0.75
    for task, lesson in zip(tasks, lessons):
        assert (source.score([task] * len(lesson.earlier), lesson.earlier) == lesson.rewards).all()
        assert source.score([task] * len(lesson.answers), lesson.answers).any(axis=-1).all()


def test_first_turns_hold_all_demonstrations_and_show_the_plain_prompt():
    source = DomainTasks(toys.Repeat(), style="compact")
    tasks, rng = source.first(4), np.random.default_rng(0)
    for task, lesson in zip(tasks, first_turns(source, tasks, rng)):
        assert source.turn_prompt(task, lesson.earlier, lesson.rewards) == source.prompts([task])[0]
        assert len(lesson.answers) == 3


def test_without_demonstrations_there_is_an_error_that_says_what_to_do():
    source = DomainTasks(Silent())
    with pytest.raises(ValueError, match=r"Silent has no demonstrations .* implement Domain\.demonstrations"):
        demonstrations(source, source.first(1)[0], np.random.default_rng(0))
    for domain in (Silent(), Sometimes()):
        assert toys.small_policy(domain, max_turns=2)  # a tokenizer needs none


def test_a_warm_start_of_two_turns_reads_feedback():
    env = toys.make_env(Guess(), max_turns=2)
    policy = toys.small_policy(Guess(), max_turns=2)
    warm_start(policy, task_source(env), steps=200, sizes=(1,), learning_rate=4e-3)
    agent = VPO(policy, env, num_candidates=1, warm_start_steps=0, prompts_per_step=1)
    tasks = agent.source.first(40)
    wrong = ["red" if task.truth != "red" else "blue" for task in tasks]
    rewards = agent.source.score(tasks, wrong)
    write = partial(agent.rollouts, sampling=Sampling(max_new_tokens=8), source=ParentTasks(agent.source))
    shown = [Request(task, [answer], row[None]) for task, answer, row in zip(tasks, wrong, rewards)]
    plain = write([Request(task) for task in tasks], 4, seed=0).rewards[..., 0].mean()
    assert write(shown, 4, seed=0).rewards[..., 0].mean() > 0.9
    assert plain < 0.5


@pytest.mark.parametrize("id", [id for id in toys.SMALL if "Code" not in id])
def test_prompts_of_further_turns_survive_the_tokenizer(id):
    env = gym.make(id, max_turns=2).unwrapped
    source = task_source(env)
    policy = toys.small_policy(env.domain, max_turns=2)
    tasks = DomainTasks(env.domain, "test", env.prompt_style, 2).first(20)
    for task, lesson in zip(tasks, further_turns(source, tasks, np.random.default_rng(1), earlier=3, size=1)):
        text = AnswerFormat(1).instruct(
            source.turn_prompt(task, lesson.earlier, lesson.rewards), source.style
        )
        assert policy.tokenizer.unk_token not in policy.decode(policy.encode_prompt(text))
    other = tasks[0]
    for task in tasks[1:]:  # what fails gets feedback of its own
        whole = demonstrations(source, other, np.random.default_rng(2))[0]
        failing = [whole, whole[: len(whole) // 2], "", "§ 8z"]
        text = source.turn_prompt(task, failing, source.score([task] * len(failing), failing))
        assert policy.tokenizer.unk_token not in policy.decode(policy.encode_prompt(text))
