"""Power cuts of a release: python -m tests.faults.power."""

import sys

from tests.faults.power.release import main

if __name__ == "__main__":
    sys.exit(main())
