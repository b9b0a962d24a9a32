"""Code: the objectives by hand, in the sandbox; contexts, feedback, demonstrations, both styles."""

import copy
import pickle

import numpy as np
import pytest

import vpo_envs.sandbox
from vpo_envs.domains.code import CodeDomain
from vpo_envs.domains.code.composition import FIRST, SECOND, compose
from vpo_envs.domains.code.demonstrations import POOR_NAMES, clumsy, poorly_named
from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code.family import EXAMPLES, HIDDEN, Case, Family
from vpo_envs.domains.code.feedback import give_feedback
from vpo_envs.domains.code.inputs import numbers
from vpo_envs.domains.code.names import SHORT_NAMES
from vpo_envs.domains.code.prompts import compact_prompt
from vpo_envs.domains.code.scoring import LIMITS, Scorer, passed
from vpo_envs.domains.code.solutions import solutions
from vpo_envs.sandbox import Outcome, Run, SandboxError
from vpo_envs.splits import SPLITS, split_of

LINEAR = """\
def ups(values):
    count = 0
    for value in values:
        if value > $limit:
            count += 1
    return count
"""
QUADRATIC = """\
def ups(values):
    count = 0
    for i in range(len(values)):
        count = len([value for value in values[:i + 1] if value > $limit])
    return count
"""
UPS = Family(
    name="ups",
    signature="values: list[int]",
    returns="int",
    task="Return how many numbers are above $limit.",
    parameters={"limit": (50,)},
    arguments=(numbers(),),
    edges=(([],), ([60],), ([70, 10],), ([99, 99],)),
    references=(LINEAR, QUADRATIC),
    slips=((">", ">="),),
)
LINEAR_50 = LINEAR.replace("$limit", "50")
PROBLEM = UPS.draw(np.random.default_rng(0))
SCORER = Scorer()


def score(*answers):
    return SCORER.score([PROBLEM] * len(answers), answers).astype(float)


def task_of(name, **kwargs):
    return CodeDomain(families=[name], **kwargs).task("test", 0)


# Objectives


def test_objectives_in_order():
    domain = CodeDomain()
    assert domain.objective_names == ("correctness", "performance", "readability", "maintainability")
    assert domain.weights.tolist() == [0.25] * 4


def test_a_problem_has_edge_small_and_growing_tests_and_two_examples():
    sizes = [len(case.arguments[0]) for case in PROBLEM.hidden]
    assert sizes[:4] == [0, 1, 2, 2] and tuple(sizes[-4:]) == UPS.growing and max(sizes[4:-4]) < 24
    assert len(sizes) == HIDDEN and len(PROBLEM.examples) == EXAMPLES
    assert PROBLEM.examples[0].expected != PROBLEM.examples[1].expected
    assert all(sum(v > 50 for v in case.arguments[0]) == case.expected for case in PROBLEM.hidden)


def test_the_fastest_reference_has_full_performance_and_a_quadratic_one_hardly_any():
    linear, quadratic = score(*PROBLEM.references)
    assert linear[0] == quadratic[0] == 1
    assert linear[1] == 1 and quadratic[1] < 0.1


def test_a_share_of_the_tests_gives_that_share_of_everything():
    right = sum(case.expected == 0 for case in PROBLEM.hidden)
    (constant,) = score("def ups(values):\n    return 0")
    assert 0 < right < HIDDEN
    assert constant[0] == pytest.approx(right / HIDDEN)
    assert constant[2] <= constant[0] and constant[3] <= constant[0]


def test_work_that_is_not_done_right_earns_no_performance():
    lazy = PROBLEM.references[0].replace(
        "    count = 0\n", "    if len(values) > 30: return 0\n    count = 0\n"
    )
    (rewards,) = score(lazy)
    assert rewards[0] == pytest.approx((HIDDEN - len(UPS.growing)) / HIDDEN)
    assert rewards[1] < 0.25  # quick, but the growing inputs are nearly all of the work


