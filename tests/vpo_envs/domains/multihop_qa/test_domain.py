"""MultiHopQA: every rule of scoring, the generated questions, demonstrations, front, MuSiQue."""

import json
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs.datasets import RowError
from vpo_envs.domains.multihop_qa import MultiHopQADomain
from vpo_envs.domains.multihop_qa.generate import sample_question
from vpo_envs.domains.multihop_qa.musique import parse_question
from vpo_envs.domains.multihop_qa.question import Paragraph, Question
from vpo_envs.domains.worlds.schema import RELATIONS
from vpo_envs.domains.worlds.trails import Step
from vpo_envs.env_checker import check_domain
from vpo_envs.task import Task

MUSIQUE = Path(__file__).parents[3] / "data" / "musique"
SENTENCES = {relation: relation.sentences for relation in RELATIONS}


def question(support=(3, 7, 2), answers=("Old Selmor", "Selmoria")) -> Question:
    paragraphs = tuple(Paragraph(f"Title {i}", f"Text {i}.") for i in range(1, 9))
    values = (*(f"bridge {i}" for i in range(1, len(support))), answers[0])
    steps = tuple(map(Step, (paragraphs[support[0] - 1].title, *values), support, values))
    return Question("Where?", paragraphs, steps, answers, told=steps)


DOMAIN = MultiHopQADomain(max_citations=4)
TASK = DOMAIN.make_task(question())


def score(answer: str, task: Task = TASK, domain: MultiHopQADomain = DOMAIN) -> list[float]:
    return domain.score(task, answer)


# Scoring


def test_objectives_and_weights():
    assert DOMAIN.objective_names == ("hop_1", "hop_2", "hop_3", "hop_4", "answer_f1")
    assert DOMAIN.weights.tolist() == pytest.approx([1 / 7, 1 / 7, 1 / 7, 1 / 7, 3 / 7])


def test_a_complete_answer_gets_full_marks():
    assert score("<support>3, 7, 2</support><answer>Old Selmor</answer>") == [1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("support", "hops"),
    [
        ("3", [1, 0, 0, 1 / 3]),
        ("7", [0, 1, 0, 1 / 3]),
        ("2, 3", [1, 0, 1, 2 / 3]),
        ("2, 3, 5", [2 / 3, 0, 2 / 3, 4 / 9]),  # one of three is wrong
        ("3, 99", [1 / 2, 0, 0, 1 / 6]),
        ("8, 1", [0, 0, 0, 0]),
        ("", [0, 0, 0, 0]),
    ],
)
def test_a_hop_is_earned_by_citing_its_paragraph_and_few_others(support, hops):
    answer = f"<support>{support}</support><answer>Old Selmor</answer>"
    assert score(answer) == pytest.approx([*hops, 1.0])


@pytest.mark.parametrize(
    ("text", "worth", "f1"), [("Brask", 1 / 2, 0), ("Selmor", 5 / 6, 2 / 3), ("Selmoria", 1, 1)]
)
def test_evidence_beside_a_wrong_answer_is_worth_half(text, worth, f1):
    assert score(f"<support>3, 2</support><answer>{text}</answer>") == pytest.approx(
        [worth, 0, worth, 2 / 3 * worth, f1]
    )


def test_only_the_first_distinct_citations_count():
    def hops(support):
        return score(f"<support>{support}</support><answer>Selmoria</answer>")[:3]

    assert hops("1 4 5 8 3 7 2") == [0, 0, 0]
    assert hops("1, 2, 3, 4, 5, 6, 7, 8") == [1 / 2, 0, 1 / 2], "listing every paragraph does not pay"
    assert hops("3 3 3 3 3 7 2") == [1, 1, 1], "repetitions take no room"
    assert hops("99 98 97 96 3") == [0, 0, 0], "numbers of no paragraph take room"


@pytest.mark.parametrize(("limit", "hops"), [(1, [1, 0, 0]), (2, [1, 1, 0]), (3, [1, 1, 1])])
def test_max_citations_is_a_knob(limit, hops):
    domain = MultiHopQADomain(max_citations=limit)
    answer = "<support>3, 7, 2</support><answer>Selmoria</answer>"
    assert score(answer, domain=domain)[:3] == hops


