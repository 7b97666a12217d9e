"""A module that is played for properties: it answers in order, after any delay, cut anywhere, and may restart."""

from collections import deque
from collections.abc import Callable

from tests.wire.talk import Talk, written

#: Reads one line; returns what is printed at once, and the data that it wants then (None: none).
Answers = Callable[[bytes], tuple[bytes, int | None]]


class Module:
    """The far end of a :class:`Talk`.

    It reads a line only when it has answered the one before, as a module with one command interpreter does.

    :param talk: the near end.
    :param answers: what it says to a line.
    :param terminator: what ends a line.
    """

    def __init__(self, talk: Talk, answers: Answers, terminator: bytes) -> None:
        self.talk = talk
        self.echo = False
        #: Seconds that it takes for the next lines.
        self.delays: deque[float] = deque()
        #: Seconds between the pieces of its next outputs, and where these are cut.
        self.cuts: deque[int] = deque()
        #: Lines that it will throw away.
        self.deaf = 0
        self._answers = answers
        self._terminator = terminator
        self._input = b""
        self._wanted: int | None = None
        self._due: deque[tuple[float, bytes]] = deque()
        self._free = talk.now
        self._deaf_until = talk.now
        self._seen = 0

    def say(self, data: bytes, delay: float = 0.0) -> None:
        """Print something behind what is printed already."""
        self._free = max(self._free, self.talk.now) + delay
        cut = min(self.cuts.popleft(), len(data)) if self.cuts else 0
        for piece in (data[:cut], data[cut:]):
            if piece:
                self._due.append((self._free, piece))
                self._free += 0.01

    def restart(self, *, keep_input: bool) -> None:
        """Start anew: what was not printed yet never is; what was not read yet may be read behind the start."""
        self._collect()
        self._due.clear()
        self._free = self.talk.now
        self._wanted = None
        self.echo = False
        if not keep_input:
            self._input = b""
            self._deaf_until = self.talk.now + 0.3
        self.say(b"\x00\xfe\r\nready\r\n", 0.3)
        self._read()

    def run(self, seconds: float) -> None:
        """Let time pass on both sides."""
        end = self.talk.now + seconds
        while True:
            self._collect()
            self._read()
            deadline = self.talk.dialogue.deadline
            at = self._due[0][0] if self._due else end
            if deadline is not None and deadline < min(at, end):
                self.talk.wait(max(deadline - self.talk.now, 0.0))
            elif self._due and at <= end:
                self.talk.wait(max(at - self.talk.now, 0.0))
                self._collect()
                self.talk.hear(self._due.popleft()[1])
            else:
                self.talk.wait(max(end - self.talk.now, 0.0))
                self._collect()
                return

    def _collect(self) -> None:
        lines = written(self.talk.out[self._seen :])
        self._seen = len(self.talk.out)
        if self.talk.now >= self._deaf_until:
            self._input += b"".join(lines)

    def _read(self) -> None:
        while not self._due:
            if self._wanted is not None:
                if len(self._input) < self._wanted:
                    return
                data, self._input = self._input[: self._wanted], self._input[self._wanted :]
                self._wanted = None
                line = b"=" + data
            else:
                line, end, rest = self._input.partition(self._terminator)
                if not end:
                    return
                self._input = rest
                if self.deaf:
                    self.deaf -= 1
                    continue
            said, self._wanted = self._answers(line)
            if self.echo and not line.startswith(b"="):
                said = line + self._terminator + said
            self.say(said, self.delays.popleft() if self.delays else 0.0)
