"""A problem in words, and in few tokens."""

from __future__ import annotations

from fractions import Fraction

from vpo_envs.domains.science.answers import MARKER
from vpo_envs.domains.science.expression import FUNCTIONS, decimal_text, to_text
from vpo_envs.domains.science.fitting import significant
from vpo_envs.domains.science.generation import Knobs
from vpo_envs.domains.science.laws import Quantity
from vpo_envs.domains.science.limits import Limit
from vpo_envs.domains.science.problem import Behaviour, Problem

COMPACT_DIGITS = 2
EXAMPLE = ("Z = 0.9*Z0*exp(-u/(2.3*u0))", f"{MARKER} u = 40 h")
"""Answer to an invented problem, whose symbols no family has."""
RULES = (
    "- fit: 1 for the true law in the test range; errors of 10% everywhere cost 0.4, errors of 30% all.",
    "- soundness: half for the right unit, half for the share of the known limits that the law has.",
    "- parsimony: 1/2 for as many parts (numbers, symbols, operators, functions) as the true law has, 1 for "
    "half as many or fewer, 0 for one and a half times as many.",
    "- feasibility: the power of the experiment to tell the true law and the laws above apart, per credit, "
    "compared with the best experiment.",
    "With a fit below 0.75 the other three count in proportion to it. Only the last law and the last "
    "experiment of the answer count. Without a readable law nothing counts.",
)


def full_prompt(problem: Problem, knobs: Knobs) -> str:
    """Returns the instructions for a language model."""
    family, output = problem.family, problem.output
    inputs = [part.quantity for part in family.inputs]
    names = " and ".join(f"the {quantity.meaning} {_labelled(quantity)}" for quantity in inputs)
    lines = [
        f"{family.story} Find a law that gives the {output.meaning} {_labelled(output)} from {names}.",
        "",
        "Constants:",
        *(
            f"  {part.quantity.symbol} = {_amount(problem.constants[part.quantity.symbol], part.quantity)}"
            f" ({part.quantity.meaning})"
            for part in family.constants
        ),
        f"Measurements of {output.symbol} (relative error {problem.noise:.2g}):",
        *(f"  {row}" for row in _table(problem)),
        "Known limits:",
        *(f"  {behaviour_text(output.symbol, behaviour)}" for behaviour in problem.behaviours),
        "Laws that others have fitted to these measurements; they fail outside the measured range:",
        *(f"  {output.symbol} = {to_text(rival)}" for rival in problem.rivals),
    ]
    if knobs.composed:
        lines.append("Two effects act together: the law is the sum or the product of two simple ones.")
    if knobs.forms:
        lines.append("One of these forms is right, with numbers in place of a and b:")
        forms = family.composed_laws if knobs.composed else family.hidden_laws
        lines += [f"  {output.symbol} = {to_text(form)}" for form in forms]
    lines += [
        "The law will be tested where nothing has been measured yet, below and above: "
        + ", ".join(
            f"{symbol} from {_number(float(x.min()))} to {_number(float(x.max()))} {quantity.unit}"
            for (symbol, x), quantity in zip(problem.probed.items(), inputs)
        )
        + ".",
        *(
            f"In the next experiment {quantity.symbol} can be set to multiples of "
            f"{_amount(dial.step, quantity)}, up to {_amount(dial.step * dial.count, quantity)}."
            for quantity, dial in zip(inputs, problem.dials)
        ),
        f"A measurement costs {_cost_text(problem)} credits.",
        "",
        "Reason as long as you like. Then end with two lines, the law and the next experiment:",
        f"{output.symbol} = <formula>",
        f"{MARKER} " + ", ".join(f"{quantity.symbol} = <value> {quantity.unit}" for quantity in inputs),
        "For another problem, the brightness Z [lm] of a glow stick of age u [h], they could be:",
        *(f"  {line}" for line in EXAMPLE),
        "",
        f"The formula may use {', '.join(family.quantities)}, pi, numbers, + - * / ^ ( ) and the functions "
        f"{', '.join(FUNCTIONS)}. Numbers are dimensionless: build constants with units from those above.",
        "Marks:",
        *RULES,
    ]
    return "\n".join(lines)


def compact_prompt(problem: Problem) -> str:
    """Returns the problem for a tiny model: numbers in multiples of the natural scales, two digits.

    `leaf data 0.2 0.19 0.5 0.4 ... low zero 1 high finite cost 4`: the family's name, an input (or
    two) and the output of every measurement, how the law ends in each input, and the cost rates.
    """
    columns = [problem.measured[symbol] / problem.scales[symbol] for symbol in problem.inputs]
    columns.append(problem.observed / problem.scales[problem.output.symbol])
    words = [problem.family.name, "data"]
    for row in zip(*columns):
        words += [_number(float(value), COMPACT_DIGITS) for value in row]
    for behaviour in problem.behaviours:
        words.append("low" if behaviour.end == "zero" else "high")
        words.append(behaviour.limit.kind)
        if behaviour.proportional:
            words.append(str(behaviour.limit.exponent))
    return " ".join([*words, "cost", *(str(dial.rate) for dial in problem.dials)])


def behaviour_text(symbol: str, behaviour: Behaviour) -> str:
    """Returns a known limit in words."""
    end = "0" if behaviour.end == "zero" else "infinity"
    return f"as {behaviour.symbol} tends to {end}, {symbol} {_fate(behaviour)}"


def _fate(behaviour: Behaviour) -> str:
    limit: Limit = behaviour.limit
    if limit.kind == "finite":
        return "tends to a finite value other than 0"
    verb = "tends to 0" if limit.kind == "zero" else "grows without bound"
    if not behaviour.proportional or limit.exponent is None:
        return verb
    return f"{verb} in proportion to {_power(behaviour.symbol, limit.exponent)}"


def _power(symbol: str, exponent: Fraction) -> str:
    if exponent == 1:
        return symbol
    return f"{symbol}^{exponent}" if exponent.denominator == 1 and exponent > 0 else f"{symbol}^({exponent})"


def _labelled(quantity: Quantity) -> str:
    return f"{quantity.symbol} [{quantity.unit}]"


def _number(value: float, digits: int = 4) -> str:
    text = f"{value:.{digits}g}"
    return text if "e" not in text else decimal_text(significant(value, digits))


def _amount(value: float, quantity: Quantity) -> str:
    number = _number(value)
    return number if quantity.unit == "1" else f"{number} {quantity.unit}"


def _table(problem: Problem) -> list[str]:
    output = problem.output
    head = " | ".join([*(_labelled(part.quantity) for part in problem.family.inputs), _labelled(output)])
    columns = [*problem.measured.values(), problem.observed]
    return [head, *(" | ".join(_number(float(value)) for value in row) for row in zip(*columns))]


def _cost_text(problem: Problem) -> str:
    parts = [
        f"{dial.rate}*{symbol}/({_number(dial.step * dial.count)} {part.quantity.unit})"
        for symbol, part, dial in zip(problem.inputs, problem.family.inputs, problem.dials)
    ]
    return " + ".join(["1", *parts])
