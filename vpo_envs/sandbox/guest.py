"""The module that runs inside WebAssembly: takes inputs and a source, gives back outputs.

`build.py` turns it, with a whole CPython, into a component that imports nothing: there is no host function
that a solution could call. Whatever a solution does to this module it does to its own instance, and all
it can reach by that is to return another value; what would be right is never in here. All texts are JSON
in ASCII.
"""

import builtins
import contextlib
import gc
import importlib
import io
import json
import linecache
import os
import random
import sys
import threading
import time
import timeit
import types
import warnings
from collections.abc import Callable
from typing import Any

import wit_world  # componentize-py writes it
from codec import pack, unpack  # type: ignore[import-not-found]  # codec.py lies beside this file then

MODULES = """
__future__ _pylong _strptime abc argparse array ast base64 binascii bisect calendar cmath codecs
collections.abc colorsys contextvars copy csv dataclasses datetime decimal difflib dis encodings.ascii
encodings.latin_1 encodings.utf_16 enum errno fileinput fnmatch fractions functools graphlib hashlib heapq
html inspect itertools keyword locale logging math numbers operator os.path pathlib pickle pprint queue re
reprlib sched secrets shlex statistics string struct textwrap token tokenize traceback typing unicodedata uuid
weakref zlib
"""
"""Modules that solutions can import besides the above; all are in the memory image, none is in a file."""

FILE = "solution\ud800.py"
"""No file can have this name: CPython, which looks for the line of a `SyntaxError`, gives up at once."""

STDIN, STDOUT = 10, 11

STREAMS: dict[int | str, io.TextIOWrapper] = {}
"""The standard streams by their descriptors, whatever a solution puts into `sys`."""

MESSAGE = 500
"""Maximum number of characters of an exception's text that leave."""


encode = json.encoder.c_make_encoder(  # type: ignore[attr-defined]
    None, None, json.encoder.encode_basestring_ascii, None, ": ", ", ", False, False, True
)
"""Encoder that `json.dumps` makes anew for every call. The less a test costs by itself, the less a solution
can save by replacing the functions of this module."""


class OutputTooLarge(BaseException):
    """Error that is not an `Exception`, so that no honest handler swallows it."""


class Source(io.BytesIO):
    """Input of stdin. Fast-input idioms ask for its descriptor; at 0, `input` would look for a terminal."""

    def fileno(self) -> int:
        return STDIN


class Sink(io.RawIOBase):
    """Output stream that keeps what is written if there is a limit."""

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self.kept = bytearray()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return STDOUT

    def write(self, data: Any) -> int:
        if self.limit is not None:
            self.kept += data
            if len(self.kept) > self.limit:
                raise OutputTooLarge
        return len(data)


class Solution:
    """One solution: its inputs and its source come in, its module is loaded, then its tests run."""

    inputs: list[Any]
    limit: int
    code: types.CodeType
    name: str
    methods: list[str]
    space: dict[str, Any]

    def compile(self, source: str, function: str | None) -> None:
        self.code = compile(source, FILE, "exec")
        self.name, *self.methods = function.split(".") if function else ("",)

    def load(self) -> None:
        self.space = run_module("solution", self.code)
        if self.name not in self.space:
            raise NameError(f"the solution defines no {self.name!r}")

    def test(self, value: Any) -> Any:
        return self.call(value) if self.name else self.program(value)

    def call(self, arguments: tuple[Any, ...]) -> Any:
        target = self.space[self.name]
        for method in self.methods:
            target = getattr(target(), method)
        return target(*arguments)

    def program(self, text: str) -> str:
        sink = Sink(self.limit)
        redirect(text, sink)
        try:
            run_module("__main__", self.code)
        except SystemExit as stop:
            if stop.code not in (None, 0):
                raise
        for stream in (sys.stdout, STREAMS[1]):
            with contextlib.suppress(AttributeError, TypeError, ValueError):  # replaced, or closed
                stream.flush()
        return sink.kept.decode("utf-8", "replace")


solution = Solution()


class WitWorld(wit_world.WitWorld):
    """Interface to the host. Names are longer than they need be: they are linked with the C library's."""

    def take_inputs(self, request: str) -> str:
        """Takes the inputs; no code of the solution has run yet."""
        texts, solution.limit = json.loads(request)
        solution.inputs = [unpack(json.loads(text)) for text in texts]
        return ""

    def take_source(self, request: str) -> str:
        """Compiles the source; runs nothing of it."""
        source, function = json.loads(request)
        return answer(lambda: solution.compile(source, function), solution.limit)

    def load_module(self) -> str:
        """Runs the module of a function."""
        return answer(solution.load, solution.limit)

    def run_test(self, index: int) -> str:
        """Calls the function, or runs the program, on one of the inputs."""
        return answer(lambda: solution.test(solution.inputs[index]), solution.limit)


def run_module(name: str, code: types.CodeType) -> dict[str, Any]:
    """Executes code as a module of its own, as import would, and returns its names."""
    module = types.ModuleType(name)
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module.__dict__


def answer(run: Callable[[], Any], limit: int) -> str:
    """Returns `[status, packed value]` or `[status, error]` of a piece of the solution's code."""
    try:
        text = "".join(encode(["returned", pack(run())], 0))
        return text if len(text) <= limit + 100 else '["output_too_large", ""]'
    except OutputTooLarge:
        return '["output_too_large", ""]'
    except MemoryError:
        return '["out_of_memory", "MemoryError"]'
    except BaseException as error:
        return json.dumps(["exception", describe(error)])


