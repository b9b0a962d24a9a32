"""Values in type-tagged JSON; the same module serves the host and, compiled in, the guest.

None, bool, str, int, finite and other floats, and lists are plain JSON. The rest are objects with one
key: `{"t": [...]}` tuple, `{"s": [...]}` set, `{"f": [...]}` frozenset, `{"d": [k, v, k, v, ...]}` dict,
`{"i": "-0x..."}` an int beyond 64 bits, up to what Python can print. Nothing else passes, subclasses
neither: what a class claims to be (`__eq__`, `__len__`, `__iter__`) is never asked.
"""

from collections import Counter
from collections.abc import Collection
from typing import Any

DEPTH = 200
"""Maximum depth of nested values."""

LARGE = 1 << 64
BITS = 14_000
"""Maximum number of bits of an int; `repr` refuses a little more than that."""

PLAIN = frozenset({type(None), bool, str, float})
COLLISIONS = 32
"""Maximum number of elements of a set, or keys of a dict, with one hash. Chosen ints can collide, and
building their set would take the square of their number."""

CROWD = 10_000
"""Maximum number of them, unless all are texts, whose hashes nobody can choose: different hashes can still
send CPython through the same places of its table, and 70,000 ints so chosen took ten seconds."""


def pack(value: Any, depth: int = DEPTH) -> Any:
    """Returns the value in the form that `json.dumps` writes.

    Raises:
        TypeError: If a type is none of those that pass.
        ValueError: If it is nested deeper than `depth`, an int is too long or a set too large.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is int:
        if value.bit_length() > BITS:
            raise ValueError(f"an int of more than {BITS} bits")
        return value if -LARGE < value < LARGE else {"i": hex(value)}
    if depth == 0:
        raise ValueError(f"nested deeper than {DEPTH} levels")
    if kind is list:
        kinds = set(map(type, value))
        if kinds <= PLAIN or (kinds == {int} and min(value) > -LARGE and max(value) < LARGE):
            return value
        return [pack(item, depth - 1) for item in value]
    if kind is dict:
        _refuse_crowd(value)
        return {"d": [pack(part, depth - 1) for item in value.items() for part in item]}
    if kind is tuple:
        return {"t": [pack(item, depth - 1) for item in value]}
    if kind is set or kind is frozenset:
        _refuse_crowd(value)
        return {"s" if kind is set else "f": [pack(item, depth - 1) for item in value]}
    raise TypeError(f"type {kind.__name__} cannot enter or leave the sandbox; convert it to a built-in one")


def unpack(value: Any, depth: int = DEPTH) -> Any:
    """Returns the value of what `json.loads` read. Trusts nothing: the writer may be hostile.

    Raises:
        ValueError: If it is malformed, too deep or too large, or its hashes collide on purpose.
        TypeError: If an element of a set or a key is unhashable.
    """
    kind = type(value)
    if kind in PLAIN or kind is int:
        return value
    if depth == 0:
        raise ValueError(f"nested deeper than {DEPTH} levels")
    if kind is list:
        kinds = set(map(type, value))
        return value if kinds <= PLAIN | {int} else [unpack(item, depth - 1) for item in value]
    if len(value) != 1:
        raise ValueError("an object must have one key")
    ((tag, content),) = value.items()
    if tag == "i" and type(content) is str and len(content) <= BITS // 4 + 3:
        return int(content, 16)
    if type(content) is not list:
        raise ValueError(f"the content of {tag!r} must be a list")
    items = [unpack(item, depth - 1) for item in content]
    if tag == "t":
        return tuple(items)
    if tag == "s":
        return set(_spread(items))
    if tag == "f":
        return frozenset(_spread(items))
    if tag == "d" and len(items) % 2 == 0:
        return dict(zip(_spread(items[::2]), items[1::2]))
    raise ValueError(f"no value has the tag {tag!r}")


def _spread(items: list[Any]) -> list[Any]:
    """Returns the items, after checking that their hashes do not collide."""
    _refuse_crowd(items)
    if len(items) > COLLISIONS and max(Counter(map(hash, items)).values()) > COLLISIONS:
        raise ValueError(f"more than {COLLISIONS} elements share a hash")
    return items


def _refuse_crowd(items: Collection[Any]) -> None:
    if len(items) > CROWD and set(map(type, items)) != {str}:
        raise ValueError(f"more than {CROWD} elements in a set, or keys in a dict, that are not all texts")
