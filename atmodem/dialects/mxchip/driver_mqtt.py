"""MQTT by MXCHIP commands, under the portable session."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TypeVar

from ...errors import BrokerRefused, CommandError, CommandTimeout, ConnectFailed, InvalidArgument, MqttError, TlsError
from ...portable import events as portable
from ...portable.capabilities import Capability, unsupported
from ...portable.drivers import MqttDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Message, MqttOptions
from ...wire.command import Command
from ...wire.event import Event
from .commands.mqtt import (
    MQTTAUTH,
    MQTTCAVERIFY,
    MQTTCID,
    MQTTCLOSE,
    MQTTKEEPALIVE,
    MQTTPUB,
    MQTTRECONN,
    MQTTSEND,
    MQTTSOCK,
    MQTTSSL,
    MQTTSTART,
    MQTTSTATUS,
    MQTTSUB,
    MQTTUNSUB,
)
from .driver_sockets import MxSockets
from .driver_tls import check_names
from .events import mqtt as told
from .outcomes import Confirmations, Outcome
from .values.enums import MqttAction, MqttOperation, Switch
from .writable import check

__all__ = ["MxMqtt"]

#: Topics that the module can subscribe: slots 0 to 5, one of which stands in each message.
TOPICS = 6
#: Seconds until the broker has accepted or not, until it has confirmed, and until the module has closed.
_CONNECT_LIMIT = 50.0
_CONFIRM_LIMIT = 20.0
_CLOSE_LIMIT = 5.0

#: Whichever way the connection ends, one of these tells.
_LOST: tuple[type[Event], ...] = (told.MqttReconnecting, told.MqttConnectFailed, told.MqttClosed)

E = TypeVar("E", bound=CommandError)


class MxMqtt(MqttDriver):
    """Uses the module's one MQTT client.

    :param modem: what commands go to.
    :param links: the module's links, to find out whether a broker that was not connected to can be reached at all.
    """

    translates: tuple[type[Event], ...] = (
        told.MqttConnected,
        told.MqttReconnecting,
        told.MqttConnectFailed,
        told.MqttClosed,
        told.MqttMessage,
        told.MqttPublished,
        told.MqttPublishFailed,
        told.MqttSubscribed,
        told.MqttSubscribeFailed,
        told.MqttUnsubscribed,
        told.MqttUnsubscribeFailed,
    )

    def __init__(self, modem: ModemAPI, links: MxSockets) -> None:
        def confirmed(done: type[Event], failed: type[Event]) -> Confirmations:
            return Confirmations(modem, done, failed, _LOST, _CONFIRM_LIMIT)

        self._published = confirmed(told.MqttPublished, told.MqttPublishFailed)
        self._subscribed = confirmed(told.MqttSubscribed, told.MqttSubscribeFailed)
        self._unsubscribed = confirmed(told.MqttUnsubscribed, told.MqttUnsubscribeFailed)
        self._confirmations = (self._published, self._subscribed, self._unsubscribed)
        self._modem = modem
        self._links = links
        self._slots: dict[int, str] = {}
        self._connected = False
        #: Where MQTTSEND publishes to.
        self._publishing: MQTTPUB | None = None

    def reset(self) -> None:
        """Forget the connection: the module has started anew."""
        self._forget()
        self._publishing = None

    def _forget(self) -> None:
        self._slots.clear()
        self._connected = False
        for confirmations in self._confirmations:
            confirmations.reset()

    def translate(self, event: Event) -> Iterable[portable.PortableEvent]:
        """Return what an event of MQTT means to the session."""
        match event:
            case told.MqttConnected():
                self._connected = True
                yield portable.MqttConnected(cause=event)
            case event if isinstance(event, _LOST) and self._connected:
                self._connected = False
                yield portable.MqttDisconnected(cause=event)
            case told.MqttMessage():
                message = Message(topic=None, filter=self._slots.get(event.id), payload=event.data)
                yield portable.MessageReceived(message=message, damaged=event.short, cause=event)
            case _:
                pass
        for confirmations in self._confirmations:
            confirmations.note(event)

    # The connection

    async def connect(self, options: MqttOptions) -> None:
        """Configure and connect. The module does not tell why that failed; a plain link tells whom it was up to."""
        login = MQTTAUTH(username=options.username or "", password=options.password or "")
        settings = _settings(options)
        check(login, *settings)
        await self.disconnect()
        try:
            await self._log_in(options, login)
            for command in settings:
                await self._modem.send(command)
        except ConnectFailed:
            raise
        except CommandError as error:
            raise _about(ConnectFailed, error, "the module does not take the settings of the connection") from error
        kinds = (told.MqttConnected, told.MqttConnectFailed, told.MqttInitFailed, told.MqttReconnecting)
        async with Outcome(self._modem, *kinds) as outcome:
            try:
                await self._modem.send(MQTTSTART())
                event = await outcome.get(_CONNECT_LIMIT)
            except (CommandError, CommandTimeout) as error:
                await self.disconnect()
                raise ConnectFailed(
                    f"not connected to the broker at {_where(options)}: {error.message}", code="MQTTSTART"
                ) from error
        if not isinstance(event, told.MqttConnected):
            await self.disconnect()
            raise await self._failure(options, event)

    async def _log_in(self, options: MqttOptions, login: MQTTAUTH) -> None:
        """Set user and password, or have none; no command takes away those of an earlier connection for certain."""
        if options.username is not None or options.password is not None:
            await self._modem.send(login)
            return
        known = await self._modem.send(MQTTAUTH.query())
        if not known.username and not known.password.reveal():
            return
        try:
            await self._modem.send(login)
        except CommandError as error:
            raise ConnectFailed(
                "user and password of an earlier connection would be used",
                code=error.code,
                name="LOGIN_STAYS",
                command=error.command,
                advice="give a user, or start the module anew",
            ) from error

    async def _failure(self, options: MqttOptions, event: Event) -> ConnectFailed:
        where, code = _where(options), event.declaration.kind or "CONNECT,FAIL"
        try:
            reached = await self._links.reaches(options.host, options.port)
        except ConnectFailed:
            # All links are in use.
            return ConnectFailed(f"not connected to the broker at {where}", code=code)
        if not reached:
            return ConnectFailed(f"the broker at {where} cannot be reached", code=code, name="CONNECT_FAILED")
        if options.tls is not None:
            return TlsError(
                f"the broker at {where} is there, but the connection failed",
                code=code,
                advice="look at certificates first, then at client id, user and password: the module does not tell why",
            )
        return BrokerRefused(
            f"the broker at {where} refuses the connection",
            code=code,
            name="REFUSED",
            advice="look at client id, user and password: the module does not tell why",
        )

    async def disconnect(self) -> None:
        """End the service, which forgets all topics, and wait until it has ended."""
        async with Outcome(self._modem, told.MqttClosed, told.MqttCloseFailed) as outcome:
            with suppress(CommandError, CommandTimeout):  # it had ended
                if (await self._modem.send(MQTTSTATUS(action=MqttAction.CONNECT))).what != MqttOperation.CLOSE:
                    await self._modem.send(MQTTCLOSE())
                    await outcome.get(_CLOSE_LIMIT)
        self._forget()

    # Messages and topics

    async def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        """Publish behind a prompt, and wait until the module says that it has."""
        where, what = MQTTPUB(topic=topic, qos=qos), MQTTSEND(data=payload)
        check(where, what)
        # Cancelled, what is set is not known.
        known, self._publishing = self._publishing, None
        try:
            if where != known:
                await self._modem.send(where)
            self._publishing = where
            await self._published.send(what)
        except CommandError as error:
            raise _about(MqttError, error, f"the message to {topic} was not published") from error

    async def subscribe(self, topic_filter: str, qos: int) -> None:
        """Subscribe in a free slot; there are six."""
        known = self._slot(topic_filter)
        slot = known if known is not None else next((s for s in range(TOPICS) if s not in self._slots), None)
        if slot is None:
            raise InvalidArgument("topic_filter", f"one of at most {TOPICS}")
        command = MQTTSUB(id=slot, topic=topic_filter, qos=qos)
        check(command)
        # Messages may come before the confirmation.
        self._slots[slot] = topic_filter
        try:
            await self._subscribed.send(command)
        except CommandError as error:
            self._slots.pop(slot, None)
            raise _about(MqttError, error, f"{topic_filter} was not subscribed") from error

    async def unsubscribe(self, topic_filter: str) -> None:
        """Unsubscribe, and let the slot be used again."""
        slot = self._slot(topic_filter)
        if slot is None:
            return
        try:
            await self._unsubscribed.send(MQTTUNSUB(id=slot))
        except CommandError as error:
            raise _about(MqttError, error, f"{topic_filter} was not unsubscribed") from error
        self._slots.pop(slot, None)

    def _slot(self, topic_filter: str) -> int | None:
        return next((slot for slot, held in self._slots.items() if held == topic_filter), None)


def _settings(options: MqttOptions) -> list[Command[None]]:
    """Return what is set before the connection; nothing was sent where a value cannot be written."""
    tls = options.tls
    if tls is not None:
        check_names(tls)
        if tls.psk is not None:
            raise unsupported(Capability.TLS_PSK, "mxchip")
    commands: list[Command[None]] = [
        MQTTCID(client_id=options.client_id),
        MQTTSOCK(host=options.host, port=options.port),
        # The session reconnects, and subscribes again.
        MQTTRECONN(status=Switch.OFF),
        MQTTSSL(status=_switch(tls is not None)),
    ]
    if options.keep_alive is not None:
        commands.append(MQTTKEEPALIVE(period=options.keep_alive))
    if tls is not None:
        shown = tls.certificate is not None
        commands.append(MQTTCAVERIFY(verify_server=_switch(tls.verify), verify_client=_switch(shown)))
    return commands


def _switch(on: bool) -> Switch:
    return Switch.ON if on else Switch.OFF


def _where(options: MqttOptions) -> str:
    return f"{options.host} port {options.port}"


def _about(kind: type[E], error: CommandError, message: str) -> E:
    return kind(
        f"{message}: {error.message}",
        code=error.code,
        name=error.name,
        text=error.text,
        command=error.command,
        advice=error.advice,
    )
