"""The form of an answer: one prompt, on one line, of a length.

Pattern and length stand in the schema alone: an answer that is too long is told so in tokens, and
cut at last. The pattern keeps a model in bounds that writes letter by letter: words of English,
the names that may come, and marks at which a prompt can be cut.
"""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, create_model

from gpu.enhance import check
from gpu.enhance.brief import PromptBrief
from gpu.llm.forms import Form, one_line

LETTERS_A_TOKEN, LETTERS_MAX, WORDS_MAX = 8, 6_000, 400
WORDS_A_TOKEN = 0.6
_WORD = r"[A-Za-z]{1,14}(['-][A-Za-z]{1,14})?|[0-9]{1,4}"


def form_of(brief: PromptBrief) -> type[Form]:
    """The form of the answer to a brief."""
    room = max(1, check.room(brief))
    letters = min(room * LETTERS_A_TOKEN, LETTERS_MAX)
    names = [_spelt(one.name) for one in brief.references]
    word = f"({'|'.join([*names, _WORD])})"
    more = min(int(room * WORDS_A_TOKEN), WORDS_MAX)
    pattern = f"^{word}([,.;]? {word}){{0,{more}}}\\.?$"
    prompt: Any = Annotated[
        str,
        Field(
            min_length=1,
            max_length=LETTERS_MAX,
            json_schema_extra={"pattern": pattern, "maxLength": letters},
        ),
        BeforeValidator(one_line),
    ]
    return create_model("Prompt", __base__=Form, prompt=(prompt, ...))


def _spelt(name: str) -> str:
    """A name in a pattern, where a blank needs no escape."""
    return re.escape(name).replace("\\ ", " ")
