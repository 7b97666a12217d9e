"""Secrets in plain text, as a module has to know them."""

from __future__ import annotations

from ....wire.secret import Secret

__all__ = ["plain"]


def plain(text: str | Secret[str] | None) -> str:
    """Return what a secret parameter holds; the empty text where it was left out."""
    return text.reveal() if isinstance(text, Secret) else text or ""
