import json
import shutil

import pytest
import toys
from typer.testing import CliRunner

import vpo_envs
from baselines.benchmark.plan_file import SHIPPED
from vpo_agent import VPO, Agent
from vpo_agent.common.integrity import seal
from vpo_agent.common.lock import sole_writer
from vpo_agent.integrations.openevolve import OpenEvolveError
from vpo_agent.search import SamplingSearch
from vpo_cli import app

runner = CliRunner()
NOBODY = "http://127.0.0.1:9"
SERVED = ("eval", "--endpoint", NOBODY, "--model", "m", "--env", "vpo/MazeSmall-v0", "--tasks", "2")


def run(*arguments, input=None):
    return runner.invoke(app, list(arguments), input=input, env={"COLUMNS": "200", "TERM": "dumb"})


@pytest.mark.parametrize(
    "command",
    [
        *("envs", "play", "train", "warm-start", "eval", "search"),
        *("bench", "demo", "report", "unlock", "check-env", "export"),
    ],
)
def test_every_command_explains_itself_with_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Example" in result.output and f"vpo {command}" in result.output


def test_bench_lists_the_plans_that_come_with_it():
    shown = " ".join(run("bench", "--help").output.replace("│", " ").split())
    assert ", ".join(SHIPPED) in shown and "pool_vpo_tokens" in SHIPPED


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_envs_shows_ids_in_full(columns):
    result = runner.invoke(app, ["envs"], env={"COLUMNS": columns, "TERM": "dumb"})
    assert result.exit_code == 0
    assert all(f" {id} " in result.output for id in vpo_envs.registered_ids())


def test_envs_lists_the_registry():
    result = run("envs")
    assert result.exit_code == 0
    assert "vpo/MazeSmall-v0" in result.output and "completion" in result.output


def test_play_scores_what_is_typed():
    task_route = "not a route"
    result = run(
        "play", "vpo/MazeSmall-v0", "--index", "3", "--turns", "2", input=f"{task_route}\n\nstill not\n\n"
    )
    assert result.exit_code == 0
    assert "task train/3" in result.output
    assert result.output.count("completion 0.00") >= 2
    assert "the best possible: " in result.output


def test_play_ends_at_the_end_of_input():
    result = run("play", "vpo/MazeSmall-v0", "--index", "0", input="")
    assert result.exit_code == 0 and "Your best: 0.000" in result.output


def test_check_env():
    result = run("check-env", "vpo/MazeSmall-v0")
    assert result.exit_code == 0 and "keeps the contract" in result.output


