"""What a pairing asks of the user of this side."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import anyio

from ...errors import AtmodemError, InvalidArgument
from ...modem.core import ModemCore
from ...portable.events import PairingRequested
from ...portable.values import PairingKind, PairingReply
from ...wire.secret import Secret

__all__ = ["Confirm", "PairingAnswer", "PairingDesk"]

#: Seconds in which a question is to be answered.
REPLY_LIMIT = 30.0

#: True or a PIN or passkey to go on, False to refuse.
PairingAnswer: TypeAlias = bool | str | Secret[str]
#: Called with each question of a pairing; returns or awaits the answer.
Confirm: TypeAlias = Callable[[PairingRequested], PairingAnswer | Awaitable[PairingAnswer]]

_WANTS_SECRET = (PairingKind.PIN, PairingKind.PASSKEY)


class PairingDesk:
    """Takes the questions of pairings, and refuses those that nobody answers in time.

    :param core: the modem.
    :param send: hands a reply to the driver.
    """

    def __init__(self, core: ModemCore, send: Callable[[PairingRequested, PairingReply], Awaitable[None]]) -> None:
        self._core = core
        self._send = send
        #: By identity: two questions may read the same.
        self._open: dict[int, anyio.Event] = {}

    def take(self, request: PairingRequested, confirm: Confirm | None) -> None:
        """Take a question, and ask *confirm*; None leaves it to whoever takes the events."""
        if self._core.closed or (request.kind is PairingKind.SHOW and confirm is None):
            return
        self._open[id(request)] = anyio.Event()
        self._core.spawn(lambda: self._handle(request, confirm), "pairing")

    async def _handle(self, request: PairingRequested, confirm: Confirm | None) -> None:
        answered = self._open[id(request)]
        answer: PairingAnswer = False
        with anyio.move_on_after(REPLY_LIMIT):
            if confirm is None:
                await answered.wait()
            else:
                answer = await _ask(confirm, request)
        if self._open.pop(id(request), None) is None or request.kind is PairingKind.SHOW:
            return
        try:
            await self._send(request, _reply(request, answer))
        except InvalidArgument:
            await self._send(request, PairingReply(kind=request.kind, accept=False))
        except AtmodemError:
            pass  # the pairing, the connection or the modem is gone

    async def reply(self, request: PairingRequested, answer: PairingAnswer) -> None:
        """Answer a question that came as an event.

        Cancelled, the reply may have been given.

        :raises InvalidArgument: the question wants a PIN or passkey, or is open no more.
        """
        reply = _reply(request, answer)
        answered = self._open.pop(id(request), None)
        if answered is None:
            raise InvalidArgument("request", "a question that is still open")
        answered.set()
        await self._send(request, reply)


async def _ask(confirm: Confirm, request: PairingRequested) -> PairingAnswer:
    try:
        result = confirm(request)
        return await result if inspect.isawaitable(result) else result
    except Exception as error:  # noqa: BLE001 - what a program's function does wrong must not end the modem
        context = {"message": "what was to answer a pairing has failed", "exception": error}
        asyncio.get_running_loop().call_exception_handler(context)
        return False


def _reply(request: PairingRequested, answer: PairingAnswer) -> PairingReply:
    if isinstance(answer, bool):
        if answer and request.kind in _WANTS_SECRET:
            raise InvalidArgument("answer", "the PIN or passkey")
        return PairingReply(kind=request.kind, accept=answer)
    return PairingReply(kind=request.kind, secret=answer)