def describe(error: BaseException) -> str:
    """Returns type and message; a message that cannot be made is left out."""
    name = type(error).__name__
    try:
        text = f"{error.msg} (line {error.lineno})" if isinstance(error, SyntaxError) else str(error)
        return f"{name}: {text}"[:MESSAGE]
    except BaseException:
        return name[:MESSAGE]


def redirect(text: str, sink: Sink) -> None:
    """Puts stdin, stdout and stderr in place."""
    data = text.encode("utf-8", "replace")
    STREAMS[0] = sys.stdin = sys.__stdin__ = io.TextIOWrapper(Source(data), "utf-8")  # type: ignore[misc]
    STREAMS[1] = sys.stdout = sys.__stdout__ = writer(sink)  # type: ignore[misc]
    if 2 not in STREAMS or STREAMS[2].closed:
        STREAMS[2] = writer(Sink())
    sys.stderr = sys.__stderr__ = STREAMS[2]  # type: ignore[misc]
    STREAMS["/dev/stdin"] = STREAMS[STDIN] = STREAMS[0]
    STREAMS[STDOUT] = STREAMS[1]
    STREAMS[0].mode, STREAMS[1].mode = "r", "w"  # type: ignore[misc]


def writer(sink: Sink) -> io.TextIOWrapper:
    """Returns a text stream into a sink."""
    return io.TextIOWrapper(io.BufferedWriter(sink), "utf-8", errors="backslashreplace")


def open_stream(file: Any, mode: str = "r", *_: Any, **__: Any) -> Any:
    """Replaces `open`, for the standard streams; there are no files."""
    if file not in STREAMS:
        raise PermissionError(f"there are no files in the sandbox: {file!r}")
    return STREAMS[file].buffer if "b" in mode else STREAMS[file]


def read_stream(descriptor: int, size: int) -> bytes:
    """Replaces `os.read`, from a standard stream."""
    return bytes(open_stream(descriptor, "rb").read(size))


def write_stream(descriptor: int, data: bytes) -> int:
    """Replaces `os.write`, to a standard stream."""
    stream = open_stream(descriptor)
    stream.flush()
    written = stream.buffer.write(data)
    stream.buffer.flush()
    return int(written)


def stat_stream(descriptor: int) -> os.stat_result:
    """Replaces `os.fstat`, of a standard stream: fast-input idioms ask for the size of stdin."""
    size = open_stream(0).buffer.getbuffer().nbytes
    return os.stat_result((0o100600, 0, 0, 1, 0, 0, size, 0, 0, 0))


class Random(random.Random):
    """Generator with a fixed default seed: there is nothing random in the sandbox."""

    def __new__(cls, *_: Any, **__: Any) -> Any:
        return super().__new__(cls, 0)  # type: ignore[call-arg]

    def seed(self, a: Any = None, version: int = 2) -> None:
        super().seed(0 if a is None else a, version)


class Clock:
    """Time that passes by a millisecond whenever it is read, so that loops that wait for it end."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000_000_000

    def nanoseconds(self, *_: Any) -> int:
        self.now += 1_000_000
        return self.now

    def seconds(self, *_: Any) -> float:
        return self.nanoseconds() / 1e9


def settle() -> None:
    """Imports the modules, replaces what would trap, and leaves a clean memory image."""
    sys.modules["_datetime"] = None  # type: ignore[assignment]  # its clock would trap; that of Python ticks
    for name in MODULES.split():
        importlib.import_module(name)
    warnings.simplefilter("ignore")
    clock = Clock()
    for name in ("time", "perf_counter", "monotonic", "process_time", "thread_time"):
        setattr(time, name, clock.seconds)
        setattr(time, f"{name}_ns", clock.nanoseconds)
    replacements: list[tuple[Any, str, Any]] = [
        (timeit, "default_timer", clock.seconds),
        (time, "sleep", lambda seconds: None),
        (builtins, "open", open_stream),
        (io, "open", open_stream),
        (os, "read", read_stream),
        (os, "write", write_stream),
        (os, "fstat", stat_stream),
        (os, "_exit", sys.exit),
        (threading.Thread, "start", lambda thread: thread.run()),  # a common way to get a deeper stack
        (threading.Thread, "join", lambda thread, timeout=None: None),
        (threading, "stack_size", lambda size=0: 0),
        (linecache, "getlines", lambda filename, module_globals=None: []),  # tracebacks look for files
        (linecache, "checkcache", lambda filename=None: None),
        (random, "Random", Random),
        (random, "seed", lambda a=0, version=2: random._inst.seed(0 if a is None else a, version)),
        (sys, "argv", ["solution.py"]),
        (sys, "meta_path", sys.meta_path[:2]),  # built-in and frozen modules, no files
    ]
    for owner, name, value in replacements:
        setattr(owner, name, value)
    sys.path.clear()
    sys.path_importer_cache.clear()
    rehearse()
    random.seed(0)
    gc.collect()
    gc.freeze()


def rehearse() -> None:
    """Runs a solution of each kind, so that its memory pages and caches are part of the image."""
    world = WitWorld()
    for source, function, text in (("def f(x):\n    return x", "f", '{"t": [1]}'), ("print(1)", None, '"1"')):
        for _ in range(4):
            world.take_inputs(json.dumps([[text], 1000]))
            world.take_source(json.dumps([source, function]))
            if function:
                world.load_module()
            world.run_test(0)
    del sys.modules["solution"]
    redirect("", Sink())


settle()