def test_work_done_ahead_in_an_easy_test_is_charged():
    ahead = """\
done = []
def ups(values):
    if not done:
        done.append([i * i for i in range(50000)])
    return sum(value > 50 for value in values)
"""
    plain = "def ups(values):\n    return sum(value > 50 for value in values)"
    rewards = score(ahead, plain)
    assert rewards[0, 0] == rewards[1, 0] == 1
    assert rewards[0, 1] < rewards[1, 1] / 2


@pytest.mark.parametrize(
    "result", ["True", "float(right)", "[right]", "str(right)", "Liar()", "None", "print(right)"]
)
def test_what_is_not_equal_to_the_type_fails(result):
    lying = (
        "class Liar(int):\n    def __eq__(self, other): return True\n"
        f"def ups(values):\n    right = sum(v > 50 for v in values)\n    return {result}"
    )
    assert score(lying)[0, 0] == 0


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "return [0] * 10**10",
        "return ups(values)",
        "raise SystemExit",
        "import os; os._exit(0)",
    ],
)
def test_endless_and_greedy_code_scores_zero_in_bounded_time(body):
    assert not score(f"def ups(values): {body}").any()
    assert LIMITS.total_fuel <= 10**9


def test_fuel_stops_a_solution_but_keeps_what_it_did():
    (rewards,) = score(
        "def ups(values):\n    while len(values) > 30: pass\n    return sum(v > 50 for v in values)"
    )
    assert rewards[0] == pytest.approx((HIDDEN - len(UPS.growing)) / HIDDEN)
    assert 0 <= rewards[1] < 0.05


def test_code_that_hides_runs_but_has_no_quality():
    (rewards,) = score("def ups(values):\n    return eval('sum(v > 50 for v in values)')")
    assert rewards[0] == 1 and rewards[1] > 0 and not rewards[2:].any()


def test_an_answer_better_than_the_references_is_not_above_one():
    assert (score("def ups(values):\n    return len([1 for value in values if value > 50])") <= 1).all()


def test_scores_are_the_same_alone_in_a_batch_and_in_any_order():
    answers = [*PROBLEM.references, "def ups(values): return 0", "no code", PROBLEM.references[0]]
    together = score(*answers)
    assert (together == Scorer().score([PROBLEM] * 5, answers)).all()
    assert (together[::-1] == score(*answers[::-1])).all()
    assert (together[1:2] == Scorer().score([PROBLEM], answers[1:2])).all()
    assert (together[0] == together[4]).all() and not together[3].any()


def test_what_is_no_code_never_reaches_the_sandbox(monkeypatch):
    class Closed:
        def run_each(self, submissions, judge):
            assert not submissions
            return []

    monkeypatch.setattr("vpo_envs.domains.code.scoring.shared_sandbox", lambda limits: Closed())
    assert not score("", "ups", "def ups(values) return 1", "```\nups\n```", "\ud800ups").any()


class Watched:
    """The sandbox; notes what it runs, and loses some of it."""

    def __init__(self):
        self.real = vpo_envs.sandbox.shared_sandbox(LIMITS)
        self.build_id = self.real.build_id
        self.ran, self.losing = [], set()

    def run_each(self, submissions, judge):
        self.ran += submissions
        lost = [Run((Outcome("not_run"),) * len(one.inputs)) for one in submissions]
        runs = zip(submissions, self.real.run(submissions), lost)
        chosen = [gone if one.source in self.losing else run for one, run, gone in runs]
        return [judge(index, run) for index, run in enumerate(chosen)]


@pytest.fixture
def watched(monkeypatch):
    sandbox = Watched()
    monkeypatch.setattr("vpo_envs.domains.code.scoring.shared_sandbox", lambda limits: sandbox)
    return sandbox


def test_equal_answers_run_once(watched):
    ran, scorer = watched.ran, Scorer()
    answer = f"```python\n{PROBLEM.references[0]}\n```"
    scorer.score([PROBLEM] * 4, [answer, PROBLEM.references[0], answer, "def ups(values): return 0"])
    assert len(ran) == 3  # two answers, one of them a reference, and the other reference
    scorer.score([PROBLEM] * 2, [answer, "def ups(values): return 1"])
    assert len(ran) == 4  # scores and the yardstick are remembered


