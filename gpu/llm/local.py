"""A causal language model on this machine, held to a JSON Schema token by token.

Only safetensors, no code of the model's own, nothing from the network. The same question gives the
same answer: tokens are drawn from its seed, on a CPU in one thread.
"""

import inspect
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from jinja2.exceptions import TemplateError
from llguidance import LLMatcher
from llguidance.hf import from_tokenizer
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    LogitsProcessorList,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from gpu.briefs import Settings
from gpu.diffusion import memory, numerics, weights
from gpu.errors import BriefRefused
from gpu.llm.asking import Answer, Message, OnWait, Schema, schema_in_words
from gpu.llm.bound import TOKENS_A_SIGN, longest
from gpu.llm.errors import ContextTooLong
from gpu.voice_model import hashes, load_part, load_text

FORM = "grammar"
TICK_S = 0.2
_Watching = tuple[LLMatcher, OnWait]


@dataclass(frozen=True, kw_only=True)
class Spec:
    """All that two questions must agree on to share a loaded model."""

    model: str
    revision: str = ""
    where: str = ""
    dtype: str = "auto"


class Local:
    """One loaded model."""

    def __init__(self, spec: Spec) -> None:
        """Raises BriefRefused."""
        self.spec = spec
        self._device = numerics.settle()
        folder = weights.locate(spec.model, spec.revision, spec.where)
        on_card = self._device.type == "cuda"
        dtype = ("bf16" if on_card else "fp32") if spec.dtype == "auto" else spec.dtype
        load = partial(load_part, AutoModelForCausalLM, folder, dtype, self._device)
        self._model = memory.climb(load, (), lambda _: None)
        self._tokenizer = load_text(AutoTokenizer, folder)
        self._words = self._vocabulary(folder)
        self._files = hashes(folder, "model")
        known = inspect.signature(self._model.forward).parameters
        self._last_alone = {"logits_to_keep": 1} if "logits_to_keep" in known else {}

    @property
    def environment(self) -> dict[str, Any]:
        """What every answer of this model depends on besides its question."""
        model = {
            "class": type(self._model).__name__,
            "dtype": str(self._model.dtype),
            "tokenizer": type(self._tokenizer).__name__,
            "files": self._files,
        }
        return {"model": model, **numerics.record(self._device)}

    def ask(
        self, messages: Sequence[Message], schema: Schema, settings: Settings, on_wait: OnWait
    ) -> Answer:
        """One answer, as gpu.llm.asking says. It is JSON of that schema, unless it was cut off."""
        began = time.monotonic()
        question = self._tokens(schema_in_words(messages, schema))
        most = self._room(len(question), int(settings.get("max_tokens", 0)), longest(schema))
        watching = self._matcher(schema), on_wait
        answer, whole = memory.climb(
            lambda: self._written(question, settings, most, watching), (), lambda _: None
        )
        return Answer(
            text=self._tokenizer.decode(answer, skip_special_tokens=True),
            model=self.spec.model,
            tokens_in=len(question),
            tokens_out=len(answer),
            seconds=round(time.monotonic() - began, 3),
            finish="stop" if whole else "length",
            form=FORM,
        )

    def _vocabulary(self, folder: Path) -> Any:
        """Raises BriefRefused for a tokenizer that a grammar cannot be made over."""
        ends = self._model.generation_config.eos_token_id
        ends = self._tokenizer.eos_token_id if ends is None else ends
        if ends is None:
            raise BriefRefused(f"{folder} names no token that ends an answer")
        self._ends = ends if isinstance(ends, list) else [ends]
        try:
            return from_tokenizer(
                self._tokenizer, n_vocab=self._model.config.vocab_size, eos_token=self._ends
            )
        except ValueError as error:
            raise BriefRefused(f"{folder} has no fast tokenizer: {error}") from error

    def _tokens(self, messages: Sequence[Message]) -> list[int]:
        """The question as the model is used to being asked."""
        if not self._tokenizer.chat_template:
            text = "\n\n".join(one["content"] for one in messages) + "\n\n"
            return list(self._tokenizer(text)["input_ids"])
        try:
            return self._chat(messages)
        except TemplateError:  # some models know no system message
            first, second, *rest = messages
            joined = {"role": "user", "content": f"{first['content']}\n\n{second['content']}"}
            return self._chat([joined, *rest])

    def _chat(self, messages: Sequence[Message]) -> list[int]:
        text = self._tokenizer.apply_chat_template(
            [dict(one) for one in messages], add_generation_prompt=True, tokenize=False,
            enable_thinking=False,
        )  # fmt: skip
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _room(self, question: int, asked: int, signs: int) -> int:
        """The most tokens of an answer. Raises ContextTooLong."""
        reads = int(getattr(self._model.config, "max_position_embeddings", 0)) or 2**31
        if question >= reads:
            raise ContextTooLong(
                f"the question has {question:,} tokens, {self.spec.model} reads {reads:,}; shorten "
                "the idea, ask for fewer shots, or take another model"
            )
        return min(asked or TOKENS_A_SIGN * signs, reads - question)

    def _matcher(self, schema: Schema) -> LLMatcher:
        grammar = LLMatcher.grammar_from_json_schema(
            json.dumps(schema), defaults={"whitespace_flexible": False}
        )
        matcher = LLMatcher(self._words, grammar, log_level=0)
        if matcher.is_error():
            raise BriefRefused(f"the schema {schema['title']} is no grammar: {matcher.get_error()}")
        return matcher

    def _written(
        self, question: list[int], settings: Settings, most: int, watching: _Watching
    ) -> tuple[list[int], bool]:
        """The tokens, and whether they are a whole object. What must come is not asked for."""
        held, on_wait = watching[0].deep_copy(), watching[1]
        draw = torch.Generator("cpu").manual_seed(int(settings.get("seed", 0)))
        warpers = _warpers(settings, self._model.generation_config)
        answer: list[int] = []
        past, new, due = None, question, 0.0
        while len(answer) < most and not held.is_stopped():
            if time.monotonic() >= due:
                on_wait(f"{len(answer):,} tokens written")
                due = time.monotonic() + TICK_S
            scores, past = self._next(new, past)
            token = _drawn(_allowed(scores, held), warpers, draw)
            if token in self._ends:
                break
            held.consume_token(token)
            new = [token, *held.compute_ff_tokens()]
            held.consume_tokens(new[1:])
            answer += new
        return answer, held.is_accepting() and len(answer) <= most

    def _next(self, new: list[int], past: Any) -> tuple[torch.Tensor, Any]:
        """The scores of the token after these, on the host; what was computed for them."""
        found = self._model(
            input_ids=torch.tensor([new], device=self._device), past_key_values=past,
            use_cache=True, **self._last_alone,
        )  # fmt: skip
        return found.logits[:, -1].float().cpu(), found.past_key_values


