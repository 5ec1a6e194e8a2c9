"""What a server's refusals mean, in words and with the way out."""

import re
from typing import TYPE_CHECKING

import openai

from gpu.errors import BriefRefused, StageError
from gpu.llm.errors import (
    BadAnswer,
    ContextTooLong,
    KeyRefused,
    ModelUnknown,
    Overloaded,
    Unreachable,
)
from gpu.vocabulary import nearest

if TYPE_CHECKING:
    from gpu.llm.server import Access

WORDS = 300
LISTED_MAX = 12
QUOTA = "insufficient_quota"
"""A rate limit that no waiting lifts: the account is empty."""
START = "start it (ollama serve, llama-server, vllm serve …), or name another with url = …"
_CONTEXT = re.compile(
    r"context.{0,40}(length|size|window|limit)|maximum context|exceed.{0,30}context"
    r"|prompt is too long|too many tokens"
)
_MODEL = re.compile(r"model.{0,120}(not found|not exist|unknown|not available|no such|not loaded)")
_SEED = re.compile(r"\bseed\b")
_CHOOSING = re.compile(r"temperature|top_p")
_FORM = re.compile(r"response_format|json_schema|json_object|json schema|structured|grammar")


def said(error: openai.APIStatusError, access: "Access") -> str:
    """The server's own words, without the key, on one line."""
    body = error.body
    told = body.get("message") if isinstance(body, dict) else None
    if isinstance(body, dict) and not told:
        told = body.get("detail") or body.get("error")
    text = str(told or error.response.text or error.message)
    return access.key.hidden(" ".join(text.split()), access.url)[:WORDS]


def about_form(words: str) -> bool:
    """Whether a refusal is about how the shape of the answer was asked for."""
    return bool(_FORM.search(words))


def about_seed(words: str) -> bool:
    """Whether a refusal is about the seed, as hosted servers that know none give it."""
    return bool(_SEED.search(words))


def of_status(error: openai.APIStatusError, access: "Access") -> StageError:
    """A refusal as what it means."""
    words, status = said(error, access), error.status_code
    told = f"{access.url} answered {status}: {words}"
    lowered = f"{error.code or ''} {words}".lower()
    if status in (401, 403) and not access.key.trusted:
        return KeyRefused(
            f"{access.url} wants a key ({status}: {words}), and the film came from elsewhere with "
            "its profile: no key of yours is sent; choose a profile of your own with edit --profile"
        )
    if status in (401, 403):
        variable = access.key.variable
        hold = "does not take the key in" if access.key.value(access.url) else "wants the key of"
        return KeyRefused(
            f"{access.url} {hold} the environment variable {variable} ({status}: {words}); set "
            f'{variable}, or name another with key = "…"'
        )
    if "context_length" in lowered or _CONTEXT.search(lowered):
        return ContextTooLong(
            f"the question is longer than {access.model} can read ({words}); shorten the idea, ask "
            "for fewer shots, or give the model more context"
        )
    if "model_not_found" in lowered or (status in (400, 404) and _MODEL.search(lowered)):
        return ModelUnknown(f"{access.url} has no model {access.model} ({words})")
    if status in (404, 405):
        return BadAnswer(f"{told}; its url mostly ends in /v1")
    if error.code == QUOTA:
        return BriefRefused(told)
    if status in (429, 503):
        return Overloaded(f"{access.url} has no room for the question ({status}: {words})")
    if status < 500 and (found := _CHOOSING.search(lowered)):
        return BriefRefused(f"{told}; leave it to the model: {found[0]} = -1")
    if status < 500:
        return BriefRefused(told)
    return BadAnswer(told)


def model_unknown(access: "Access", models: list[str]) -> ModelUnknown:
    """With what the server has, the nearest first."""
    near = nearest(access.model, models)
    listed = ", ".join(models[:LISTED_MAX]) or "none"
    more = f" and {len(models) - LISTED_MAX} more" if len(models) > LISTED_MAX else ""
    meant = f"did you mean {near!r}? " if near else ""
    return ModelUnknown(f"{access.url} has no model {access.model!r}; {meant}it has {listed}{more}")


def of_silence(error: openai.APIConnectionError, access: "Access") -> StageError:
    """Nobody there, nothing in time, or a connection that was lost."""
    if never_connected(error):
        return Unreachable(f"no language model server answers at {access.url}; {START}")
    if isinstance(error, openai.APITimeoutError):
        return Unreachable(
            f"{access.model} at {access.url} gave no answer in {access.timeout_s:g} s; "
            "set a larger timeout_s, or ask for less"
        )
    return Unreachable(f"the connection to {access.url} was lost before its answer was whole")


def never_connected(error: openai.APIConnectionError) -> bool:
    """Whether the question never reached a server."""
    cause = type(error.__cause__).__name__
    return cause in ("ConnectError", "ConnectTimeout", "ProxyError", "UnsupportedProtocol")


def not_such(access: "Access", what: str) -> str:
    """Somebody answers who is none of these servers."""
    return (
        f"{access.url} answered {what} as no OpenAI-compatible server does; its url mostly ends "
        "in /v1"
    )
