"""Events: several subscribers, bounds, expectations, the end of the modem."""

import asyncio

import pytest

import atmodem
from atmodem.dialects import espat, find_dialect
from atmodem.modem.hub import EventHub, Subscription
from tests.modem.peer import Peer

pytestmark = pytest.mark.asyncio

FOREIGN = find_dialect("mxchip").vocabulary.events[0]


async def take(events, count: int) -> list[atmodem.Event]:
    return [await anext(events) for _ in range(count)]


async def test_each_subscriber_gets_the_events_of_its_types(modem: atmodem.Modem, peer: Peer):
    async with modem.events(espat.Closed) as closed, modem.events() as everything:
        peer.say(b"1,CLOSED\r\nWIFI DISCONNECT\r\n2,CLOSED\r\n")
        assert await take(closed, 2) == [espat.ClosedMux(link_id=1), espat.ClosedMux(link_id=2)]
        wire = [event for event in await take(everything, 6) if not isinstance(event, atmodem.PortableEvent)]
    assert wire == [espat.ClosedMux(link_id=1), espat.WifiDisconnect(), espat.ClosedMux(link_id=2)]


async def test_a_portable_event_carries_the_wire_event_behind_it(modem: atmodem.Modem, peer: Peer):
    async with modem.events(atmodem.WifiDisconnected) as events:
        peer.say(b"WIFI DISCONNECT\r\n")
        assert (await anext(events)).cause == espat.WifiDisconnect()


async def test_an_event_that_the_dialect_never_raises_is_refused_at_once(modem: atmodem.Modem):
    with pytest.raises(atmodem.Unsupported, match="espat never raises"):
        async with modem.events(FOREIGN):
            pass


async def test_a_reader_that_falls_behind_is_told_how_many_it_missed(modem: atmodem.Modem, peer: Peer):
    async with modem.events(espat.Closed, limit=2) as events, modem.expect(espat.WifiDisconnect) as last:
        peer.say(b"0,CLOSED\r\n1,CLOSED\r\n2,CLOSED\r\n3,CLOSED\r\nWIFI DISCONNECT\r\n")
        await last.get()
        assert await take(events, 2) == [espat.ClosedMux(link_id=0), espat.ClosedMux(link_id=1)]
        with pytest.raises(atmodem.EventsMissed) as caught:
            await anext(events)
        assert (caught.value.missed, events.missed) == (2, 2)
        peer.say(b"4,CLOSED\r\n")
        assert await anext(events) == espat.ClosedMux(link_id=4)


async def test_a_limit_below_one_is_refused(modem: atmodem.Modem):
    with pytest.raises(atmodem.InvalidArgument, match="limit must be 1 or more"):
        modem.events(limit=0)


async def test_an_expectation_sees_what_comes_before_it_is_awaited(modem: atmodem.Modem, peer: Peer):
    peer.answers[b"AT+CWQAP"] = b"\r\nOK\r\nWIFI DISCONNECT\r\n"
    async with modem.expect(espat.WifiDisconnect) as left:
        await modem.send(espat.CWQAP())
        assert await left.get() == espat.WifiDisconnect()


async def test_a_cancelled_wait_loses_no_event(modem: atmodem.Modem, peer: Peer):
    async with modem.events(espat.WifiDisconnect) as events:
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        peer.say(b"WIFI DISCONNECT\r\n")
        assert await anext(events) == espat.WifiDisconnect()


async def test_an_event_behind_a_cancelled_wait_is_held(modem: atmodem.Modem, peer: Peer):
    async with modem.events(espat.WifiDisconnect) as events:
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        waiting.cancel()
        peer.say(b"WIFI DISCONNECT\r\n")
        await peer_said(modem)
        assert await anext(events) == espat.WifiDisconnect()


async def test_a_subscription_to_a_hub_of_its_own_needs_no_check():
    hub = EventHub()
    async with Subscription(hub, (espat.WifiDisconnect,), 10) as events:
        hub.publish(espat.WifiConnected())
        hub.publish(espat.WifiDisconnect())
        assert await anext(events) == espat.WifiDisconnect()


async def test_closing_the_modem_ends_the_iteration(modem: atmodem.Modem, peer: Peer):
    async with modem.events(espat.WifiDisconnect) as events:
        peer.say(b"WIFI DISCONNECT\r\n")
        await peer_said(modem)
        await modem.aclose()
        assert [event async for event in events] == [espat.WifiDisconnect()]
    async with modem.events() as later:
        assert [event async for event in later] == []
    with pytest.raises(atmodem.SessionClosed):
        async with modem.expect(espat.WifiDisconnect) as left:
            await left.get()


async def peer_said(modem: atmodem.Modem) -> None:
    """Wait until everything said so far has been read: an answer comes behind it."""
    await modem.send_raw("AT+CIPMUX?")


async def test_losing_the_link_raises_the_loss_behind_the_events(modem: atmodem.Modem, peer: Peer):
    async with modem.events(espat.WifiDisconnect) as events:
        peer.say(b"WIFI DISCONNECT\r\n")
        await peer.hang_up()
        assert await anext(events) == espat.WifiDisconnect()
        with pytest.raises(atmodem.LinkLost):
            await anext(events)
