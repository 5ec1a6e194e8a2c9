"""Guesses the language of a text from its alphabet and its smallest words. Light: stdlib only."""

import re
import unicodedata
from collections import Counter

_ALPHABETS = {
    "CYRILLIC": "ru",
    "DEVANAGARI": "hi",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "ARABIC": "ar",
    "HEBREW": "he",
    "GREEK": "el",
    "THAI": "th",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "KHMER": "km",
    "LAO": "lo",
    "MYANMAR": "my",
    "ETHIOPIC": "am",
}
_SMALL_WORDS = {
    "en": "the a an and of in on is are was to for with how why what who from his her its my our"
    " that this at by their they he she it we you one about into after before when where",
    "de": "der die das ein eine einen einer eines und von im ist sind war zum zur für mit wie warum"
    " was wer wo nach über den dem des auf aus ich wir sie er nicht es bei vom sich durch",
    "fr": "le la les un une des et du de dans est sont au aux pour avec comment pourquoi qui que"
    " où sur ses son sa par ce cette nous il elle ne pas en se leur",
    "es": "el la los las un una unos y del de en es son al para con cómo por qué quién que dónde"
    " sobre sus su se lo este esta nos más hacia",
    "it": "il lo la gli i le un uno una e di del della dei delle nel è sono al per con come perché"
    " chi che dove sul suo sua da dal si nella degli alla in",
    "pt": "o a os as um uma e de do da dos das no na em é são ao para com como por quê quem que"
    " onde sobre seu sua se não pelo pela",
    "nl": "de het een en van in is zijn op voor met hoe waarom wat wie naar over niet aan bij ook",
    "sv": "en ett och i av är på för med hur varför vad vem till om inte det den som att",
    "da": "en et og i af er på for med hvordan hvorfor hvad hvem til om ikke det den som at",
    "pl": "i w z na jest są do dla jak dlaczego co kto o nie się po przez jego jej ze od",
    "cs": "a v z na je jsou do pro jak proč co kdo o ne se po ve jeho její od ze",
    "tr": "bir ve bu için ile nasıl neden ne kim olan gibi de da mi mı çok en",
    "fi": "ja on ei se että oli ovat miksi miten kuka mitä kun mutta tai",
    "hu": "a az egy és van nem hogy miért hogyan mi ki egyik volt",
    "ro": "și un o de la în este sunt pentru cu cum ce cine din pe nu",
    "id": "yang dan di dari ini itu untuk dengan bagaimana mengapa apa siapa seorang sebuah",
    "vi": "và của là một những cho với tại sao như thế nào người các trong không",
}
_LETTERS = {
    "de": "äöüß",
    "fr": "çèêëîœùûàô",
    "es": "ñ¿¡",
    "it": "ìò",
    "pt": "ãõ",
    "pl": "ąćęłńśźż",
    "cs": "ěřůčďť",
    "tr": "ığş",
    "hu": "őű",
    "ro": "șțăţş",
    "sv": "å",
    "da": "øæ",
    "vi": "ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
}
_RIVALS = (("ru", "uk", "іїєґ"), ("ar", "fa", "پچژگ"), ("ar", "ur", "ٹڈڑے"))
_CHARS_READ_MAX = 4000
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def _alphabets(text: str) -> Counter[str]:
    names = (unicodedata.name(c, "").partition(" ")[0] for c in text if c.isalpha())
    return Counter(names)


def _latin(text: str) -> str:
    """The Latin-script language with the most evidence; English unless another one has more."""
    lower = text.lower()
    words = Counter(re.findall(r"[^\W\d_]+", lower))
    scores = {
        language: 2.0 * sum(words[word] for word in set(small.split()))
        + sum(lower.count(letter) for letter in _LETTERS.get(language, ""))
        for language, small in _SMALL_WORDS.items()
    }
    long_words = [word for word in words if len(word) > 3]
    if scores["it"] and all(word[-1] in "aeiou" for word in long_words):
        scores["it"] += 0.5  # "la" and "un" are French and Spanish too; the endings decide
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > scores["en"] else "en"


def language_of(text: str) -> str:
    """The BCP 47 primary code of the language of `text`; "en" when in doubt."""
    plain = _LINK.sub(" ", unicodedata.normalize("NFC", text[:_CHARS_READ_MAX]))
    counts = _alphabets(plain)
    if not counts:
        return "en"
    if counts["HIRAGANA"] + counts["KATAKANA"] > 0 and counts["CJK"] + counts["HIRAGANA"] > 0:
        counts["HIRAGANA"] += counts.pop("CJK", 0) + counts.pop("KATAKANA", 0)
    alphabet = max(counts, key=lambda name: counts[name])
    language = _ALPHABETS.get(alphabet)
    if language is None:
        return _latin(plain)
    for of, rival, letters in _RIVALS:
        if language == of and any(letter in plain for letter in letters):
            return rival
    return language