def _warpers(settings: Settings, made_with: Any) -> LogitsProcessorList | None:
    """How tokens are drawn, as the profile says; what it leaves is as the model's maker has it.

    None: the likeliest is taken.
    """
    temperature, top_p = (float(settings.get(name, -1)) for name in ("temperature", "top_p"))
    if temperature == 0 or (temperature < 0 and not made_with.do_sample):
        return None
    warpers = LogitsProcessorList()
    if (heat := temperature if temperature > 0 else made_with.temperature or 1.0) != 1.0:
        warpers.append(TemperatureLogitsWarper(heat))
    if made_with.top_k:
        warpers.append(TopKLogitsWarper(made_with.top_k))
    if 0 < (share := top_p if top_p >= 0 else made_with.top_p or 1.0) < 1:
        warpers.append(TopPLogitsWarper(share))
    return warpers


def _allowed(scores: torch.Tensor, held: LLMatcher) -> torch.Tensor:
    """The scores, -inf for every token that the schema does not allow next."""
    allowed = torch.frombuffer(bytearray(held.compute_logit_bias()), dtype=torch.uint8)
    return scores.masked_fill(allowed[: scores.shape[1]] == 0, float("-inf"))


def _drawn(scores: torch.Tensor, warpers: LogitsProcessorList | None, draw: torch.Generator) -> int:
    if warpers is None:
        return int(scores.argmax())
    chances = warpers(None, scores).softmax(-1)
    return int(torch.multinomial(chances, 1, generator=draw))
