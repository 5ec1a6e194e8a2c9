"""Facts about guessing a language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The rise and fall of the Indus Valley civilisation", "en"),
        ("lighthouse", "en"),
        ("naïve café", "en"),
        ("https://en.wikipedia.org/wiki/Lighthouse", "en"),
        ("42", "en"),
        ("🐝", "en"),
        ("", "en"),
        ("Der letzte Leuchtturm", "de"),
        ("Les abeilles de Paris", "fr"),
        ("El faro del fin del mundo", "es"),
        ("Il vecchio orologiaio ripara l'ultimo orologio", "it"),
        ("A história do café no Brasil", "pt"),
        ("История маяка", "ru"),
        ("Історія маяка", "uk"),
        ("प्रकाशस्तंभ की कहानी", "hi"),
        ("灯塔的故事", "zh"),
        ("古い灯台の物語", "ja"),
        ("등대", "ko"),
        ("قصة المنارة", "ar"),
        ("ประภาคาร", "th"),
        ("War", "en"),
        ("Cold War", "en"),
        ("The war", "en"),
        ("Die Hard", "en"),
        ("Van Gogh", "en"),
        ("Los Angeles", "en"),
        ("Tour de France", "en"),
        ("pour over coffee", "en"),
        ("Glühwürmchen", "de"),
        ("Mein Hund Bello", "de"),
        ("Unsere kleine Stadt", "de"),
        ("Die Bienen", "de"),
        ("Mon chien Médor", "fr"),
        ("Histoire de Paris", "fr"),
        ("Mi perro Max", "es"),
        ("Mis abuelos", "es"),
        ("Il mio cane", "it"),
        ("Mio nonno Pietro", "it"),
        ("Meu cachorro Rex", "pt"),
        ("Minha avó Rosa", "pt"),
        ("Mijn hond Bello", "nl"),
    ],
)
def test_a_text_shows_its_language(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.text(max_size=200))
def test_any_text_has_a_primary_language_code(text: str) -> None:
    assert 2 <= len(language_of(text)) <= 3
