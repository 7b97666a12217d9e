"""Runs the command line tool as a process of its own, with pipes or on a terminal."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["ATMODEM", "Terminal", "run", "terminal"]

ATMODEM = [sys.executable, "-W", "error", "-m", "atmodem"]
LIMIT = 40.0


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tool to its end with pipes."""
    return subprocess.run([*ATMODEM, *arguments], capture_output=True, text=True, timeout=LIMIT, check=False)


class Terminal:
    """A terminal with the tool in its foreground."""

    def __init__(self, master: int, process: subprocess.Popen[bytes]) -> None:
        self._master = master
        self._process = process
        self.shown = ""

    def until(self, text: str) -> str:
        """Read until *text* is shown; return everything shown so far."""
        while text not in self.shown:
            assert self._read(), f"ended without {text!r}: {self.shown}"
        return self.shown

    def press(self, key: str) -> None:
        os.write(self._master, key.encode())

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self) -> int:
        """Wait for the end; return the status."""
        while self._read():
            pass
        return self._process.wait(LIMIT)

    def _read(self) -> bool:
        assert select.select([self._master], [], [], LIMIT)[0], f"silent for too long: {self.shown}"
        try:
            data = os.read(self._master, 65536)
        except OSError:  # nobody has the other end open any more
            return False
        self.shown += data.decode().replace("\r\n", "\n")
        return bool(data)


@contextmanager
def terminal(*arguments: str) -> Iterator[Terminal]:
    """Run the tool on a terminal of its own; it is killed at the end."""
    master, slave = os.openpty()
    process = subprocess.Popen(
        # A session of its own makes the terminal send it the signals of the keyboard.
        ["setsid", "--ctty", *ATMODEM, *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(slave)
    try:
        yield Terminal(master, process)
    finally:
        process.kill()
        process.wait()
        os.close(master)
