"""Segments, the opt-out line, and what an answer means (engine.md section 2)."""

from __future__ import annotations

import pytest

from engine.compose.sms import classify, might_opt_out, segments, with_opt_out


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 152 + "€" + "a" * 153, "GSM-7", 307, 3),
        ("é" * 160, "GSM-7", 160, 1),
        ("ê" + "a" * 69, "UCS-2", 70, 1),
        ("ê" + "a" * 70, "UCS-2", 71, 2),
        ("ê" * 134, "UCS-2", 134, 2),
        ("ê" * 135, "UCS-2", 135, 3),
        ("🙂" * 35, "UCS-2", 70, 1),
        ("a" * 66 + "🙂" + "a" * 66, "UCS-2", 134, 3),
    ],
)
def test_segments(text: str, encoding: str, units: int, count: int) -> None:
    found = segments(text)
    assert (found.encoding, found.units, found.count) == (encoding, units, count)


def test_the_opt_out_line_is_added_once() -> None:
    added = with_opt_out("Ready to book?")
    assert added == "Ready to book? Reply STOP to opt out"
    assert with_opt_out(added) == added
    assert with_opt_out("REPLY  stop\nto OPT OUT. Hi") == "REPLY  stop\nto OPT OUT. Hi"
    assert with_opt_out("") == "Reply STOP to opt out"
    assert with_opt_out("Don't stop now") == "Don't stop now Reply STOP to opt out"


@pytest.mark.parametrize(
    "word",
    ["stop", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out", "opt-out",
     " Stop. ", "STOP!", "“stop”", "S.T.O.P", "Opt  Out", "stop\u200b", "ＳＴＯＰ"],
)  # fmt: skip
def test_opt_out_words(word: str) -> None:
    assert classify(word) == "opt_out"


def test_the_other_words() -> None:
    assert {classify(word) for word in ("STOPALL", "Stop all", "stop   ALL!")} == {"opt_out_all"}
    assert [classify(word) for word in ("start", "UNSTOP.")] == ["opt_in"] * 2
    assert [classify(word) for word in ("Help", "info?")] == ["help"] * 2


@pytest.mark.parametrize(
    "text",
    ["please take me off your list", "Please stop", "stop, please!", "STOP thanks", "stpo",
     "unsubcribe", "Unsubscribe me please", "alto", "parar", "No me escriban más", "¡Basta!",
     "Don’t text me anymore.", "Remove me from your list", "do not contact me", "No more texts",
     "Hola, por favor no me escriban más. Gracias", "Dejen de escribirme", "leave me alone"],
)  # fmt: skip
def test_plain_language_opt_outs(text: str) -> None:
    assert classify(text) == "opt_out"
    assert not might_opt_out(text)


@pytest.mark.parametrize(
    "text",
    ["cancel my appointment", "please cancel", "stop by tomorrow?", "can you stop by", "k", "yes",
     "", "   ", "?", "😀", "no", "the end of the week", "can I start on Monday?",
     "help me find you", "I take the non-stop bus", "is it a baby?", "I stopped by at noon"],
)  # fmt: skip
def test_replies_that_are_no_opt_out(text: str) -> None:
    assert classify(text) == "reply"
    assert not might_opt_out(text)


