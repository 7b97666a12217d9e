"""MQTT, HTTP and files of the CC3220: what its wire alone has."""

import asyncio
import base64
import hashlib
import random
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import trustme

import atmodem
from atmodem import (
    BrokerRefused,
    Capability,
    CommandError,
    ConnectFailed,
    FileMissing,
    FileRefused,
    InvalidArgument,
    MqttError,
    Psk,
    StorageFull,
    TlsError,
    TlsOptions,
    Will,
)
from atmodem.dialects import simplelink as sl
from atmodem.dialects.simplelink.cutting import cut
from atmodem.virtual.mqtt_packets import Packet, PacketReader, PacketType, packet
from tests.sessions.broker import HOST, broker, free_port
from tests.sessions.simplelink_bench import module, online
from tests.sessions.web import web_server

pytestmark = pytest.mark.asyncio

MIB = 1 << 20


# MQTT


async def test_the_client_is_made_and_set_up_as_the_session_says(tmp_path: Path):
    will = Will(topic="gone", payload=b"a,\r\n\x00", qos=1, retain=True)
    async with broker(tmp_path) as server, server.subscriber("gone") as outsider, online() as (device, modem):
        session = await modem.mqtt(
            "localhost", server.port, client_id="board", username="me", password="word", keep_alive=30, will=will
        )
        made = device.last(sl.MqttCreate)
        assert (made.flags, made.blocking_send, made.data_format) == ((sl.MqttFlag.URL,), False, sl.DataFormat.BASE64)
        rows = [type(command.option) for command in device.all(sl.MqttSet)]
        assert rows == [sl.MqttClean, sl.MqttUser, sl.MqttPassword, sl.MqttKeepalive, sl.MqttWill]
        device.restart()
        assert await outsider.next() == (1, False, will.payload, "gone")
        await session.aclose()


@pytest.mark.parametrize(
    ("code", "name"), [(2, "IDENTIFIER_REJECTED"), (4, "BAD_CREDENTIALS"), (5, "NOT_AUTHORIZED"), (77, "REFUSED")]
)
async def test_why_a_broker_refuses_has_a_name(code: int, name: str):
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(bytes((0x20, 2, 0, code)))
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(refuse, HOST, 0)
    port = listening.sockets[0].getsockname()[1]
    async with online() as (_, modem):
        for _ in range(2):
            with pytest.raises(BrokerRefused) as caught:
                await modem.mqtt(HOST, port, client_id="board")
            assert caught.value.name == name
    listening.close()


