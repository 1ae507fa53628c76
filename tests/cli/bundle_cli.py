"""Runs the commands that read a bundle as a person would."""

from __future__ import annotations

import typer
from typer.testing import CliRunner

from evalhub.cli import anomalies, explain, replay, report, verify


def run(*arguments):
    """(exit code, stdout, stderr) of ``evalhub …``."""
    app = typer.Typer()
    for module in (verify, replay, explain, anomalies, report):
        module.register(app)
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    return result.exit_code, result.stdout, result.stderr
