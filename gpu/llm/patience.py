"""How long a server that says "not now" is waited for: as long as it says, within limits."""

import asyncio
import email.utils
import time
from typing import TYPE_CHECKING

import openai

from gpu.llm import refusals

if TYPE_CHECKING:
    from gpu.llm.server import Access

AWAY_S = 60.0
"""How long a server that is not there is waited for: it may be starting again."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 15.0


class Patience:
    """The pauses of one question. `words`: what is waited for."""

    def __init__(self, access: "Access") -> None:
        self._access = access
        self._began = time.monotonic()
        self._pause_s = FIRST_PAUSE_S
        self.words = f"waiting for {access.model}"

    async def after(self, error: openai.APIStatusError) -> None:
        """Wait as the server tells. Raises what the refusal means where waiting is no use."""
        status = error.status_code
        if status not in (429, 503) or error.code == refusals.QUOTA:
            raise refusals.of_status(error, self._access) from None  # it may quote the key
        told_s = _told_s(error)
        await self._wait(
            told_s, self._access.timeout_s, "is busy", refusals.of_status(error, self._access)
        )

    async def after_silence(self, error: openai.APIConnectionError) -> None:
        """Wait for a server that is not there. Raises where the question may have reached it."""
        silence = refusals.of_silence(error, self._access)
        if not refusals.never_connected(error):
            raise silence from None
        await self._wait(None, min(AWAY_S, self._access.timeout_s), "does not answer", silence)

    async def _wait(
        self, told_s: float | None, at_most_s: float, why: str, refusal: Exception
    ) -> None:
        pause_s = self._pause_s if told_s is None else told_s
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
        if time.monotonic() - self._began + pause_s > at_most_s:
            raise type(refusal)(f"{refusal}; it was waited for, {at_most_s:g} s at most") from None
        self.words = f"{self._access.url} {why}, asked again in {pause_s:.0f} s"
        await asyncio.sleep(pause_s)
        self.words = f"waiting for {self._access.model}"


def _told_s(error: openai.APIStatusError) -> float | None:
    """Seconds that the server says to wait; None where it says nothing."""
    headers = error.response.headers
    for header, divisor in (("retry-after-ms", 1000), ("retry-after", 1)):
        value = headers.get(header, "")
        if value.replace(".", "", 1).isdecimal():
            return float(value) / divisor
    if (when := email.utils.parsedate_tz(headers.get("retry-after", ""))) is None:
        return None
    return max(0.0, email.utils.mktime_tz(when) - time.time())
