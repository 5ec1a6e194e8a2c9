"""An OpenAI-compatible server as a language model, through the official client.

The client's own retries are off: what is waited for is told, and can be given up.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openai
from openai.types.chat import ChatCompletion

from gpu.briefs import Settings
from gpu.llm import refusals
from gpu.llm.asking import Answer, Message, OnWait, Schema, schema_in_words, without
from gpu.llm.errors import BadAnswer, ModelUnknown
from gpu.llm.key import Key
from gpu.llm.patience import Patience
from gpu.llm.waiting import awaited

CONNECT_S, LIST_S = 5.0, 15.0
SEED_END = 2**31
"""Seeds are asked for below it: some servers read no longer number."""
AUTO = "auto"
UNSEEDED = "no seed"
"""Told with the form of an answer whose server takes no seed."""
_FORMS = ("json_schema", "json_object", "plain")
_UNTOLD = (
    "X-Stainless-Lang", "X-Stainless-Package-Version", "X-Stainless-OS", "X-Stainless-Arch",
    "X-Stainless-Runtime", "X-Stainless-Runtime-Version",
)  # fmt: skip
_OF_ACCOUNT = ("OpenAI-Organization", "OpenAI-Project")
_LOCAL = re.compile(r"https?://(127\.|localhost\b|\[::1\]|0\.0\.0\.0\b)")
_UNASKED = ("minLength", "maxLength", "pattern")
"""What hosted servers refuse in a strict schema, and llama.cpp reads in a way of its own."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """Where a model is asked, and how long an answer is waited for.

    `form`: json_schema, json_object or plain; "auto" takes the first that the server knows.
    """

    url: str
    model: str
    key: Key
    timeout_s: float = 600.0
    form: str = AUTO


class Server:
    """One model of a server. What the server turned out not to know is not asked of it again."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._form = _FORMS[0] if access.form == AUTO else access.form
        self._limit = "max_tokens"
        self._seeded = True

    @property
    def environment(self) -> Mapping[str, Any]:
        """Nothing: which weights stand behind a model's name, no server tells."""
        return {}

    def ask(
        self, messages: Sequence[Message], schema: Schema, settings: Settings, on_wait: OnWait
    ) -> Answer:
        """One answer, as gpu.llm.asking says."""
        patience = Patience(self.access)

        async def asked() -> tuple[ChatCompletion, float]:
            async with self._client() as client:
                while True:
                    began = time.monotonic()
                    try:
                        body = self._body(messages, schema, settings)
                        found = await client.chat.completions.create(**body)
                        return found, time.monotonic() - began
                    except openai.APIStatusError as error:
                        if not self._knows_less(error):
                            await patience.after(error)
                    except openai.APIConnectionError as error:
                        await patience.after_silence(error)

        try:
            found, seconds = awaited(asked, lambda: on_wait(patience.words))
        except ModelUnknown as unknown:
            raise refusals.model_unknown(self.access, self.models(on_wait)) from unknown
        return self._answer(found, seconds)

    def models(self, on_wait: OnWait = lambda _: None) -> list[str]:
        """What the server says that it has; nothing where it cannot say it, or not yet.

        Raises Unreachable, BadAnswer, KeyRefused.
        """
        patience = Patience(self.access)

        async def listed() -> Any:
            async with self._client() as client:
                try:
                    return await client.models.list(timeout=LIST_S)
                except openai.InternalServerError:
                    return None  # as while a model is loading
                except openai.APIStatusError as error:
                    raise refusals.of_status(error, self.access) from None  # it may quote the key
                except openai.APIConnectionError as error:
                    raise refusals.of_silence(error, self.access) from None

        found = awaited(listed, lambda: on_wait(patience.words))
        data = [] if found is None else getattr(found, "data", None)
        if not isinstance(data, list):
            raise BadAnswer(refusals.not_such(self.access, "its list of models"))
        return [str(one.id) for one in data]

    def _client(self) -> openai.AsyncOpenAI:
        local, key = _LOCAL.match(self.access.url), self.access.key.value(self.access.url)
        untold = _UNTOLD if key else (*_UNTOLD, *_OF_ACCOUNT)
        return openai.AsyncOpenAI(
            base_url=self.access.url,
            api_key=key or "none",
            timeout=openai.Timeout(self.access.timeout_s, connect=CONNECT_S),
            max_retries=0,
            default_headers={name: openai.Omit() for name in untold},
            http_client=openai.DefaultAsyncHttpxClient(trust_env=not local),
        )

    def _body(
        self, messages: Sequence[Message], schema: Schema, settings: Settings
    ) -> dict[str, Any]:
        form = self._form
        said = messages if form == "json_schema" else schema_in_words(messages, schema)
        body: dict[str, Any] = {"model": self.access.model, "messages": [dict(m) for m in said]}
        if form == "json_schema":
            name = re.sub(r"\W", "_", str(schema["title"]))
            bare = {key: one for key, one in schema.items() if key != "title"}
            strict = {"name": name, "strict": True, "schema": without(bare, *_UNASKED)}
            body["response_format"] = {"type": "json_schema", "json_schema": strict}
        elif form == "json_object":
            body["response_format"] = {"type": "json_object"}
        for name in ("temperature", "top_p"):
            if float(settings.get(name, -1)) >= 0:
                body[name] = float(settings[name])
        if most := int(settings.get("max_tokens", 0)):
            body[self._limit] = most
        if "seed" in settings and self._seeded:
            body["seed"] = int(settings["seed"]) % SEED_END
        return body

    def _knows_less(self, error: openai.APIStatusError) -> bool:
        """Whether the question may be put in another way, which is remembered."""
        said = refusals.said(error, self.access).lower()
        if error.status_code not in (400, 404, 415, 422, 500, 501):
            return False
        if self._limit == "max_tokens" and "max_completion_tokens" in said:
            self._limit = "max_completion_tokens"
            return True
        if self._seeded and refusals.about_seed(said):
            self._seeded = False
            return True
        if self.access.form == AUTO and self._form != _FORMS[-1] and refusals.about_form(said):
            self._form = _FORMS[_FORMS.index(self._form) + 1]
            return True
        return False

    def _answer(self, found: Any, seconds: float) -> Answer:
        choices: Any = getattr(found, "choices", None)
        message = getattr(choices[0], "message", None) if choices else None
        if not choices or message is None:
            raise BadAnswer(refusals.not_such(self.access, "a question"))
        refused = getattr(message, "refusal", None)
        usage = found.usage
        return Answer(
            text=refused or message.content or "",
            model=str(found.model or self.access.model),
            tokens_in=_count(usage, "prompt_tokens"),
            tokens_out=_count(usage, "completion_tokens"),
            seconds=round(seconds, 3),
            finish="refusal" if refused else str(choices[0].finish_reason or "stop"),
            form=self._form if self._seeded else f"{self._form}, {UNSEEDED}",
        )


def _count(usage: Any, name: str) -> int:
    found = getattr(usage, name, 0)
    return found if isinstance(found, int) else 0