@pytest.mark.parametrize("hops", [1, 2, 3, 4])
def test_hops_beyond_the_question_are_worth_the_mean_of_its_own(hops):
    task = DOMAIN.make_task(question(support=(3, 7, 2, 5)[:hops]))
    assert score("<answer>wrong</answer>", task) == [0.0] * 5
    one = score("<support>3</support><answer>Selmoria</answer>", task)
    assert one == pytest.approx([1] + [0] * (hops - 1) + [1 / hops] * (4 - hops) + [1])
    every = score("<support>3, 7, 2, 5</support><answer>Selmoria</answer>", task)
    assert every == pytest.approx([hops / 4] * 4 + [1])


@pytest.mark.parametrize("answer", ["", "<support>3, 7, 2</support>", "<answer> </answer>"])
def test_without_an_answer_everything_is_zero(answer):
    assert score(answer) == [0.0] * 5


@pytest.mark.parametrize(
    ("text", "f1"),
    [
        ("the OLD Selmor!", 1.0),
        ("Selmoria", 1.0),  # an accepted alias
        ("Selmor", 2 / 3),
        ("It is Old Selmor", 2 / 3),
        ("Brask", 0.0),
    ],
)
def test_answer_f1_is_the_best_over_aliases(text, f1):
    assert score(f"<answer>{text}</answer>")[4] == pytest.approx(f1)


def test_steps_in_the_same_paragraph_are_cited_at_once():
    task = DOMAIN.make_task(question(support=(3, 3, 5)))
    assert score("<support>3</support><answer>Selmoria</answer>", task) == pytest.approx([1, 1, 0, 2 / 3, 1])


# Generated questions


@pytest.mark.parametrize("hops", [1, 2, 3, 4])
def test_gold_paragraphs_spell_the_chain(hops):
    for seed in range(20):
        made = sample_question(np.random.default_rng(seed), hops, 6, 3, 0, None)
        assert len(made.steps) == len(made.gold) == hops
        assert len(made.paragraphs) == hops + 6
        subject = made.paragraphs[made.support[0] - 1].title
        assert subject in made.text
        for step in made.steps:
            paragraph = made.paragraphs[step.number - 1]
            assert paragraph.title == step.key == subject
            assert step.value in paragraph.text
            subject = step.value
        assert made.answers[0] == subject
        assert not any(step.value in made.text for step in made.steps)


def test_every_paragraph_has_one_subject_and_so_many_facts():
    made = sample_question(np.random.default_rng(0), 3, 9, 3, 0, None)
    titles = [paragraph.title for paragraph in made.paragraphs]
    assert len(set(titles)) == len(titles) == 12
    for paragraph in made.paragraphs:
        assert paragraph.text.startswith(f"{paragraph.title} is ")
        assert paragraph.text.count(". ") == 3  # the introduction and three facts


def test_distractors_use_the_relations_of_the_question():
    """Following the relation words alone leads into rival chains: each hop has a twin elsewhere."""
    made = sample_question(np.random.default_rng(3), 3, 6, 1, 0, 40)
    records, asked = made.compact.split("? ")
    relations = asked.split()
    assert len(relations) == 3
    assert all(records.split().count(relation) == 3 for relation in relations)


def test_hops_vary_between_the_bounds():
    domain = MultiHopQADomain(min_hops=2)
    counts = np.bincount([len(domain.task("train", i).truth.support) for i in range(300)], minlength=5)
    assert counts[:2].sum() == 0 and counts[2:].min() > 60


def test_some_answers_have_an_alias_told_in_the_gold_paragraph():
    truths = [DOMAIN.task("train", i).truth for i in range(200)]
    aliased = [truth for truth in truths if len(truth.answers) == 2]
    assert not any(truth.answers[0].isdigit() for truth in aliased), "a year has no second name"
    assert 20 < len(aliased) < 80
    for truth in aliased:
        assert f"(also called {truth.answers[1]})" in truth.paragraphs[truth.support[-1] - 1].text


