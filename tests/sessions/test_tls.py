"""TLS by the module and by this host, against real servers."""

import asyncio
import os
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
import pytest_asyncio
import trustme

import atmodem
from atmodem import Capability, CredentialKind, Modem, Psk, Secret, Support, TlsOptions
from atmodem.api.virtual import make_device
from atmodem.dialects import find_dialect
from tests.sessions.contract.rig import RIGS, driver_of, pattern
from tests.sessions.far import HOST, free_port, server
from tests.witness import require

pytestmark = pytest.mark.asyncio

CA = trustme.CA()
SERVER = CA.issue_cert("example.org", HOST)
BOARD = CA.issue_cert("board.example.org")
CHECKED = TlsOptions()

#: Dialects whose modules do TLS, on a link in memory.
PROTECTED = [
    rig
    for rig in RIGS
    if rig.line == "memory" and driver_of(rig.dialect).capabilities[Capability.TLS] is not Support.NO
]


def context(*, asks_for_certificate: bool = False, protocols: tuple[str, ...] = ()) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    SERVER.configure_cert(made)
    if asks_for_certificate:
        made.verify_mode = ssl.CERT_REQUIRED
        CA.configure_trust(made)
    if protocols:
        made.set_alpn_protocols(list(protocols))
    return made


@pytest_asyncio.fixture(params=PROTECTED, ids=str)
async def modem(request: pytest.FixtureRequest) -> AsyncIterator[Modem]:
    async with request.param.open() as rig:
        yield rig.modem


def need(modem: Modem, *capabilities: Capability) -> None:
    """Skip the test where the module is known to lack something."""
    for capability in capabilities:
        if modem.capabilities[capability] is Support.NO:
            pytest.skip(f"{modem.dialect.name} lacks {capability.value}")


@asynccontextmanager
async def espat(profile: str) -> AsyncIterator[Modem]:
    async with make_device(find_dialect("espat"), profile=profile) as device, atmodem.connect(device.url) as modem:
        await modem.wifi.join("lab", "secret")
        yield modem


async def test_a_verified_connection_carries_bytes_both_ways(modem: Modem):
    data = pattern(20_000)
    async with (
        server(ssl=context()) as far,
        modem.connect_tls(HOST, far.port, options=CHECKED, ca=CA.cert_pem.bytes()) as stream,
    ):
        end = await far.connection()
        received = bytearray()
        await asyncio.gather(stream.send(data), end.send(data))
        while len(received) < len(data):
            received += await stream.receive()
        assert bytes(received) == data == await end.read(len(data))
        end.close()
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()


async def test_a_certificate_of_another_authority_is_refused_unless_that_is_spelled_out(modem: Modem):
    other = trustme.CA().cert_pem.bytes()
    async with server(ssl=context()) as far:
        with pytest.raises(atmodem.TlsError, match="could not agree on TLS with"):
            await modem.connect_tls(HOST, far.port, options=CHECKED, ca=other)
        options = TlsOptions(verify=False)
        async with modem.connect_tls(HOST, far.port, options=options) as stream:
            await stream.send(b"unchecked")
            # Some modules have the refused one up before they tell.
            while not (arrived := await (await far.connection()).reader.read(9)):
                pass
            assert arrived == b"unchecked"
        # The setting does not outlive its connection.
        with pytest.raises(atmodem.TlsError):
            await modem.connect_tls(HOST, far.port, options=CHECKED, ca=other)


async def test_a_certificate_for_another_name_is_refused(modem: Modem):
    need(modem, Capability.TLS_SERVER_NAME)
    async with server(ssl=context()) as far:
        with pytest.raises(atmodem.TlsError):
            await modem.connect_tls(
                HOST, far.port, options=TlsOptions(server_name="example.com"), ca=CA.cert_pem.bytes()
            )
        # Without a name it is the host's own that counts.
        async with modem.connect_tls(HOST, far.port, ca=CA.cert_pem.bytes()):
            pass


async def test_a_client_certificate_is_shown(modem: Modem):
    need(modem, Capability.TLS_CLIENT_CERTIFICATE)
    async with (
        server(ssl=context(asks_for_certificate=True)) as far,
        modem.connect_tls(
            HOST,
            far.port,
            ca=CA.cert_pem.bytes(),
            certificate=BOARD.cert_chain_pems[0].bytes(),
            private_key=BOARD.private_key_pem.bytes(),
        ),
    ):
        end = await far.connection()
        assert "board.example.org" in str(end.writer.get_extra_info("peercert"))


