"""What a dialect is: its rules, its vocabulary, its driver and its virtual module."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from attrs import field, frozen

from ..wire.command import Command
from ..wire.event import Event
from ..wire.grammar import Grammar
from ..wire.vocabulary import Vocabulary
from .drivers import Driver, PlainDriver
from .modem_api import ModemAPI

__all__ = ["Dialect", "declared_commands", "declared_events"]


def _modules(package: ModuleType, name: str) -> Iterator[ModuleType]:
    """Yield the submodule *name* of a package, and its own submodules if it is a package itself."""
    module = importlib.import_module(f"{package.__name__}.{name}")
    yield module
    for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
        yield importlib.import_module(f"{module.__name__}.{found.name}")


def _classes(package: ModuleType, name: str, base: type, mark: str) -> Iterator[type[Any]]:
    seen: set[type] = set()
    for module in _modules(package, name):
        for cls in vars(module).values():
            if not inspect.isclass(cls) or not issubclass(cls, base) or cls in seen:
                continue
            if mark in vars(cls) and cls.__module__.startswith(package.__name__):
                seen.add(cls)
                yield cls


def declared_commands(package: ModuleType) -> list[type[Command[Any]]]:
    """Return the command classes of a dialect's ``commands``."""
    return list(_classes(package, "commands", Command, "declaration"))


def declared_events(package: ModuleType) -> list[type[Event]]:
    """Return the event classes of a dialect's ``events``."""
    return list(_classes(package, "events", Event, "declaration"))


@frozen(eq=False)
class Dialect:
    """One family of modules.

    :param name: its short name, that of its folder.
    :param title: what it is called.
    :param grammar: the rules of its wire.
    :param package: its folder, which holds the commands and events.
    :param driver: makes its driver for a modem.
    :param device: returns the class of its virtual module, imported only when one is wanted; None where it has none.
    """

    name: str
    title: str
    grammar: Grammar
    package: ModuleType
    driver: Callable[[ModemAPI], Driver] = PlainDriver
    device: Callable[[], Callable[..., object]] | None = None
    vocabulary: Vocabulary = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        vocabulary = Vocabulary(self.grammar, declared_commands(self.package), declared_events(self.package))
        object.__setattr__(self, "vocabulary", vocabulary)
