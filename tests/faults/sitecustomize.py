"""Put on PYTHONPATH, this plants faults in the fake stages of a real run; see planted.py."""

import os

if os.environ.get("REELOG_FAULTS"):
    from gpu.stages import STAGES

    STAGES.update(
        {
            (kind, backend): f"planted:{stage.partition(':')[2]}"
            for (kind, backend), stage in STAGES.items()
            if backend == "fake"
        }
    )
