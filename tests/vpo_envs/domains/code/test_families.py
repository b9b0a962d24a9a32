"""The problem families: references agree, mistakes show, and no solution is best in everything."""

import copy
import hashlib
import pickle
import re

import numpy as np
import pytest

from vpo_envs.domains.code import CodeDomain
from vpo_envs.domains.code.families import CONTENTS, FAMILIES, FOLDER, SUBJECTS
from vpo_envs.domains.code.families.reader import FamilyError, parse_family, read_family
from vpo_envs.domains.code.family import GROWING, HIDDEN
from vpo_envs.domains.code.inputs import GENERATORS, Draw, letters, numbers
from vpo_envs.domains.code.scoring import Scorer
from vpo_envs.metrics import pareto_mask
from vpo_envs.scalarization import spread_weights
from vpo_envs.splits import SPLITS

SEEDS = range(3)


def problems(name):
    return [FAMILIES[name].draw(np.random.default_rng([seed, 11])) for seed in SEEDS]


def run_natively(problem, source, cases):
    """Results of trusted code run here; the sandbox has its own tests."""
    namespace = {}
    exec(source, namespace)
    results = []
    for case in cases:
        arguments = copy.deepcopy(case.arguments)
        try:
            results.append(namespace[problem.family.name](*arguments))
        except Exception as error:
            results.append(error)
        assert arguments == case.arguments, "the solution changes its input"
    return results


@pytest.mark.parametrize("name", FAMILIES)
def test_references_agree_to_the_type_and_mistakes_are_noticed(name):
    for problem in problems(name):
        expected = [repr(case.expected) for case in problem.hidden]
        assert len(expected) == HIDDEN and len(set(expected)) >= 3
        for source in problem.references:
            cases = problem.examples + problem.hidden
            results = run_natively(problem, source, cases)
            assert [repr(result) for result in results] == [repr(case.expected) for case in cases], source
        for source in problem.flawed:
            assert [repr(x) for x in run_natively(problem, source, problem.hidden)] != expected, source


@pytest.mark.parametrize("name", FAMILIES)
def test_the_tables_are_complete(name):
    family = FAMILIES[name]
    assert len(family.references) >= 3 and len(family.edges) >= 4
    for right, wrong in family.slips:
        assert right != wrong and any(right in reference for reference in family.references), right
    for parameter in family.parameters:  # part of the task, and of every solution
        assert f"${parameter}" in family.task
        assert all(f"${parameter}" in reference for reference in family.references), parameter
    assert all(reference.count(f"def {name}(") == 1 for reference in family.references)
    assert sorted(family.growing) == list(family.growing)


def test_problems_are_those_of_the_first_release():
    """A changed digest means that tasks change under the same indices: results no longer compare."""
    digest = hashlib.sha256()
    for name, family in FAMILIES.items():
        parameters = {key: list(values) for key, values in family.parameters.items()}
        texts = family.signature, family.returns, family.task, parameters, family.edges
        digest.update(repr((name, *texts, family.references, family.slips, family.growing)).encode())
        for problem in problems(name):
            drawn = problem.parameters, problem.seed, problem.references, problem.flawed
            cases = problem.examples, problem.hidden, problem.cases([5, 9], 3)
            digest.update(repr((*drawn, *cases)).encode())
    assert digest.hexdigest() == "76292724ca967f2f1832dadaad09cc861065f39ecd9ee1b1264dd5b9e4c2a607"


def test_every_file_is_listed_and_the_guide_names_all_sections():
    listed = {f"{subject}/{name}.md" for subject, names in CONTENTS.items() for name in names.split()}
    assert listed == {str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*.md")}
    guide = (FOLDER / "README.md").read_text("utf-8")
    assert all(f"| {section} |" in guide for section in ("Parameters", "Inputs", "Edge cases", "Sizes"))


@pytest.mark.parametrize("name", FAMILIES)
def test_families_and_problems_pickle(name):
    family = FAMILIES[name]
    sent = pickle.loads(pickle.dumps(family))
    assert sent == family and sent is not family
    problem = problems(name)[0]
    assert pickle.loads(pickle.dumps(problem)).hidden == problem.hidden


FILE = """\
# twice

Return the number times $factor.

```python
def twice(value: int, text: str) -> int: ...
```

## Parameters

```python
factor = range(2, 4)
letter = subsets("abc", 2)
```

## Inputs

```python
value = number(0, 9)
text = letters("ab", repeats=0.5)
```

## Edge cases

```python
twice(-1, "")
twice(list(range(3)), [(1, 2)])
```

## Solutions

Prose is allowed here.

```python
def twice(value, text):
    return value * $factor
```

## Mistakes

```python
" * " >> " + "
"value *\\n" >> ""
```
"""


def test_a_file_becomes_a_family():
    family = parse_family("twice", FILE)
    assert (family.name, family.signature, family.returns) == ("twice", "value: int, text: str", "int")
    assert family.task == "Return the number times $factor."
    assert family.parameters == {"factor": range(2, 4), "letter": ("ab", "ac", "bc")}
    assert family.arguments == (Draw("number", (0, 9)), Draw("letters", ("ab", 0.5)))
    assert family.edges == ((-1, ""), ([0, 1, 2], [(1, 2)]))
    assert family.references == ("def twice(value, text):\n    return value * $factor\n",)
    assert family.slips == ((" * ", " + "), ("value *\n", ""))
    assert family.growing == GROWING
    sized = FILE.replace("## Solutions", "## Sizes\n\n```python\n1, 2\n```\n\n## Solutions")
    assert parse_family("twice", sized).growing == (1, 2)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# twice", "# thrice", "file 'twice', title 'thrice' and function 'twice'"),
        ("def twice(value", "class twice(value", "the first block must be a signature"),
        ("## Inputs", "## Input", "there is no section 'Input'; the sections are Parameters, Inputs"),
        ("## Mistakes\n", "Mistakes\n", "section 'Mistakes' has no code block"),
        ("value = number(0, 9)", "x = number(0, 9)", "section 'Inputs' must give value, text in this order"),
        (
            "number(0, 9)",
            "lambda: 3",
            "section 'Inputs': lambda: 3 is neither a literal nor a call of one of",
        ),
        ("number(0, 9)", "number(0)", "section 'Inputs': number\\(0\\) is neither"),
        ("range(2, 4)", "open('x')", "section 'Parameters': open\\('x'\\) is neither"),
        ("range(2, 4)", "range(", "was never closed"),
        (
            "factor = range(2, 4)",
            "range(2, 4)",
            "section 'Parameters' holds 'range\\(2, 4\\)', not name = value",
        ),
        ('twice(-1, "")', "thrice(1)", "section 'Edge cases' holds 'thrice\\(1\\)', not a call twice"),
        ('" * " >> " + "', '" * "', "section 'Mistakes' holds \"' \\* '\", not 'right' >> 'wrong'"),
        ('>> ""\n```', '>> ""\n', "a code block has no end"),
    ],
)
def test_files_in_another_form_are_refused(tmp_path, old, new, message):
    assert FILE.count(old) >= 1
    path = tmp_path / "twice.md"
    path.write_text(FILE.replace(old, new), "utf-8")
    with pytest.raises(FamilyError, match=re.escape(f"{path}: ") + f".*{message}"):
        read_family(path)


