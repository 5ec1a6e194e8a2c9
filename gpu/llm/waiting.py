"""A coroutine in a thread of its own, while the caller keeps looking up.

Signals reach the caller's thread; what its tick raises there cancels the coroutine, which closes
its connection, so that a server need not go on for nobody.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any, TypeVar

TICK_S = 0.2
Result = TypeVar("Result")


def awaited(work: Callable[[], Coroutine[Any, Any, Result]], tick: Callable[[], None]) -> Result:
    """What the coroutine returns or raises. Once it began, it has ended when this returns."""
    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = Future()

    async def main() -> Result:
        task = asyncio.current_task()
        assert task is not None
        begun.set_result((asyncio.get_running_loop(), task))
        return await work()

    with ThreadPoolExecutor(1, thread_name_prefix="asking") as thread:
        ending = thread.submit(lambda: asyncio.run(main()))
        try:
            while not wait([ending], timeout=TICK_S).done:
                tick()
        except BaseException:
            loop, task = begun.result()
            with suppress(RuntimeError):  # it has ended meanwhile
                loop.call_soon_threadsafe(task.cancel)
            raise
    return ending.result()
