"""The command line as users call it."""

from typer.testing import CliRunner

from vpo_cli import app


def run(*arguments, input=None):
    return CliRunner().invoke(app, list(arguments), input=input, env={"COLUMNS": "200", "TERM": "dumb"})
