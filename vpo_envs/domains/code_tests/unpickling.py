"""Texts out of base64, zlib and pickle, for readers that trust nothing.

LiveCodeBench publishes its private tests as `base64(zlib(pickle(text)))`. `pickle.loads` would run whatever
code the writer of a file chose. Here the pickle is only read: `pickletools` names its opcodes one by one, and
anything but those of a single text is refused, so that nothing is ever constructed or imported.
"""

from __future__ import annotations

import base64
import binascii
import pickletools
import zlib

MOST_BYTES = 1 << 28
"""Of the text; a few kilobytes of zlib can hold gigabytes."""

TEXTS = frozenset({"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"})
FRAMING = frozenset({"PROTO", "FRAME", "MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT", "STOP"})
"""Opcodes around a text in a pickle of any protocol; they do nothing."""


def unpack_text(encoded: str, most_bytes: int = MOST_BYTES) -> str:
    """Returns the text in `base64(zlib(pickle(text)))`.

    Args:
        encoded: Any string.
        most_bytes: Longest pickle that is unpacked.

    Raises:
        ValueError: If it is anything else than such a text, or longer; the message says at which step.

    Example:
        >>> import pickle
        >>> unpack_text(base64.b64encode(zlib.compress(pickle.dumps("[]"))).decode())
        '[]'
        >>> unpack_text(base64.b64encode(zlib.compress(pickle.dumps([]))).decode())
        Traceback (most recent call last):
        ...
        ValueError: its pickle holds more than a text (opcode EMPTY_LIST); nothing of it was run
    """
    try:
        packed = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"is neither JSON nor base64: {error}") from None
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(packed, most_bytes + 1)
    except zlib.error as error:
        raise ValueError(f"its base64 holds no zlib data: {error}") from None
    if len(data) > most_bytes:
        raise ValueError(f"is longer than {most_bytes} bytes once it is decompressed")
    if not inflater.eof:
        raise ValueError("its zlib data ends too early")
    return _pickled_text(data)


def _pickled_text(data: bytes) -> str:
    text = None
    try:
        for opcode, argument, _ in pickletools.genops(data):
            if opcode.name in TEXTS and text is None:
                text = argument
            elif opcode.name not in FRAMING:
                raise _Refused(opcode.name)
    except _Refused as refused:
        raise ValueError(
            f"its pickle holds more than a text (opcode {refused}); nothing of it was run"
        ) from None
    except (ValueError, OverflowError) as error:
        raise ValueError(f"its zlib data holds no pickle: {error}") from None
    if text is None:
        raise ValueError("its pickle is empty")
    return str(text)


class _Refused(Exception):
    """An opcode that has no place in the pickle of a text."""