def test_generators_draw_what_they_say():
    rng = np.random.default_rng(0)
    assert set(numbers(3, 5)(rng, 200)) == {3, 4, 5}
    text = letters("ab", repeats=1.0)(rng, 50)
    assert len(text) == 50 and len(set(text)) == 1
    for low, high in GENERATORS["spans"](4)(rng, 30):
        assert 0 <= low < high <= low + 4
    rows = GENERATORS["grid"](2)(rng, 10)
    assert {len(row) for row in rows} == {4} and {x for row in rows for x in row} <= {0, 1, 2}
    assert all(0 <= a < 9 and 0 <= b < 9 and 1 <= c <= 3 for a, b, c in GENERATORS["links"](2.0, 3)(rng, 9))
    assert len(GENERATORS["words"]("xy", 2)(rng, 6).split(" ")) == 6
    assert GENERATORS["size_itself"]()(rng, 7) == 7 and 10 <= GENERATORS["scaled"](3, 1)(rng, 7) < 17


def test_there_are_enough_families_and_tasks():
    assert len(FAMILIES) >= 30 and len(SUBJECTS) >= 10
    assert sum(len(families) for families in SUBJECTS.values()) == len(FAMILIES)
    assert sum(family.size for family in FAMILIES.values()) >= 10**6


def test_splits_share_no_problem():
    domain = CodeDomain()
    drawn = [
        [(task.truth.family.name, *task.truth.parameters.values()) for task in tasks]
        for tasks in ([domain.task(split, index) for index in range(300)] for split in SPLITS)
    ]
    keys = [key for split in drawn for key in split]
    # By chance alone: 900 draws among millions of settings, very unequally spread over 51 families.
    assert len(set(keys)) >= len(keys) - 5
    assert len({key[0] for key in drawn[0]}) == len(FAMILIES)


@pytest.fixture(scope="module")
def scored():
    """A problem of each family with the rewards of its references and of its flawed solutions."""
    drawn = [problems(name)[0] for name in FAMILIES]
    pairs = [(problem, source) for problem in drawn for source in problem.references + problem.flawed]
    rewards = iter(Scorer().score(*zip(*pairs)).astype(float))
    return [
        (
            problem,
            *(np.array([next(rewards) for _ in sources]) for sources in (problem.references, problem.flawed)),
        )
        for problem in drawn
    ]


@pytest.fixture(scope="module")
def fronts(scored):
    return [(problem, references) for problem, references, _ in scored]


def test_no_mistake_pays(scored):
    for problem, references, flawed in scored:
        covered = (flawed[:, None] <= references[None] + 1e-6).all(axis=-1).any(axis=1)
        assert covered.all(), (problem, np.array(problem.flawed)[~covered])


def test_every_reference_is_right_in_the_sandbox_and_the_best_of_each_kind_gets_full_marks(fronts):
    for problem, rewards in fronts:
        assert (rewards[:, 0] == 1).all(), problem
        np.testing.assert_allclose(rewards.max(axis=0), 1)
        assert (rewards > 0).all(), "a reference is refused"


def test_fronts_hold_three_points_and_nothing_is_best_for_nearly_everyone(fronts):
    weights = spread_weights(512, 4)
    points = [len(np.unique(rewards[pareto_mask(rewards)], axis=0)) for _, rewards in fronts]
    assert np.mean(np.array(points) >= 3) >= 0.9
    for problem, rewards in fronts:
        best = (weights @ rewards.T).argmax(axis=1)
        assert np.bincount(best).max() / len(weights) <= 0.8, problem


def test_objectives_spread(fronts):
    spread = np.array([rewards.max(axis=0) - rewards.min(axis=0) for _, rewards in fronts])
    assert (spread[:, 1:].mean(axis=0) > 0.3).all()
    for first in range(1, 4):
        for second in range(first + 1, 4):
            together = np.mean([np.corrcoef(r[:, first], r[:, second])[0, 1] for _, r in fronts])
            assert together < 0.5, "two objectives say the same"