@pytest.mark.parametrize(
    "text",
    ["stop it with the reminders, call me instead", "STOP 🛑", "who is this? wrong number",
     "I asked you to remove me last week", "why do you never stop",
     "ya no quiero que me escriban, no me escriban tanto", "this is spam"],
)  # fmt: skip
def test_what_merely_might_be_one_is_flagged(text: str) -> None:
    assert classify(text) == "reply"
    assert might_opt_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "no quiero más mensajes", "ya no quiero recibir mensajes", "ya no quiero mas mensajes",
        "Ya no quiero recibir sus mensajes", "no deseo recibir mensajes de texto",
        "no kiero mensages", "No quiero que me escriban más", "no quiero que me manden mensajes",
        "no me manden más", "ya no me escriban", "no me molesten", "No me contacten más",
        "ya no me envíen mensajes por favor", "no me mande mensajes", "no enviar más mensajes",
        "no más mensajes", "no mas textos", "no más sms por favor", "no molestar",
        "quítenme de su lista", "bórrenme de su lista", "Bórreme de la lista", "Quítenme",
        "sáquenme de su lista por favor", "elimínenme de la lista",
        "quiero que me borren de su lista",
        "me pueden quitar de la lista?", "¿Pueden borrarme de su lista?", "quitarme de la lista",
        "borren mi número", "quiten mi numero de su lista", "eliminen mi número de teléfono",
        "denme de baja", "quiero darme de baja", "me quiero dar de baja", "dar de baja", "Baja",
        "dame de baja de esta lista", "quiero la baja", "cancelen mi suscripción",
        "quiero cancelar mi suscripción", "cancelar suscripcion", "desuscribirme", "desuscribir",
        "quiero desuscribirme", "dejen de mandarme mensajes", "deja de enviarme mensajes",
        "paren de escribirme", "quiero dejar de recibir mensajes", "déjenme en paz", "ya basta",
        "cancelar", "Cancelar.", "quitar", "salir", "SALIR por favor", "fin", "pare", "detener",
        "paren los mensajes", "quiero salir de la lista", "hola, ya no quiero mensajes, gracias",
        "por favor borrenme", "cancelen los mensajes", "no ma´s mensajes", "cancela los mensajes",
        "ya déjenme en paz", "remover", "desuscribirse",
    ],
)  # fmt: skip
def test_spanish_opt_outs(text: str) -> None:
    assert classify(text) == "opt_out"
    assert not might_opt_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "stop texting me", "please stop texting me!", "stop txting me", "Stop messaging us",
        "quit texting me", "stop sending me these texts", "stop with the texts", "STOP STOP STOP",
        "no stop", "can you please stop texting me", "could you stop sending me messages?",
        "I said stop", "stop it now", "stop all messages", "stop all texts please",
        "unsubscibe", "unsuscribe me", "unsubsrcibe", "unscubscribe", "unsub", "Un subscribe",
        "UNSUBSCRIBED", "please unsubscribe me from this list", "how do I unsubscribe?",
        "I'd like to unsubscribe", "I want to unsubscribe from these texts", "opt me out",
        "I want to opt out of these messages", "I would like to be removed from your list",
        "remove me from your texting list", "pls remove my number", "remove us from the list",
        "delete my number", "take us off your list please", "take my number off your list",
        "get me off this list", "I want off this list", "I want out", "I am opting out ok?",
        "I don't want any more texts", "don´t text me",
        "don`t text me", "dont text me no more", "do not text this number again",
        "never text me again", "Don't send me any more texts", "dont send me any more msgs",
        "I don't want any texts from you", "i dont want to recieve these messages",
        "I no longer wish to receive text messages", "I do not want to be contacted",
        "I don't want you to text me", "no more txts", "no more messages please", "cancel texts",
        "cancel my subscription", "end these messages", "leave us alone", "go away",
        "enough with the texts", "Remove.", "take my name off your list",
        "OK stop", "Hi, please stop. Thank you so much",
    ],
)  # fmt: skip
def test_english_opt_outs(text: str) -> None:
    assert classify(text) == "opt_out"
    assert not might_opt_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "no gracias", "No, thanks", "no quiero nada", "don't send me anything",
        "no thank you", "not interested", "I'm not interested anymore",
        "no me interesa", "no estoy interesada", "no longer interested", "no more", "no más",
        "ya no", "número equivocado", "wrong number", "who gave you my number?", "dont call me",
        "no me llamen", "stop calling me", "quiero salir", "I am being harassed by you people",
        "please stop, I moved to Ohio", "hola soy Ana, por favor quítenme de su lista y no llamen",
        "cancel texts but keep my appointment", "no reminders please",
    ],
)  # fmt: skip
def test_doubtful_ones_are_flagged(text: str) -> None:
    assert classify(text) == "reply"
    assert might_opt_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "quiero cancelar mi cita", "cancelar mi cita por favor", "cancel my 3pm please",
        "I want to cancel my appointment", "need to cancel and reschedule",
        "quiero quitar una muela",
        "me pueden quitar el yeso?", "puedo salir a las 5", "no me molesta esperar", "no puedo ir",
        "necesito bajar de peso", "no quiero esperar tanto", "no tengo seguro", "para el lunes",
        "fin de semana", "al fin", "subscribe", "resubscribe me", "remove the stitches tomorrow?",
        "can you take off the cast", "text me when ready", "message me later", "send me the form",
        "I want to get off work early", "list of medications", "mi hijo quiere quitarse el aparato",
        "when does it end", "I quit smoking", "do you contact my insurance?", "my number is 12",
        "terminar el tratamiento", "who is my doctor", "yes please", "sí gracias", "k", "no puedo",
        "I'll contact you", "ya llegué", "unsure", "understand", "gracias", "no problem",
    ],
)  # fmt: skip
def test_talk_of_a_practice_is_neither(text: str) -> None:
    assert classify(text) == "reply"
    assert not might_opt_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "baja la presión?", "stop my medication?", "should I stop eating before?",
        "no me escriban hoy",
        "no me manden con otro doctor", "remove me from Tuesday's schedule", "no texts before 9",
        "dejen la receta lista", "quiero que me saquen de la lista de espera",
    ],
)  # fmt: skip
def test_what_is_at_most_flagged(text: str) -> None:
    assert classify(text) == "reply"
