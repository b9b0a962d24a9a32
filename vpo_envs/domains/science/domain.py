"""The domain of hypothesis generation: a law and the next experiment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from vpo_envs.domain import Domain
from vpo_envs.domains.science.answers import write_answer
from vpo_envs.domains.science.biology import BIOLOGY
from vpo_envs.domains.science.chart import draw_chart
from vpo_envs.domains.science.chemistry import CHEMISTRY
from vpo_envs.domains.science.contexts import CONTEXTS
from vpo_envs.domains.science.demonstrations import demonstrate
from vpo_envs.domains.science.expression import Expr
from vpo_envs.domains.science.feedback import describe_answer
from vpo_envs.domains.science.generation import Knobs, build_ladder, draw_problem
from vpo_envs.domains.science.laws import Family
from vpo_envs.domains.science.physics import PHYSICS
from vpo_envs.domains.science.problem import Problem
from vpo_envs.domains.science.prompts import compact_prompt, full_prompt
from vpo_envs.domains.science.reader import read_answer
from vpo_envs.domains.science.scoring import Ladder, fit, gate, measure
from vpo_envs.task import Objective, Reward, Task

FAMILIES: dict[str, Family] = {family.name: family for family in (*PHYSICS, *CHEMISTRY, *BIOLOGY)}
ANSWER_STYLES = ("full", "compact")


@dataclass(frozen=True)
class Truth:
    """The hidden part of a task.

    Attributes:
        problem: The problem with its hidden law.
        template: The hidden law without its coefficients.
        digits: Significant digits of the references' coefficients.
    """

    problem: Problem
    template: Expr
    digits: int

    @cached_property
    def ladder(self) -> Ladder:
        """The reference laws; fitted when the first answer is scored."""
        return build_ladder(self.problem, self.template, self.digits)


class ScienceDomain(Domain):
    """Hypothesis generation: propose a law of nature and the next experiment.

    A setting from physics, chemistry or biology hides a law. The task shows named constants with
    their units, noisy measurements over a narrow range, limits that the law is known to have, rival
    laws that others have fitted to the same measurements, and what an experiment would cost:

        A hot body cools in a draught; its temperature above the room's is followed. Find a law that
        gives the excess temperature D [K] from the time t [s].

        Constants:
          D0 = 37.5 K (excess temperature when the draught was set up)
          tau = 341 s (time scale of the heat loss)
        Measurements of D (relative error 0.05):
          t [s] | D [K]
          57.4 | 53.1
          ...
        Known limits:
          as t tends to 0, D tends to a finite value other than 0
          as t tends to infinity, D tends to 0 in proportion to t^(-2)
        Laws that others have fitted to these measurements; they fail outside the measured range:
          D = 1.57*D0*exp(-0.694*t/tau)
          ...
        In the next experiment t can be set to multiples of 136 s, up to 2720 s.
        A measurement costs 1 + 8*t/(2720 s) credits.

    The full prompt goes on with the range of the test, the form of the answer with one example of
    another problem, and the marks. It invites reasoning.

    **Answer**: two lines at the end.

        D = 1.6*D0/(1 + (t/(1.3*tau))^2)
        experiment: t = 400 s

    A formula uses the inputs, the named constants, `pi`, numbers, `+ - * / ^ ( )` and `sqrt exp log sin cos
    tan sinh cosh tanh abs`. Numbers are dimensionless; a constant with a unit is a number times named
    constants, so that fitting a law and keeping its units are one task. A setting is a number with a unit
    (the prompt's if none is given; others are converted) or a formula of the constants such as `2*tau`; it
    is rounded to the next possible one.

    **Reading** (modules `reader`, `formula`, `latex`). Thought is removed first; then the last complete law
    and the last complete experiment count. Lines that state a value or a special case (`D = 3 K`, `D = D0
    for small t`) count only where there is no other law; of a chain `D = A = B` the sides must agree. Read
    alike are LaTeX (fractions, roots, products, boxes ...), Markdown, code fences, JSON, quotes, labels
    such as `Law:`, `D(t) = ...`, `≈`, `e^x`, `**`, square and curly brackets, typographic signs (`×`, `−`,
    `x²`, `τ`, `D₀`), the unit after the law, and remarks after a comma or in brackets. A product may lack
    its sign where one reading is usual (`2 D0`, `k(1 - x)`, `kx`); `1/2x` is refused.

    **Objectives** (r = 0 throughout without a formula that can be read):

    - `fit` = max(0, 1 - 8 E), with E the mean of |p - q| / (|p| + |q|) over 24 held-out points
      around the measured range, p the formula's values and q those of the hidden law without noise.
    - `soundness` = (homogeneous + share of the known limits met) / 2. Dimensions are exact. Limits are
      found with numbers of 320 digits (module `limits`), the same on every machine.
    - `parsimony` = 3/2 - n / n_hidden, clipped to [0, 1], with n the number of nodes of the formula,
      the usual measure in symbolic regression (Cranmer, arXiv 2305.01582), but no fewer than those of
      the shortest *reference law* that is as sound and fits as well. The hidden law has 1/2.
    - `feasibility` = power per credit of the experiment, divided by that of the best one. The power
      is the mean over pairs of laws (hidden and rivals) of 1 - exp(-z^2 / 2), z being the difference
      of their predictions in standard deviations; after Box and Hill, Discrimination among
      mechanistic models, Technometrics 9 (1967). An experiment that cannot be done has 0.

    The last three are multiplied by min(1, fit / 0.75): a formula that is no law of these data earns
    nothing for being short or consistent, nor does the experiment beside it.

    **Rivals** explain the measurements (the first within twice the noise on nearly all tasks) but have
    a fit of at most 0.25 in the range of the test, so copying them is worth little.

    **The true front.** Shorter formulas fit worse and are often unsound, so the first three trade
    off; the experiment is independent of the formula, and on every point of the front it is the best
    of the grid, found by trying all settings. Which formula of n nodes fits best no one can prove;
    hence the bound on n. References are the hidden law, all laws of its family, and the common ones
    (constants, powers, `tanh` and `exp`), with none, one or both of their coefficients fitted to the
    held-out points. A formula whose finer coefficients fit slightly better than a reference of as few
    nodes is credited with the fit of that reference. So every answer is matched or dominated by a
    reference, and the undominated references are the front (module `scoring`). Tasks are drawn until
    the front has three points, by coarse fits: it has on more than nine tasks of ten.

    **Difficulty**: `vpo/ScienceEasy-v0` shows the form of the law among others, has one input and little
    noise. `vpo/ScienceHard-v0` hides sums and products of two laws behind more noise. A library that
    fits all known laws to the measurements, keeps the best and knows the best experiment earns .82, .69
    and .45 of the oracle in Easy, the default and Hard (30 test tasks each).
    `vpo/ScienceSmall-v0` is for tiny models.

    **Contexts**: `contexts` names weightings ("forecast", "theory", "rule of thumb" ...).

    **Compact prompt** (at most 20 tokens in the small variant): family, measurements in multiples of
    the natural scales, limits, cost rate; `leaf data 0.17 0.15 0.26 0.19 ... low zero 1 high zero cost
    4`. Compact answers are one line, `P = 1.2 * P0 * I / ( I + I0 ) experiment: I = 1.5 * I0`.

    **Reference scores** on 48 test tasks, `w*` as a share of the oracle's and E_w[best] as a share of the
    oracle set's (`python -m pytest tests/vpo_envs/domains/science/test_blind.py -s`). Demonstrations: 24
    tasks, in Small 96. The scale of `fit` and the demonstrations were chosen by looking at some of these
    tasks, so the figures are slightly flattering:

    | | Easy | default | Hard | Small |
    |---|---|---|---|---|
    | best constant text, w* | .04 | .03 | .04 | .05 |
    | best set of eight constants, E_w | .21 | .18 | .21 | .27 |
    | best way to copy a rival law, w* | .08 | .08 | .07 | .04 |
    | one demonstration, w* | .13 | .12 | .12 | .14 |
    | best of thirty demonstrations, E_w | .69 | .69 | .70 | .76 |
    | oracle, w* (not a share) | .89 | .89 | .93 | .89 |

    Demonstrations are laws fitted to the measurements whose prefactor is off by 15 to 30%, known laws with
    random coefficients, and laws with symbols mixed up, beside mostly random experiments; `quality` scales
    the share of the first.

    Source: written for this project after the setting of arXiv 2605.22817 (vector rewards for search).

    Args:
        families: Names of the families to draw from; default: all 30.
        coefficients: Unknown numbers in the hidden law, 0 to 2: none, a prefactor, and one inside. With
            fewer than 2 some families cannot always offer a front of three points.
        noise: Relative standard deviations of a measurement to draw from, each in [0.001, 0.3].
        points: Measurements, 3 to 40.
        rivals: Most rival laws shown, 1 to 4.
        settings: Possible settings of every input, 2 to 60.
        digits: Significant digits of measurements and fitted coefficients, 2 to 4.
        inputs: Most inputs of a family, 1 or 2.
        composed: Hides sums and products of two laws of a family.
        forms: Shows the forms that the hidden law may have.
        answer_style: Form of demonstrations and best answers: `full` or `compact`.

    Raises:
        ValueError: If a knob is out of range.

    Example:
        >>> domain = ScienceDomain(families=["enzyme"])
        >>> task = domain.task("train", 0)
        >>> problem = task.truth.problem
        >>> domain.score(task, write_answer(problem, problem.law, problem.best_settings, compact=False))
        (1.0, 1.0, 0.5, 1.0)
    """

    objectives = (
        Objective("fit", "agreement with the hidden law outside the measured range"),
        Objective("soundness", "consistent units and the known limits"),
        Objective("parsimony", "shortness against the hidden law"),
        Objective("feasibility", "power of the experiment to tell rival laws apart, for its cost"),
    )
    contexts: ClassVar[dict[str, tuple[float, float, float, float]]] = CONTEXTS

    def __init__(
        self,
        *,
        families: Sequence[str] | None = None,
        coefficients: int = 2,
        noise: Sequence[float] = (0.02, 0.05),
        points: int = 12,
        rivals: int = 3,
        settings: int = 20,
        digits: int = 3,
        inputs: int = 2,
        composed: bool = False,
        forms: bool = False,
        answer_style: str = "full",
    ) -> None:
        for name, value, low, high in (
            ("coefficients", coefficients, 0, 2),
            ("points", points, 3, 40),
            ("rivals", rivals, 1, 4),
            ("settings", settings, 2, 60),
            ("digits", digits, 2, 4),
            ("inputs", inputs, 1, 2),
        ):
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ValueError(f"{name}={value!r} must be an integer from {low} to {high}")
        names = tuple(FAMILIES if families is None else families)
        unknown = [name for name in names if name not in FAMILIES]
        names = tuple(name for name in names if name in unknown or len(FAMILIES[name].inputs) <= inputs)
        if unknown or not names:
            raise ValueError(f"families={families!r} must name at least one of {', '.join(FAMILIES)}")
        levels = tuple(float(level) for level in noise)
        if not levels or not all(0.001 <= level <= 0.3 for level in levels):
            raise ValueError(f"noise={noise!r} must hold levels from 0.001 to 0.3")
        if answer_style not in ANSWER_STYLES:
            raise ValueError(f"answer_style={answer_style!r} is not one of {', '.join(ANSWER_STYLES)}")
        self.compact = answer_style == "compact"
        self.knobs = Knobs(
            families=tuple(FAMILIES[name] for name in names),
            coefficients=coefficients,
            noise=levels,
            points=points,
            rivals=rivals,
            settings=settings,
            digits=digits,
            composed=bool(composed),
            forms=bool(forms),
        )

    def sample_task(self, rng: np.random.Generator) -> Task:
        """Returns a task with a law, its constants, the measurements and the rivals drawn at random."""
        problem, template = draw_problem(rng, self.knobs)
        truth = Truth(problem, template, self.knobs.digits)
        return Task(full_prompt(problem, self.knobs), truth, compact_prompt(problem))

    def score(self, task: Task, answer: str) -> tuple[float, float, float, float]:
        """Returns the rewards of one answer, all 0 without a law that can be read."""
        problem = task.truth.problem
        proposal = read_answer(problem, answer)
        if proposal.law is None or not fit(problem, proposal.law):
            return 0.0, 0.0, 0.0, 0.0  # without a fit nothing counts, so limits need no search
        credit = task.truth.ladder.credit(measure(problem, proposal.law))
        power = 0.0 if proposal.settings is None else float(problem.feasibility[proposal.settings])
        return *credit, power * gate(credit[0])

    def answer_key(self, task: Task, answer: str) -> str:
        """Returns the formula up to its spelling and the setting; empty without a law."""
        return read_answer(task.truth.problem, answer).key

    def demonstrations(self, task: Task, rng: np.random.Generator, quality: float = 1.0) -> Sequence[str]:
        """Returns eight answers: laws fitted to the measurements, rough and muddled ones.

        Args:
            task: A task of this domain.
            rng: Source of randomness.
            quality: Scales the shares of fitted laws and good experiments, from 0 (the form alone) to 1.
        """
        problem = task.truth.problem
        return demonstrate(problem, rng, self.knobs.digits, quality, compact=self.compact)

    def best_answers(self, task: Task) -> Sequence[str]:
        """Returns the references that no other dominates, each with the best experiment: the true front."""
        problem, ladder = task.truth.problem, task.truth.ladder
        best = problem.best_settings
        return [write_answer(problem, ref.law, best, compact=self.compact) for ref, _ in ladder.front]

    def feedback(self, task: Task, answer: str) -> str:
        """Returns what could not be read or is unsound, the law's misses, and the experiment's worth."""
        problem, ladder = task.truth.problem, task.truth.ladder
        return describe_answer(problem, ladder, read_answer(problem, answer))

    def render(
        self, task: Task, answers: Sequence[str], rewards: Reward, mode: str
    ) -> str | NDArray[np.uint8]:
        """Returns the prompt, a plot of the measurements with every candidate's law, and the candidates."""
        problem = task.truth.problem
        chart = draw_chart(problem, [read_answer(problem, answer).law for answer in answers])
        return "\n".join([task.prompt, "", chart, *self.describe_pool(answers, rewards)])