async def test_a_client_certificate_the_server_name_and_the_protocols_are_shown(modem: Modem):
    need(modem, Capability.TLS_CLIENT_CERTIFICATE, Capability.TLS_SERVER_NAME, Capability.TLS_ALPN)
    made = context(asks_for_certificate=True, protocols=("h2",))
    asked: list[str] = []
    made.sni_callback = lambda connection, name, _: asked.append(name)
    options = TlsOptions(server_name="example.org", alpn=("http/1.1", "h2"))
    async with (
        server(ssl=made) as far,
        modem.connect_tls(
            HOST,
            far.port,
            options=options,
            ca=CA.cert_pem.bytes(),
            certificate=BOARD.cert_chain_pems[0].bytes(),
            private_key=BOARD.private_key_pem.bytes(),
        ),
    ):
        end = await far.connection()
        assert asked == ["example.org"]
        assert end.writer.get_extra_info("ssl_object").selected_alpn_protocol() == "h2"
        assert "board.example.org" in str(end.writer.get_extra_info("peercert"))


async def test_an_option_of_one_connection_is_not_there_for_the_next(modem: Modem):
    need(modem, Capability.TLS_SERVER_NAME, Capability.TLS_ALPN)
    made = context(protocols=("h2",))
    asked: list[str | None] = []
    made.sni_callback = lambda connection, name, _: asked.append(name)
    async with server(ssl=made) as far:
        first = TlsOptions(verify=False, server_name="one.example", alpn=("h2",))
        for options in (first, TlsOptions(verify=False)):
            async with modem.connect_tls(HOST, far.port, options=options):
                end = await far.connection()
                chosen = end.writer.get_extra_info("ssl_object").selected_alpn_protocol()
                assert chosen == ("h2" if options is first else None)
    assert asked == ["one.example", None]


async def test_a_port_where_nobody_listens_is_no_matter_of_tls():
    async with espat("5.1") as modem:
        with pytest.raises(atmodem.ConnectFailed) as caught:
            await modem.connect_tls(HOST, free_port(), options=TlsOptions(verify=False))
        assert not isinstance(caught.value, atmodem.TlsError)
        assert caught.value.name == "ECONNREFUSED"


async def test_firmware_that_cannot_check_certificates_says_so_unless_it_need_not():
    async with espat("2.0") as modem, server(ssl=context()) as far:
        with pytest.raises(atmodem.Unsupported, match="neither checks nor shows"):
            await modem.connect_tls(HOST, far.port)
        with pytest.raises(atmodem.CommandError):
            await modem.connect_tls(HOST, far.port, options=TlsOptions(verify=False, server_name="example.org"))
        async with modem.connect_tls(HOST, far.port, options=TlsOptions(verify=False)):
            pass


async def test_credentials_are_stored_once_and_read_back(modem: Modem):
    pem = CA.cert_pem.bytes()
    told: list[tuple[int, int | None]] = []
    name = await modem.credentials.store(
        CredentialKind.CA, pem, progress=lambda done, whole: told.append((done, whole))
    )
    assert told[0] == (0, len(pem))
    assert told[-1] == (len(pem), len(pem))
    assert await modem.credentials.read(CredentialKind.CA) == pem
    sent = modem.statistics.sent
    assert await modem.credentials.store(CredentialKind.CA, pem) == name
    assert modem.statistics.sent - sent < len(pem)
    async with server(ssl=context()) as far, modem.connect_tls(HOST, far.port, options=TlsOptions(ca=name)):
        pass


async def test_credentials_are_kept_in_several_slots_and_deleted(modem: Modem):
    need(modem, Capability.CREDENTIALS_DELETE)
    pem = CA.cert_pem.bytes()
    name = await modem.credentials.store(CredentialKind.CA, pem, slot=1)
    async with server(ssl=context()) as far, modem.connect_tls(HOST, far.port, options=TlsOptions(ca=name)):
        pass
    await modem.credentials.delete(CredentialKind.CA, slot=1)
    with pytest.raises(atmodem.CommandError):
        await modem.credentials.read(CredentialKind.CA, slot=1)


async def test_a_credential_given_as_pem_is_stored_for_the_first_connection_alone(modem: Modem):
    ca = CA.cert_pem.bytes()
    async with server(ssl=context()) as far:
        async with modem.connect_tls(HOST, far.port, options=CHECKED, ca=ca):
            pass
        before = modem.statistics
        async with modem.connect_tls(HOST, far.port, options=CHECKED, ca=ca):
            pass
        assert modem.statistics.sent - before.sent < len(ca)
        # What was put in its place is not taken for it.
        await modem.credentials.store(CredentialKind.CA, trustme.CA().cert_pem.bytes())
        async with modem.connect_tls(HOST, far.port, options=CHECKED, ca=ca):
            pass


