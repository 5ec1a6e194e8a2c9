"""Put on PYTHONPATH, this plants faults in a real run: in its fake stages (planted.py), its clocks.

REELOG_CLOCK names a file that says by how many seconds the wall clock is wrong, asked at each look.
REELOG_STANDSTILL, REELOG_HUNG and REELOG_LINGER are seconds instead of minutes, for tests.
"""

import os

if os.environ.get("REELOG_CLOCK"):
    import datetime
    import time
    from pathlib import Path

    WRONG_BY = Path(os.environ["REELOG_CLOCK"])
    right, Right = time.time, datetime.datetime

    class Wrong(Right):
        """A date and time of the wrong clock."""

        @classmethod
        def now(cls, tz=None):
            return Right.now(tz) + datetime.timedelta(seconds=float(WRONG_BY.read_text()))

    time.time = lambda: right() + float(WRONG_BY.read_text())
    datetime.datetime = Wrong

if os.environ.get("REELOG_STANDSTILL"):
    from eventstore.leases import Leases
    from handlers import watchman

    Leases.__init__.__kwdefaults__["standstill_s"] = float(os.environ["REELOG_STANDSTILL"])
    watchman.HUNG_S = float(os.environ["REELOG_HUNG"])
    watchman.LINGER_S = float(os.environ["REELOG_LINGER"])

if os.environ.get("REELOG_FAULTS"):
    from gpu.stages import STAGES

    STAGES.update(
        {
            (kind, backend): f"planted:{stage.partition(':')[2]}"
            for (kind, backend), stage in STAGES.items()
            if backend == "fake"
        }
    )
