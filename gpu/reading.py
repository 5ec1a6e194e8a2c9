"""Reads a shot: which place, which things, what hour, what has happened. Knows no picture."""

import re
from dataclasses import dataclass

from gpu.briefs import ImageBrief
from gpu.lexicon import IMPLIED, motifs_in, settings_in

_STATES = {
    "dry": r"dr(?:y|ied|ying)\b|drought|parched|arid|climate|recede|dust bowl|withered",
    "cracked": r"crack(?:ed|s)|fissur|broken earth|parched",
    "ruined": r"\bruin|overgrown|crumbl|abandon|collaps|weathered|excavat|archaeolog|remains",
    "flood": r"\bflood(?:s|ed|ing|waters?)?\b(?!plain)|inundat|submerged|deluge",
    "snowy": r"\bsnow|frozen|\bice\b|icy|glaci|winter|blizzard",
    "burning": r"\bburn(?:s|ing|t)\b|\bon fire|in flames|blaz|wildfire|inferno",
    "modern": r"\btoday\b|modern|present.day|contemporary|nowadays|visitors|tourist|this century",
    "autumn": r"autumn|fall colou?rs|fallen leaves",
    "empty": r"\bempty\b(?! stage)|deserted|nobody|no one|abandoned|no people|silent\b(?! film)",
    "rain": r"\brain|drizzle|downpour|monsoon|wet street",
    "dust": r"\bdust|sandstorm|haze\b|blowing sand",
    "smoke": r"\bsmoke|chimney|steam\b",
    "busy": r"\bcrowd|people|busy|market|festival|workers|at work|bustl|gather|visitors",
    "past": r"reconstruct|ancient|medieval|period (?:dress|clothes)|centur(?:y|ies) ago|\bbce?\b",
    "routes": r"\broute|trade|network|journey|voyage|caravan|migration",
    "path": r"\ba path\b|\bfootpath|\btrail\b",
    "far": r"far away|far off|in the (?:far )?distance|small against|tiny",
    "figure": r"small figure|for scale",
    "leaving": r"(?:figure|people|person|man|woman) leaving|walk(?:s|ing)? away",
}
_MAP = re.compile(r"\bmap\b|cartograph|\batlas\b", re.IGNORECASE)
_FIGURES = frozenset(
    ("person", "child", "couple", "crowd", "worker", "king", "astronaut", "musician")
)
_CHARACTERS = _FIGURES | {"robot"}
_ROLES = {
    "baker": r"\bbak(?:er|ery|ing)|bäcker|boulang|panader|fornai|padeir|пекар|パン屋|面包",
    "clockmaker": r"clockmak|watchmak|uhrmach|horlog|relojer|orologia|relojoeir|часовщик|钟表",
    "farmer": r"farmer|peasant|gardener|\bbauer|paysan|campesin|contadin|крестьян|农民|農夫|فلاح",
    "fisher": r"\bfisher|fischer|pêcheur|pescador|рыбак",
    "doctor": r"doctor|\bnurse|physician|surgeon|\barzt|médecin|médic|врач",
    "teacher": r"teacher|professor|\blehrer|professeur|maestr[oa]\b|учител",
    "painter": r"\bpainter|\bartist|maler|peintre|pintor|художник",
    "cook": r"\bcook(?:s|ing)?\b|\bchef|\bkoch\b|cuisini|cociner|повар",
    "smith": r"blacksmith|\bsmith\b|schmied|forgeron|herrer|fabbr|кузнец",
    "potter": r"\bpotter\b|töpfer",
}
_HOLDING = re.compile(r"\b(?:play|hold|carr|lift|read|swing)(?:s|y|ing|ies|ying)?\b")
_HELD = frozenset({"violin", "guitar", "book", "lamp", "letter", "sword", "key", "scroll",
                   "flower", "ball", "map", "mask", "cup", "bread", "candle"})  # fmt: skip