async def test_credentials_that_cannot_be_are_refused(modem: Modem):
    pem = CA.cert_pem.bytes()
    with pytest.raises(atmodem.InvalidArgument, match="pem"):
        await modem.credentials.store(CredentialKind.CA, b"\x30\x82")
    with pytest.raises(atmodem.InvalidArgument, match="slot"):
        await modem.credentials.store(CredentialKind.CA, pem, slot=-1)
    with pytest.raises(atmodem.InvalidArgument, match="private_key"):
        await modem.connect_tls(HOST, 1, certificate=BOARD.cert_chain_pems[0].bytes())
    with pytest.raises(atmodem.InvalidArgument, match="given once"):
        await modem.connect_tls(HOST, 1, ca=pem, options=TlsOptions(ca="client_ca.0"))


async def test_what_the_module_s_store_cannot_hold_is_refused():
    async with espat("4.1") as modem:
        for kind, pem in (
            (CredentialKind.REVOCATION_LIST, CA.cert_pem.bytes()),
            (CredentialKind.CA, CA.cert_pem.bytes() * 10),
        ):
            with pytest.raises(atmodem.InvalidArgument):
                await modem.credentials.store(kind, pem)
        for options in (
            TlsOptions(ca="server_ca.0"),
            TlsOptions(ca="client_ca"),
            TlsOptions(certificate="client_cert.0", private_key="client_key.1"),
        ):
            with pytest.raises(atmodem.InvalidArgument):
                await modem.connect_tls(HOST, 1, options=options)


# A shared key


@asynccontextmanager
async def psk_server(key: bytes) -> AsyncIterator[tuple[int, asyncio.subprocess.Process]]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *("timeout", "30", require("openssl"), "s_server", "-accept", f"{HOST}:{port}", "-nocert", "-psk", key.hex()),
        *("-psk_identity", "board", "-naccept", "1", "-tls1_2", "-cipher", "PSK"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        assert process.stdout is not None
        await process.stdout.readuntil(b"ACCEPT\n")
        yield port, process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


@pytest.mark.parametrize("key", [b"a plain key", b"\x00\xff\r\nbinary\x80"])
async def test_a_shared_key_takes_the_place_of_certificates(key: bytes):
    async with espat("4.1") as modem, psk_server(key) as (port, process):
        options = TlsOptions(psk=Psk(identity="board", key=Secret(key)))
        async with modem.connect_tls(HOST, port, options=options) as stream:
            await stream.send(b"hello by key\n")
            assert process.stdout is not None
            assert b"hello by key" in await process.stdout.readuntil(b"hello by key")
        async with server(ssl=context()) as far, modem.connect_tls(HOST, far.port, options=TlsOptions(verify=False)):
            await far.connection()


async def test_a_wrong_key_is_a_failure_of_tls():
    async with espat("4.1") as modem, psk_server(b"right") as (port, _):
        with pytest.raises(atmodem.TlsError):
            await modem.connect_tls(HOST, port, options=TlsOptions(psk=Psk(identity="board", key=b"wrong")))


# By this host


@pytest.mark.parametrize("rig", [rig for rig in RIGS if rig.line in {"memory", "tcp"}], ids=str)
async def test_this_host_protects_a_connection_of_any_module(rig):
    trusting = ssl.create_default_context()
    CA.configure_trust(trusting)
    data = pattern(10_000)
    async with rig.open() as made, server(ssl=context()) as far:
        async with made.modem.connect_host_tls(HOST, far.port, context=trusting) as stream:
            end = await far.connection()
            received = bytearray()
            await asyncio.gather(stream.send(data), end.send(data))
            while len(received) < len(data):
                received += await stream.receive()
            assert bytes(received) == data == await end.read(len(data))
        with pytest.raises(ssl.SSLCertVerificationError):
            await made.modem.connect_host_tls(HOST, far.port)
        # Nothing stays open.
        streams = [await made.modem.connect_tcp(HOST, far.port) for _ in range(3)]
        for stream in streams:
            await stream.aclose()


async def test_the_example_of_a_request_gets_its_answer(tmp_path: Path):
    trusted = tmp_path / "ca.pem"
    CA.cert_pem.write_to_path(trusted)
    async with server(ssl=context()) as far:
        example = await asyncio.create_subprocess_exec(
            *("timeout", "30", sys.executable, "-W", "error", "-m", "examples.https_request"),
            *("example.org", str(far.port)),
            cwd=Path(__file__).parents[2],
            env={**os.environ, "SSL_CERT_FILE": str(trusted)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        end = await far.connection()
        assert (await end.reader.readuntil(b"\r\n\r\n")).startswith(b"GET / HTTP/1.1\r\nHost: example.org\r\n")
        await end.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello from afar\n")
        end.close()
        out, errors = await example.communicate()
    assert (errors, example.returncode) == (b"", 0)
    assert out.endswith(b"hello from afar\n")
