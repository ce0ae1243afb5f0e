"""Text messages: how many segments they cost, and what an answer means (engine.md section 2)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Meaning = Literal["opt_out", "opt_out_all", "opt_in", "help", "reply"]

OPT_OUT_LINE = "Reply STOP to opt out"

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")

_WORDS: dict[str, Meaning] = {
    "stop": "opt_out",
    "unsubscribe": "opt_out",
    "cancel": "opt_out",
    "end": "opt_out",
    "quit": "opt_out",
    "revoke": "opt_out",
    "optout": "opt_out",
    "opt out": "opt_out",
    "stopall": "opt_out_all",
    "stop all": "opt_out_all",
    "start": "opt_in",
    "unstop": "opt_in",
    "help": "help",
    "info": "help",
}

# Whole messages, courtesies aside, that can only be an opt-out. "cancel", "end" and "quit" with
# a courtesy are not among them: "please cancel" is about an appointment more often than not.
PLAIN_LANGUAGE = frozenset(
    phrase.strip()
    for phrase in """
    stop | stp | sotp | stpo | tsop | stopp | sstop | stoop | sto p | s top | stop it | stop now
    stop stop | stop stop stop | stop this | just stop | stop texting | stop texting me
    stop text | stop texts | stop text messages | stop messaging me | stop messages
    stop the messages | stop the texts | stop these messages | stop these texts
    stop sending me messages | stop sending me texts | stop sending messages | stop sending texts
    stop sending me text messages | stop contacting me | stop spamming me | stop sms
    stop bothering me | stop msgs | can you stop texting me | could you stop texting me
    i want to stop | i want this to stop | i want these messages to stop
    unsubscribe | unsubcribe | unsuscribe | unsubscibe | unsubscrib | unsubsribe | unscubscribe
    unsubsrcibe | unsubscrbe | unsubscribed | unsub | un subscribe | unsubscribe me
    unsubscribe from this list | i want to unsubscribe | i would like to unsubscribe
    id like to unsubscribe | how do i unsubscribe
    opt out | optout | opt me out | opt ou | i want to opt out | i would like to opt out
    id like to opt out | i opt out | opting out
    remove me | remove my number | remove me from your list | remove me from this list
    remove me from the list | remove me from your lists | remove me from your texts
    remove my number from your list | delete my number | remove from list
    take me off | take me off your list | take me off this list | take me off the list
    take my number off your list | take me off your texting list | take me off your mailing list
    dont text me | dont text me anymore | dont text me again | do not text me
    do not text me anymore | do not text me again | dont contact me | dont contact me anymore
    do not contact me | do not contact me anymore | do not contact me again
    dont message me | do not message me | dont send me messages | dont send me any more messages
    do not send me any more messages | do not send me messages | dont send me texts
    never text me again | never contact me again | no more texts | no more text messages
    no more messages | i dont want these texts | i dont want these messages
    i dont want to receive these messages | i do not want to receive these messages
    i no longer want to receive these messages | i no longer wish to receive these messages
    leave me alone | lose my number
    alto | parar | pare | basta | detener | detente | baja | darme de baja | dar de baja
    dame de baja | quiero darme de baja | darse de baja | cancelar suscripcion | anular suscripcion
    no me escriban | no me escriban mas | no me escriba mas | no escriban mas | no mas mensajes
    no quiero mas mensajes | no quiero recibir mensajes | no quiero recibir mas mensajes
    no me envien mensajes | no me envien mas mensajes | no me manden mensajes
    no me manden mas mensajes | dejen de escribirme | deje de escribirme | deja de escribirme
    dejen de mandarme mensajes | dejen de enviarme mensajes | quitenme de la lista
    quiteme de la lista | quitenme de su lista | quiteme de su lista | saquenme de la lista
    borren mi numero | borre mi numero
    """.replace("\n", "|").split("|")
    if phrase.strip()
)

_COURTESIES = re.compile(
    r"^(?:(?:please|pls|plz|hi|hello|hey|ok|okay|sorry|por favor|favor de|hola) )+"
    r"|(?: (?:please|pls|plz|thanks|thank you|thx|ty|now|ok|por favor|gracias))+$"
)

# An everyday "stop" that asks for nothing to end.
_VISITS = re.compile(
    r"\b(?:stop(?:ped|ping|s)? (?:by|in|over|at|off|through|into)|non ?stop|bus stop)\b"
)
_HINTS = re.compile(
    r"\b(?:stop|stopp?ed|stopping|stpo|sotp|unsub\w*|unsus\w*|opt(?:ed|ing)? ?out|spam\w*"
    r"|(?:remove|delete|erase) (?:me|my|this|us)|take (?:me|my|this|us) off"
    r"|(?:off|from) (?:your|the|this) (?:mailing |text |texting )?list|leave me alone"
    r"|lose my number|wrong number"
    r"|(?:dont|do not|never|quit|no more|not want|no longer) (?:\w+ ){0,3}(?:text|message|contact"
    r"|write|sms|msg)\w*|alto|parar|paren|pare|basta|dejen?|baja"
    r"|no (?:me )?(?:\w+ )?(?:escriba|envie|mande|mensaje)\w*)\b"
)


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs: its encoding, its length in that encoding's units, and the segments."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    count: int


def segments(text: str) -> Segments:
    """Count the segments a text is sent in.

    GSM-7 holds 160 characters, 153 each when there are several, `€` and the brackets counting
    two; a character outside it makes the whole text UCS-2, 70 and 67. A character is never
    split between two segments.
    """
    if all(char in _GSM_BASIC or char in _GSM_EXTENSION for char in text):
        sizes = [2 if char in _GSM_EXTENSION else 1 for char in text]
        return Segments("GSM-7", sum(sizes), _packed(sizes, 160, 153))
    sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return Segments("UCS-2", sum(sizes), _packed(sizes, 70, 67))


def with_opt_out(text: str) -> str:
    """Return the text with "Reply STOP to opt out" at its end, unless it says so somewhere."""
    if OPT_OUT_LINE.casefold() in " ".join(text.casefold().split()):
        return text
    return f"{text.rstrip()} {OPT_OUT_LINE}".lstrip()


def classify(text: str) -> Meaning:
    """Say what an inbound text asks for (engine.md section 2).

    The exact words of that table first, then whole messages in plain language; everything
    else, "yes" included, is a reply.
    """
    plain = _normalise(text)
    exact = _WORDS.get(plain)
    if exact is not None:
        return exact
    return "opt_out" if _COURTESIES.sub("", plain) in PLAIN_LANGUAGE else "reply"


def might_opt_out(text: str) -> bool:
    """Say whether a reply might be an opt-out, for a person to look at."""
    if classify(text) != "reply":
        return False
    return _HINTS.search(_VISITS.sub(" ", _normalise(text))) is not None


def _packed(sizes: list[int], single: int, each: int) -> int:
    if sum(sizes) <= single:
        return 1
    count, room = 1, each
    for size in sizes:
        if size > room:
            count, room = count + 1, each
        room -= size
    return count


def _normalise(text: str) -> str:
    """Case-fold, drop punctuation, accents and invisible characters, collapse spaces."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    kept = (char for char in folded if not _dropped(unicodedata.category(char)))
    return " ".join("".join(kept).split())


def _dropped(category: str) -> bool:
    return category[0] == "P" or category in ("Mn", "Cf")
