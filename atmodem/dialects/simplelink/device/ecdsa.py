"""Pairs of keys on the curve SECP256R1, by the package ``cryptography``."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

__all__ = ["KeyPair"]

_METHOD = ec.ECDSA(hashes.SHA256())


class KeyPair:
    """A pair of keys.

    :param private_key: the private one in DER or PEM; None makes a new pair.
    :raises ValueError: it is no key on this curve.
    """

    def __init__(self, private_key: bytes | None = None) -> None:
        if private_key is None:
            self._key = ec.generate_private_key(ec.SECP256R1())
            return
        pem = private_key.startswith(b"--")
        load = serialization.load_pem_private_key if pem else serialization.load_der_private_key
        key = load(private_key, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("no key on SECP256R1")
        self._key = key

    @property
    def public(self) -> bytes:
        """The public key in DER."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self._key.public_key().public_bytes(serialization.Encoding.DER, form)

    def sign(self, data: bytes) -> bytes:
        """Return the signature of *data* in DER."""
        return self._key.sign(data, _METHOD)

    def verify(self, data: bytes, signature: bytes) -> bool:
        """Tell whether *signature* is that of *data*."""
        try:
            self._key.public_key().verify(signature, data, _METHOD)
        except InvalidSignature:
            return False
        return True
