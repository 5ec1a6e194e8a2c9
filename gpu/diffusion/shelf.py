"""The models of this process: each loaded once, one at a time where there is not room for two."""

from gpu.diffusion.model import Model
from gpu.diffusion.spec import ModelSpec
from gpu.diffusion.telling import silent
from gpu.room import make_room
from gpu.stages import Report


class Shelf:
    """Models by spec. Asking for one makes room by letting the others go."""

    def __init__(self) -> None:
        self._models: dict[ModelSpec, Model] = {}

    def model(self, spec: ModelSpec, report: Report = silent) -> Model:
        """The model of a spec, found when it is first asked for. Raises BriefRefused."""
        if spec not in self._models:
            self._models[spec] = Model(spec, lambda: self._let_others_go(spec), report)
        return self._models[spec]

    def _let_others_go(self, kept: ModelSpec) -> None:
        make_room()
        for spec, model in self._models.items():
            if spec != kept:
                model.leave()


SHELF = Shelf()
