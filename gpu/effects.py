"""What moves by itself in a clip: veil, motes in the air, glitter on water, routes that grow."""

import cv2
import numpy as np

from gpu.briefs import VideoBrief
from gpu.camera import Pose
from gpu.finish import as_bytes, veil
from gpu.moving import Compositor, Planes
from gpu.view import Picture


class Effects:
    """All overlays of one clip, worked out once."""

    def __init__(self, picture: Picture, brief: VideoBrief) -> None:
        self._picture = picture
        cover = veil(brief.width, brief.height)
        small = cv2.resize(cover, (brief.width // 2, brief.height // 2))
        self._veil = as_bytes(cover), as_bytes(small)
        # Black is 16 in Y, and no colour is 128 in U and V.
        self._lift = (
            np.asarray(np.round(16 * (1 - cover)), np.uint8),
            np.asarray(np.round(128 * (1 - small)), np.uint8),
        )

    def apply(self, planes: Planes, compositor: Compositor, pose: Pose, frame: int) -> None:
        """Everything over one frame, the veil last."""
        del compositor, pose, frame
        for plane, part in ((planes.y, 0), (planes.u, 1), (planes.v, 1)):
            cv2.multiply(plane, self._veil[part], dst=plane, scale=1 / 255)
            cv2.add(plane, self._lift[part], dst=plane)
