"""`vpo demo`: a first comparison, and its report in the browser."""

from __future__ import annotations

import os
import shlex
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from vpo_cli.benchmark import show_report
from vpo_cli.common import app, console, exit_with, import_modules, or_exit
from vpo_cli.paths import check_folder

PLAN = "demo"


@app.command(epilog="Examples: `vpo demo` · `vpo demo --out runs/first --no-open`")
def demo(
    out: Annotated[Path, typer.Option(help="Folder of the results; a second call resumes.")] = Path(
        "runs/demo"
    ),
    workers: Annotated[int, typer.Option(help="Number of parallel processes, with one thread each.")] = 2,
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the report in the browser, where there is one.")
    ] = True,
) -> None:
    """Compare PoolVPO, VPO, GRPO and MultiRLVR on the small maze, and open the report.

    The agents start from a warm-started model that comes with the package. The same as
    `vpo bench --config demo --out runs/demo`.
    """
    from baselines.benchmark.plan_file import make_plans, read_plan_file
    from baselines.benchmark.run import BenchmarkError, run_benchmark

    import_modules(None)
    or_exit(lambda: check_folder("--out", out))
    plans = or_exit(lambda: make_plans(read_plan_file(PLAN)))
    command = shlex.join(["vpo", "bench", "--config", PLAN, "--out", str(out)])
    try:
        content = run_benchmark(plans, out, workers, command=command)
    except (BenchmarkError, ValueError, OSError) as error:
        exit_with(str(error))
    except KeyboardInterrupt:
        exit_with("interrupted; the same command resumes", code=130)
    page = show_report(content, out).absolute()
    if open_ and has_screen() and webbrowser.open(page.as_uri()):
        console.print(escape(f"opened {page}"), soft_wrap=True)


def has_screen() -> bool:
    """Returns True in an interactive session with a desktop; elsewhere a text browser would take over."""
    if not sys.stdout.isatty():
        return False
    return sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
