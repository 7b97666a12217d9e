"""The engine by itself: streams, giving up, the trace."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from atmodem.dialects import espat, find_dialect
from atmodem.errors import CommandError, LinkError, LinkLost, OutOfSync, SessionClosed
from atmodem.modem.engine import Engine
from atmodem.wire.command import Command
from atmodem.wire.dialogue import Dialogue
from atmodem.wire.outcomes import Outcome, StreamData
from tests.modem.peer import Peer

pytestmark = pytest.mark.asyncio

VOCABULARY = find_dialect("espat").vocabulary
SIMPLELINK = find_dialect("simplelink")
READ_RAM = VOCABULARY.request(espat.SYSRAM.query())


class Bench:
    """An engine, and what it tells."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.outcomes: list[Outcome] = []
        self.losses: list[LinkError] = []
        self.engine = Engine(peer.link, Dialogue(VOCABULARY), self.outcomes.append, self.losses.append)
        peer.link.start(self.engine)

    async def run(self, command: Command[object]) -> object:
        _, future = self.engine.submit(VOCABULARY.request(command))
        return await future


@pytest_asyncio.fixture
async def bench(peer: Peer) -> AsyncIterator[Bench]:
    bench = Bench(peer)
    await bench.engine.synchronize()
    yield bench
    bench.engine.stop()
    await peer.link.aclose()


async def test_a_stream_passes_bytes_bare_until_it_is_left(bench: Bench, caplog: pytest.LogCaptureFixture):
    bench.peer.answers[b"AT+CIPSEND"] = b"\r\nOK\r\n\r\n>"
    await bench.run(espat.CIPSEND())
    bench.engine.write_stream(b"OK\r\n")
    await bench.peer.heard(b"OK")
    with caplog.at_level(logging.DEBUG, "atmodem.wire"):
        bench.peer.say(b"ERROR\r\n")
        while not any(isinstance(outcome, StreamData) for outcome in bench.outcomes):
            await asyncio.sleep(0)
    assert b"".join(o.data for o in bench.outcomes if isinstance(o, StreamData)) == b"ERROR\r\n"
    assert caplog.records[-1].message == "memory:// < <7 bytes>"
    leaving = asyncio.create_task(bench.engine.leave_stream())
    await bench.peer.heard_data(b"+++")
    await leaving
    bench.peer.answers[b"AT"] = b"\r\nOK\r\n"
    assert await bench.run(espat.AT()) is None
    # Where no stream is on there is nothing to leave.
    await bench.engine.leave_stream()


async def test_an_engine_in_the_middle_of_something_needs_no_synchronizing(bench: Bench):
    _, future = bench.engine.submit(READ_RAM)
    await bench.peer.heard(b"AT+SYSRAM?")
    lines = list(bench.peer.lines)
    await bench.engine.synchronize()
    assert bench.peer.lines == lines
    bench.peer.say(b"+SYSRAM:1,2\r\nOK\r\n")
    assert (await future).free == 1


async def test_a_refusal_that_nobody_waits_for_is_dropped(bench: Bench):
    ticket, future = bench.engine.submit(READ_RAM)
    await bench.peer.heard(b"AT+SYSRAM?")
    bench.engine.cancel(ticket)
    bench.peer.say(b"\r\nERROR\r\n")
    bench.peer.answers[b"AT"] = b"\r\nOK\r\n"
    assert await bench.run(espat.AT()) is None
    assert not future.done()


async def test_a_future_that_was_cancelled_by_itself_takes_neither_reply_nor_error(bench: Bench):
    for answer in (b"+SYSRAM:1,2\r\nOK\r\n", b"\r\nERROR\r\n"):
        bench.peer.answers.pop(b"AT+SYSRAM?", None)
        _, future = bench.engine.submit(READ_RAM)
        await bench.peer.heard(b"AT+SYSRAM?")
        future.cancel()
        bench.peer.say(answer)
        bench.peer.answers[b"AT"] = b"\r\nOK\r\n"
        assert await bench.run(espat.AT()) is None


async def test_one_of_two_that_wait_for_a_known_state_may_give_up(peer: Peer):
    peer.answers.clear()
    bench = Bench(peer)
    first, second = (asyncio.create_task(bench.engine.synchronize()) for _ in range(2))
    await peer.heard(b"")
    first.cancel()
    peer.answers[b"AT+CIPMUX?"] = b"+CIPMUX:0\r\n\r\nOK\r\n"
    peer.say(b"\r\nERROR\r\n")
    await peer.heard(b"AT+CIPMUX?")
    await second
    assert first.cancelled()
    bench.engine.stop()
    await peer.link.aclose()


async def test_a_stopped_engine_takes_nothing_and_keeps_its_first_reason(bench: Bench):
    _, waiting = bench.engine.submit(READ_RAM)
    bench.engine.stop(OutOfSync("told to"))
    bench.engine.stop()
    with pytest.raises(OutOfSync, match="told to"):
        await waiting
    with pytest.raises(OutOfSync):
        bench.engine.submit(READ_RAM)
    with pytest.raises(OutOfSync):
        await bench.engine.synchronize()


async def test_a_loss_of_any_kind_is_told_as_a_lost_link(bench: Bench):
    _, waiting = bench.engine.submit(READ_RAM)
    cause = LinkError("the cable is cut")
    bench.engine.link_lost(cause)
    with pytest.raises(LinkLost, match="the cable is cut"):
        await waiting
    assert bench.losses == [cause]


async def test_stopping_spares_what_was_given_up(bench: Bench):
    _, future = bench.engine.submit(READ_RAM)
    future.cancel()
    bench.engine.stop()
    with pytest.raises(SessionClosed):
        await bench.run(espat.AT())


async def test_a_command_that_is_accepted_and_answered_later_is_traced_twice(
    peer: Peer, caplog: pytest.LogCaptureFixture
):
    vocabulary = SIMPLELINK.vocabulary
    engine = Engine(peer.link, Dialogue(vocabulary), lambda outcome: None, lambda cause: None)
    peer.link.start(engine)
    line = b"at+connect=0,inet,5001,127.0.0.1"
    with caplog.at_level(logging.DEBUG, "atmodem.wire"):
        _, future = engine.submit(vocabulary.request(vocabulary.parse(line)))
        peer.say(b"OK\n\r")
        peer.say(b"+connect:5001,127.0.0.1\n\rOK\n\r")
        assert (await future).port == 5001
    sent, accepted, answered = [record.message.lower() for record in caplog.records]
    assert sent == f"memory:// > {line.decode()}"
    assert accepted == f"memory:// < {line.decode()}: accepted"
    assert answered.startswith(f"memory:// < {line.decode()}: ")
    engine.stop()
    await peer.link.aclose()


async def test_refusals_are_traced_with_their_command(bench: Bench, caplog: pytest.LogCaptureFixture):
    bench.peer.answers[b"AT+SYSRAM?"] = b"\r\nERROR\r\n"
    with caplog.at_level(logging.DEBUG, "atmodem.wire"), pytest.raises(CommandError):
        await bench.run(espat.SYSRAM.query())
    assert caplog.records[-1].message.startswith("memory:// < AT+SYSRAM?: ")