async def test_a_broker_that_permits_no_subscription_or_falls_silent_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.simplelink.driver_mqtt.SlMqtt.patience", 0.2)

    async def strict(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(b"\x20\x02\0\0")
        subscribe = await reader.read(1000)
        writer.write(b"\x90\x03" + subscribe[2:4] + b"\x80")
        await reader.read(-1)
        writer.close()

    listening = await asyncio.start_server(strict, HOST, 0)
    port = listening.sockets[0].getsockname()[1]
    async with online() as (_, modem), modem.mqtt(HOST, port, client_id="board", reconnect=False) as session:
        with pytest.raises(MqttError, match="does not permit it") as caught:
            await session.subscribe("secret")
        assert caught.value.name == "REFUSED"
        async with modem.expect(atmodem.MqttDisconnected) as ended:
            with pytest.raises(MqttError, match="the broker is silent"):
                await session.publish("a", b"x", qos=1)
            await ended.get()
        with pytest.raises(atmodem.SessionBroken):
            await session.publish("a", b"x")
    listening.close()


async def test_what_is_owed_to_a_cancelled_publication_is_not_taken_for_another_s():
    told = asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        packets = PacketReader()
        while data := await reader.read(4096):
            for arrived in packets.feed(data):
                if arrived.kind is PacketType.CONNECT:
                    writer.write(packet(PacketType.CONNACK, bytes(2)))
                elif arrived.kind is PacketType.PUBLISH:
                    published.append(arrived)
                    if len(published) == 2:
                        told.set()
        writer.close()

    published: list[Packet] = []
    listening = await asyncio.start_server(slow, HOST, 0)
    port = listening.sockets[0].getsockname()[1]
    async with online() as (device, modem), modem.mqtt(HOST, port, client_id="board") as session:
        cancelled = asyncio.create_task(session.publish("a", b"1", qos=1))
        while not published:
            await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.wait([cancelled])
        second = asyncio.create_task(session.publish("a", b"2", qos=1))
        await modem.wifi.status()
        assert len(published) == 1
        device.emit(sl.EventMqttOperationPuback(id=0))
        await told.wait()
        await modem.wifi.status()
        assert not second.done()
        device.emit(sl.EventMqttOperationPuback(id=0))
        await second
        third = asyncio.create_task(session.publish("a", b"3", qos=1))
        while len(published) < 3:
            await asyncio.sleep(0)
        async with modem.expect(atmodem.MqttDisconnected) as ended:
            device.emit(sl.EventMqttDisconnect())
            with pytest.raises(MqttError, match="the connection has ended"):
                await third
            await ended.get()
    listening.close()


async def test_a_publication_that_the_module_refuses_owes_nothing(tmp_path: Path):
    async with (
        broker(tmp_path) as server,
        online() as (device, modem),
        modem.mqtt(HOST, server.port, client_id="board") as session,
    ):
        device.refused[sl.MqttPublish] = [-7, -7]
        for qos in (0, 1):
            with pytest.raises(MqttError, match="was not published") as caught:
                await session.publish("a", b"x", qos=qos)
            assert caught.value.name == "NOT_CONNECTED_TO_BROKER"
        await session.publish("a", b"x", qos=1)


async def test_a_shared_key_is_refused_before_anything_is_sent():
    tls = TlsOptions(psk=Psk(identity="me", key=b"key"))
    async with online() as (device, modem):
        for use in (
            modem.mqtt(HOST, 8883, client_id="board", tls=tls).__aenter__(),
            modem.http.get("https://example.org/", tls=tls),
        ):
            with pytest.raises(atmodem.Unsupported, match="psk"):
                await use
        assert device.heard == []


async def test_what_no_line_carries_is_refused_and_told_why(tmp_path: Path):
    async with broker(tmp_path) as server, online() as (device, modem):
        async with modem.mqtt(HOST, server.port, client_id="board") as session:
            device.heard.clear()
            for topic, payload in (("a,b", b"x"), ("a", bytes(800)), ("+send", b"x")):
                with pytest.raises(InvalidArgument):
                    await session.publish(topic.replace("+send", "a+sendb"), payload)
            assert device.heard == []
            await session.publish("a", bytes(720), qos=1)
        with pytest.raises(InvalidArgument, match="client_id"):
            await modem.mqtt(HOST, server.port, client_id="x" * 65)


async def test_a_client_of_another_program_makes_room(tmp_path: Path):
    async with broker(tmp_path) as server, online() as (_, modem):
        await modem.send(
            sl.MqttCreate(
                flags=(sl.MqttFlag.IP4,),
                address=HOST,
                port=server.port,
                protocol=sl.MqttProtocol.V3_1_1,
                blocking_send=True,
            )
        )
        async with modem.mqtt(HOST, server.port, client_id="board") as session:
            await session.publish("a", b"x", qos=2)


async def test_the_broker_is_verified_and_a_client_certificate_shown(tmp_path: Path):
    authority = trustme.CA()
    (tmp_path / "ca.pem").write_bytes(authority.cert_pem.bytes())
    own = authority.issue_cert(HOST)
    (tmp_path / "server.pem").write_bytes(own.cert_chain_pems[0].bytes())
    (tmp_path / "server.key").write_bytes(own.private_key_pem.bytes())
    settings = (
        f"allow_anonymous true\ncafile {tmp_path}/ca.pem\ncertfile {tmp_path}/server.pem\n"
        f"keyfile {tmp_path}/server.key\nrequire_certificate true"
    )
    client = authority.issue_cert("board")
    kinds = atmodem.CredentialKind
    async with broker(tmp_path, settings) as server, online() as (_, modem):
        with pytest.raises(TlsError):
            await modem.mqtt(HOST, server.port, client_id="board", tls=TlsOptions())
        names = {
            kind: await modem.credentials.store(kind, pem)
            for kind, pem in (
                (kinds.CA, authority.cert_pem.bytes()),
                (kinds.CERTIFICATE, client.cert_chain_pems[0].bytes()),
                (kinds.PRIVATE_KEY, client.private_key_pem.bytes()),
            )
        }
        shown = {"certificate": names[kinds.CERTIFICATE], "private_key": names[kinds.PRIVATE_KEY]}
        for tls in (TlsOptions(**shown), TlsOptions(verify=False, **shown)):
            async with modem.mqtt(HOST, server.port, client_id="board", tls=tls) as session:
                await session.publish("a", b"x", qos=1)
        await modem.credentials.store(kinds.CA, trustme.CA().cert_pem.bytes())
        with pytest.raises(TlsError):
            await modem.mqtt(HOST, server.port, client_id="board", tls=TlsOptions(**shown))
        for lacking in (TlsOptions(server_name="other"), TlsOptions(alpn=("mqtt",))):
            with pytest.raises(atmodem.Unsupported):
                await modem.mqtt(HOST, server.port, client_id="board", tls=lacking)


# HTTP


async def test_a_body_that_fits_a_line_is_one_request_and_a_longer_one_is_chunked():
    async with web_server() as server, online() as (device, modem):
        for size in (0, 1, 600, 2000):
            device.heard.clear()
            body = random.Random(size).randbytes(size)
            response = await modem.http.post(f"{server.url}/digest", body)
            assert response.body.decode() == hashlib.sha256(body).hexdigest()
            flags = [request.flags for request in device.all(sl.HttpSendReq)]
            start, end = (sl.HttpRequestFlag.CHUNK_START,), (sl.HttpRequestFlag.CHUNK_END,)
            assert flags == ([None] if size <= 600 else [start, None, end])
            assert len(device.all(sl.HttpDestroy)) == 1


async def test_a_response_tells_its_status_and_headers_and_redirections_are_not_followed():
    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(redirect, HOST, 0)
    port = listening.sockets[0].getsockname()[1]
    async with online() as (_, modem):
        response = await modem.http.get(f"http://{HOST}:{port}/")
        assert (response.status, response.header("Location")) == (302, "/elsewhere")
    listening.close()


async def test_an_own_host_header_takes_the_place_of_the_usual_one():
    async with web_server() as server, online() as (_, modem):
        await modem.http.get(f"{server.url}/bytes/0", headers={"Host": "other.example"})
    assert server.requests[0].all("host") == ["other.example"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"headers": {"X-Own": "1"}}, "headers"),
        ({"headers": [("Accept", "a"), ("accept", "b")]}, "headers"),
        ({"headers": {"Accept": "x" * 661}}, "headers"),
        ({"url": "http://example.org/" + "x" * 600}, "url"),
        ({"url": 'http://example.org/"'}, "url"),
        ({"url": "https://example.org/", "tls": TlsOptions(server_name="other")}, "tls"),
    ],
    ids=str,
)
async def test_what_no_command_carries_is_refused_before_anything_is_sent(change: dict[str, object], rule: str):
    async with online() as (device, modem):
        with pytest.raises(InvalidArgument) as refused:
            await modem.http.request("GET", **{"url": "http://example.org/", **change})  # type: ignore[arg-type]
        assert refused.value.parameter == rule
        assert device.heard == []


