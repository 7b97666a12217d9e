"""Modules that do not tell: they are asked, while somebody waits."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import attrs
import pytest
import pytest_asyncio

import atmodem
from atmodem import (
    Capability,
    CommandError,
    CommandTimeout,
    Datagram,
    DataLost,
    Modem,
    SessionBroken,
    SocketAccepted,
    Support,
)
from atmodem.dialects import find_dialect
from atmodem.dialects.espat.driver import EspDriver
from atmodem.portable.drivers import SocketDriver
from atmodem.portable.values import Link, Polling
from atmodem.sessions.polling import Pauses
from tests.modem.peer import Peer

pytestmark = pytest.mark.asyncio

SOON = Polling(0.001, 0.004)
REFUSAL = CommandError("nothing waits", code="-1")
SILENCE = CommandTimeout("no reply within 0 s")


class Asked(SocketDriver):
    """Answers questions by what a test has put there; nothing, where it has put nothing."""

    send_limit = datagram_limit = receive_limit = 4

    def __init__(self) -> None:
        self.link = Link(number=0, polling=SOON)
        self.answers: deque[object] = deque()
        self.questions = 0
        self.answering = asyncio.Event()
        self.answering.set()
        self.closed: list[int] = []
        self.groups: list[str] = []

    async def _wait(self) -> None:
        self.questions += 1
        await self.answering.wait()

    def _answer(self, default: object) -> object:
        answer = self.answers.popleft() if self.answers else default
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def open_tcp(self, host, port, *, passive, tls):
        return self.link

    async def open_udp(self, remote, local_port):
        return self.link

    async def listen_tcp(self, port, *, passive):
        return self.link

    async def receive(self, link, limit):
        await self._wait()
        return self._answer(b"")

    async def receive_datagram(self, link):
        await self._wait()
        return self._answer(None)

    async def accept(self, listener):
        await self._wait()
        return self._answer(None)

    async def join_group(self, link, group):
        self.groups.append(group)

    async def close(self, link):
        self.closed.append(link)


class Driver(EspDriver):
    def __init__(self, modem) -> None:
        super().__init__(modem)
        self.sockets = Asked()
        self.capabilities = {**self.capabilities, Capability.UDP_JOIN_GROUP: Support.YES}


ASKED = attrs.evolve(find_dialect("espat"), driver=Driver)


@pytest_asyncio.fixture
async def modem() -> AsyncIterator[Modem]:
    modem = Modem(Peer().link, ASKED)
    await modem.start()
    yield modem
    await modem.aclose()


@pytest.fixture
def asked(modem: Modem) -> Asked:
    assert isinstance(modem.driver.sockets, Asked)
    return modem.driver.sockets


@asynccontextmanager
async def stream(modem: Modem) -> AsyncIterator[atmodem.TcpStream]:
    async with modem.connect_tcp("far", 7) as opened:
        yield opened


async def test_data_and_the_end_are_found_by_asking(modem: Modem, asked: Asked):
    async with stream(modem) as one:
        asked.answers.extend([b"", REFUSAL, b"abc", b"", b"defg", b"h", None])
        received = b""
        while len(received) < 8:
            received += await one.receive()
        assert received == b"abcdefgh"
        with pytest.raises(anyio.EndOfStream):
            await one.receive()
    # The link is gone: its number may be another's.
    assert asked.closed == []


async def test_nothing_is_asked_while_nobody_waits(modem: Modem, asked: Asked):
    async with stream(modem) as one:
        asked.answers.append(b"abcd")
        assert await one.receive(2) == b"ab"
        questions = asked.questions
        await modem.send_raw("AT+CIPMUX?")
        assert await one.receive(2) == b"cd"
        assert asked.questions == questions


async def test_a_full_answer_is_followed_by_another_question_at_once(modem: Modem, asked: Asked):
    asked.link = Link(number=0, polling=Polling(60, 60))
    async with stream(modem) as one:
        modem.publish(atmodem.SocketReadable(link=0))
        asked.answers.extend([b"abcd", b"ef"])
        assert [await one.receive(), await one.receive()] == [b"abcd", b"ef"]


async def test_a_link_that_pushes_is_asked_for_its_end_alone(modem: Modem, asked: Asked):
    asked.link = Link(number=0, pushes=True, polling=SOON)
    async with stream(modem) as one:
        modem.publish(atmodem.SocketData(link=0, data=b"pushed"))
        assert await one.receive() == b"pushed"
        assert asked.questions == 0
        asked.answers.append(None)
        with pytest.raises(anyio.EndOfStream):
            await one.receive()


async def test_silence_breaks_a_stream(modem: Modem, asked: Asked):
    async with stream(modem) as one:
        asked.answers.append(SILENCE)
        with pytest.raises(SessionBroken, match="the connection was lost: no reply"):
            await one.receive()
    assert asked.closed == [0]


async def test_clients_are_found_by_asking_and_their_data_too(modem: Modem, asked: Asked):
    async with modem.listen_tcp(80) as listener:
        asked.answers.extend([None, REFUSAL, Link(number=1, polling=SOON)])
        client = await listener.accept()
        asked.answers.append(b"hi")
        assert await client.receive() == b"hi"
        asked.answers.append(SILENCE)
        with pytest.raises(SessionBroken, match="the listener was lost: no reply"):
            await listener.accept()
        await client.aclose()
    assert asked.closed == [1]


async def test_a_client_of_a_listener_that_nobody_has_is_closed(modem: Modem, asked: Asked):
    asked.link = Link(number=9)
    async with modem.listen_tcp(80) as listener:
        for number, known in ((1, 8), (2, 9), (3, None)):
            modem.publish(SocketAccepted(link=Link(number=number), listener=known))
        assert [(await listener.accept()).link for _ in range(2)] == [2, 3]
    assert asked.closed == [1, 9]


async def test_a_cancelled_accept_loses_no_client(modem: Modem, asked: Asked):
    async with modem.listen_tcp(80) as listener:
        accepting = asyncio.create_task(listener.accept())
        while not asked.questions:
            await asyncio.sleep(0)
        asked.answers.append(Link(number=1, polling=SOON))
        accepting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await accepting
        async with await listener.accept() as client:
            assert client.link == 1


async def test_datagrams_are_found_by_asking(modem: Modem, asked: Asked):
    async with modem.open_udp(("far", 7)) as udp:
        asked.answers.extend([None, REFUSAL, Datagram(b"one"), Datagram(b"two")])
        assert [(await udp.receive()).data for _ in range(2)] == [b"one", b"two"]
        asked.answers.append(SILENCE)
        with pytest.raises(SessionBroken, match="the socket was lost: no reply"):
            await udp.receive()


async def test_a_datagram_that_did_not_fit_is_counted_and_the_next_one_comes(modem: Modem, asked: Asked):
    async with modem.open_udp(("far", 7)) as udp:
        asked.answers.extend([DataLost("too long", lost=1), Datagram(b"next")])
        assert (await udp.receive()).data == b"next"
        assert udp.missed == 1


async def test_a_group_to_join_is_a_multicast_address(modem: Modem, asked: Asked):
    async with modem.open_udp(("far", 7)) as udp:
        assert udp.largest == 4
        for group in ("10.0.0.1", "ff02::1", "everybody"):
            with pytest.raises(atmodem.InvalidArgument, match="group"):
                await udp.join_group(group)
        await udp.join_group("239.1.2.3")
    assert asked.groups == ["239.1.2.3"]
    with pytest.raises(atmodem.SessionClosed):
        await udp.join_group("239.1.2.3")


async def test_while_a_question_is_out_nothing_is_timed(modem: Modem, asked: Asked, monkeypatch):
    timed = 0

    def count(delay: float) -> anyio.CancelScope:
        nonlocal timed
        timed += 1
        return original(delay)

    original = anyio.move_on_after
    monkeypatch.setattr(anyio, "move_on_after", count)
    asked.link = Link(number=0, polling=Polling(0, 0))
    asked.answering.clear()
    async with stream(modem) as one, modem.open_udp(("far", 7)) as udp, modem.listen_tcp(80) as listener:
        waiting = [asyncio.create_task(work()) for work in (one.receive, udp.receive, listener.accept)]
        while asked.questions < 3:
            await asyncio.sleep(0)
        for _ in range(100):
            await asyncio.sleep(0)
        assert timed == 3
        for task in waiting:
            task.cancel()
        asked.answering.set()
        await asyncio.wait(waiting)


@pytest.mark.parametrize(
    ("polling", "expected"),
    [
        (Polling(0.5, 2), [0.5, 1, 2, 2]),
        (Polling(0, 0), [0, 0, 0, 0]),
        (Polling(0, 0.03), [0, 0.01, 0.02, 0.03]),
    ],
)
async def test_questions_become_more_and_more_seldom(monkeypatch, polling: Polling, expected: list[float]):
    waited: list[float] = []

    def at_once(delay: float) -> anyio.CancelScope:
        waited.append(delay)
        return original(0)

    original = anyio.move_on_after
    monkeypatch.setattr(anyio, "move_on_after", at_once)
    pauses = Pauses(polling)
    for _ in expected:
        assert await pauses.wait(asyncio.Event())
    assert waited == expected
    pauses.restart()
    await pauses.wait(asyncio.Event())
    assert waited[-1] == expected[0]
