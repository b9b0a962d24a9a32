"""Shared by all commands: imports, one-line errors, missing extras, the version."""

import sys
from importlib.metadata import version

import gymnasium as gym
import numpy as np
import pytest
import typer

from tests.vpo_cli.command_line import run
from vpo_cli.common import (
    EXTRAS,
    exit_with,
    import_modules,
    missing_extra,
    or_exit,
    remedy,
    show_reward,
)


def test_the_version_is_that_of_the_distribution():
    result = run("--version")
    assert result.exit_code == 0 and result.output == f"vpo-gym {version('vpo-gym')}\n"


@pytest.mark.parametrize(
    ("package", "message"),
    [
        ("torch.nn", "the package torch, which is not installed: pip install 'vpo-gym[agents]'"),
        ("yaml", "the package yaml, which is not installed: pip install 'vpo-gym[bench]'"),
        ("wasmtime", "the package wasmtime, which is not installed: pip install 'vpo-gym[code]'"),
        ("gguf", "the package gguf, which is not installed: pip install 'vpo-gym[gguf]'"),
        ("poems.rhymes", "the package poems, which is not installed"),
    ],
)
def test_a_missing_package_is_named_with_the_command_that_brings_it(package, message, capsys):
    error = ModuleNotFoundError("no", name=package)
    assert remedy(error) == message
    with pytest.raises(SystemExit) as caught:
        missing_extra(error)
    assert caught.value.code == 2 and capsys.readouterr().err == f"error: this needs {message}\n"


def test_a_missing_module_of_an_id_is_named(capsys):
    with pytest.raises(SystemExit):
        or_exit(lambda: gym.make("nowhere:nu/Coins-v0"))
    assert capsys.readouterr().err == (
        "error: No module named 'nowhere'; give a module of this folder by --import\n"
    )


def test_every_package_belongs_to_one_extra():
    packages = [package for extra in EXTRAS.values() for package in extra]
    assert len(set(packages)) == len(packages)


@pytest.mark.parametrize("text", ["a [red]b[/red] [/c]", "x" * 500, "1 [2] 'three'"])
def test_an_error_is_one_line_as_it_was_written(capsys, text):
    for code in (2, 130):
        with pytest.raises(typer.Exit) as caught:
            exit_with(text, code=code)
        assert caught.value.exit_code == code
    assert capsys.readouterr().err == f"error: {text}\n" * 2
    with pytest.raises(typer.Exit) as caught:
        exit_with(text)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "error", [ValueError, TypeError, ImportError, OSError, FileNotFoundError, gym.error.NameNotFound]
)
def test_errors_in_arguments_end_the_command(capsys, error):
    def fail():
        raise error("wrong argument")

    with pytest.raises(typer.Exit):
        or_exit(fail)
    assert capsys.readouterr().err == "error: wrong argument\n"


def test_a_missing_module_ends_the_command_and_a_bug_does_not(capsys):
    with pytest.raises(SystemExit):
        or_exit(lambda: __import__("no_such_module_here"))
    assert "this needs the package no_such_module_here" in capsys.readouterr().err
    with pytest.raises(ZeroDivisionError):
        or_exit(lambda: 1 / 0)
    assert or_exit(lambda: 7) == 7


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A current folder that is not on the path yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return tmp_path


def test_modules_of_the_current_folder_are_imported_in_order(here, monkeypatch):
    (here / "first_of_two.py").write_text("seen = []")
    (here / "second_of_two.py").write_text("import first_of_two; first_of_two.seen.append(2)")
    import_modules(None)
    import_modules([])
    assert str(here) not in sys.path
    import_modules(["first_of_two", "second_of_two"])
    assert sys.path[-1] == str(here) and sys.modules["first_of_two"].seen == [2]
    import_modules(["first_of_two"])
    assert sys.path.count(str(here)) == 1
    for name in ("first_of_two", "second_of_two"):
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("nowhere_at_all", "there is no module 'nowhere_at_all', neither installed nor in the folder"),
        ("nowhere_at_all.inner", "there is no module 'nowhere_at_all.inner'"),
        ("json.nowhere", "there is no module 'json.nowhere'"),
        ("poems.py", "'poems.py' is a file; give the name of the module, poems"),
        ("./mine/poems", "'./mine/poems' is a file; give the name of the module, mine.poems"),
        ("needs_another", "this needs the package another_that_is_missing, which is not installed"),
        ("breaks", "wrong in the module"),
    ],
)
def test_modules_that_cannot_be_imported_are_named(here, capsys, module, message):
    (here / "needs_another.py").write_text("import another_that_is_missing")
    (here / "breaks.py").write_text("raise ValueError('wrong in the module')")
    with pytest.raises((typer.Exit, SystemExit)):
        import_modules([module])
    assert message in capsys.readouterr().err


def test_a_reward_is_shown_by_name_with_its_scalar(capsys):
    show_reward(["gold", "speed"], np.array([0.25, 1.0]), np.array([0.2, 0.8]))
    assert capsys.readouterr().out == "gold 0.25  speed 1.00  |  scalar 0.850\n"