async def test_clients_that_another_program_left_make_room_and_own_ones_do_not():
    async with web_server() as server, online() as (_, modem):
        server.data = bytes(200_000)
        for _ in range(15):
            await modem.send(sl.HttpCreate())
        async with modem.http.stream("GET", f"{server.url}/bytes/200000") as response:
            assert (await modem.http.get(f"{server.url}/bytes/3")).body == bytes(3)
            assert len(b"".join([piece async for piece in response])) == 200_000


async def test_sixteen_requests_at_once_are_all_there_are():
    async with web_server() as server, online() as (_, modem), AsyncExitStack() as stack:
        server.data = bytes(200_000)
        for _ in range(16):
            await stack.enter_async_context(modem.http.stream("GET", f"{server.url}/bytes/200000"))
        with pytest.raises(ConnectFailed) as caught:
            await modem.http.get(f"{server.url}/bytes/3")
        assert caught.value.name == "NO_FREE_CLIENT"


async def test_a_server_that_breaks_off_is_an_error_and_the_client_is_deleted():
    async with web_server() as server, online() as (device, modem):
        server.data = bytes(100)
        asking = asyncio.create_task(modem.http.get(f"{server.url}/mute"))
        while not server.requests:
            await asyncio.sleep(0)
        server.released.set()
        with pytest.raises(CommandError) as caught:
            await asking
        assert not isinstance(caught.value, ConnectFailed)
        assert isinstance(device.heard[-1], sl.HttpDestroy)