def test_rows_and_their_scorer_are_checked(tmp_path, monkeypatch):
    rows = [{"prompt": f"What is {n} + {n}?", "answer": str(2 * n)} for n in range(60)]
    (tmp_path / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "sum_scorers.py").write_text(
        "def right(completion, answer): return [answer in completion]\n"
        "def wrong(completion, answer): return [2.0]\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    result = run("check-env", "sums.jsonl", "--scorer", "sum_scorers:right", "--objectives", "right")
    assert result.exit_code == 0 and "sums.jsonl keeps the contract" in result.output, result.output
    for words, message in (
        (("--scorer", "sum_scorers:wrong", "--objectives", "right"), "every value must lie in [0, 1]"),
        (("--scorer", "sum_scorers:none", "--objectives", "right"), "must be a function"),
        ((), "holds rows; give --scorer"),
    ):
        result = run("check-env", "sums.jsonl", *words)
        assert result.exit_code == 2 and message in result.output.replace("\n", " "), result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("play", "vpo/Nope-v0"), "Nope"),
        (("check-env", "nope/Nope-v0"), "nope"),
        (("play", "vpo/MazeSmall-v0", "--index", "-4"), "index=-4"),
        (("train", "PPO", "--out", "unused"), "agent='PPO' is unknown"),
        (("train", "VPO", "--out", "unused", "--set", "grop_size=3"), "did you mean 'group_size'"),
        (("train", "VPO", "--out", "unused", "--env", "vpo/Nope-v0"), "vpo envs"),
        (("eval", "no-such-folder"), "no checkpoint"),
        (("eval",), "give the folder of an agent, or --endpoint with --model and --env"),
        (("eval", "folder", "--endpoint", "http://h"), "give the folder of an agent, or --endpoint"),
        (("eval", "--endpoint", "http://h", "--model", "m"), "--endpoint needs --env"),
        ((*SERVED, "--model", ""), "model=''"),
        ((*SERVED, "--endpoint", "h:1"), "url='h:1' must be the base of an API"),
        ((*SERVED, "--env", "vpo/Nope-v0"), "env='vpo/Nope-v0' cannot be made"),
        ((*SERVED, "--timeout", "0"), "timeout=0"),
        ((*SERVED, "--field", "seed"), "--field 'seed' must have the form name=value"),
        ((*SERVED, "--split", "dev"), "split='dev' is not one of"),
        ((*SERVED, "--retries", "0"), "is a server running there?"),
        (("search", "no-such-folder"), "no checkpoint"),
        (("search", "x", "--strategy", "magic"), "strategy='magic' is not one of sampling, refinement"),
        (("search", "x", "--set", "turns"), "'turns' must have the form setting=value"),
        (("search", "x", "--set", "turns=3"), "strategy='sampling': unknown setting 'turns'"),
        (("search", "x", "--choose", "best"), "--choose best is not one of scalar, knee, vote"),
        (("search", "x", "--choose", "vote", "--context", "upset"), "--choose and --context choose"),
        (("search", "x", "--then", "brevity"), "--then names the objective to maximize subject to --require"),
        (("search", "x", "--require", "brevity"), "'' is not a number; write, for example, correctness=0.9"),
        (("search", "x", "--weights", "1,b"), "--weights: 'b' is not a number"),
        (("bench", "--out", "unused", "--answers-per-task", "7"), "common multiple"),
        (("bench", "--out", "unused", "--seeds", "a"), "'a'"),
        (
            ("bench", "--out", "unused", "--seeds", "0,-1"),
            "seeds='0,-1' must be comma-separated whole numbers",
        ),
        (("bench", "--out", "unused", "--split", "dev"), "split='dev' is not one of"),
        (("bench", "--out", "unused", "--temperatures", "1,-1"), "temperature=-1"),
        (("bench", "--out", "unused", "--env", "vpo/Nope-v0"), "env='vpo/Nope-v0' cannot be made"),
        (("bench", "--out", "unused", "--agents", "VPO:num_candidates=0"), "num_candidates=0"),
        (("bench", "--out", "unused", "--agents", "VPO:group_size=2"), "sets group_size"),
        (("bench", "--out", "unused", "--agents", "WarmStart@VPO"), "untrained reference"),
        (("bench", "--out", "unused", "--config", "none.yaml"), "none.yaml"),
        (("bench", "--out", "unused", "--match", "seconds"), "match='seconds' is not one of"),
        (("bench", "--out", "unused", "--match", "tokens"), "token_budget=None"),
        (("report", "none.json"), "none.json"),
        (("unlock", "none"), "bench='none' has no results.json"),
        (("unlock", "none", "--budget", "30"), "budget=30 must be above the pool=30"),
        (("unlock", "none", "--strategy", "luck"), "strategy='luck' is not one of"),
        (
            ("unlock", "none", "--require", "correctness"),
            "'' is not a number; write, for example, correctness=0.9",
        ),
        (("unlock", "none", "--require", "correctness=2"), "require: correctness=2.0 must lie in (0, 1]"),
        (("unlock", "none", "--set", "population"), "'population' must have the form setting=value"),
        (("unlock", "none", "--strategy", "evolution", "--set", "fresh=2"), "fresh=2 must lie in [0, 1]"),
        (("train", "VPO", "--out", "unused", "--set", "learning_rate=fast"), "learning_rate='fast' must be"),
        (("train", "VPO", "--out", "unused", "--set", "seed=1"), "give --seed"),
        (("train", "VPO", "--out", "unused", "--checkpoint-every", "0"), "every=0"),
        (("train", "VPO", "--out", "unused", "--steps", "-5"), "--steps"),
        (("train", "VPO", "--out", "unused", "--policy", "./[/b]"), "./[/b]"),
        (("envs", "--import", "no_such_module"), "no_such_module"),
        (("envs", "--import", "json", "--import", "no_such_module"), "no_such_module"),
        (("play", "vpo/Maze-v0?siez=5"), "no knob 'siez'; did you mean 'size'?"),
        (("check-env", "vpo/Maze-v0?size=x"), "size='x' must be an integer"),
        (("train", "VPO", "--out", "unused", "--env", "vpo/Maze-v0?siez=5"), "did you mean 'size'"),
        (("bench", "--out", "unused", "--env", "vpo/Maze-v0?siez=5;vpo/Code-v0"), "did you mean 'size'"),
        (("export", "vpo/Maze-v0?siez=5", "--out", "unused.jsonl"), "did you mean 'size'"),
        ((*SERVED[:-4], "--env", "vpo/Maze-v0?siez=5"), "did you mean 'size'"),
    ],
)
def test_mistakes_end_with_a_message_and_no_traceback(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output.replace("\n", "") and "Traceback" not in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "[]", "{", pytest.param("[" * 100_000, id="deep")])
def test_a_damaged_note_of_a_run_is_named(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    result = run("train", "VPO", "--out", str(tmp_path))
    shown = result.output.replace("\n", "")
    assert result.exit_code == 2 and f"{tmp_path / 'run.json'} " in shown and "Traceback" not in shown


def test_a_report_that_is_none_is_not_replaced(tmp_path):
    (tmp_path / "results.json").write_text("[]")
    result = run("bench", "--out", str(tmp_path))
    assert result.exit_code == 2 and "is no report of a benchmark" in result.output.replace("\n", "")


@pytest.mark.parametrize(
    ("command", "option", "file"),
    [
        (("eval", "no-such-folder"), "--json", True),
        (("search", "no-such-folder"), "--out", True),
        (("export", "vpo/Maze-v0"), "--out", True),
        (("train", "VPO"), "--out", False),
        (("bench",), "--out", False),
        (("report", "none.json"), "--out", False),
        (("unlock", "none"), "--out", False),
    ],
)
def test_places_that_cannot_be_written_are_refused_first(command, option, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    wrong = "folder" if file else "file"
    direct = run(*command, option, wrong)
    assert direct.exit_code == 2 and f"{option} {wrong} is a {wrong}; give a" in direct.output
    below = run(*command, option, "file/deeper/out.jsonl")
    assert below.exit_code == 2 and "is a file, so nothing can be written below it" in below.output
    monkeypatch.setattr("os.access", lambda path, mode: False)
    closed = run(*command, option, "out.jsonl")
    assert closed.exit_code == 2 and "must not be written; give another place" in closed.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_measures_do_not_go_into_a_folder(tmp_path):
    result = run("eval", "no-such-folder", "--json", str(tmp_path))
    assert result.exit_code == 2 and "is a folder; give a file" in result.output.replace("\n", "")


@pytest.mark.slow
def test_train_resumes_and_eval_measures(tmp_path):
    out = tmp_path / "run"
    small = [f"--set={item}" for item in ("group_size=2", "prompts_per_step=2", "warm_start_steps=2")]
    common = ["train", "VPO", "--out", str(out), "--checkpoint-every", "1", *small]
    first = run(*common, "--steps", "1")
    assert first.exit_code == 0, first.output
    second = run(*common, "--steps", "2")
    assert second.exit_code == 0 and "going on from" in second.output
    lines = [json.loads(line) for line in (out / "progress.jsonl").read_text().splitlines()]
    assert [line["time/updates"] for line in lines] == [1, 2]
    other = run(*common, "--steps", "2", "--seed", "1")
    assert other.exit_code == 2 and "seed=1 (was 0); choose another --out" in other.output
    measured = run("eval", str(out), "--tasks", "2", "--pool", "3", "--json", str(tmp_path / "m.json"))
    assert measured.exit_code == 0, measured.output
    assert "best@3" in json.loads((tmp_path / "m.json").read_text())


def test_an_interrupted_warm_start_promises_no_checkpoint(tmp_path, monkeypatch):
    def interrupt(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(Agent, "warm_start", interrupt)
    small = [f"--set={item}" for item in ("group_size=2", "prompts_per_step=1", "max_new_tokens=4")]
    result = run("train", "GRPO", "--out", str(tmp_path / "run"), "--steps", "1", *small)
    assert result.exit_code == 130
    assert "interrupted; no checkpoint has been written yet" in result.output.replace("\n", "")


@pytest.mark.slow
def test_finished_runs_go_on_without_a_checkpoint_of_their_own(tmp_path):
    out = tmp_path / "run"
    small = [f"--set={item}" for item in ("group_size=2", "prompts_per_step=2", "warm_start_steps=0")]
    common = ["train", "GRPO", "--out", str(out), *small]
    assert run(*common, "--steps", "1").exit_code == 0
    second = run(*common, "--steps", "2")
    assert second.exit_code == 0 and f"going on from {out}" in second.output.replace("\n", "")
    lines = [json.loads(line) for line in (out / "progress.jsonl").read_text().splitlines()]
    assert [line["time/updates"] for line in lines] == [1, 2]


@pytest.fixture(scope="module")
def beginner(tmp_path_factory):
    """An agent that has learned nothing."""
    folder = tmp_path_factory.mktemp("beginner")
    VPO("tiny", "vpo/SupportSmall-v0", num_candidates=2, warm_start_steps=0, max_new_tokens=8).save(folder)
    return folder


def test_search_goes_on_with_its_file_and_chooses_anew(beginner, tmp_path):
    out = tmp_path / "found" / "result.json"
    common = ["search", str(beginner), "--budget", "3", "--out", str(out)]
    first = run(*common, "--tasks", "2", "--context", "hurried")
    assert first.exit_code == 0, first.output
    assert "VPO on vpo/SupportSmall-v0: sampling, 2 tasks" in first.output
    assert "context hurried" in first.output and "share of the best on the true front" in first.output
    assert "used 6 answers, 32 tokens, 4 rollouts" in first.output  # four completions of eight tokens
    before = json.loads(out.read_text())
    again = run(*common, "--tasks", "3", "--require", "helpfulness=0.5", "--then", "brevity")
    assert again.exit_code == 0 and "helpfulness >= 0.5; then brevity" in again.output
    after = json.loads(out.read_text())
    assert after["pools"][:2] == before["pools"] and len(after["pools"]) == 3
    other = run(*common, "--tasks", "3", "--seed", "1")
    assert other.exit_code == 2 and "seed=1 (was 0); choose another file" in other.output.replace("\n", "")
    unknown = run(*common, "--tasks", "3", "--context", "in a hurry")
    assert unknown.exit_code == 2 and "everyday, hurried, upset" in unknown.output.replace("\n", "")


def test_a_search_that_fails_says_why(beginner, monkeypatch):
    def fail(*arguments, **settings):
        raise OpenEvolveError("OpenEvolve ended with code 1")

    monkeypatch.setattr(SamplingSearch, "search", fail)
    result = run("search", str(beginner), "--budget", "2", "--tasks", "1")
    assert result.exit_code == 2 and "error: OpenEvolve ended with code 1" in result.output
    assert "Traceback" not in result.output


def test_search_refines_and_takes_a_reward_model(beginner, tmp_path):
    toys.classifier().save_pretrained(tmp_path)
    toys.classifier_tokenizer().save_pretrained(tmp_path)
    result = run(
        *("search", str(beginner), "--strategy", "refinement", "--set", "turns=2", "--budget", "4"),
        *("--tasks", "1", "--scorer", str(tmp_path)),
    )
    assert result.exit_code == 0, result.output
    assert "used 4 answers, 16 tokens, 1 rollouts" in result.output and "scorer" in result.output


def test_train_over_several_turns(tmp_path):
    out = tmp_path / "run"
    small = [f"--set={item}" for item in ("group_size=2", "prompts_per_step=1", "warm_start_steps=0")]
    common = ["train", "GRPO", "--env", "vpo/SupportSmall-v0", "--out", str(out), "--steps", "1", *small]
    first = run(*common, "--turns", "2", "--set=max_new_tokens=4")
    assert first.exit_code == 0, first.output
    [line] = [json.loads(line) for line in (out / "progress.jsonl").read_text().splitlines()]
    assert line["time/timesteps"] == 2 * 2
    other = run(*common, "--set=max_new_tokens=4")
    assert other.exit_code == 2 and "turns=1 (was 2); choose another --out" in other.output
    more = run(*common[:-5], "--steps", "2", *small, "--turns", "2", "--set=max_new_tokens=4")
    assert more.exit_code == 0 and "going on from" in more.output


POEMS = """
import vpo_envs
from vpo_envs import Domain, Objective, Task


class Letters(Domain):
    objectives = (Objective("many"), Objective("few"))

    def sample_task(self, rng):
        letter = "abcdefgh"[rng.integers(8)]
        return Task(letter * int(rng.integers(1, 9)), letter)

    def score(self, task, answer):
        share = min(answer.count(task.truth), 5) / 5
        return share, (1 - share) * (task.truth in answer)

    def demonstrations(self, task, rng):
        return [task.truth * n for n in (1, 3, 5)]


vpo_envs.register("my/Letters-v0", Letters)
"""


@pytest.mark.slow
def test_bench_takes_an_environment_of_ones_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "poems.py").write_text(POEMS)
    result = run(
        *("bench", "--env", "my/Letters-v0", "--import", "poems", "--agents", "VPO,GRPO", "--seeds", "0"),
        *("--steps", "1", "--warm-start-steps", "2", "--tasks", "2", "--pool", "3", "--out", "runs/letters"),
        *("--answers-per-task", "6", "--prompts-per-step", "2"),
    )
    assert result.exit_code == 0, result.output
    assert (tmp_path / "runs/letters/report.html").exists()
    again = run("report", "runs", "--out", "again")
    assert again.exit_code == 0, again.output  # without the module: what it needs is in the file
    for name in ("report.html", "report.md", "tables.tex", "best_at_k.png"):
        assert (tmp_path / "again" / name).exists()
    assert (tmp_path / "again/report.md").read_text() == (tmp_path / "runs/letters/report.md").read_text()


@pytest.fixture
def trap(tmp_path, monkeypatch):
    """A folder with a module whose import is seen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "trap_module.py").write_text("import pathlib\npathlib.Path('SPRUNG').touch()\n")
    return tmp_path / "SPRUNG"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"agent": "Mine", "class": "trap_module.Mine"}, "would import the module trap_module"),
        ({"env": '{"entry_point": "trap_module:Mine", "kwargs": {}}'}, "give it: load(path, env)"),
        ({"env": '{"id": "trap_module:vpo/MazeSmall-v0", "settings": {}}'}, "give it: load(path, env)"),
    ],
    ids=["class", "entry point", "id"],
)
def test_a_checkpoint_imports_nothing_by_itself(beginner, trap, tmp_path, change, message):
    shutil.copytree(beginner, tmp_path / "agent")
    file = tmp_path / "agent" / "agent.json"
    state = json.loads(file.read_text())
    del state["sha256"]
    file.write_text(json.dumps(seal({**state, **change})))
    result = run("eval", str(tmp_path / "agent"), "--tasks", "1", "--pool", "2")
    assert result.exit_code == 2 and message in result.output.replace("\n", "")
    assert not trap.exists()


def test_a_second_training_in_the_same_folder_is_refused(tmp_path):
    with sole_writer(tmp_path):
        result = run("train", "VPO", "--out", str(tmp_path), "--steps", "1")
    assert result.exit_code == 2 and "is in use by process" in result.output.replace("\n", "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["train", "bench"])
def test_a_folder_that_cannot_be_made_is_named_in_one_line(tmp_path, command):
    (tmp_path / "file").write_text("kept")
    words = ("train", "VPO") if command == "train" else ("bench",)
    result = run(*words, "--out", str(tmp_path / "file" / "run"), "--steps", "1")
    shown = result.output.replace("\n", "")
    assert result.exit_code == 2 and "is a file, so nothing can be written below it" in shown
    assert "Traceback" not in shown and (tmp_path / "file").read_text() == "kept"
