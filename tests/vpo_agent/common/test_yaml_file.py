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