_FOR_SCALE = re.compile(r"(?:a )?small figure[^,.;]*", re.IGNORECASE)
_NOT_SHOWN = re.compile(_FOR_SCALE.pattern + r"|glass vessels?", re.IGNORECASE)
_SMALL = frozenset(
    {
        "bowl", "cup", "coin", "book", "scroll", "letter", "key", "crown", "sword", "mask",
        "clock", "compass", "microscope", "camera", "radio", "computer", "phone", "lamp",
        "candle", "bread", "hammer", "guitar", "violin", "ball", "atom", "heart", "brain", "DNA",
        "seal stone", "pot", "watch gear", "chess piece",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What a picture has to show."""

    brief: ImageBrief
    kind: str
    """"map", "insert", "close", "medium", "wide" or "aerial": which composition it gets."""
    settings: tuple[str, ...]
    motifs: tuple[str, ...]
    states: frozenset[str]
    place: str
    role: str = ""
    """What its worker does for a living, or nothing."""
    held: str = ""
    """The thing that its first character holds, or nothing."""

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(motif for motif in self.motifs if motif in _FIGURES)

    @property
    def things(self) -> tuple[str, ...]:
        return tuple(motif for motif in self.motifs if motif not in _FIGURES)


def read(brief: ImageBrief) -> Reading:
    """A brief as a composition. Text that says nothing still gives a place: its own."""
    text = brief.prompt[:4000]
    place_text = re.sub(r"[-_/]+", " ", brief.place[:400])
    shown = _NOT_SHOWN.sub(" ", text)
    wide = _FOR_SCALE.search(text) is not None or "a path" in text
    kind = _kind(brief, text)
    plain = f"{text} {brief.lighting}".lower()
    states = {name for name, words in _STATES.items() if re.search(words, plain)}
    sheets = kind in ("insert", "close", "medium")
    named = [motif for motif in motifs_in(shown) if motif != "map" or sheets]
    alone = "empty" in states and kind in ("wide", "aerial")
    held = _held(named, plain) if kind != "map" and not alone else ""
    # What only the idea's name hints at (Indus: a seal) is too small to stand in a landscape.
    head = set(motifs_in(_FOR_SCALE.split(text)[0].split("a path")[0])) | {held}
    motifs = [m for m in named if not wide or m in head or m not in _SMALL]
    if alone:
        motifs = [motif for motif in motifs if motif not in _CHARACTERS]
    settings = _settings(text, place_text, motifs)
    return Reading(
        brief=brief,
        kind=kind,
        settings=tuple(settings),
        motifs=tuple(motifs),
        states=frozenset(states),
        place=brief.place or " ".join(settings) or text[:80],
        role=next((role for role, words in _ROLES.items() if re.search(words, plain)), ""),
        held=held,
    )


def _held(named: list[str], plain: str) -> str:
    """A thing in the hands of who is shown, if the words put it there."""
    doers = [motif for motif in named if motif in _CHARACTERS - {"crowd", "couple", "musician"}]
    things = [motif for motif in named if motif in _HELD]
    return things[0] if doers and things and _HOLDING.search(plain) else ""


def _settings(text: str, place: str, motifs: list[str]) -> list[str]:
    """Named by the place, then by the prompt, else where the things are at home."""
    named = [*settings_in(place), *settings_in(text)]
    if not named:
        named = [IMPLIED[motif] for motif in motifs if motif in IMPLIED]
    return list(dict.fromkeys(named))


def _kind(brief: ImageBrief, text: str) -> str:
    if brief.shot_size == "map" or (brief.angle == "top" and _MAP.search(text)):
        return "map"
    if brief.shot_size == "insert":
        return "insert"
    if brief.shot_size in ("close-up", "extreme close-up"):
        return "close"
    if brief.shot_size == "medium":
        return "medium"
    if brief.angle in ("aerial", "top") or brief.shot_size == "extreme wide":
        return "aerial"
    return "wide"
