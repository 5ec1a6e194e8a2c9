"""What is wrong with an enhanced prompt, in words for who wrote it; cutting what is too long."""

from gpu.enhance.brief import PromptBrief
from gpu.enhance.length import tokens, without_last_phrase
from gpu.errors import StageError
from gpu.references import told_in
from gpu.words import filmed, styled


def tidy(text: str) -> str:
    """On one line, without quotes around it."""
    line = " ".join(text.split())
    for opening, closing in ('""', "\u201c\u201d", "''"):
        if len(line) > 1 and line[0] == opening and line[-1] == closing:
            line = line[1:-1].strip()
    return line


def names(brief: PromptBrief) -> tuple[str, ...]:
    """The characters and places that the prompt names and the shot shows: they stay in it."""
    return told_in(brief.prompt, [one.name for one in brief.references])


def room(brief: PromptBrief) -> int:
    """Tokens for the prompt alone, beside what its stage adds to it."""
    return brief.tokens_max - tokens(whole("", brief))


def whole(prompt: str, brief: PromptBrief) -> str:
    """The prompt as the model gets it."""
    if brief.stage == "image":
        return styled(prompt, brief.style)
    return filmed(prompt, brief.camera)


def wrong_with(prompt: str, brief: PromptBrief) -> list[str]:
    """What an answer has to be changed in; nothing where it can be used."""
    if not prompt:
        return ["the prompt is empty"]
    found = []
    if (length := tokens(whole(prompt, brief))) > brief.tokens_max:
        found.append(f"it is too long: about {length} tokens, at most {brief.tokens_max} are read")
    found += [f"it does not name {name}" for name in lost(prompt, brief)]
    return found


def lost(prompt: str, brief: PromptBrief) -> list[str]:
    """The names that are not in it any more."""
    wanted = names(brief)
    return [name for name in wanted if name not in told_in(prompt, wanted)]


def cut(prompt: str, brief: PromptBrief) -> str:
    """What is too long without its last phrases. Raises StageError where a name would go too."""
    shorter = prompt
    while shorter and tokens(whole(shorter, brief)) > brief.tokens_max:
        shorter = without_last_phrase(shorter)
    if gone := lost(shorter, brief):
        raise StageError(f"the enhanced {brief.stage} prompt does not name {', '.join(gone)}")
    if not shorter:
        raise StageError(
            f"the enhanced {brief.stage} prompt is too long for {brief.family}, which reads "
            f"{brief.tokens_max} tokens, and has no phrase to be cut at"
        )
    return shorter
