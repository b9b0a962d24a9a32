"""Time and size of a report on 8 agents x 8 environments x 5 seeds, from random results.

    python benchmarks/report.py [--out FOLDER]

128 tasks, pools of 30, examples of 8 tasks with answers of some 400 characters, 200 steps of training.
"""

import argparse
import importlib.util
import json
import tempfile
import time
from pathlib import Path

from baselines.benchmark.results import load
from baselines.report import write_report
from baselines.report.data import Results

AGENTS = ("VPO", "PoolVPO", "GRPO", "MultiRLVR", "MaxAtK", "GDPO", "MaxRL", "RandomWeighting")
GENERATOR = Path(__file__).parent.parent / "tests" / "baselines" / "conftest.py"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="keep the report here")
    arguments = parser.parse_args()

    spec = importlib.util.spec_from_file_location("generator", GENERATOR)
    assert spec and spec.loader
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    content = generator.synthetic_results(
        levels={"WarmStart": 0.5} | {name: 1 - 0.05 * i for i, name in enumerate(AGENTS)},
        envs=[f"my/Env{i}-v0" for i in range(8)],
        seeds=range(5),
        tasks=128,
        examples=8,
        steps=200,
    )
    for run in content["runs"]:
        run["answers"] = [[f"{text} {'word ' * 60}" for text in pool] for pool in run["answers"]]

    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.out or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "results.json"
        path.write_text(json.dumps(content))
        start, processor = time.perf_counter(), time.process_time()
        page = write_report(Results(load(path)), folder)
        seconds, busy = time.perf_counter() - start, time.process_time() - processor
        print(f"report  {seconds:5.1f} s ({busy:.1f} s of a processor)  {page.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
