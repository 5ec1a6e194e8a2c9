"""Signals that end a run."""

import signal


class signals_stop:  # noqa: N801 - reads as a verb where it is used
    """SIGTERM and SIGHUP end a run as Ctrl-C does."""

    def __enter__(self) -> None:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        self._before = [
            (number, signal.signal(number, stop)) for number in (signal.SIGTERM, signal.SIGHUP)
        ]

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)