@pytest.mark.parametrize("memory", ["PARS", "SCORES"])
def test_a_batch_may_be_larger_than_the_memory(memory, monkeypatch):
    monkeypatch.setattr(f"vpo_envs.domains.code.scoring.{memory}", 1)
    scorer, other = Scorer(), UPS.draw(np.random.default_rng(1))
    alone = scorer.score([PROBLEM], [LINEAR_50])
    both = scorer.score([PROBLEM, other, PROBLEM], [LINEAR_50] * 3)
    assert (both[[0, 2]] == alone[0]).all() and both[1, 0] == 1


def test_what_is_asked_for_often_is_remembered(watched, monkeypatch):
    monkeypatch.setattr("vpo_envs.domains.code.scoring.SCORES", 2)
    scorer = Scorer()
    for i in range(4):
        scorer.score([PROBLEM] * 2, [PROBLEM.references[0], f"def ups(values): return {i}"])
    assert len(watched.ran) == 2 + 4  # the references, one of which is an answer, and the other answers


def test_lost_runs_are_not_remembered(watched):
    """Workers that the system kills for want of memory say nothing about the answer."""
    scorer, answer = Scorer(), "def ups(values): return sum(v > 50 for v in values)"
    watched.losing.add(answer)
    assert not scorer.score([PROBLEM], [answer]).any()
    watched.losing.clear()
    assert scorer.score([PROBLEM], [LINEAR_50]).any() and scorer.score([PROBLEM], [answer])[0, 2] > 0
    watched.losing.update(PROBLEM.references)
    with pytest.raises(SandboxError, match="workers of the sandbox died over the references of ups"):
        Scorer().score([PROBLEM], [answer])


@pytest.mark.parametrize("copied", [lambda task: pickle.loads(pickle.dumps(task)), copy.deepcopy])
def test_tasks_and_domains_can_be_sent_elsewhere(copied):
    domain = CodeDomain(families=["count_bins"])
    task = domain.task("test", 0)
    answer = domain.best_answers(task)[0]
    expected = domain.score(task, answer)
    sent = copied(task)
    assert sent.truth == task.truth and sent.truth.hidden == task.truth.hidden
    assert copied(domain).score(sent, answer) == expected


def test_passing_is_equality_to_the_type():
    assert passed(Case((), 1), Outcome("returned", 1))
    assert not passed(Case((), 1), Outcome("returned", True))
    assert not passed(Case((), None), Outcome("exception", None, error="ValueError: no"))


# Feedback


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (PROBLEM.references[0], ""),
        ("no code", "no Python code that defines ups was found"),
        ("def ups(values): return -1", "but it is -1"),
        ("def ups(values): return values[99]", "IndexError"),
        ("def ups(values):\n    while True: pass", "out of fuel"),
        ("def ups(values): return eval('sum(v > 50 for v in values)')", "are 0, because it uses eval"),
        ("def ups(values): return 'x' * 10**4", "but it is 'xxx"),
        ("def ups(values): return 'x' * 10**5", "but it ended with output too large"),
    ],
)
def test_feedback(answer, said):
    told = give_feedback(PROBLEM, answer)
    assert said in told and bool(said) == bool(told) and len(told) < 1500


def test_feedback_has_a_line_for_each_example():
    told = give_feedback(PROBLEM, "def ups(values):\n    raise ValueError('one\\n\\nCandidate 2: two')")
    assert len(told.splitlines()) == EXAMPLES and "ValueError: one Candidate 2: two" in told


def test_feedback_tells_the_visible_examples_alone():
    told = give_feedback(PROBLEM, "def ups(values): return -1")
    assert all(repr(list(case.arguments[0])) in told for case in PROBLEM.examples)
    assert not any(f"ups({case.arguments[0]!r})" in told for case in PROBLEM.hidden)


# Demonstrations, styles, contexts, knobs


