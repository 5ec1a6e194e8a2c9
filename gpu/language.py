"""Guesses the language of a text from its alphabet and its smallest words. Light: stdlib only."""

import re
import unicodedata
from collections import Counter
from functools import cache

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
    "en": "the a an and of in on is are was were to for with how why what who from his her its my"
    " our your me us that this these those at by their they he she it we you one about into after"
    " before when where which whose be been has have had do does did can could will would should"
    " not but or if than as no all every some more most out up over under through between without"
    " i him them so there make show tell movie story please",
    "de": "der die das ein eine einen einem einer eines und von im ist sind war waren zum zur für"
    " mit wie warum was wer wo nach über den dem des auf aus ich wir ihr sie er uns mir mich nicht"
    " es bei vom sich durch mein meine meinen meinem meiner meines dein deine deinen unser unsere"
    " unseren unserem unserer euer eure sein seine seinen seinem seiner ihre ihren ihrem ihrer"
    " kein keine auch noch aber oder wenn als wird hat haben wurde am unter zwischen ohne gegen bis"
    " bitte geschichte leben tod liebe nacht meer krieg hund katze kleine kleiner große alte alter",
    "fr": "le la les un une des et du de dans est sont au aux pour avec comment pourquoi qui que"
    " quoi quand où sur sous ses son sa par ce cette ces nous vous il elle ils elles je tu ne pas"
    " en se leur leurs mon ma mes ton ta tes notre nos votre vos sans chez entre mais ou était être"
    " histoire vie mort amour nuit mer guerre chien chat petit petite vieux vieille moi toi",
    "es": "el la los las un una unos y del de en es son al para con cómo por qué quién que dónde"
    " sobre sus su se lo este esta nos más hacia mi mis tu tus nuestro nuestra nuestros nuestras yo"
    " ella ellos sin entre pero cuando donde como era fue hay muy historia vida muerte amor noche"
    " mar guerra perro gato pequeño pequeña viejo vieja",
    "it": "il lo la gli i le un uno una e di del della dei delle nel è sono al per con come perché"
    " chi che dove sul suo sua suoi sue da dal si nella degli alla in mio mia miei mie tuo tua tuoi"
    " nostro nostra nostri nostre noi io lui lei loro questo questa quando senza tra fra ma non era"
    " storia vita morte amore notte mare guerra cane gatto piccolo piccola vecchio vecchia",
    "pt": "o a os as um uma e de do da dos das no na em é são ao para com como por quê quem que"
    " onde sobre seu sua seus suas se não pelo pela meu minha meus minhas teu tua nosso nossa"
    " nossos nossas eu ele ela eles elas isso este esta sem entre mas quando era foi muito"
    " história vida morte amor noite mar guerra cachorro gato pequeno pequena velho velha",
    "nl": "de het een en van in is zijn op voor met hoe waarom wat wie naar over niet aan bij ook"
    " mijn jouw onze ons hun haar ik jij wij hij zij deze dit die dat geen maar als wordt werd uit"
    " door onder tussen zonder verhaal leven dood liefde nacht zee oorlog hond kat kleine oude",
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
# Words that stand in English texts and names too: alone they show nothing.
_SHARED = """
a an and as at be by come con de den der des die do du en fin gay grand i in is la le los
las el lo ma man me mi no o on or over pan para pas per pour qui sale se sin so son sur tu
un use van war was were met dove chi era mar mare vita amour amore film mort hat am y e si
da tour non noble mes mon ton tes sous dit door dat del san ta te als bis
"""
# A German noun after its article, and two words that no English title begins with.
_SURE = {
    "de": re.compile(
        r"\b[Dd](?:ie|er|es|en)\s+(?:[a-zäöü]+e[nrs]?\s+)?(?!Another|Alone|Here|Before|Like|Never"
        r"|Together|Happier|Later|Young|Rise)[A-ZÄÖÜ][a-zäöüß]{2,}(?:en|er|el|e|ung|heit|keit|nis|ft"
        r"|cht|tz|nd|m|t)\b"
    ),
    "fr": re.compile(r"\b(?:[LlDd]['’]\w|[Ll]e\s+\w+\s+(?:de|du|des|d['’])\b|[Ll]es\s+\w+s\b)"),
    "es": re.compile(r"\b(?:[Ee]l|[Ll]a|[Ll]os|[Ll]as|[Mm]i|[Uu]n)\s+[a-zñáéíóú]{3,}\b"),
    "it": re.compile(r"\b(?:[Ii]l|[Gg]li|[Dd]ell['’]\w|[Ll]['’]\w)"),
    "nl": re.compile(r"\b[Dd]e\s+[a-z]+(?:en|er|el|e|d|t)\b"),
}
_NAMES = re.compile(
    r"\b(?:las vegas|los angeles|la la land|le mans|el paso|el ni[ñn]o|la ni[ñn]a|van gogh|da vinci"
    r"|de gaulle|los alamos|costa rica|puerto rico|don quixote|tour de france|joan of arc"
    r"|mont blanc|rio de janeiro|buenos aires|san \w+|santa \w+|s[ãa]o \w+|van \w+|von \w+)\b",
    re.IGNORECASE,
)
_SHORT_WORDS = 4
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
    all_words = re.findall(r"[^\W\d_]+", lower)
    letters = {of: sum(lower.count(one) for one in some) for of, some in _LETTERS.items()}
    if len(all_words) < 2 and not any(letters.values()):
        return "en"
    few = len(all_words) <= _SHORT_WORDS
    words = Counter(re.findall(r"[^\W\d_]+", _NAMES.sub(" ", lower)))
    scores = {
        language: sum(words[word] * _weight(word, language, few) for word in set(small.split()))
        + letters.get(language, 0)
        for language, small in _SMALL_WORDS.items()
    }
    named = _NAMES.sub(" ", text)
    for language, pattern in _SURE.items():
        scores[language] += 1.0 if scores[language] and pattern.search(named) else 0.0
    long_words = [word for word in words if len(word) > 3]
    if scores["it"] and all(word[-1] in "aeiou" for word in long_words):
        scores["it"] += 0.5  # "la" and "un" are French and Spanish too; the endings decide
    best = max(scores, key=lambda language: scores[language])
    needed = 2.0 if few and not letters.get(best) else 1.0
    return best if scores[best] > scores["en"] and scores[best] >= needed else "en"


@cache
def _shared() -> frozenset[str]:
    return frozenset(_SHARED.split())


def _weight(word: str, language: str, few: bool) -> float:
    """How much a small word shows; in a short text one that English has too shows less."""
    return 1.0 if few and language != "en" and word in _shared() else 2.0


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
