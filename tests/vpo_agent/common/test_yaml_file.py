"""Reading of untrusted YAML."""

import pytest

from vpo_agent.common.yaml_file import read_yaml


def test_plain_values_are_read(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text("a: &all [1, 2.5, yes]\nb: *all\nc: &c {d: é}\ne: {<<: *c, f: 3}\n", encoding="utf-8")
    assert read_yaml(file, "plan.yaml") == {
        "a": [1, 2.5, True],
        "b": [1, 2.5, True],
        "c": {"d": "é"},
        "e": {"d": "é", "f": 3},
    }


def bomb(levels=9):
    """Ten times the work with every level."""
    lines = ["a0: &a0 {" + ", ".join(f"k{i}: 1" for i in range(10)) + "}"]
    for i in range(1, levels):
        lines.append(f"a{i}: &a{i} {{<<: [" + ", ".join([f"*a{i - 1}"] * 10) + "]}")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (bomb(), "merge keys .* expand to more than"),
        ("a: !!timestamp x", ""),
        ('a: !!int ""', ""),
        ("a: !!bool 7", ""),
        ("a: !!python/object/apply:os.system [ls]", ""),
        ("a: [", ""),
        ("[" * 2_000, ""),
    ],
)
def test_everything_else_is_refused_at_once(tmp_path, text, message):
    """Found by a reviewer: 469 bytes took minutes, and wrongly tagged values ended in tracebacks."""
    file = tmp_path / "plan.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=rf"^plan\.yaml is not YAML: (?s:.*){message}"):
        read_yaml(file, "plan.yaml")


@pytest.mark.parametrize(
    ("text", "key", "first", "second"),
    [
        ("steps: 1\nseed: 0\nsteps: 2\n", "steps", 1, 3),
        ("envs:\n  a:\n    pool: 1\n    pool: 1\n", "pool", 3, 4),
        ("agents:\n- {agent: VPO,\n   agent: GRPO}\n", "agent", 2, 3),
        ("steps: 1\n'steps': 2\n", "steps", 1, 2),
        ("16: a\n0x10: b\n", "0x10", 1, 2),
        ("yes: a\ntrue: b\n", "true", 1, 2),
        ("a: &a {k: 1}\nb:\n  <<: *a\n  <<: *a\n", "<<", 3, 4),
        ("a: &a 1\n*a : 1\n1: 2\n", "1", 1, 3),  # an alias has the place of its anchor
    ],
)
def test_a_key_that_repeats_is_named_with_both_its_lines(tmp_path, text, key, first, second):
    file = tmp_path / "plan.yaml"
    file.write_text(text)
    with pytest.raises(
        ValueError, match=rf"the key '{key}' is there already, in line {first}; .*\n.*line {second},"
    ):
        read_yaml(file, "plan.yaml")


def test_own_keys_replace_merged_ones_wherever_the_mapping_is_read_first(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(
        "a: &a {k: 1, l: 1}\nb: &b {<<: *a, k: 2}\nc: {<<: [*b, *a], l: 3}\n"
        "d: {<<: *b}\n1: {k: 1}\n'1': {k: 2}\n"
    )
    assert read_yaml(file, "plan.yaml") == {
        "a": {"k": 1, "l": 1},
        "b": {"k": 2, "l": 1},
        "c": {"k": 2, "l": 3},
        "d": {"k": 2, "l": 1},
        1: {"k": 1},
        "1": {"k": 2},
    }
