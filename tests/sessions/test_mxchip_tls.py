"""TLS of the MXCHIP module, and the places where it keeps certificates."""

import ssl

import pytest
import trustme

import atmodem
from atmodem import (
    ConnectFailed,
    CredentialKind,
    InvalidArgument,
    TlsError,
    TlsOptions,
)
from tests.sessions.far import HOST, free_port, server
from tests.sessions.mxchip_modems import module, online

pytestmark = pytest.mark.asyncio

CA = trustme.CA()
CERTIFICATE = CA.issue_cert("example.org", HOST)


def secured() -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    CERTIFICATE.configure_cert(made)
    return made


async def test_a_far_end_that_is_not_there_is_no_matter_of_tls():
    async with online() as (_, modem):
        with pytest.raises(ConnectFailed, match="could not connect to") as caught:
            await modem.connect_tls(HOST, free_port(), options=TlsOptions(verify=False))
        assert not isinstance(caught.value, TlsError)


async def test_a_failure_of_tls_leaves_no_plain_connection_behind():
    async with online() as (_, modem), server(ssl=secured()) as far:
        with pytest.raises(TlsError, match="the module does not tell why") as caught:
            await modem.connect_tls(HOST, far.port, ca=trustme.CA().cert_pem.bytes())
        assert "authority" in caught.value.advice
        streams = [await modem.connect_tls(HOST, far.port, options=TlsOptions(verify=False)) for _ in range(5)]
        for stream in streams:
            await stream.aclose()


async def test_a_certificate_that_was_revoked_can_be_stored_as_a_list():
    crl = b"-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n"
    async with module() as (_, modem):
        assert await modem.credentials.store(CredentialKind.REVOCATION_LIST, crl) == "revocation_list"
        assert await modem.credentials.read(CredentialKind.REVOCATION_LIST) == crl
        with pytest.raises(atmodem.CommandError) as caught:
            await modem.credentials.read(CredentialKind.CA)
        assert caught.value.name == "MISSING"


async def test_credentials_survive_a_restart():
    pem = CA.cert_pem.bytes()
    async with module() as (_, modem):
        await modem.credentials.store(CredentialKind.CA, pem)
        await modem.system.restart()
        assert await modem.credentials.read(CredentialKind.CA) == pem


async def test_credentials_that_the_module_has_no_place_for_are_refused_before_anything_is_sent():
    pem = CA.cert_pem.bytes()
    async with module() as (_, modem):
        sent = modem.statistics.commands
        for bad in (
            modem.credentials.store(CredentialKind.CA, pem, slot=1),
            modem.credentials.read(CredentialKind.CA, slot=2),
            modem.credentials.store(CredentialKind.CA, pem + b"\x1a"),
        ):
            with pytest.raises(InvalidArgument):
                await bad
        for options in (TlsOptions(ca="client_ca.0"), TlsOptions(certificate="ca", private_key="private_key")):
            with pytest.raises(InvalidArgument, match="one place for it"):
                await modem.connect_tls(HOST, 1, options=options)
        with pytest.raises(atmodem.Unsupported):
            await modem.credentials.delete(CredentialKind.CA)
        assert modem.statistics.commands == sent


async def test_a_host_that_cannot_be_written_is_refused_before_anything_is_sent():
    async with module() as (_, modem):
        sent = modem.statistics.commands
        for bad in (modem.connect_tcp("a\x1ab", 80), modem.open_udp(("a\x1ab", 80)), modem.connect_tcp("a\\", 80)):
            with pytest.raises(InvalidArgument):
                await bad
        assert modem.statistics.commands == sent
