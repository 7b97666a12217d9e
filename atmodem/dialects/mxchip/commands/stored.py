"""Settings that are read back in the form ``AT+NAME=?``."""

from __future__ import annotations

from typing import ClassVar

from ....wire.command import Form, Setting

__all__ = ["StoredSetting"]


class StoredSetting(Setting):
    """A setting that the module reads back for ``=?``, as it does for all of MQTT."""

    __slots__ = ()

    asked: ClassVar[Form] = Form.STORED
