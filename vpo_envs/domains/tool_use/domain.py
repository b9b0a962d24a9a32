"""The tool-use domain: knobs, and the glue between drawing, reading, scoring and showing problems."""

from __future__ import annotations

import json
from collections.abc import Sequence
from os import PathLike
from typing import ClassVar, Literal

import numpy as np

from vpo_envs.core import Objective, Reward, Task
from vpo_envs.datasets import DatasetDomain, read_rows
from vpo_envs.domains.tool_use.bfcl import bfcl_files, is_bfcl, read_bfcl, read_bfcl_folder
from vpo_envs.domains.tool_use.calls import write_json
from vpo_envs.domains.tool_use.catalogue import Recipe
from vpo_envs.domains.tool_use.demonstrations import Style, demonstrate
from vpo_envs.domains.tool_use.due import due_call, normal_call
from vpo_envs.domains.tool_use.feedback import give_feedback
from vpo_envs.domains.tool_use.front import best_by_entries, best_by_words
from vpo_envs.domains.tool_use.knobs import share, share_span, whole_span
from vpo_envs.domains.tool_use.paper import score_as_paper
from vpo_envs.domains.tool_use.problem import Problem
from vpo_envs.domains.tool_use.prompts import compact_prompt, full_prompt
from vpo_envs.domains.tool_use.reading import Answer, cut, read_answer, sent
from vpo_envs.domains.tool_use.requests import Request, sample_request
from vpo_envs.domains.tool_use.rlla import read_rlla
from vpo_envs.domains.tool_use.scoring import EXTRA_CALLS, ZERO, score_answer
from vpo_envs.domains.tool_use.tools import BLUEPRINTS
from vpo_envs.domains.tool_use.values import plain_text
from vpo_envs.domains.tool_use.writing import NO_CALL_REPLY, describe, write_compact, write_full
from vpo_envs.domains.worlds.knobs import whole_number

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

    A person asks for up to four things. The catalogue describes tools as JSON schemas; some look
    alike, argument names differ from tool to tool, and requests say dates, times and currencies in
    another form than the tools take. If no tool fits, or a required argument is not given, no call
    is due. With `dataset=` the problems are those of ToolRL's rlla_4k.

    **Prompt** (shortened; one of six tools):

        {"name": "get_weather", "description": "Gives the weather forecast for a city.",
         "parameters": {"place": {"type": "string", "description": "Name of the city"},
                        "date": {"type": "string", "description": "Day (YYYY-MM-DD)"}},
         "required": ["place"]}

        Request: Can you check whether I need an umbrella in Oslo on 14 March 2026? Also, send a text
        message to Ann Berg saying "The team lunch is ready". Best wishes, Finn Okafor

    **Answer.** Thoughts in `<think>`, then JSON calls in `<tool_call>`:

        <think>The request needs get_weather, then send_sms.</think>
        <tool_call>
        {"name": "get_weather", "parameters": {"place": "Oslo", "date": "2026-03-14"}}
        {"name": "send_sms", "parameters": {"person": "Ann Berg", "text": "The team lunch is ready"}}
        </tool_call>

    A call may take one line or several; the next one starts on a new line or after `;`. An array of
    calls and code fences inside the block are read too. Anything else there is a wrong call, and so is
    malformed JSON (repeated keys, NaN and infinity included). Text around the blocks is ignored, and
    so are calls inside the thoughts.

    **Objectives**, equally weighted, for calls D that are due and calls C that are made:

    - `format`: 1 if there is a closed `<think>` block and, if D is not empty, after it a closed
      `<tool_call>` block (of several, all); if D is empty, no `<tool_call>` at all. Else 0. The order is
      that of ToolRL's format rule, which in addition fixes line breaks and allows nothing around.
    - `tool_name`: F1 of the multisets of names, 2 |D ∩ C| / (|D| + |C|).
    - `arg_key`: calls of the same name are paired, best match first. Mean, over all pairs and all
      calls without a partner, due or made, of the F1 of the two sets of argument names; 0 for a call
      without a partner.
    - `arg_value`: the same mean of the mean match over the argument names that are due: token F1 for
      texts; equality for numbers (3 is 3.0) and booleans (true is not 1); by position in lists, by
      key in objects; 0 for a missing argument or one of another JSON type.

    Where D and C are both empty, the last three are 1. A blank answer scores 0 in everything.

    **Trade-off.** Without a budget one answer is best in everything. With `budget=n` only the first
    n words of an answer are read: a tag, a name, an argument name and a value are a word each,
    punctuation is free, and an argument may be named without a value. Too small a budget makes the
    objectives compete: to be well-formed costs three words, a further call one, an argument name one
    more and its value yet another. The true front is found exactly, by dynamic programming.
    `vpo/ToolUseSmall-v0` has two calls of two arguments, which take 14 words, and reads 9: five
    points, each best under 12 to 27% of the weightings.

    **Compact style** (only with the closed vocabulary): the tools with their argument names, the
    request, the budget. Answers may use a short notation, which counts only there, as well as JSON:
    calls between `;`, and `key =` for an argument without a value:

        weather place date | lights room tint | sms contact text ask umbrella in oslo on friday and
        sms to ann saying hello words 9
        <tool_call> weather place = oslo date = friday ; sms contact = text =

    Args:
        catalogue_size: Tools in the catalogue, 1 to 29, and no fewer than calls.
        calls: Calls that are due, 0 to 4; or their smallest and largest number.
        parameters: Parameters of a tool, 1 to 5; or their smallest and largest number. Not every
            tool has so many; with the open vocabulary it shows those it requires in any case.
        ambiguity: Chance, 0 to 1, that a tool that is not needed is of the same area as one that is,
            and that a wish is put in other words than the tool's.
        vocabulary: `open`, or `closed` for tiny models: fewer than 300 words in all, every value is
            one word, requests name all arguments and need no tool twice, and prompts have a compact
            form.
        budget: Words of an answer that are read, 5 to 1000; None for all. Needs the closed
            vocabulary.
        dataset: Read rlla_4k from a file, a folder or a hub id instead (`vpo_envs.datasets`); the
            knobs above are then unused, and indices wrap around its rows.

    Raises:
        ValueError: If an argument is out of range, or does not go with another one.
        TypeError: If a number is not an integer.

    Source: arXiv 2605.22817 (setting); ToolRL, Qian et al. 2025, arXiv 2504.13958 (data, task).

    Example:
        >>> domain = ToolUseDomain(catalogue_size=4, calls=1)
        >>> task = domain.task("test", 0)
        >>> domain.score_batch([task], domain.best_answers(task)).tolist()
        [[1.0, 1.0, 1.0, 1.0]]
    """

    objectives: ClassVar[tuple[Objective, ...]] = (
        Objective("format", "a <think> block, and a <tool_call> block exactly when calls are due"),
        Objective("tool_name", "F1 of the names of the tools called"),
        Objective("arg_key", "F1 of the argument names, over calls of the right tools"),
        Objective("arg_value", "match of the argument values, over calls of the right tools"),
    )

    reads_thought: ClassVar[bool] = True
    max_answer_length: ClassVar[int] = 100_000
    """Thought counts towards it, unlike in domains that do not look at thought."""

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
        dataset: str | PathLike[str] | None = None,
    ) -> None:
        super().__init__(dataset)
        due = whole_span("calls", calls, 1, MOST_CALLS)
        taken = whole_span("parameters", parameters, 1, MOST_PARAMETERS)
        if vocabulary not in ("open", "closed"):
            raise ValueError(f"vocabulary={vocabulary!r} is not one of 'open', 'closed'")
        self.closed = vocabulary == "closed"
        self.paper = bool(paper)
        if self.closed and (dataset is not None or paper):
            other = "dataset=..." if dataset is not None else "paper=True"
            raise ValueError(f"vocabulary='closed' is for tiny models; leave it out with {other}")
        self.budget = None if budget is None else whole_number("budget", budget, MIN_BUDGET, MAX_BUDGET)
        if self.budget is not None and not self.closed:
            raise ValueError(f"budget={budget} needs vocabulary='closed', whose values are single words")
        unlimited = entries is None or self.closed or paper
        self.entries = None if unlimited else share_span("entries", entries)
        size = whole_number("catalogue_size", catalogue_size, due[1], len(BLUEPRINTS))
        chances = share("no_call", no_call), share("ambiguity", ambiguity)
        self.recipe = Recipe(size, due, chances[0], taken, chances[1], self.closed)
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
            due=tuple(due_call(c.name, c.parameters, schemas[c.name]) for c in request.calls),
            compact=compact_prompt(request, self.budget) if self.closed else "",
            tools=request.tools,
            entries=entries,
        )

    def read_examples(self, source: str | PathLike[str], split: str) -> Sequence[Problem]:
        """Reads the problems of a split of rlla_4k or of BFCL, as the rows' schema tells."""
        files = bfcl_files(source)
        if files:
            return read_bfcl_folder(files, split)
        rows = read_rows(source, split)
        return read_bfcl(rows, source) if is_bfcl(rows) else read_rlla(rows)

    def make_task(self, example: Problem) -> Task:
        """Returns the task of a problem."""
        return Task(example.prompt, truth=example, compact=example.compact, system=example.system)

    def score(self, task: Task, answer: str) -> Sequence[float]:
        if not answer.strip():
            return ZERO
        if self.paper:
            return score_as_paper(task.truth.calls, answer)
        return score_answer(task.truth.due, self._read(task, answer))

    def answer_key(self, task: Task, answer: str) -> str:
        """Returns the calls in a fixed order, their values by type, and whether the form is kept.

        Answers of one key have one reward vector. Without calls it is the reply that counts.
        """
        if self.paper:
            return super().answer_key(task, answer)
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
            plans = best_by_entries(problem.due, problem.entries)
            return [write_full(plan.calls, describe(plan.calls)) for plan in plans]
        if not self.closed:
            return [write_full(calls, describe(calls))]
        if self.budget is None:
            return [write_compact(calls, well_formed=True)]
        return [write_compact(plan.calls, formed) for plan, formed in best_by_words(problem.due, self.budget)]

    def feedback(self, task: Task, answer: str) -> str:
        return give_feedback(task.truth.due, self._read(task, answer))

    def render(self, task: Task, answers: Sequence[str], rewards: Reward, mode: str) -> str:
        """Returns the prompt, the calls that are due and the pool."""
        due = [f"  {write_json(call)}" for call in task.truth.calls] or ["  none"]
        return "\n".join([task.prompt, "", "Due:", *due, "", *self.describe_pool(answers, rewards)])

    def _read(self, task: Task, answer: str) -> Answer:
        problem: Problem = task.truth
        limit = len(problem.due) + EXTRA_CALLS
        read = read_answer(cut(answer, self.budget), limit, short=self.closed)
        if problem.entries is None:
            return read
        calls = sent(read.calls, problem.entries)
        return read._replace(calls=calls, unread=0 if len(calls) < len(read.calls) else read.unread)

    def _normal_calls(self, task: Task, read: Answer) -> list[str]:
        """The calls in a fixed order, a wrong one as null."""
        due = task.truth.due
        return sorted(json.dumps(call and normal_call(call, due), sort_keys=True) for call in read.calls)

    def _draw_entries(self, request: Request, rng: np.random.Generator) -> int | None:
        """Entries that are sent, drawn for requests without calls as well, lest the number tells."""
        if self.entries is None:
            return None
        needed = sum(1 + 2 * len(call.parameters) for call in request.calls)
        needed = needed or self.recipe.calls[1] * (1 + 2 * self.recipe.parameters[0])
        low, high = self.entries
        return max(MIN_ENTRIES, round(needed * float(rng.uniform(low, high))))
