"""The language of a text: known for the large languages, honest about what has none, the same each time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from copydesk import CopydeskError, clean, language
from copydesk.language import SHORT_TEXT, UNKNOWN, bcp47, identifier
from copydesk.recipe import LANGUAGE_ENGINES
from programs import python

if TYPE_CHECKING:
    from copydesk.language import Answer

SENTENCES = {
    "ar": "وصلت العبارة إلى الجزيرة قبل شروق الشمس، ولم يكن على الرصيف سوى حارس الميناء وكلبه العجوز.",
    "bn": "ভোরের আগে খেয়া নৌকাটি দ্বীপে পৌঁছাল, আর ঘাটে ছিল কেবল বুড়ো পাহারাদার ও তার কুকুর।",
    "de": "Die Fähre erreichte die Insel vor Sonnenaufgang, und auf dem Steg stand nur der alte Hafenmeister.",
    "el": "Το πλοίο έφτασε στο νησί πριν από την ανατολή, και στην προβλήτα περίμενε μόνο ο γέρος λιμενάρχης.",
    "en": "The ferry reached the island before sunrise, and nobody but the old harbour master stood on the pier.",
    "es": "El transbordador llegó a la isla antes del amanecer, y en el muelle solo esperaba el viejo guarda.",
    "fr": "Le bac atteignit l'île avant le lever du soleil, et seul le vieux gardien du port attendait sur le quai.",
    "hi": "नाव सूरज निकलने से पहले टापू पर पहुँच गई, और घाट पर बूढ़े पहरेदार के सिवा कोई नहीं था।",
    "id": "Kapal penyeberangan itu tiba di pulau sebelum matahari terbit, dan di dermaga hanya ada penjaga tua.",
    "it": "Il traghetto arrivò sull'isola prima dell'alba, e sul molo c'era soltanto il vecchio guardiano del porto.",
    "ja": "渡し船は夜明け前に島に着いたが、桟橋にいたのは年老いた港の番人とその犬だけだった。",
    "ko": "나룻배는 해가 뜨기 전에 섬에 닿았지만, 부두에는 늙은 항구 지기와 그의 개밖에 없었다.",
    "pt": "A balsa chegou à ilha antes do amanhecer, e no cais não havia ninguém além do velho guarda do porto.",
    "ru": "Паром подошёл к острову до рассвета, и на причале стоял только старый смотритель со своей собакой.",
    "sw": "Kivuko kilifika kisiwani kabla ya jua kuchomoza, na gatini alikuwapo mlinzi mzee wa bandari peke yake.",
    "th": "เรือข้ามฟากมาถึงเกาะก่อนพระอาทิตย์ขึ้น และที่ท่าเรือมีเพียงคนเฝ้าท่าแก่ ๆ กับสุนัขของเขาเท่านั้น",
    "tr": "Vapur güneş doğmadan adaya vardı, iskelede yaşlı liman bekçisi ile köpeğinden başka kimse yoktu.",
    "uk": "Пором підійшов до острова ще до світанку, і на причалі стояв лише старий доглядач зі своїм собакою.",
    "vi": "Chuyến phà đến đảo trước lúc mặt trời mọc, và trên bến chỉ có ông lão giữ cảng cùng con chó của ông.",
    "zh": "渡船在日出之前到达小岛，码头上只有年老的看守人和他的狗。",
}
"""One sentence in each language; ours."""

NO_LANGUAGE = [
    "",
    " \n\t",
    "12 345,67",
    "2024-05-01 12:00",
    "!?… — ...",
    "🙂🙃 👩‍👩‍👧",
    "\0\x1b\x7f",
    "\ufeff",
    "\ue000\ue001",
]


@pytest.mark.parametrize("code", SENTENCES)
def test_the_default_engine_knows(code: str) -> None:
    ((found, score),) = identifier(LANGUAGE_ENGINES[0]).identify([SENTENCES[code]])
    assert found == code
    assert 0.5 < score <= 1.0


@pytest.mark.parametrize("engine", LANGUAGE_ENGINES)
@pytest.mark.parametrize("text", NO_LANGUAGE, ids=ascii)
def test_what_has_no_language_gets_none(engine: str, text: str) -> None:
    assert identifier(engine).identify([text]) == [UNKNOWN]


@pytest.mark.parametrize("engine", LANGUAGE_ENGINES)
def test_answers_come_in_the_order_of_the_texts(engine: str) -> None:
    texts = ["", *SENTENCES.values(), "1"]
    answers = identifier(engine).identify(texts)
    assert answers == [answer for text in texts for answer in identifier(engine).identify([text])]
    assert [code for code, _ in answers[:1] + answers[-1:]] == ["und", "und"]


@pytest.mark.parametrize("engine", LANGUAGE_ENGINES)
def test_no_text_is_too_strange(engine: str) -> None:
    strange = ["a" * 100_000, "\U0010ffff" * 50, "نص\x00نص" * 40, "e\u0301" * 200, "<b>&amp;</b>" * 30, "ﷺ" * 10]
    for code, score in identifier(engine).identify(strange):
        assert code
        assert 0.0 <= score <= 1.0


def test_there_is_no_such_engine() -> None:
    with pytest.raises(CopydeskError, match="there is no language engine 'guess'"):
        identifier("guess")


def test_no_engine_says_nothing() -> None:
    assert identifier("none").identify(list(SENTENCES.values())) == [UNKNOWN] * len(SENTENCES)


@pytest.mark.parametrize(
    ("engines", "code"),
    [
        ("iw", "he"),
        ("zh-Hant", "zh"),
        ("zh-cn", "zh"),
        ("in", "id"),
        ("xxx", "und"),
        ("xx-Qaai", "und"),
        ("tlh", "und"),
        ("vi", "vi"),
    ],
)
def test_codes_are_those_of_bcp_47(engines: str, code: str) -> None:
    assert bcp47(engines) == code


def test_a_story_has_its_language() -> None:
    (story,) = clean(SENTENCES["vi"]).stories
    assert story.language == "vi"
    assert 0.9 < story.language_score <= 1.0


# --- Two engines ------------------------------------------------------------------------------------------------------


class Cld2Says:
    def __init__(self, answer: Answer, guess: Answer) -> None:
        self._answer, self._guess = answer, guess

    def judge(self, _: str) -> tuple[Answer, bool]:
        return self._answer, self._answer != UNKNOWN

    def guess(self, _: str) -> Answer:
        return self._guess


class Lid176Says:
    knows = frozenset({"en", "fr", "ja", "zh"})

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def judge(self, _: str) -> Answer:
        return self._answer


LONG, BRIEF = "x" * SHORT_TEXT, "x" * (SHORT_TEXT - 1)

OPINIONS = [
    # text, CLD2 is sure of, CLD2's guess, lid.176, the answer
    (LONG, ("fr", 0.9), ("fr", 0.5), ("en", 0.99), ("fr", 0.9)),  # CLD2 is sure, and has enough to go by
    (BRIEF, ("fr", 0.9), ("fr", 0.5), ("en", 0.8), ("en", 0.8)),
    (BRIEF, ("fr", 0.9), ("fr", 0.5), ("en", 0.6), ("fr", 0.9)),
    (BRIEF, ("fr", 0.9), ("fr", 0.5), ("fr", 0.95), ("fr", 0.95)),
    (BRIEF, ("ig", 0.9), ("ig", 0.5), ("en", 0.99), ("ig", 0.9)),  # lid.176 knows nothing of it
    (BRIEF, ("zh", 0.9), ("zh", 0.5), ("ja", 0.99), ("zh", 0.9)),  # no kana
    (LONG, UNKNOWN, ("ig", 0.5), ("en", 0.5), ("en", 0.5)),
    (LONG, UNKNOWN, ("ig", 0.5), ("en", 0.3), ("ig", 0.5)),
    (LONG, UNKNOWN, ("en", 0.5), ("en", 0.3), ("en", 0.5)),
    (LONG, UNKNOWN, UNKNOWN, ("en", 0.3), ("en", 0.3)),
    (LONG, UNKNOWN, ("ig", 0.5), UNKNOWN, ("ig", 0.5)),
    (LONG, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize("opinion", OPINIONS)
def test_which_engine_is_believed(
    opinion: tuple[str, Answer, Answer, Answer, Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    text, first, guess, second, answer = opinion
    monkeypatch.setattr(language, "Cld2", lambda: Cld2Says(first, guess))
    monkeypatch.setattr(language, "Lid176", lambda: Lid176Says(second))
    assert language.Both().judge(text) == answer


def test_a_head_in_another_language_does_not_decide() -> None:
    text = f"{SENTENCES['en']}\n" + f"{SENTENCES['fr']} " * 5
    for engine in ("cld2", LANGUAGE_ENGINES[0]):
        assert identifier(engine).identify([text])[0][0] == "fr"


# --- langdetect draws random numbers ----------------------------------------------------------------------------------

SHORT = ["ferry", "die alte Fähre", "porto", "mar", "la isla", "no", "a", "Der Hafen is open", *SENTENCES.values()]
"""Texts that langdetect without a seed answers one way and then another."""

PROGRAM = """
import json, sys
from copydesk.language import identifier
print(json.dumps(identifier("langdetect").identify(json.load(sys.stdin))))
"""


def test_langdetect_says_the_same_each_time() -> None:
    engine = identifier("langdetect")
    first = engine.identify(SHORT)
    assert engine.identify(SHORT) == first
    assert engine.identify(SHORT[::-1])[::-1] == first, "what was asked before does not matter"


def test_langdetect_says_the_same_in_a_fresh_process() -> None:
    done = python("-c", PROGRAM, input=json.dumps(SHORT).encode())
    assert [tuple(answer) for answer in json.loads(done.stdout)] == identifier("langdetect").identify(SHORT)