def test_the_prompt_shows_paragraphs_question_and_form():
    prompt = DOMAIN.task("test", 0).prompt
    truth = DOMAIN.task("test", 0).truth
    for number, paragraph in enumerate(truth.paragraphs, start=1):
        assert f"[{number}] {paragraph.title}\n{paragraph.text}\n" in prompt
    assert f"Question: {truth.text}\n" in prompt
    for rule in (
        "at most 4 paragraphs that state a step",
        "Only the first 4 different numbers count.",
        "that states no step makes the others worth less",
        "without an answer they are worth nothing",
        "compared word by word",
        "the last one counts",
    ):
        assert rule in prompt
    assert prompt.endswith("<support>3, 7</support>\n<answer>Wychbury</answer>")
    one = MultiHopQADomain(max_citations=1).task("test", 0).prompt
    assert "the number of one paragraph" in one and "<support>3</support>" in one


def test_echoes_lengthen_paragraphs_and_state_no_fact():
    plain, long = MultiHopQADomain(), MultiHopQADomain(echoes=3)
    task = long.task("test", 0)
    titles = {paragraph.title for paragraph in task.truth.paragraphs}
    for paragraph in task.truth.paragraphs:
        mentions = [title for title in titles if title in paragraph.text]
        assert len(mentions) >= 4
    words = [sum(len(p.text.split()) for p in d.task("test", 0).truth.paragraphs) for d in (plain, long)]
    assert words[1] > 1.5 * words[0]


def test_the_compact_prompt_can_be_solved():
    """A small solver that reads nothing but the compact tokens reaches the true front."""
    domain = gym.make("vpo/MultiHopQASmall-v0").unwrapped.domain
    for index in range(50):
        task = domain.task("test", index)
        *records, asked = task.compact.split(". ")
        facts = {(r, s): (number, o) for r, s, number, o in map(str.split, records)}
        start, *relations = asked.split()
        entity = start.removesuffix("?")
        numbers = []
        for relation in relations:
            number, entity = facts[relation, entity]
            numbers.append(number)
        answer = f"<support> {numbers[1]} {numbers[3]} </support> <answer> {entity} </answer>"
        assert domain.score(task, answer) == [0, 1, 0, 1, 1]


# Demonstrations, front, feedback, drawing


def test_demonstrations_go_astray_at_some_step():
    """At each step with chance .55, so one in 11 (three hops) or 24 (four) is flawless."""
    right, started, total = 0, 0, 0
    for index in range(150):
        task = DOMAIN.task("train", index)
        pool = DOMAIN.demonstrations(task, np.random.default_rng(index))
        assert len(pool) == 4
        rows = DOMAIN.score_batch([task] * 4, pool)
        right += (rows[:, 4] == 1).sum()
        started += (rows[:, 0] > 0).sum()
        total += 4
    assert 0.03 < right / total < 0.15
    assert 0.40 < started / total < 0.70


def test_quality_weakens_demonstrations_to_the_form_alone():
    worth = []
    for quality in (0.0, 0.5, 1.0):
        rewards = []
        for index in range(100):
            task = DOMAIN.task("train", index)
            pool = DOMAIN.demonstrations(task, np.random.default_rng(index), quality=quality)
            assert all(text.startswith("<support>") and text.endswith("</answer>") for text in pool)
            rewards.append(DOMAIN.score_batch([task] * 4, pool) @ DOMAIN.weights)
        worth.append(np.mean(rewards))
    assert 1.5 * worth[0] < worth[1] < worth[2] / 1.5


@pytest.mark.parametrize(("limit", "points"), [(1, 4), (2, 6), (3, 4), (4, 1), (9, 1)])
def test_the_front_holds_every_choice_of_citations(limit, points):
    domain = MultiHopQADomain(min_hops=4, max_citations=limit)
    front = domain.pareto_front(domain.task("test", 0))
    assert len(front) == points
    assert (front[:, 4] == 1).all() and (front[:, :4].sum(axis=1) == min(limit, 4)).all()


def test_no_choice_of_citations_and_answer_beats_the_front():
    domain = MultiHopQADomain(max_hops=3, distractors=2)
    task = domain.task("test", 0)
    front = domain.pareto_front(task)
    answers = [
        f"<support>{a} {b} {c}</support><answer>{answer}</answer>"
        for answer in (*task.truth.answers, *(step.value for step in task.truth.steps))
        for a in range(1, 6)
        for b in range(1, 6)
        for c in range(1, 6)
    ]
    rewards = domain.score_batch([task] * len(answers), answers)
    assert {tuple(row) for row in front.tolist()} <= {tuple(row) for row in rewards.tolist()}
    assert ((rewards[:, None] <= front[None]).all(-1)).any(axis=1).all()


