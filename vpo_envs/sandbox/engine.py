"""Execution of one submission in WebAssembly: an instance of the guest a solution, fuel by the instruction.

Everything here happens in a worker process. The only things that cross the border are texts.
"""

from __future__ import annotations

import json
import math
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from wasmtime import Config, Engine, Store, WasmtimeError
from wasmtime import _ffi as ffi
from wasmtime.component import Component, Linker

from vpo_envs.sandbox.codec import pack, unpack
from vpo_envs.sandbox.outcome import MIB, Execution, Limits, Outcome, SandboxError, Status

STACK = 64 * MIB
"""Native stack of a solution. CPython's own check (1 MiB of its WebAssembly stack) then fires first, as a
`RecursionError` that solutions can catch."""

UNBOUNDED = 1 << 62
TICK = 0.5
"""Seconds between two looks at the clock that backs fuel up."""

ERROR_LENGTH = 600
REPORTED = ("exception", "out_of_memory", "output_too_large")
REUSABLE = ("returned", "exception", "output_too_large")
TRAPS: tuple[tuple[str, Status, str], ...] = (
    ("all fuel consumed", "out_of_fuel", "the fuel of one test was spent"),
    ("interrupt", "out_of_fuel", "the wall clock ran out before the fuel"),
    ("call stack exhausted", "exception", "RecursionError: the stack of the sandbox is exhausted"),
    ("unreachable", "exception", "Trap: the interpreter aborted, or the sandbox has no such thing"),
)
EXPORTS = ("take-inputs", "take-source", "load-module", "run-test")


class Signature(NamedTuple):
    """The part of wasmtime's `FuncType` that a call needs."""

    params: Any
    result: Any


class Job(NamedTuple):
    """A submission whose inputs are encoded."""

    source: str
    inputs: tuple[str, ...]
    function: str | None
    output_bytes: int | None = None


def make_engine() -> Engine:
    """Returns the engine whose settings the cached machine code is bound to."""
    config = Config()
    config.consume_fuel = True
    config.epoch_interruption = True
    config.cranelift_nan_canonicalization = True  # the same bits on every processor
    config.wasm_relaxed_simd_deterministic = True
    ffi.wasmtime_config_async_stack_size_set(config.ptr(), STACK + MIB)  # must exceed the next line's
    config.max_wasm_stack = STACK
    return Engine(config)


class Interpreter:
    """The compiled guest, from which every solution gets an instance of its own.

    Must be used in a thread with a stack of `STACK` and some room.

    Args:
        compiled: Machine code from `build.py`.
        limits: What a solution may use.
    """

    def __init__(self, compiled: Path, limits: Limits) -> None:
        self.limits = limits
        self.engine = make_engine()
        self.component = Component.deserialize_file(self.engine, str(compiled))
        self.linker = Linker(self.engine)  # defines nothing: the guest imports nothing
        self.exports: dict[str, Any] = {name: self.component.get_export_index(name) for name in EXPORTS}
        self.signatures: dict[str, Signature] = {}
        self.base_function = self._base(Job("def f():\n    pass\n", (json.dumps(pack(())),), "f"))
        self.base_program = self._base(Job("", (json.dumps(""),), None))
        threading.Thread(target=self._tick, daemon=True).start()

    def _base(self, job: Job) -> tuple[int, int]:
        """Returns the fuel for loading and calling when there is nothing to do."""
        instance = Instance(self, job.inputs, self.limits.output_bytes)
        return instance.load(job).fuel, instance.test(0).fuel

    def _tick(self) -> None:
        while True:
            time.sleep(TICK)
            self.engine.increment_epoch()

    def run(self, job: Job) -> Execution:
        """Runs all tests of a submission; never raises for anything that a solution does."""
        limits, count = self.limits, len(job.inputs)
        output_bytes = min(limits.output_bytes, job.output_bytes or limits.output_bytes)
        base_load, base_test = self.base_program if job.function is None else self.base_function
        outcomes: list[Outcome] = []
        instance: Instance | None = None
        start = spent = load_fuel = 0
        while len(outcomes) < count:
            if spent >= limits.total_fuel:
                left = count - len(outcomes)
                outcomes += [Outcome("not_run", error="the fuel of the whole solution was spent")] * left
                break
            if instance is None:
                start = len(outcomes)
                inputs = job.inputs[start : start + 1 if limits.isolate_tests else count]
                instance = Instance(self, inputs, output_bytes)
                loaded = instance.load(job)
                spent += instance.spent
                load_fuel += max(0, loaded.fuel - base_load)
                if loaded.status != "returned":
                    return Execution((loaded,) * count, load_fuel, base_test)
            outcome = instance.test(len(outcomes) - start)
            spent += outcome.fuel
            outcomes.append(outcome._replace(fuel=max(0, outcome.fuel - base_test)))
            if limits.isolate_tests or outcome.status not in REUSABLE or instance.broken:
                instance = None
        return Execution(tuple(outcomes), load_fuel, base_test)


