"""Programs read every type of argument and write every type of result."""

from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code_tests.programs import INPUTS, OUTPUTS, argument_types, make_program


def test_every_type_of_the_families_can_be_read_and_written():
    for family in FAMILIES.values():
        assert set(argument_types(family).values()) <= set(INPUTS)
        assert family.returns in OUTPUTS
    network = FAMILIES["cheapest_route"]
    reading = [
        "count = int(input())",
        "links = [tuple(map(int, input().split())) for _ in range(int(input()))]",
        "print(cheapest_route(count, links))",
    ]
    assert make_program(network, "...").splitlines()[2:] == reading
    named = make_program(network, "...", named=True).splitlines()[2:]
    assert named == ['if problem == "cheapest_route":', *(f"    {line}" for line in reading)]