def test_feedback_judges_without_telling():
    assert DOMAIN.feedback(TASK, "<support>3</support>") == "There is no answer in <answer>...</answer>."
    assert DOMAIN.feedback(TASK, "<support>3, 5</support><answer>Selmor</answer>") == (
        "Counted citations: 3, 5; of these, 3 state a step. Steps without citation: 2. "
        "The answer is partly right."
    )
    assert "none state a step. Steps without citation: 3. The answer is wrong." in DOMAIN.feedback(
        TASK, "<answer>Brask</answer>"
    )
    flood = "<support>999 0 3</support><answer>x</answer>"
    assert "Counted citations: 999, 0, 3; of these, 3 state" in DOMAIN.feedback(TASK, flood)
    full = DOMAIN.feedback(TASK, "<support>2 3 7</support><answer>Selmoria</answer>")
    assert full.endswith("Steps without citation: 0. The answer is right.")


def test_render_shows_the_chain_and_the_pool():
    env = gym.make("vpo/MultiHopQA-v0", render_mode="ansi", num_candidates=2)
    env.reset(options={"index": 0})
    truth = env.unwrapped.task.truth
    env.step(("<answer>first</answer>", "<answer>second</answer>"))
    drawn = env.render()
    for _, number, bridge in truth.steps:
        assert f"[{number}] {truth.paragraphs[number - 1].title} -> {bridge}" in drawn
    assert drawn.count("*[") == len(truth.support)
    assert "Candidate 2: hop_1=0.00" in drawn and "<answer>second</answer>" in drawn


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"min_hops": 0}, "min_hops=0 must lie between 1 and 4"),
        ({"max_hops": 5}, "max_hops=5 must lie between 3 and 4"),
        ({"echoes": 6}, "echoes=6 must lie between 0 and 5"),
        ({"paper": True, "max_citations": 2}, "paper=True fixes max_citations"),
        ({"min_hops": 3, "max_hops": 2}, "max_hops=2 must lie between 3 and 4"),
        ({"max_citations": 0}, "max_citations=0 must lie between 1 and 20"),
    ],
)
def test_bad_knobs_are_named(knobs, message):
    with pytest.raises(ValueError, match=message):
        MultiHopQADomain(**knobs)


# MuSiQue


def test_musique_is_read_from_a_folder():
    env = gym.make("vpo/MultiHopQA-v0", dataset=str(MUSIQUE), split="train")
    prompts = [env.reset(options={"index": i})[0] for i in range(3)]
    assert "Question: Where was the designer of Tarn Bridge from?" in prompts[0]
    assert "[3] Mira Holt\nMira Holt was an engineer from Esk Vale." in prompts[0]
    truths = [env.unwrapped.domain.task("train", i).truth for i in range(3)]
    assert [truth.support for truth in truths] == [(1, 3), (1, 3, 4), (6, 4, 3, 2)]
    assert truths[0].answers == ("Esk Vale", "Vale of Esk")
    assert truths[2].answers == ("Port Ann",), "a row without aliases"
    assert [step.value for step in truths[1].steps] == ["Mira Holt", "Esk Vale", "Norland"]
    env.reset(options={"index": 1})
    _, reward, *_ = env.step("<support>1, 4</support><answer>the Norland</answer>")
    assert reward.tolist() == pytest.approx([1, 0, 1, 2 / 3, 1])


def test_musique_has_its_dev_split_for_validation_and_test():
    domain = MultiHopQADomain(dataset=MUSIQUE)
    for split in ("validation", "test"):
        assert domain.task(split, 0).truth.answers == ("Esk Vale",), "aliases may be null"
    assert domain.task("test", 5) == domain.task("test", 0), "one row: indices wrap around"