async def asked(port: int, request: str) -> tuple[str, bytes]:
    """Return status line and body of what the module's own server answers."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(f"{request} HTTP/1.1\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = int(head.partition("Content-Length: ")[2].partition("\r\n")[0])
    body = await reader.readexactly(length) if request.startswith("GET") else b""
    writer.close()
    await writer.wait_closed()
    return head, body


async def test_the_web_server_serves_files_from_its_start_to_its_stop():
    port = free_port()
    page = b"<h1>It works</h1>"
    async with online() as (device, modem):
        await modem.files.upload("www/index.html", page)
        async with modem.web_server(port):
            assert device.last(sl.NetAPPStart).apps == (sl.NetApp.HTTP_SERVER,)
            head, body = await asked(port, "GET /?a=1")
            assert (head.startswith("HTTP/1.1 200 OK"), "text/html" in head, body) == (True, True, page)
            assert (await asked(port, "HEAD /index.html"))[0].startswith("HTTP/1.1 200 OK")
            assert (await asked(port, "GET /other"))[0].startswith("HTTP/1.1 404")
            assert (await asked(port, "POST /"))[0].startswith("HTTP/1.1 405")
        assert isinstance(device.heard[-1], sl.NetAPPStop)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(HOST, port)


async def test_the_web_server_asks_for_name_and_password_where_it_was_told_to():
    port = free_port()
    async with online() as (_, modem):
        await modem.files.upload("www/a", b"secret")
        for option in (
            sl.HttpServerAuthCheck(enabled=True),
            sl.HttpServerAuthName(name="me"),
            sl.HttpServerAuthPassword(password="word"),
            sl.HttpServerAuthRealm(realm="lab"),
        ):
            await modem.send(sl.NetAPPSet(option=option))
        async with modem.web_server(port):
            head, _ = await asked(port, "GET /a")
            assert "401 Unauthorized" in head
            assert 'WWW-Authenticate: Basic realm="lab"' in head
            known = base64.b64encode(b"me:word").decode()
            _, body = await asked(port, f"GET /a HTTP/1.1\r\nAuthorization: Basic {known}\r\nX-End: 1")
            assert body == b"secret"
        async with modem.listen_tcp(port):
            with pytest.raises(CommandError) as caught:
                await modem.web_server(port)
            assert caught.value.name == "ADDRESS_IN_USE"


# Files


async def test_a_mebibyte_is_written_and_read_back_by_its_hash():
    data = random.Random(1).randbytes(MIB)
    async with module() as (device, modem):
        await modem.files.upload("large.bin", data)
        assert device.storage.content("large.bin") == data
        assert hashlib.sha256(await modem.files.download("large.bin")).digest() == hashlib.sha256(data).digest()


async def test_what_is_missing_what_asks_for_a_token_and_what_has_no_room_are_three_errors():
    async with module() as (_, modem):
        with pytest.raises(FileMissing, match="there is no such file") as missing:
            await modem.files.download("nothing")
        secure = (sl.FileOption.WRITE, sl.FileOption.CREATE, sl.FileOption.CREATE_SECURE)
        signed = (*secure, sl.FileOption.CREATE_NOSIGNATURE)
        made = await modem.send(sl.FileOpen(filename="secret", options=signed, size=100))
        await modem.send(sl.FileClose(file_id=made.file_id))
        for use in (modem.files.download("secret"), modem.files.delete("secret"), modem.files.upload("secret", b"x")):
            with pytest.raises(FileRefused, match="the token does not fit the file") as refused:
                await use
        with pytest.raises(StorageFull, match="not enough room") as full:
            async with modem.files.open("huge", "w", size=64 * MIB):
                pass
        codes = [caught.value.code for caught in (missing, refused, full)]
        assert codes == ["-10341", "-10302", "-10322"]
        # With its token it can be told of and deleted.
        assert (await modem.send(sl.FileGetInfo(filename="secret", token=made.token))).max_size == 256
        await modem.send(sl.FileDel(filename="secret", token=made.token))


async def test_a_new_file_needs_its_size_and_one_that_has_become_too_small_is_made_anew():
    async with module() as (device, modem):
        with pytest.raises(InvalidArgument, match="size"):
            await modem.files.open("a", "w")
        await modem.files.upload("a", bytes(100))
        await modem.files.upload("a", b"short")
        assert device.storage.files["a"].max_size == 256
        await modem.files.upload("a", bytes(1000))
        assert device.storage.files["a"].max_size == 1024
        info = await modem.files.info("a")
        assert (info.size, info.room, info.details["properties"]) == (1000, 1024, "not_failsafe")


async def test_beyond_its_room_a_file_takes_nothing():
    async with module() as (_, modem):
        driver = modem.driver.files
        assert driver is not None
        file = await driver.open("a", atmodem.FileMode.WRITE, 256)
        with pytest.raises(StorageFull):
            await driver.write(file, 200, bytes(100))
        await driver.close(file)
        with pytest.raises(atmodem.FileError, match="there is no open file"):
            await driver.close(file)


async def test_data_whose_base64_looks_like_a_command_are_cut_inside_it():
    data = base64.b64decode("+sendAAA")
    for lead in range(5):
        whole = bytes(lead) + data * 3 + bytes(700)
        pieces = list(cut(whole, 720))
        assert b"".join(pieces) == whole
        assert all(0 < len(piece) <= 720 for piece in pieces)
        assert not any(b"+send" in base64.b64encode(piece) for piece in pieces)
    async with module() as (_, modem):
        await modem.files.upload("a", data * 300)
        assert await modem.files.download("a") == data * 300


async def test_what_the_dialect_lacks_is_refused_by_name():
    async with module() as (device, modem):
        assert modem.capabilities[Capability.FLASH] is atmodem.Support.NO
        for lacking in (modem.flash.partitions(), modem.nvs.namespaces()):
            with pytest.raises(atmodem.Unsupported, match="simplelink lacks"):
                await lacking
        assert device.heard == []