def test_poor_names_change_readability_alone():
    pairs = []
    for name in sorted(FAMILIES)[::3]:
        problem = FAMILIES[name].draw(np.random.default_rng(4))
        pairs += [(problem, text) for source in problem.references for text in (source, poorly_named(source))]
    rewards = Scorer().score([problem for problem, _ in pairs], [text for _, text in pairs])
    good, poor = rewards[::2], rewards[1::2]
    assert (good[:, :2] == poor[:, :2]).all()
    assert (poor[:, 2] < good[:, 2]).mean() > 0.95 and (poor[:, 2] <= good[:, 2]).all()
    assert (poor[:, 3] <= good[:, 3]).all()


def test_poor_names_are_local():
    assert poorly_named("BASE = 2\ndef f(values):\n    return [v + BASE for v in values]") == (
        "BASE = 2\n\ndef f(c):\n    return [d + BASE for d in c]"
    )
    assert set(POOR_NAMES).isdisjoint(SHORT_NAMES)


@pytest.mark.parametrize("style", ["full", "compact"])
def test_demonstrations_are_of_mixed_quality(style):
    domain = CodeDomain(answer_style=style)
    tasks = [domain.task("train", index) for index in range(12)]
    rng = np.random.default_rng(0)
    pairs = [(task, text) for task in tasks for text in domain.demonstrations(task, rng)]
    rewards = domain.score_batch([task for task, _ in pairs], [text for _, text in pairs])
    assert 0.6 < (rewards[:, 0] == 1).mean() < 0.95
    assert (rewards[:, 0] > 0).mean() > 0.85
    assert rewards[:, 1:].std(axis=0).min() > 0.15


def test_both_styles_score_alike_but_for_layout():
    full, compact = task_of("count_bins"), task_of("count_bins", answer_style="compact")
    assert full == compact
    domains = CodeDomain(families=["count_bins"]), CodeDomain(families=["count_bins"], answer_style="compact")
    answers = [domain.best_answers(full) for domain in domains]
    assert all(text.startswith("```python\n") for text in answers[0])
    assert "def count_bins ( values ) :\n return len" in answers[1][0]
    scores = [domain.score_batch([full] * len(a), a) for domain, a in zip(domains, answers)]
    np.testing.assert_allclose(scores[0], scores[1], atol=0.01)


def test_the_prompt_shows_signature_task_and_examples():
    task = task_of("best_window")
    problem = task.truth
    assert "def best_window(values: list[int]) -> int" in task.prompt
    assert f"worth of {problem.parameters['width']} consecutive numbers" in task.prompt
    assert all(
        f"best_window({case.arguments[0]}) == {case.expected}" in task.prompt for case in problem.examples
    )
    assert "$" not in task.prompt
    assert task.compact == "best_window " + " ".join(f"{k} {v}" for k, v in problem.parameters.items())


def test_contexts_are_weightings_and_ask_for_different_code():
    domain = CodeDomain()
    weights = np.array(list(domain.contexts.values()))
    assert (weights >= 0).all() and weights.sum(axis=1) == pytest.approx(1)
    task = task_of("best_trade")
    answers = domain.best_answers(task)
    rewards = domain.score_batch([task] * len(answers), answers)
    chosen = {name: int((rewards @ w).argmax()) for name, w in domain.contexts.items()}
    assert len(set(chosen.values())) >= 3
    assert rewards[chosen["hot path"], 1] > 0.95 and rewards[chosen["prototype"], 2] == 1
    assert rewards[chosen["long-lived library"], 3] == 1


def test_knobs():
    domain = CodeDomain(families=["life", "walk"])
    assert {domain.task("train", i).truth.family.name for i in range(20)} == {"life", "walk"}
    with pytest.raises(ValueError, match="families=\\['sort'\\] must be one or more of"):
        CodeDomain(families=["sort"])
    with pytest.raises(ValueError, match="families=\\[\\]"):
        CodeDomain(families=[])
    with pytest.raises(ValueError, match="answer_style='short' is not one of full, compact"):
        CodeDomain(answer_style="short")


# Splits, levels, longer programs


def key_of(task):
    return task.truth.family.name, *task.truth.parameters.values()


