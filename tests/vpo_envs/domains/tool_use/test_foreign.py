"""Literals of Java and JavaScript."""

import pytest
from cpu_time import cpu_seconds

from vpo_envs.domains.tool_use.foreign import read_literal
from vpo_envs.domains.tool_use.gold import GoldCall, match_argument


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50L", 50),
        ("-3", -3),
        ("1.5f", 1.5),
        ("2d", 2),
        ("1e3", 1000.0),
        ("12n", 12),
        ("true", True),
        ("null", None),
        ("'a'", "a"),
        ('"it\\"s"', 'it"s'),
        ("ResultSet.CONCUR_READ_ONLY", "ResultSet.CONCUR_READ_ONLY"),
        ("new int[]{1, 2}", [1, 2]),
        ('new String[] {"a,b", "c"}', ["a,b", "c"]),
        ("new int[][]{{1}, {2, 3}}", [[1], [2, 3]]),
        ("Arrays.asList(1L, 2L)", [1, 2]),
        ("List.of()", []),
        ('new ArrayList<>(Arrays.asList("a", true))', ["a", True]),
        ("new ArrayList<String>() {{ add('x'); add(\"y\"); }}", ["x", "y"]),
        ("new ArrayList<Integer>()", []),
        ('new HashMap<String, Object>() {{ put("a", 1); put("b", List.of(2)); }}', {"a": 1, "b": [2]}),
        ("new Array(1, 'x')", [1, "x"]),
        ("[[1, 2], [3]]", [[1, 2], [3]]),
        (
            "{limit: 10, 'sort': [true, x], \"at\": {y: 'a:b'}}",
            {"limit": 10, "sort": [True, "x"], "at": {"y": "a:b"}},
        ),
        ("{}", {}),
        ("[1, 2", "[1, 2"),
        ("[1, (2]", "[1, (2]"),
        ("{a}", "{a}"),
        ("", ""),
    ],
)
def test_literals(text, value):
    read = read_literal(text)
    assert read == value and type(read) is type(value)


@pytest.mark.parametrize(
    ("type_name", "gold", "made", "right"),
    [
        ("long", 50, "50L", True),
        ("long", 50, 50, True),
        ("long", 50, "51L", False),
        ("Bigint", 12, "12n", True),
        ("boolean", True, "true", True),
        ("Array", ["a"], 'new String[]{"a"}', True),
        ("Array", ["a"], ["a"], True),
        ("HashMap", {"a": 1}, '{"a": 1}', True),
        ("Queue", [1, 2], "[2, 1]", False),
        ("integer", "EVENT_THREAD", "EVENT_THREAD", True),
        ("String", "[1]", "[1]", True),
        ("any", "mapController", "mapController", True),
    ],
)
def test_literals_are_read_where_the_schema_wants_no_text(type_name, gold, made, right):
    due = GoldCall("f", {"x": gold}, {"x": type_name}, lenient=True, foreign=True)
    assert (match_argument(due, "x", made) == 1) is right


def test_tools_in_python_read_no_foreign_literals():
    assert match_argument(GoldCall("f", {"x": 50}, {"x": "integer"}), "x", "50L") == 0


def test_long_texts_are_read_in_linear_time():
    units = (
        "[",
        "{",
        "new int[]{",
        "new ArrayList<>(",
        "List.of(",
        "[1,",
        "{a:",
        "(",
        '"',
        "'\\",
        ",",
        "new ",
    )
    for unit in units + ("new HashMap<>() {{ put(", "new a<", "1", "Arrays . "):
        texts = [unit * (size // len(unit)) for size in (20_000, 20_000)]
        texts.append(texts[0] + "]" * 400)
        assert cpu_seconds(lambda texts=texts: [read_literal(text) for text in texts]) < 5, unit
