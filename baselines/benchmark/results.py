"""Results file: all data needed to recreate tables and report, validated when it is read."""

from __future__ import annotations

import base64
import gzip
import math
import zlib
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vpo_agent.common.integrity import DamagedFileError, parse_json, read_json, unseal

SCHEMA_VERSION = 3
MOST_VALUES = 20_000_000
"""Rewards in all pools of a file: ten times those of 20 agents with 10 seeds on 5 environments."""
MOST_BYTES = 2**30
"""Largest size of a compressed file when unpacked; nothing beyond it is ever held."""
REMEDY = "give the command that made it once more (finished runs are reused)"
Number = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
Size = Annotated[int, Field(ge=1)]
Score = Annotated[float, Field(ge=0, le=1)]


class Record(BaseModel):
    """Base of the records; unknown fields are rejected."""

    model_config = ConfigDict(extra="forbid")


class Pools(Record):
    """Packed rewards of every answer of every task.

    Attributes:
        shape: Tasks, answers, objectives.
        data: Little-endian float32 in C order, compressed by zlib, in base64.
    """

    shape: tuple[Size, Size, Size]
    data: str

    @classmethod
    def pack(cls, rewards: NDArray[Any]) -> Pools:
        """Packs rewards (T, n, d)."""
        raw = np.ascontiguousarray(rewards, "<f4").tobytes()
        return cls(shape=rewards.shape, data=base64.b64encode(zlib.compress(raw, 9)).decode())

    @property
    def size(self) -> int:
        """Number of values."""
        return math.prod(self.shape)

    def rewards(self) -> NDArray[np.float32]:
        """Returns the rewards, shape (T, n, d).

        Raises:
            ValueError: If the data is damaged or holds another number of values.
        """
        try:
            flat = np.frombuffer(_unpacked(base64.b64decode(self.data), 4 * self.size), "<f4")
            values = flat.reshape(self.shape).astype(np.float32)
        except (ValueError, zlib.error) as error:
            raise ValueError(f"rewards cannot be unpacked to shape {self.shape}: {error}") from error
        if not ((values >= 0) & (values <= 1)).all():
            raise ValueError("rewards must lie within [0, 1]")
        return values


def _unpacked(data: bytes, length: int) -> bytes:
    """Returns decompressed data, of which no more than the expected length is ever held.

    Raises:
        ValueError: If it has another length.
    """
    inflater = zlib.decompressobj()
    raw = inflater.decompress(data, length + 1) if length else b""
    if len(raw) != length:
        more = "more than " if len(raw) > length else ""
        raise ValueError(f"it holds {more}{min(len(raw), length)} bytes, and {length} are expected")
    return raw


class Budget(Record):
    """Budget that a run has used."""

    answers: Count
    rollouts: Count
    tokens: Count
    gradient_steps: Count
    seconds: Number
    evaluation_answers: Count
    evaluation_tokens: Count


class TemperatureRecord(Record):
    """Evaluation of a run at one temperature.

    Attributes:
        temperature: The sampling temperature.
        choice: Value of the measure by which one is chosen, on other tasks.
        measures: Mean of every measure on the measured tasks.
    """

    temperature: Number
    choice: Number
    measures: dict[str, Number]


class Run(Record):
    """Run of one agent with one seed on one environment.

    Attributes:
        env: Id of the environment.
        label: The agent's name in tables.
        seed: Seed of training and evaluation.
        settings: Settings of the agent.
        measures: Every measure for every task.
        pools: Rewards of all pools.
        answers: Texts of the pools of the first tasks.
        history: Logged quantities by training step.
        budget: Answers, tokens and time that the run used.
        temperature: Sampling temperature of the measures and pools; None in older files, which do not say.
        temperatures: Evaluations at every temperature tried.
        warnings: Warnings about the run, such as that it learnt nothing.
    """

    env: str
    label: str
    seed: int
    settings: dict[str, Any]
    measures: dict[str, list[Number]]
    pools: Pools
    answers: list[list[str]]
    history: dict[str, list[Number]]
    budget: Budget
    temperature: Number | None = None
    temperatures: list[TemperatureRecord] = []
    warnings: list[str] = []


class Example(Record):
    """Held-out task whose answers are kept as texts."""

    task: str
    prompt: str
    front: list[list[Score]] | None


class Environment(Record):
    """Data of an environment with which the report can be drawn without the environment."""

    env: str
    objectives: list[str]
    weights: list[Score]
    split: str
    examples: list[Example]


class Trial(Record):
    """Settings tried in the tuning.

    Attributes:
        settings: The settings.
        value: Their value of the measure.
        ended_at: Share of the run after which the trial ended, and was measured; None: it ran in full.
    """

    settings: dict[str, Any]
    value: Number
    ended_at: Number | None = None


