"""The tool-use domain: knobs, and the glue between drawing, reading, scoring and showing problems."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from os import PathLike
from typing import Literal

import numpy as np

from vpo_envs.datasets import DatasetDomain, Row
from vpo_envs.domains.tool_use.bfcl import BfclReader, bfcl_files, is_bfcl
from vpo_envs.domains.tool_use.calls import write_json
from vpo_envs.domains.tool_use.catalogue import Recipe
from vpo_envs.domains.tool_use.demonstrations import Style, demonstrate
from vpo_envs.domains.tool_use.feedback import give_feedback
from vpo_envs.domains.tool_use.front import best_by_entries, best_by_words
from vpo_envs.domains.tool_use.gold import gold_call, normal_call
from vpo_envs.domains.tool_use.knobs import share, share_span, whole_span
from vpo_envs.domains.tool_use.paper import paper_key, score_as_paper
from vpo_envs.domains.tool_use.problem import Problem
from vpo_envs.domains.tool_use.prompts import compact_prompt, full_prompt
from vpo_envs.domains.tool_use.reading import THINK, Answer, answer_places, cut, read_answer, sent
from vpo_envs.domains.tool_use.requests import Request, sample_request
from vpo_envs.domains.tool_use.rlla import read_problem
from vpo_envs.domains.tool_use.scoring import EXTRA_CALLS, ZERO, score_answer
from vpo_envs.domains.tool_use.tools import BLUEPRINTS
from vpo_envs.domains.tool_use.values import plain_text
from vpo_envs.domains.tool_use.writing import NO_CALL_REPLY, describe, write_compact, write_full
from vpo_envs.domains.worlds.knobs import whole_number
from vpo_envs.task import Objective, Reward, Task

MOST_CALLS = 6
MOST_PARAMETERS = 5
MIN_BUDGET = 5
"""Words of a well-formed answer that makes one call and names none of its arguments."""

MAX_BUDGET = 1000
NO_THOUGHT = "<think> </think>"
MIN_ENTRIES = 3
"""A name, an argument's name and its value."""


