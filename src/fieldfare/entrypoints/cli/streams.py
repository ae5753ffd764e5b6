"""Bytes in, within the limit, and bytes out, also into a pipe that nobody reads to its end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

import typer

from fieldfare.entrypoints.scenario.json_text import LONGEST_TEXT_BYTES

_SKIP_BYTES = 1024 * 1024


class UnreadableError(Exception):
    """A file that can't be opened or read, and why."""


class UnwritableError(Exception):
    """Standard output takes no more, and why."""


def opened(file: str) -> nullcontext[BinaryIO] | BinaryIO:
    """Open a file, or standard input for `-`; raises `UnreadableError`."""
    if file != "-":
        with _said(file):
            return Path(file).open("rb")
    if sys.stdin is None:
        raise UnreadableError("can't read standard input: it is closed")
    return nullcontext(sys.stdin.buffer)


def whole(stream: BinaryIO) -> bytes:
    """Read all there is, or so much of it that whoever parses it sees that it is too long."""
    with _said(_name_of(stream)):
        return stream.read(LONGEST_TEXT_BYTES + 1)


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """Read line by line, without the line's end; blank lines at the very end are none.

    Of a line that is too long just so much is kept that whoever parses it sees that.
    """
    blank = 0
    while chunk := _read_line(stream, LONGEST_TEXT_BYTES + 2):
        if not chunk.endswith(b"\n"):
            while (rest := _read_line(stream, _SKIP_BYTES)) and not rest.endswith(b"\n"):
                pass
        line = chunk.rstrip(b"\r\n")
        if not line.strip():
            blank += 1
            continue
        for _ in range(blank):
            yield b""
        blank = 0
        yield line


def write(text: str | bytes) -> None:
    """Write a text to standard output in UTF-8, at once; raises `UnwritableError`, or `BrokenPipeError`."""
    if sys.stdout is None:
        raise UnwritableError("can't write to standard output: it is closed")
    try:
        sys.stdout.buffer.write(text.encode() if isinstance(text, str) else text)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _drop_what_is_left()
        raise UnwritableError(f"can't write to standard output: {error.strerror or error}") from None


@contextmanager
def quiet_pipe() -> Iterator[None]:
    """Stop without a word when whoever reads standard output has seen enough (`| head`)."""
    try:
        yield
    except BrokenPipeError:
        _drop_what_is_left()
        raise typer.Exit from None


def _drop_what_is_left() -> None:
    # What is still buffered would be written, and fail, once more at the end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _name_of(stream: BinaryIO) -> str:
    name = getattr(stream, "name", None)
    return name if isinstance(name, str) and name != "<stdin>" else "standard input"


def _read_line(stream: BinaryIO, size: int) -> bytes:
    with _said(_name_of(stream)):
        return stream.readline(size)


@contextmanager
def _said(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnreadableError(f"can't read {name}: {error.strerror or error}") from None
