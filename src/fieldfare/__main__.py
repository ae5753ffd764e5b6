"""`python -m fieldfare`, and the command `fieldfare`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from fieldfare.wiring import command_line

    command_line()()


if __name__ == "__main__":
    main()