class TuningRecord(Record):
    """Tuning of one agent.

    Attributes:
        env: Id of the environment.
        label: The agent's name in tables.
        measure: The measure to maximize.
        trials: All trials.
        chosen: Index of the best trial.
    """

    env: str
    label: str
    measure: str
    trials: list[Trial] = Field(min_length=1)
    chosen: Count

    @model_validator(mode="after")
    def _chosen_is_a_trial(self) -> TuningRecord:
        if self.chosen >= len(self.trials):
            raise ValueError(f"chosen={self.chosen} is none of {len(self.trials)} trials")
        return self


class ResultsFile(Record):
    """Content of `results.json`.

    Attributes:
        schema_version: Version of this layout; other versions are rejected.
        command: Command that reproduces the results.
        versions: Versions of Python and the packages, and a description of the machine.
        plans: The requested plan of every environment, before tuning.
        environments: The environments.
        runs: All runs.
        tuning: Trials and chosen settings of the tuning.
        wall_clock_seconds: Duration of the last call of the benchmark.
    """

    schema_version: int
    command: str
    versions: dict[str, str]
    plans: list[dict[str, Any]]
    environments: list[Environment]
    runs: list[Run] = Field(min_length=1)
    tuning: list[TuningRecord] = []
    wall_clock_seconds: Number = 0.0

    @model_validator(mode="after")
    def _fits_together(self) -> ResultsFile:
        values = sum(run.pools.size for run in self.runs)
        if values > MOST_VALUES:
            raise ValueError(f"the pools hold {values:,} rewards; at most {MOST_VALUES:,} are read")
        known = {environment.env: environment for environment in self.environments}
        seen: dict[str, dict[str, list[Run]]] = {env: {} for env in known}
        for i, run in enumerate(self.runs):
            where = f"runs.{i} ({run.label}, seed {run.seed})"
            if run.env not in known:
                raise ValueError(f"{where}: env={run.env!r} is not among the environments {list(known)}")
            tasks, answers, d = run.pools.shape
            environment = known[run.env]
            if d != len(environment.objectives) or d != len(environment.weights):
                raise ValueError(f"{where}: pools have {d} objectives, {run.env} has others")
            short = [name for name, values in run.measures.items() if len(values) != tasks]
            if short:
                raise ValueError(f"{where}: measures {short} do not have one value for each of {tasks} tasks")
            if len(run.answers) != len(environment.examples) or any(len(p) != answers for p in run.answers):
                raise ValueError(f"{where}: answers are not {len(environment.examples)} pools of {answers}")
            if len({len(values) for values in run.history.values()}) > 1:
                raise ValueError(f"{where}: histories differ in length")
            run.pools.rewards()
            seen[run.env].setdefault(run.label, []).append(run)
        for env, labels in seen.items():
            if not labels:
                raise ValueError(f"the environment {env} has no runs")
            shapes = {
                (tuple(sorted(run.seed for run in runs)), run.pools.shape, tuple(run.measures))
                for runs in labels.values()
                for run in runs
            }
            if len(shapes) != 1 or any(len({r.seed for r in runs}) < len(runs) for runs in labels.values()):
                raise ValueError(f"the runs on {env} do not share seeds, tasks, pool sizes and measures")
        return self


def parse(content: Any, source: str = "results") -> ResultsFile:
    """Checks the content of a results file.

    Args:
        content: Return value of `run_benchmark`, or the parsed `results.json`; without a checksum in files
            of earlier versions.
        source: Name of the content in messages.

    Raises:
        ValueError: If the content is of another version, damaged, incomplete or inconsistent.
    """
    if isinstance(content, dict):
        content = unseal(content, source, REMEDY, required=False)
    version = content.get("schema_version") if isinstance(content, dict) else None
    if version != SCHEMA_VERSION:
        raise ValueError(
            f"{source}: schema_version={version!r:.40}, and this version reads {SCHEMA_VERSION}; {REMEDY}"
        )
    try:
        return ResultsFile.model_validate(content)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc'])) or 'content'}: {e['msg']}" for e in error.errors()]
        more = f" and {len(faults) - 3} more" if len(faults) > 3 else ""
        raise ValueError(f"{source} is not a results file: {'; '.join(faults[:3])}{more}") from error


def load(path: str | Path) -> ResultsFile:
    """Reads `results.json`, or one that gzip has compressed to `results.json.gz`.

    Raises:
        ValueError: If it is not a results file of this version.
        OSError: If it cannot be read.
    """
    if Path(path).suffix != ".gz":
        return parse(read_json(path, REMEDY), str(path))
    try:
        with gzip.open(path) as file:
            content = file.read(MOST_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DamagedFileError(f"{path} is damaged ({error}); {REMEDY}") from error
    if len(content) > MOST_BYTES:
        raise DamagedFileError(f"{path} unpacks to more than {MOST_BYTES:,} bytes; {REMEDY}")
    return parse(parse_json(content, path, REMEDY), str(path))