class Instance:
    """A fresh interpreter with the inputs of some tests.

    Raises:
        SandboxError: If it cannot be made, or the inputs do not fit.
    """

    def __init__(self, interpreter: Interpreter, inputs: tuple[str, ...], output_bytes: int) -> None:
        self.limits = limits = interpreter.limits
        self.output_bytes = output_bytes
        self.broken = False
        self.spent = 0
        self.store = Store(interpreter.engine)
        self.store.set_limits(memory_size=limits.memory_bytes)
        self.store.set_fuel(UNBOUNDED)
        self.store.set_epoch_deadline(UNBOUNDED)
        try:
            instance = interpreter.linker.instantiate(self.store, interpreter.component)
            self.functions: dict[str, Any] = {}
            for name, index in interpreter.exports.items():
                function: Any = instance.get_func(self.store, index)
                if name not in interpreter.signatures:
                    kind = function.type(self.store)
                    interpreter.signatures[name] = Signature(kind.params, kind.result)
                # Every call asks for the type, and making that anew takes as long as a short test.
                function.type = lambda store, known=interpreter.signatures[name]: known
                self.functions[name] = function
            self.functions["take-inputs"](self.store, json.dumps([inputs, output_bytes]))
        except WasmtimeError as error:
            raise SandboxError(
                f"an interpreter with inputs of {sum(map(len, inputs))} characters could not start under "
                f"memory_bytes={limits.memory_bytes}: {_cause(error)}"
            ) from error

    def load(self, job: Job) -> Outcome:
        """Compiles the source and, for a function, runs its module; the fuel is that of the second."""
        compiled = self._call("take-source", self.limits.load_fuel, json.dumps([job.source, job.function]))
        self.spent += compiled.fuel
        if compiled.status != "returned" or job.function is None:
            return compiled._replace(fuel=0)
        loaded = self._call("load-module", self.limits.load_fuel)
        self.spent += loaded.fuel
        return loaded

    def test(self, index: int) -> Outcome:
        """Runs one test; the fuel is all that was executed."""
        return self._call("run-test", self.limits.fuel, index)

    def _call(self, name: str, fuel: int, *arguments: str | int) -> Outcome:
        """Enters code that may be hostile."""
        self.store.set_fuel(fuel)
        self.store.set_epoch_deadline(math.ceil(self.limits.wall_seconds / TICK) + 1)
        try:
            text = self.functions[name](self.store, *arguments)
        except WasmtimeError as error:
            self.broken = True
            outcome = _trapped(error)
        else:
            outcome = _read(text, self.output_bytes)
        return outcome._replace(fuel=fuel - self.store.get_fuel())


def _cause(error: WasmtimeError) -> str:
    """Returns the last line of the message, below the guest's backtrace."""
    return str(error).rstrip().rsplit("\n", 1)[-1].strip()


def _trapped(error: WasmtimeError) -> Outcome:
    cause = _cause(error)
    for sign, status, text in TRAPS:
        if sign in cause:
            return Outcome(status, error=text)
    return Outcome("exception", error=f"Trap: {cause}"[:ERROR_LENGTH])


def _read(text: str, limit: int) -> Outcome:
    """Decodes an answer of the guest, which may have been written by the solution itself."""
    if len(text) > limit + ERROR_LENGTH * 12:
        return Outcome("output_too_large")
    try:
        status, content = DECODER.decode(text)
        if status == "returned":
            return Outcome("returned", unpack(content))
        if status in REPORTED and type(content) is str:
            return Outcome(status, error=content[:ERROR_LENGTH])
    except (ValueError, TypeError, RecursionError) as error:
        return Outcome("exception", error=f"DamagedOutput: {error}"[:ERROR_LENGTH])
    return Outcome("exception", error="DamagedOutput: the solution changed its interpreter")


def _short_int(digits: str) -> int:
    """Reads an int that `pack` could have written; longer ones would cost the square of their length."""
    if len(digits) > 21:
        raise ValueError("an int beyond 64 bits must be written in hexadecimal")
    return int(digits)


DECODER = json.JSONDecoder(parse_int=_short_int)
