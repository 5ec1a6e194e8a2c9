"""Takes an idea out of the request around it: politeness, "make me a film about", a label."""

import re

_REQUEST = re.compile(
    r"^(?:please |hey,? |hi,? |ok,? )*"
    r"(?:(?:can|could|would|will) you (?:please )?|i(?:'d| would)? (?:want|like|need)(?: you)?"
    r"(?: to)? |let'?s )?"
    r"(?:(?:please )?(?:make|create|generate|produce|write|do|shoot|direct|see|have|render)\b"
    r"(?: me| us)?(?: please)? )?"
    r"(?:(?:an?|the|some|one|my) )?(?:[\w\-]+ ){0,4}?"
    r"(?:films?|movies?|videos?|documentary|documentaries|clip|animation|story|trailer|short"
    r"|cartoon|reel)"
    r"(?: film| movie| video| clip)?(?:,? please,?)? "
    r"(?:about|on|of|showing|in which|where|that shows|that explains|explaining|telling)[: ]\s*",
    re.IGNORECASE,
)
_TELL = re.compile(
    r"^(?:please )?(?:tell (?:me|us) (?:the story of|about|of)|explain(?: to me)?|show(?: me| us)"
    r"|describe|imagine)\s+",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:(?:my |the |film |movie |video )?(?:idea|topic|prompt|title|subject|theme)|film|movie"
    r"|video|documentary|thema|titel|idee|sujet|titre|idée|tema|título|titolo|idea|onderwerp"
    r"|тема|идея|题目|主题|テーマ)\s*[:：]\s*(?=\S)",
    re.IGNORECASE,
)
_FILM = (
    r"(?:\w+ ){0,2}?(?:[\w\-]*film|[\w\-]*video|movie|clip|[\w\-]*doku\w*|documenta\w+|corto\w*)"
)
_REQUESTS = {
    "de": rf"(?:kannst|könntest|würdest|mach|mache|macht|erstell|erstelle|dreh|drehe|schreib|zeig"
    rf"|zeige|ich (?:möchte|will|hätte gern|brauche))\b(?: du| mir| uns| bitte| mal)* (?:ein\w* )?"
    rf"{_FILM}s? (?:über|von|zu|zum|zur)\s+",
    "fr": rf"(?:peux-tu|pouvez-vous|je (?:veux|voudrais)|fais|faites|crée|créez|faire|réalise)"
    rf"(?:-moi|-nous)?(?: faire| créer| moi)? (?:une? )?{_FILM} "
    r"(?:sur|à propos de|au sujet de)\s+",
    "es": rf"(?:puedes|podrías|quiero|quisiera|haz|hazme|haga|crea|créame|hacer)\b"
    rf"(?: hacer| hacerme| crear)? (?:una? )?(?:{_FILM}|película|vídeo) (?:sobre|acerca de|de)\s+",
    "it": rf"(?:puoi|potresti|vorrei|voglio|fai|fammi|crea|creami|fare)\b(?: fare| farmi| creare)?"
    rf" (?:une?o?a? )?{_FILM} (?:su|sul|sulla|sui|sulle|sugli|sull['’])\s*",
    "pt": rf"(?:podes|pode|quero|queria|gostaria de|faz|faça|faz-me|cria|crie)\b(?: fazer| criar)?"
    rf" (?:uma? )?(?:{_FILM}|filme|vídeo) (?:sobre|acerca de)\s+",
    "nl": rf"(?:kun je|wil je|ik wil|maak|creëer)\b(?: mij| me| ons)?(?: maken)? (?:een )?{_FILM} "
    r"(?:over|van)\s+",
    "zh": r"(?:我想要?|帮我|给我|为我|做|制作|拍摄?|生成|创作|来)*(?:一?[个部段条]|一下)?关于",
}
_AFTER = {
    "zh": r"的(?:短片|电影|视频|影片|纪录片|动画片?)$",
    "ja": r"(?:について|に関する|をテーマにした)の?(?:短編)?(?:映画|動画|ビデオ|作品)(?:を.*)?$",
}
_POLITE = (
    r"please|pls|plz|kindly|thanks|thank you|thx|cheers|if you (?:please|can|could|would)"
    r"|bitte(?: sehr| schön)?|danke(?: sehr| schön)?|vielen dank|besten dank"
    r"|s['’]il (?:te|vous) pla[iî]t|svp|stp|merci(?: beaucoup| bien)?"
    r"|por favor|(?:muchas )?gracias|(?:muito )?obrigad[oa]|per favore|per piacere"
    r"|(?:mille )?grazie"
    r"|alsjeblieft|alstublieft|graag|dank je(?: wel)?|dank u(?: wel)?|bedankt"
    r"|пожалуйста|спасибо|कृपया|धन्यवाद|من فضلك|شكرا|شكرًا|lütfen|proszę|dziękuję|tack"
)
_MUCH = r"(?: (?:very|so) much| a lot| in advance| again|,? kindly| im voraus| d['’]avance)?"
_DENSE_POLITE = r"请|請|谢谢|謝謝|ありがとうございます|ありがとう|お願いします|ください"
_GREETING = r"(?:hello|hi|hey|hallo|bonjour|salut|hola|ciao|olá|hoi)(?: there)?[,!.]"
_AT_START = re.compile(
    rf"^(?:(?:{_POLITE}){_MUCH}(?:[\s,.!:;—–-]+|$)|{_GREETING}\s+|(?:{_DENSE_POLITE})[，,。!！\s]*)",
    re.IGNORECASE,
)
_AT_END = re.compile(
    rf"(?:(?:[\s,;—–-]+|(?<=[.!?])\s*)(?:{_POLITE}){_MUCH}|[，,。！\s]*(?:{_DENSE_POLITE}))"
    r"(?P<mark>[\s.!?。！…]*)$",
    re.IGNORECASE,
)
_SPOKEN_OF = re.compile(r"(?i)(?:\b(?:the|a|an|of|about|word|words|say|says|said|wort|mot)|:)$")
_QUESTION_WORDS = r"(?:why|how|what|who|when|where|which|whose)"


