"""The lists of allowed names: they exist, and do not contradict each other."""

import builtins
import importlib
import keyword

import pytest

from vpo_envs.domains.code import vocabulary
from vpo_envs.domains.code.lists import listed

NEWER = listed("""
BaseExceptionGroup ExceptionGroup Never Self StrEnum UTC assert_never batched cbrt exp2 fma override sumprod
""")
"""Names that came with Python 3.11 and later."""


def test_the_lists_do_not_contradict_each_other():
    assert not vocabulary.DENIED & vocabulary.BUILTINS
    assert not vocabulary.NEVER & vocabulary.METHODS
    listed = set().union(*vocabulary.MODULES.values()) | vocabulary.METHODS
    assert not listed & {
        "exec",
        "eval",
        "attrgetter",
        "methodcaller",
        "modules",
        "get_type_hints",
        "make_dataclass",
    }
    assert {"__globals__", "__code__", "__doc__", "__dict__", "__subclasses__"}.isdisjoint(vocabulary.DUNDERS)


def test_builtins_exist_and_the_dangerous_ones_are_denied():
    for name in vocabulary.BUILTINS - NEWER:
        assert hasattr(builtins, name), name
    assert {"exec", "eval", "compile", "getattr", "globals", "vars", "__import__"} <= vocabulary.DENIED


@pytest.mark.parametrize("name", vocabulary.MODULES)
def test_modules_have_the_names_that_are_listed(name):
    names = vocabulary.MODULES[name]
    module = importlib.import_module(name)
    assert names and [one for one in names - NEWER if not hasattr(module, one)] == []
    assert all(one.isidentifier() and not one.startswith("_") for one in names)


def test_listings_go_on_in_the_next_lines():
    math = vocabulary.MODULES["math"]
    assert {"acos", "erfc", "exp", "sinh", "sqrt", "ulp"} <= math and "Fraction" not in math
    assert vocabulary.MODULES["fractions"] == {"Fraction"}
    assert vocabulary.MODULES["os"] == {"linesep", "sep"}
    assert {"collections", "collections.abc", "__future__", "warnings"} <= vocabulary.MODULES.keys()
    assert vocabulary.MODULES.keys() >= vocabulary.ABSENT


def test_attributes_are_names():
    for name in vocabulary.METHODS | vocabulary.NEVER:
        assert name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__"), name
    made = ([], "", b"", {}, set(), 1, 1.0, (), range(1), slice(1), memoryview(b""))
    public = {name for one in made for name in dir(one) if not name.startswith("_")}
    assert {"append", "split", "bit_length", "items", "union"} <= public & vocabulary.METHODS
    assert {"format", "format_map"}.isdisjoint(vocabulary.METHODS), "they look attributes up by a text"


def test_what_python_calls_by_itself_may_be_read_and_given_but_classes_stay_what_they_are():
    assert all(name.startswith("__") and name.endswith("__") for name in vocabulary.DUNDERS)
    assert {"__init__", "__eq__", "__slots__", "__all__"} <= vocabulary.DUNDER_NAMES
    readable = {"__class__", "__name__", "__qualname__"}
    assert readable <= vocabulary.DUNDERS and readable.isdisjoint(vocabulary.DUNDER_NAMES)
    assert readable == vocabulary.DUNDERS - vocabulary.DUNDER_NAMES
