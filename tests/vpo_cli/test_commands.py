"""All commands: help with an example, and mistakes that end with a message."""

import pytest

from tests.vpo_cli.command_line import run

NOBODY = "http://127.0.0.1:9"
SERVED = ("eval", "--endpoint", NOBODY, "--model", "m", "--env", "vpo/MazeSmall-v0", "--tasks", "2")


@pytest.mark.parametrize(
    "command",
    [
        *("envs", "play", "train", "warm-start", "eval", "search", "pools"),
        *("bench", "demo", "report", "compare", "unlock", "check-env", "export"),
    ],
)
def test_every_command_explains_itself_with_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Example" in result.output and f"vpo {command}" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("play", "vpo/Nope-v0"), "Nope"),
        (("check-env", "nope/Nope-v0"), "nope"),
        (("play", "vpo/MazeSmall-v0", "--index", "-4"), "index=-4"),
        (("train", "PPO", "--out", "unused"), "agent='PPO' is unknown"),
        (("train", "PoolVP0", "--out", "unused"), "did you mean 'PoolVPO'?"),
        (("train", "sharp@VPO", "--out", "unused"), "a label has no meaning here, give 'VPO'"),
        (("train", "VPO", "--out", "unused", "--set", "alpha"), "'alpha' must have the form setting=value"),
        (("train", "VPO", "--out", "unused", "--policy", "./none"), "there is no such file or folder"),
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
        (("report", "none.json"), "none.json does not exist; give the --out of a finished `vpo bench`"),
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
        (
            ("envs", "--import", "no_such_module"),
            "there is no module 'no_such_module', neither inst",
        ),
        (("envs", "--import", "./mine/poems.py"), "is a file; give the name of the module, mine.poems"),
        (("check-env", "rows.jsonl", "--scorer", "nowhere:score"), "dataset='rows.jsonl' does not exist"),
        (("check-env", "MazeSmall-v0"), "did you mean 'vpo/MazeSmall-v0'?"),
        (("export", "vpo/Maze-v0", "--layout", "trl", "--out", "a.jsonl"), "plain, chat, verl, verifiers"),
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