def test_musique_keeps_the_contract():
    domain = MultiHopQADomain(dataset=MUSIQUE / "musique_ans_v1.0_train.jsonl")
    for index in range(3):
        task = domain.task("train", index)
        assert task == domain.task("train", index + 3)
        assert domain.pareto_front(task).tolist() == [[1.0] * 5]
        assert len(domain.demonstrations(task, np.random.default_rng(0))) == 4
        assert task.compact == ""
        domain.render(task, [], domain.score_batch([], []), "ansi")


def test_the_hub_layout_reads_like_the_files():
    row = json.loads((MUSIQUE / "musique_ans_v1.0_train.jsonl").read_text().splitlines()[1])
    columns = {
        field: {key: [record[key] for record in row[field]] for key in row[field][0]}
        for field in ("paragraphs", "question_decomposition")
    }
    assert parse_question({**row, **columns}, 0) == parse_question(row, 0)


def test_musique_from_parquet(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    arrow = pytest.importorskip("pyarrow")
    lines = (MUSIQUE / "musique_ans_v1.0_train.jsonl").read_text().splitlines()
    parquet.write_table(arrow.Table.from_pylist([json.loads(x) for x in lines]), tmp_path / "train.parquet")
    ours, theirs = MultiHopQADomain(dataset=tmp_path), MultiHopQADomain(dataset=MUSIQUE)
    assert [ours.task("train", i) for i in range(3)] == [theirs.task("train", i) for i in range(3)]


def broken(change) -> dict:
    row = json.loads((MUSIQUE / "musique_ans_v1.0_train.jsonl").read_text().splitlines()[0])
    change(row)
    return row


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda row: row.pop("answer"), r"row 8, field 'answer': is missing; expected str"),
        (lambda row: row.update(answer=None), r"row 8, field 'answer': is missing"),
        (lambda row: row.update(answer=["x"]), r"field 'answer': must be str, not list"),
        (lambda row: row.update(answer=" The! "), r"field 'answer': ' The! ' is empty once"),
        (
            lambda row: row["paragraphs"][1].update(idx=row["paragraphs"][0]["idx"]),
            r"field 'paragraphs\[1\].idx': \d+ is the idx of an earlier paragraph too",
        ),
        (lambda row: row.update(answer_aliases=[1]), r"field 'answer_aliases\[0\]': must be str, not int"),
        (lambda row: row.update(answerable=False), r"field 'answerable': is False; use the answerable"),
        (lambda row: row.update(paragraphs="text"), r"field 'paragraphs': must be list or dict"),
        (lambda row: row["paragraphs"][1].pop("idx"), r"field 'paragraphs\[1\].idx': is missing"),
        (lambda row: row["paragraphs"][2].update(title=3), r"field 'paragraphs\[2\].title': must be str"),
        (lambda row: row.update(question_decomposition=[]), r"'question_decomposition': has 0 steps"),
        (
            lambda row: row.update(question_decomposition=row["question_decomposition"] * 3),
            r"has 6 steps, not 1 to 4",
        ),
        (
            lambda row: row["question_decomposition"][0].update(paragraph_support_idx=77),
            r"field 'question_decomposition\[0\].paragraph_support_idx': 77 is the idx of no paragraph",
        ),
        (
            lambda row: row["question_decomposition"][1].update(paragraph_support_idx=None),
            r"field 'question_decomposition\[1\].paragraph_support_idx': is missing; expected int",
        ),
    ],
)
def test_a_wrong_schema_names_row_and_field(change, message):
    with pytest.raises(RowError, match=message):
        parse_question(broken(change), 8)


def test_a_wrong_file_fails_at_the_first_reset(tmp_path):
    good = broken(lambda row: None)
    bad = broken(lambda row: row.pop("question"))
    (tmp_path / "rows.jsonl").write_text(f"{json.dumps(good)}\n{json.dumps(bad)}\n")
    env = gym.make("vpo/MultiHopQA-v0", dataset=str(tmp_path / "rows.jsonl"))
    with pytest.raises(RowError, match="row 1, field 'question': is missing"):
        env.reset(seed=0)


def test_one_citation_of_a_data_set_is_a_trade_off_too():
    domain = MultiHopQADomain(dataset=MUSIQUE, max_citations=1)
    assert len(domain.pareto_front(domain.task("train", 2))) == 4
    check_domain(MultiHopQADomain(max_citations=1), tasks=3, hostile=20)
