"""The models of this process: each loaded once, one at a time where there is not room for two."""

from typing import Protocol

from gpu.diffusion.model import Model
from gpu.diffusion.spec import ModelSpec
from gpu.diffusion.telling import silent
from gpu.room import HOLDERS, make_room
from gpu.stages import Report


class Guest(Protocol):
    """What else lies on the card, and can leave it: a voice."""

    def leave(self) -> None:
        """Make room."""


class Shelf:
    """Models by spec. Asking for one makes room by letting the others go."""

    def __init__(self) -> None:
        self._models: dict[ModelSpec, Model] = {}
        self._guest: Guest | None = None
        HOLDERS.append(self.leave)

    def model(self, spec: ModelSpec, report: Report = silent) -> Model:
        """The model of a spec, found when it is first asked for. Raises BriefRefused."""
        if spec not in self._models:
            self._models[spec] = Model(spec, lambda: self._let_others_go(spec), report)
        return self._models[spec]

    def receive(self, guest: Guest) -> None:
        """Room for a guest: all models leave, and the guest before."""
        make_room(keeping=self.leave)
        for model in self._models.values():
            model.leave()
        if self._guest is not None and self._guest is not guest:
            self._guest.leave()
        self._guest = guest

    def leave(self) -> None:
        """Let go of everything; each model is loaded again when it is asked for."""
        for model in self._models.values():
            model.leave()
        if self._guest is not None:
            self._guest.leave()

    def _let_others_go(self, kept: ModelSpec) -> None:
        make_room(keeping=self.leave)
        for spec, model in self._models.items():
            if spec != kept:
                model.leave()
        if self._guest is not None:
            self._guest.leave()


SHELF = Shelf()