class ToolUseDomain(DatasetDomain[Problem]):
    """Choosing tools from a catalogue and calling them with the right arguments.

    A person asks for several things. The catalogue describes tools as JSON schemas; some look alike,
    argument names differ from tool to tool, and requests say dates, times and currencies in another form
    than the tools take. If no tool fits, or a required argument is not given, no call is needed. With
    `dataset=` the problems are those of ToolRL's rlla_4k or of the Berkeley Function Calling Leaderboard.

    **Prompt** (shortened; one of eight tools):

        {"name": "get_weather", "description": "Gives the weather forecast for a city.",
         "parameters": {"place": {"type": "string", "description": "Name of the city"},
                        "date": {"type": "string", "description": "Day (YYYY-MM-DD)"}},
         "required": ["place"]}

        Only the first 5 entries of your calls are sent, fewer than all that the request asks for.

        Request: Can you check whether I need an umbrella in Oslo on 14 March 2026? Also, send a text
        message to Ann Berg. Best wishes, Finn Okafor

    **Answer.** Thought in `<think>`, then JSON calls in `<tool_call>`:

        <think>The request needs get_weather, then send_sms.</think>
        <tool_call>
        {"name": "get_weather", "parameters": {"place": "Oslo", "date": null}}
        {"name": "send_sms", "parameters": {}}
        </tool_call>

    **Rules.** The thought is closed before the calls, and the block of calls is closed. Names are written
    as described. Every argument that the request mentions is given, and no other. Where no call is needed,
    the answer is a sentence to the person. Only the first entries of the calls are sent: a tool's name, an
    argument's name and an argument's value are one entry each, null is free, and a value that is cut off
    becomes null. The prompt says all of this, how points are given, and how many entries are sent.

    **Reading.** Thought may be written in any usual form, also between calls, and the chat template may
    have opened it. Tags may be in any case. Calls may stand on one line or several, joined by commas or `;`,
    in an array, in code fences or in several blocks; as JSON, Python literals or Python calls; with
    `arguments`, `args`, `input` or OpenAI's `function` for `parameters`. Of several answers the last complete
    one counts: text between two blocks starts a new answer if it withdraws the first (`wait`, `final` ...),
    or if it has no word like `then` or `also` and the second calls a tool again. Ignored are blocks that hold
    only `...` and tags that a sentence names. Calls inside the thought do not count; calls outside any block
    are read, but the format is not kept. A reply needs a word, which special tokens are not; it keeps the
    format as a sentence, which a bare word or JSON is not, that claims nothing done. Values are read
    by the type that the schema names, else by that of the gold value: `"3"` is 3 for an integer. An object
    that cannot be read, or repeats a key, is a wrong call. A block that is cut off is read as far as it goes.

    **Objectives**, equally weighted, for gold calls D and calls C that arrive:

    - `format`: if D is not empty, 1 for a closed thought and after it a closed block that holds a right call:
      one with an argument name F1 and a value match of at least a half. It is 0.75 with other text between
      the calls. If D is empty, 1 for a closed thought and a reply, without any block or call, that is a
      sentence and does not say that something was done. Else 0.
    - `tool_name`: F1 of the multisets of names, 2 |D ∩ C| / (|D| + |C|). A name in other case or with other
      separators counts half.
    - `arg_key`: calls of the same tool are paired, best match first. Mean, over all pairs and all
      calls without a partner, gold or made, of the F1 of the two sets of argument names; 0 for a call
      without a partner.
    - `arg_value`: the same mean of the mean match over the argument names of the gold call. Texts: 1 if equal
      but for case, blanks and the kind of quotes, else token F1, of at most 0.75 if all words are there.
      Numbers (3 is 3.0) and booleans (true is not 1): equality. Lists: by position, or in any order where
      the schema's description says so. Objects: by key. 0 for a missing argument.

    Where D and C are both empty, the last three are 1. An answer of nothing but thought scores 0 in
    everything, and so does a right argument of a wrong tool.

    **Front.** The entries do not suffice for everything, so the objectives compete: a further call, a
    further argument name and its value cost one entry each, and the format needs one call that is half
    right. The true front is found exactly, by dynamic programming. It has at least three points on 83% of
    the tasks of `vpo/ToolUseEasy-v0`, 91% of `vpo/ToolUse-v0` and 94% of `vpo/ToolUseHard-v0`; where no call
    is needed (6%), one answer is best in everything. With `entries=None` one answer always is.

    **Variants.** `Easy`: two calls out of five tools, asked for in the tools' own words. Standard: two to
    four calls out of eight tools. `Hard`: four to six calls out of sixteen tools, most of them alike and
    asked for in other words. `Small`, for tiny models: two calls of two arguments out of five tools, in a
    closed vocabulary; an answer in full takes 14 words, and 9 are read, tags included. Four points, each best
    under some weightings.

    **Reference scores** (60 test tasks; scalar of one answer, then E_w of a set):

    | | a constant refusal | one demonstration | oracle | 30 demonstrations | the front |
    |---|---|---|---|---|---|
    | `Small` | 0.00 | 0.20 | 0.73 | 0.62 | 0.81 |
    | `Easy` | 0.03 | 0.16 | 0.80 | 0.56 | 0.81 |
    | standard | 0.07 | 0.17 | 0.80 | 0.55 | 0.83 |
    | `Hard` | 0.07 | 0.18 | 0.81 | 0.53 | 0.84 |

    Answers that do not depend on the task earn little. The best of 600 to 1,500 constant texts earns at
    most 0.08 of the oracle's scalar, the best set of eight 0.26 of the front's E_w. Calling the first tools
    with what the prompt shows earns at most 0.33.

    **Compact style** (only with the closed vocabulary): the tools with their argument names, the
    request, the budget. Answers may use a short notation, which counts only there, as well as JSON:
    calls between `;`, and `key =` for an argument without a value:

        weather place date | lights room tint | sms contact text ask umbrella in oslo on friday and
        sms to ann saying hello words 9
        <tool_call> weather place = oslo date = friday ; sms contact = text =

    **rlla_4k** (`dataset=` a file, a folder or a hub id): the published prompts, the system message apart in
    `Task.system`. Values are read by the types of the row's own catalogue: in the published test file
    32 of 206 values contradict them. The published answers score 1 in everything on all its 80 rows.

    **BFCL** (`dataset=` the folder `data` of the package `bfcl-eval`, or one of its files): the categories
    of one turn, 3,625 rows, test split alone; those in Java and JavaScript take values as JSON or as
    literals of the language. Any of the accepted values counts, and optional arguments may be left out.
    Gold answers are right on all rows. On 7,053 gold and perturbed answers in Python the verdict `tool_name`,
    `arg_key` and `arg_value` all 1 agrees with BFCL's own checker 6,578 times, with `checker="official"`
    7,048 times (docs/data_sets.md). The others are values of another type than the schema's, which count
    here, and 5 answers to rows for which that checker refuses the gold answer.

    **`paper=True`** scores as the authors' code does, without a budget: tags to the letter, the first block
    alone, names without case and punctuation, lists as bags, objects by their keys, and right arguments of
    a wrong tool are paid. It is meant for rlla_4k.

    Args:
        catalogue_size: Tools in the catalogue, up to 29, and no fewer than calls.
        calls: Gold calls where there are any, 1 to 6; or their smallest and largest number.
        no_call: Chance, 0 to 1, that no call is needed.
        parameters: Parameters of a tool, 1 to 5; or their smallest and largest number. Not every
            tool has so many; with the open vocabulary it shows those it requires in any case.
        ambiguity: Chance, 0 to 1, that a tool that is not needed is of the same area as one that is,
            and that a wish is put in other words than the tool's.
        vocabulary: `open`, or `closed` for tiny models: fewer than 300 words in all, every value is
            one word, requests name all arguments and need no tool twice, and prompts have a compact
            form.
        entries: Smallest and largest share of the entries of the right calls that is sent, above 0 to 1,
            drawn for each task; None for all. Unused with the closed vocabulary and data sets.
        budget: Words of an answer that are read, 5 to 1000; None for all. Needs the closed
            vocabulary.
        paper: Whether to score as the paper's authors do.
        checker: `schema`: a value counts that is right once it is read by the schema's type. `official`: a
            value of another type is wrong, as in BFCL's checker; for BFCL alone.
        dataset: Where to read rlla_4k or BFCL from instead (`vpo_envs.datasets`); the knobs above but
            `paper` are then unused, and indices wrap around the rows.

    Raises:
        ValueError: If an argument is out of range, or does not go with another one.
        TypeError: If a number is not an integer.

    Source: arXiv 2605.22817 (setting); ToolRL, Qian et al. 2025, arXiv 2504.13958 (data, task); Berkeley
    Function Calling Leaderboard, Patil et al. 2025 (data).

    Example:
        >>> domain = ToolUseDomain(catalogue_size=4, calls=1, entries=None)
        >>> task = domain.task("test", 0)
        >>> domain.score_batch([task], domain.best_answers(task)).tolist()
        [[1.0, 1.0, 1.0, 1.0]]
    """

    objectives = (
        Objective("format", "a thought, then a block with a right call, or a reply where none is needed"),
        Objective("tool_name", "F1 of the names of the tools called"),
        Objective("arg_key", "F1 of the argument names, over calls of the right tools"),
        Objective("arg_value", "match of the argument values, over calls of the right tools"),
    )

    reads_thought = True

    def __init__(
        self,
        catalogue_size: int = 8,
        calls: int | tuple[int, int] = (2, 4),
        no_call: float = 0.06,
        parameters: int | tuple[int, int] = (3, 5),
        ambiguity: float = 0.3,
        vocabulary: Literal["open", "closed"] = "open",
        entries: tuple[float, float] | None = (0.45, 0.65),
        budget: int | None = None,
        paper: bool = False,
        checker: Literal["schema", "official"] = "schema",
        dataset: str | PathLike[str] | None = None,
    ) -> None:
        super().__init__(dataset)
        calls_taken = whole_span("calls", calls, 1, MOST_CALLS)
        taken = whole_span("parameters", parameters, 1, MOST_PARAMETERS)
        if vocabulary not in ("open", "closed"):
            raise ValueError(f"vocabulary={vocabulary!r} is not one of 'open', 'closed'")
        self.closed = vocabulary == "closed"
        self.paper = bool(paper)
        if checker not in ("schema", "official"):
            raise ValueError(f"checker={checker!r} is not one of 'schema', 'official'")
        if checker == "official" and (dataset is None or paper):
            raise ValueError("checker='official' is BFCL's; give dataset= its files, without paper=True")
        self.checker = checker
        if self.closed and (dataset is not None or paper):
            other = "dataset=..." if dataset is not None else "paper=True"
            raise ValueError(f"vocabulary='closed' is for tiny models; leave it out with {other}")
        self.budget = None if budget is None else whole_number("budget", budget, MIN_BUDGET, MAX_BUDGET)
        if self.budget is not None and not self.closed:
            raise ValueError(f"budget={budget} needs vocabulary='closed', whose values are single words")
        unlimited = entries is None or self.closed or paper
        self.entries = None if unlimited else share_span("entries", entries)
        size = whole_number("catalogue_size", catalogue_size, calls_taken[1], len(BLUEPRINTS))
        chances = share("no_call", no_call), share("ambiguity", ambiguity)
        self.recipe = Recipe(size, calls_taken, chances[0], taken, chances[1], self.closed)
        usable = len(self.recipe.usable())
        if size >= usable:  # one more than shown, so that a request can ask for what is not there
            raise ValueError(
                f"catalogue_size={size} is too large: {usable} tools have {taken[0]} parameters or more; "
                f"use at most {usable - 1}, or fewer parameters"
            )

    def sample_example(self, rng: np.random.Generator) -> Problem:
        """Draws a procedural problem."""
        request = sample_request(self.recipe, rng)
        entries = self._draw_entries(request, rng)
        schemas = {tool.name: tool.schema(self.closed)["parameters"] for tool in request.tools}
        return Problem(
            prompt=full_prompt(request, self.closed, words=self.budget, entries=entries),
            gold=tuple(gold_call(c.name, c.parameters, schemas[c.name]) for c in request.calls),
            compact=compact_prompt(request, self.budget) if self.closed else "",
            tools=request.tools,
            entries=entries,
        )

    def row_reader(self, source: str | PathLike[str]) -> Callable[[Row, int], Problem]:
        """Returns the reader of rlla_4k and of BFCL, as a row's schema tells."""
        bfcl = BfclReader(source, strict=self.checker == "official")
        return lambda row, index: (bfcl if is_bfcl(row) else read_problem)(row, index)

    def read_examples(self, source: str | PathLike[str], split: str) -> Sequence[Problem]:
        """Reads the problems of a split; of a folder with BFCL's layout all files are its test split.

        Raises:
            ValueError: If such a folder is asked for another split, or answers are missing.
        """
        files = bfcl_files(source)
        if files and split != "test":
            raise ValueError(
                f"BFCL publishes test tasks alone and has no split {split!r}; use split='test', or give a "
                "single file to use it for any split"
            )
        read = super().read_examples
        sources: Sequence[str | PathLike[str]] = files or [source]
        return [problem for file in sources for problem in read(file, split)]

    def make_task(self, example: Problem) -> Task:
        """Returns the task of a problem."""
        return Task(example.prompt, truth=example, compact=example.compact, system=example.system)

    def final_answer(self, completion: str) -> str:
        """Returns the completion, long ones without what they think, lest thought counts as length.

        Thought between blocks goes where the answer is too long with it. Where words are counted, those of
        the thought count as well.
        """
        if self.closed or len(completion) <= self.max_answer_length:
            return completion
        places = answer_places(completion)
        if not places[-1][0]:
            return completion
        opened = THINK[0] if THINK[0] in completion else ""
        texts = [f"{opened}{THINK[1]}{completion[start : places[-1][1]]}" for start, _ in places]
        return next((text for text in texts if len(text) <= self.max_answer_length), texts[-1])

    def score(self, task: Task, answer: str) -> Sequence[float]:
        if not answer.strip():
            return ZERO
        if self.paper:
            return score_as_paper(task.truth.calls, answer)
        return score_answer(task.truth.gold, self._read(task, answer), told=bool(task.truth.system))

    def answer_key(self, task: Task, answer: str) -> str:
        """Returns the calls in a fixed order, their values by type, and whether the form is kept.

        Answers of one key have one reward vector. Without calls it is the reply that counts.
        """
        if self.paper:
            return paper_key(answer)
        read = self._read(task, answer)
        if read.blank:
            return ""
        form = [read.thought, read.opened and read.closed, read.prose, read.unread]
        reply = "" if read.opened or read.calls else plain_text(read.reply)
        return json.dumps([form, self._normal_calls(task, read), reply])

    def vote_key(self, task: Task, answer: str) -> str:
        """Returns the calls alone, which is what a vote is about; empty if nothing can be read."""
        read = self._read(task, answer)
        return "" if read.blank else json.dumps(self._normal_calls(task, read))

    def demonstrations(self, task: Task, rng: np.random.Generator, quality: float = 1.0) -> Sequence[str]:
        return demonstrate(task.truth, Style(self.closed, self.budget), rng, share("quality", quality))

    def best_answers(self, task: Task) -> Sequence[str]:
        problem: Problem = task.truth
        calls = problem.calls
        if not calls:
            return [f"{NO_THOUGHT} {NO_CALL_REPLY}" if self.closed else write_full(calls, describe(calls))]
        if problem.entries is not None:
            plans = best_by_entries(problem.gold, problem.entries)
            return [write_full(plan.calls, describe(plan.calls)) for plan in plans]
        if not self.closed:
            return [write_full(calls, describe(calls))]
        if self.budget is None:
            return [write_compact(calls, well_formed=True)]
        return [
            write_compact(plan.calls, formed) for plan, formed in best_by_words(problem.gold, self.budget)
        ]

    def feedback(self, task: Task, answer: str) -> str:
        return give_feedback(task.truth.gold, self._read(task, answer), told=bool(task.truth.system))

    def render(self, task: Task, answers: Sequence[str], rewards: Reward, mode: str) -> str:
        """Returns the prompt, the gold calls and the pool."""
        gold = [f"  {write_json(call)}" for call in task.truth.calls] or ["  none"]
        return "\n".join([task.prompt, "", "Gold:", *gold, "", *self.describe_pool(answers, rewards)])

    def _read(self, task: Task, answer: str) -> Answer:
        problem: Problem = task.truth
        limit = len(problem.gold) + EXTRA_CALLS
        read = read_answer(cut(answer, self.budget), limit, short=self.closed)
        if problem.entries is None:
            return read
        calls = sent(read.calls, problem.entries)
        return read._replace(calls=calls, unread=0 if len(calls) < len(read.calls) else read.unread)

    def _normal_calls(self, task: Task, read: Answer) -> list[str]:
        """Returns the calls in a fixed order, a wrong one as null."""
        gold = task.truth.gold
        return sorted(json.dumps(call and normal_call(call, gold), sort_keys=True) for call in read.calls)

    def _draw_entries(self, request: Request, rng: np.random.Generator) -> int | None:
        """Draws the number of entries that are sent, also without calls, so that it reveals nothing."""
        if self.entries is None:
            return None
        needed = sum(1 + 2 * len(call.parameters) for call in request.calls)
        needed = needed or self.recipe.calls[1] * (1 + 2 * self.recipe.parameters[0])
        low, high = self.entries
        return max(MIN_ENTRIES, round(needed * float(rng.uniform(low, high))))
