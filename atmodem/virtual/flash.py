"""What a module remembers: settings in memory, and those that survive a restart."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar, cast

from ..wire.command import Command

__all__ = ["Keep", "Settings"]

C = TypeVar("C", bound=Command[Any])


class Keep(Enum):
    """When a setting is written to flash."""

    NEVER = "never"
    #: Only while the module is told to store its settings.
    ASKED = "asked"
    ALWAYS = "always"


class Settings:
    """The settings of a module, each kept as the command that would set it.

    :param defaults: the factory's settings, and when each is written to flash.
    """

    def __init__(self, defaults: Mapping[Command[Any], Keep]) -> None:
        self._factory: dict[type[Command[Any]], Command[Any]] = {type(command): command for command in defaults}
        self._keep = {type(command): keep for command, keep in defaults.items()}
        self._flash: dict[type[Command[Any]], Command[Any]] = {}
        self._memory = dict(self._factory)
        #: Whether the module is told to store its settings.
        self.storing: bool = True

    def __contains__(self, command: type[Command[Any]]) -> bool:
        return command in self._factory

    def __getitem__(self, command: type[C]) -> C:
        return cast(C, self._memory[command])

    def set(self, command: Command[Any]) -> None:
        """Set what *command* says; a parameter that it leaves out stays as it is."""
        cls = type(command)
        values = {p.name: getattr(command, p.name) for p in cls.declaration.parameters}
        left_out = {name: getattr(self._memory[cls], name) for name, value in values.items() if value is None}
        self.replace(cls(**{**values, **left_out}))

    def replace(self, command: Command[Any]) -> None:
        """Set what *command* says, and nothing where it leaves a parameter out."""
        cls = type(command)
        self._memory[cls] = command
        keep = self._keep[cls]
        if keep is Keep.ALWAYS or (keep is Keep.ASKED and self.storing):
            self._flash[cls] = command

    def restart(self) -> None:
        """Forget what was not written to flash."""
        self._memory = {**self._factory, **self._flash}
        self.storing = True

    def restore(self) -> None:
        """Go back to the factory's settings."""
        self._flash.clear()
        self.restart()
