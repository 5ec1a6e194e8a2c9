"""Event types by hand-given name and integer version, and the lifts between versions."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from eventstore.errors import UnknownEventType


class Event(BaseModel):
    """A fact: past tense, frozen, closed."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True, protected_namespaces=()
    )


EventClass = TypeVar("EventClass", bound=type[Event])
Lift = Callable[[dict[str, Any]], dict[str, Any]]
Loader = Callable[[str], Event]


class Loaders(dict[tuple[str, int], Loader]):
    """How to read one version of one type; found once, as a log holds many of each."""

    def __init__(self, find: Callable[[str, int], Loader]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, kind: tuple[str, int]) -> Loader:
        found = self[kind] = self._find(*kind)
        return found


class EventTypes:
    """The table of event types: name ↔ model, current version, lifts from older versions."""

    def __init__(self) -> None:
        self._models: dict[str, tuple[type[Event], int]] = {}
        self._names: dict[type[Event], tuple[str, int]] = {}
        self._lifts: dict[tuple[str, int], Lift] = {}
        self.loaders = Loaders(self._loader)

    def event(self, name: str, version: int = 1) -> Callable[[EventClass], EventClass]:
        """Register a model under a name for ever."""

        def register(model: EventClass) -> EventClass:
            if name in self._models:
                raise ValueError(f"event type {name} is registered twice")
            self._models[name] = (model, version)
            self._names[model] = (name, version)
            return model

        return register

    def lift(self, name: str, version: int) -> Callable[[Lift], Lift]:
        """Register the step from `version` to `version` + 1 of an event type's data."""

        def register(step: Lift) -> Lift:
            self._lifts[name, version] = step
            return step

        return register

    def check(self) -> None:
        """Raise ValueError when a lift is missing, or leads from or to nowhere."""
        for name, version in self._lifts:
            if name not in self._models:
                raise ValueError(
                    f"a lift from version {version} of {name}, which is not registered"
                )
        for name, (_, current) in self._models.items():
            have = {version for (lifted, version) in self._lifts if lifted == name}
            if have != set(range(1, current)):
                raise ValueError(f"{name} is at version {current}; its lifts start at {have}")

    def names(self) -> list[str]:
        """All registered names, sorted."""
        return sorted(self._models)

    def name_of(self, event: Event) -> tuple[str, int]:
        """The name and the current version of an event."""
        return self._names[type(event)]

    def dump(self, event: Event) -> str:
        """JSON text; keys at their default are left out, so a default may never change."""
        return event.__pydantic_serializer__.to_json(event, exclude_defaults=True).decode()

    def load(self, name: str, version: int, data: str) -> Event:
        """The event of a stored row, lifted to the current version.

        Raises UnknownEventType for a name or version this program does not know.
        """
        return self.loaders[name, version](data)

    def _loader(self, name: str, version: int) -> Loader:
        try:
            model, current = self._models[name]
        except KeyError:
            raise UnknownEventType(
                f"event type {name!r} is unknown here; this log needs a newer reelog"
            ) from None
        if version > current:
            raise UnknownEventType(
                f"event type {name} version {version} is newer than {current}; "
                "this log needs a newer reelog"
            )
        if version < 1:
            raise UnknownEventType(f"event type {name} never had a version {version}")
        if version == current:
            model.model_rebuild()
            load: Loader = model.__pydantic_validator__.validate_json
            return load
        lifts = [self._lifts[name, step] for step in range(version, current)]

        def lift_and_validate(data: str) -> Event:
            lifted: dict[str, Any] = json.loads(data)
            for step in lifts:
                lifted = step(lifted)
            return model.model_validate(lifted)

        return lift_and_validate
