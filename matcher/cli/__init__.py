"""The command line: arguments to the workflow, and its answers to text or JSON."""

from __future__ import annotations


def main() -> None:
    """Run the program ``matcher``; ends the process with its exit code."""
    from matcher.cli.app import run

    run()