def test_no_problem_is_in_two_splits():
    domain = CodeDomain()
    drawn = {split: {key_of(domain.task(split, index)) for index in range(400)} for split in SPLITS}
    small = CodeDomain(families=["compress"])  # 660 settings: every one is drawn again and again
    often = {split: {key_of(small.task(split, index)) for index in range(400)} for split in SPLITS}
    for keys in (drawn, often):
        assert not keys["train"] & keys["test"] and not keys["train"] & keys["validation"]
        assert not keys["validation"] & keys["test"]
    assert all(split_of(compact_prompt(domain.task(split, 3).truth)) == split for split in SPLITS)


def test_a_split_without_problems_is_an_error(monkeypatch):
    monkeypatch.setattr("vpo_envs.domains.code.domain.split_of", lambda key: "train")
    with pytest.raises(ValueError, match=r"families=\['life'\] have no problems of split='test'"):
        CodeDomain(families=["life"]).task("test", 0)


def test_levels_are_thirds_by_length():
    names = {
        level: {f.name for f in CodeDomain(level=level).families} for level in ("easy", "medium", "hard")
    }
    assert all(len(found) >= 15 for found in names.values())
    assert sum(map(len, names.values())) == len(FAMILIES) == len(set().union(*names.values()))
    assert "count_bins" in names["easy"] and "life" in names["hard"]
    with pytest.raises(ValueError, match="level='odd' is not one of any, easy, medium, hard"):
        CodeDomain(level="odd")
    with pytest.raises(ValueError, match="level='hard' has none of the families"):
        CodeDomain(families=["count_bins"], level="hard")
    with pytest.raises(ValueError, match="composed=2 must be a share"):
        CodeDomain(composed=2)


@pytest.mark.parametrize("first", FIRST)
def test_composed_problems_are_well_made(first):
    for second in SECOND:
        problem = compose(FAMILIES[first], FAMILIES[second]).draw(np.random.default_rng(3))
        assert len({repr(case.expected) for case in problem.hidden}) >= 4
        for source in solutions(problem):
            namespace = {}
            exec(source, namespace)
            for case in problem.hidden:
                found = namespace[problem.family.name](*copy.deepcopy(case.arguments))
                assert repr(found) == repr(case.expected), source


@pytest.mark.parametrize("name", FAMILIES)
def test_solutions_with_constants_are_right(name):
    problem = FAMILIES[name].draw(np.random.default_rng(13))
    found = solutions(problem)
    assert found[: len(problem.references)] == problem.references
    for source in found[len(problem.references) :]:
        namespace = {}
        exec(source, namespace)
        for case in problem.hidden:
            assert repr(namespace[name](*copy.deepcopy(case.arguments))) == repr(case.expected), source


@pytest.mark.parametrize("name", sorted(FAMILIES)[::2])
def test_clumsy_programs_do_the_same(name):
    problem = FAMILIES[name].draw(np.random.default_rng(13))
    for i, source in enumerate(problem.references):
        namespace = {}
        exec(clumsy(source, np.random.default_rng(i), 0.9, 0.9, 1.0, name), namespace)
        for case in problem.hidden[:-3]:
            assert repr(namespace[name](*copy.deepcopy(case.arguments))) == repr(case.expected), source


def test_demonstrations_get_worse_with_quality_and_never_reach_the_optimum():
    domain = CodeDomain(families=["best_mix", "count_bins"], answer_style="compact")
    tasks = [domain.task("test", index) for index in range(6)]
    means = []
    for quality in (1.0, 0.5, 0.0):
        pairs = [
            (task, text)
            for task in tasks
            for seed in range(4)
            for text in domain.demonstrations(task, np.random.default_rng(seed), quality)
        ]
        rewards = domain.score_batch([task for task, _ in pairs], [text for _, text in pairs])
        means.append((rewards @ domain.weights).mean())
        if quality == 1:
            pools = (rewards @ domain.weights).reshape(len(tasks), -1)
            best = np.array([(domain.pareto_front(task) @ domain.weights).max() for task in tasks])
            left = (best - pools.max(axis=1)).mean() / (best - pools.mean(axis=1)).mean()
            assert left > 0.15
    assert means[0] > means[1] + 0.05 > means[2] + 0.1