def without_request(text: str, language: str) -> str:
    """The idea alone. What would leave nothing, or half a phrase, stays."""
    text = _polite(text)
    if language == "en":
        text = _bare(text)
    elif language in _REQUESTS:
        shorter = re.sub(rf"(?i)^{_REQUESTS[language]}", "", text).strip()
        text = _instead(text, shorter.rstrip("?").strip() if shorter != text else text)
    if language in _AFTER:
        text = _instead(text, re.sub(_AFTER[language], "", text))
    return _polite(_instead(text, _LABEL.sub("", text)))


def _polite(text: str) -> str:
    for _ in range(3):
        if (start := _AT_START.match(text)) and not _titled(text, start.end()):
            text = _instead(text, text[start.end() :])
        if (match := _AT_END.search(text)) and not _SPOKEN_OF.search(text[: match.start()].strip()):
            asks = "?" if "?" in match["mark"] else ""
            text = _instead(text, text[: match.start()].rstrip(" ,;") + asks)
    return text


def _titled(text: str, end: int) -> bool:
    """Whether the word is the beginning of a title ("Please Please Me")."""
    word = text[:end].strip()
    return word == "Please" and text[end : end + 1].isupper() and not text.isupper()


def _instead(text: str, shorter: str) -> str:
    return shorter.strip() if any(map(str.isalnum, shorter)) else text


def _bare(text: str) -> str:
    for request in (_REQUEST, _TELL, _REQUEST):
        shorter = request.sub("", text, count=1).strip()
        if shorter and shorter != text and any(map(str.isalnum, shorter)):
            asked = text.endswith("?") and not re.match(rf"(?i){_QUESTION_WORDS}\b", shorter)
            text = shorter.rstrip("?").strip() if asked else shorter
    return text
