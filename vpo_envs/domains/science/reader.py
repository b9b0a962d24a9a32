"""The reader of answers: the law and the next experiment in the completion of any language model.

    F = 1.3*k*x/(1 + x/(0.8*L))
    experiment: x = 0.35 m

Thought is removed first. The last complete answer counts:

- The law is the right side of the last line that begins with the output's symbol and `=` (or `≈`) and
  can be read. Lines that state a value (`F = 3 N`) or a special case (`F = k*x for small x`) count only
  where there is no other; so do laws in the middle of a sentence, and those after `F:` or `F ~`. A sentence
  that only says what the law is counts like a line where it corrects one (`The correct law is F = ...`).
  Below the experiment, laws under a heading such as `For small x:` or `Rivals:`, and laws that lead to a
  value (`F = ... → 3`), are remarks. Of a chain `F = A = B` the sides must agree, and the first counts.
- Names that the answer gives a meaning, as in `F = a*k*x, with a = 1.3` or `u = x/L`, are written out.
- The experiment is the last one after `experiment:` that can be read, on the same line or on those below.
  Without the label, the last line that sets every input counts. It sets every input once, separated by
  commas, semicolons or `and`: to a number or a product of numbers with a unit (the prompt's, if none is
  given), or to a formula of the constants such as `2*tau`. Words may stand before a symbol, and prose after
  a unit. Values without symbols need a unit, and belong to the inputs in their order. A setting that words
  refuse (`do not set t to 3 s`) does not count, and neither do two values for one input.

Read alike are typographic signs, emoji, special tokens, LaTeX (see `latex`), Markdown marks, code fences,
quotes, tags, brackets of the form that are kept (`<0.35>`), JSON, a table, a call or function of Python,
YAML, a label such as `Law:`, the law as a function of the inputs and constants (`F(x; k) = ...`), the
output's unit before the sign or after the law, with or without brackets, a full stop, or a remark after a
comma or in brackets. Of several answers in JSON the one named as final counts, else the last. Every line is
looked at in linear time, and the number of attempts to read one is bounded.
"""

from __future__ import annotations

from dataclasses import dataclass

from vpo_envs.digits import plain_digits
from vpo_envs.domains.science.answer_parts import joined_lines, law_and_experiment_texts
from vpo_envs.domains.science.containers import as_lines
from vpo_envs.domains.science.dimensions import DimensionError
from vpo_envs.domains.science.experiment_reader import UnreadableError, last_experiment
from vpo_envs.domains.science.expression import Expr, canonical_text
from vpo_envs.domains.science.formula import FormulaError
from vpo_envs.domains.science.latex import last_block
from vpo_envs.domains.science.law_reader import last_law
from vpo_envs.domains.science.problem import Problem
from vpo_envs.domains.science.records import json_as_lines
from vpo_envs.domains.science.spelling import plain, without_special_tokens
from vpo_envs.domains.science.units import UnitError
from vpo_envs.layout import usual_layout
from vpo_envs.reading import remove_thought

HEADS = r"(?:[a-z]{1,12} )?(?:law|formula|equation|hypothesis|experiment)|field|key|part|item"
"""The heads of columns in tables."""


@dataclass(frozen=True)
class Proposal:
    """The contents of an answer.

    Attributes:
        law: The formula; None if there is none that can be read.
        settings: Index on every dial; None if the experiment cannot be done.
        law_error: The reason why there is no law; empty if there is one.
        experiment_error: The reason why there is no experiment; empty if there is one.
    """

    law: Expr | None
    settings: tuple[int, ...] | None
    law_error: str = ""
    experiment_error: str = ""

    @property
    def key(self) -> str:
        """A canonical form: the same for all spellings of an answer; empty without a law."""
        return "" if self.law is None else f"{canonical_text(self.law)} | {self.settings}"


def read_answer(problem: Problem, answer: str) -> Proposal:
    """Reads any text at all."""
    text = usual_layout(without_special_tokens(remove_thought(plain_digits(answer))), HEADS)
    text = last_block(text, problem.output.symbol)
    lines = joined_lines(plain(as_lines(json_as_lines(text))))
    laws, experiments = law_and_experiment_texts(problem, lines)
    law, law_error, settings, experiment_error = None, "", None, ""
    try:
        law = last_law(problem, laws)
    except FormulaError as error:
        law_error = str(error)
    try:
        settings = last_experiment(problem, experiments)
    except (FormulaError, UnitError, DimensionError, UnreadableError) as error:
        experiment_error = str(error)
    return Proposal(law, settings, law_error, experiment_error)
