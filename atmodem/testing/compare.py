"""Compares decoded values with those that a transcript states."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ..wire.event import Event
from ..wire.secret import Secret

__all__ = ["describe_event", "differences", "plain"]

_MAC = re.compile(r"[0-9a-f]{12}")


def plain(value: object) -> Any:  # noqa: ANN401 - any value that TOML can hold
    """Return a decoded value as the plain value that a transcript would state."""
    if isinstance(value, Secret):
        return plain(value.reveal())
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("latin-1")
    if isinstance(value, tuple | list | frozenset):
        return [plain(item) for item in value]
    kind: Any = type(value)
    if attrs.has(kind):
        fields = attrs.fields(kind)
        return {f.name: plain(getattr(value, f.name)) for f in fields if getattr(value, f.name) is not None}
    return value


def describe_event(event: Event, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event as a transcript would state it."""
    found: dict[str, Any] = {**plain(event), "name": event.declaration.name}
    if "kind" in wanted and event.declaration.kind is not None:
        found["kind"] = event.declaration.kind
    return found


def differences(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs. Bytes that the statement leaves out may be there; other values may not."""
    if "values" in wanted and "values" not in found:
        # An option is stated as the words that stand on the wire.
        stated = {key: found[key] for key in wanted if key in found}
        words = [_word(value) for key, value in found.items() if key not in wanted]
        found = {**stated, "values": words or [""]}
    for key, value in wanted.items():
        if key not in found:
            if value != "":
                yield f"{key} is missing"
        elif not _same(value, found[key]):
            yield f"{key} is {found[key]!r}, not {value!r}"
    for key, value in found.items():
        if key not in wanted and value not in ([], "", False, None) and not isinstance(value, str):
            yield f"{key} = {value!r} is not stated"


def _same(wanted: object, found: object) -> bool:
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(_same(w, f) for w, f in zip(wanted, found, strict=True))
    if isinstance(wanted, dict) and isinstance(found, dict):
        return not list(differences(wanted, found))
    if isinstance(wanted, str) and isinstance(found, int):
        return wanted == _word(found)
    if isinstance(wanted, str) and isinstance(found, str):
        return wanted == found or _mac(wanted) == _mac(found) != ""
    return wanted == found


def _word(value: object) -> str:
    return str(int(value)) if isinstance(value, int) else str(value)


def _mac(text: str) -> str:
    digits = re.sub(r"[:\- ]", "", text).lower()
    return digits if _MAC.fullmatch(digits) else ""
