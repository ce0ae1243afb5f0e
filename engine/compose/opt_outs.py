"""The table of plain-language opt-outs, English and Spanish (engine.md section 2).

Texts come here case-folded, without accents and punctuation. A phrase is a whole message, once
misspellings are mended and courtesies left out; `<name>` stands for that part. What is no phrase
but holds a hint is for a person to read.
"""

from __future__ import annotations

import difflib
import re
from typing import Final

LONGEST: Final = 160
"""Characters of a message that may be a phrase: a longer one is more than an opt-out."""

_SPELLINGS: Final = {
    wrong: right
    for right, line in {
        "stop": "stp sotp stpo tsop stopp stoppp sstop stoop stpop stiop srop dtop",
        "unsubscribe": "unsub unsubs unsubscribing unsubscription",
        "text": "txt tex texto",
        "texts": "txts textes texs textos",
        "texting": "txting txtng textin",
        "message": "msg mesage messege",
        "messages": "msgs mssgs mesages messeges mesagges messges",
        "messaging": "msging mesaging messageing",
        "remove": "remov remve rmove",
        "contact": "contat conact",
        "receive": "recieve recive receve",
        "from": "form frm",
        "you": "u",
        "your": "ur",
        "dont": "dnt dont't",
        "mensajes": "mensaje mensages mensage mesajes mensjes msjs msj",
        "que": "q k ke",
        "quiero": "kiero qiero quero",
        "quitenme": "kitenme quitemne quitnme",
        "borrenme": "borenme borremne",
        "desuscribir": "desinscribir dessuscribir desubscribir desuscribirme desuscribirse",
    }.items()
    for wrong in line.split()
}

_COURTESIES: Final = re.compile(
    r"\b(?:please|pls|plz|plse|kindly|por favor|porfavor|porfa|x favor|xfa|favor de)\b"
)
_GREETINGS: Final = re.compile(
    r"^(?:(?:hi|hello|hey|ok|okay|yes|sorry|sir|hola|buenas|buenos dias|buenas tardes|si|oiga|oigan"
    r"|buenas noches|disculpe|disculpen|perdon|favor|yo|gracias pero|thanks but) )+"
    r"|(?: (?:thanks|thank you|thx|ty|so much|very much|now|ok|okay|sir|gracias|muchas|ya|and))+$"
)

_PARTS: Final = {
    "messages": r"(?:text messages|text|texts|messages?|sms|spam|mensajes de text|mensajes)",
    "me": r"(?:me|us|(?:this|my)(?: cell| phone| mobile)? (?:number|phone|cell|name))",
    "any": r"(?: (?:all|the|these|those|this|your|any|more|such|of|with|anymore|and))*",
    "list": r"(?:(?:your|this|the|these|all|any|text|texting|mailing|contact|message|messaging"
    r"|marketing|phone|sms|distribution) )*(?:lists?|texts?|messages|database|system)",
    "no": r"(?:(?:i|we) )?(?:really |just )?(?:do not|dont|no longer|do not ever|dont ever|never)",
    "wish": r"(?:(?:i|we) )?(?:want|wish|need|would like|id like|like|choose|am asking|ask)",
    "ya_no": r"(?:ya )?(?:no|nunca)(?: ya)?",
    "quiero": r"(?:quiero|queremos|quisiera|deseo|deseamos|necesito|me gustaria)",
    "quiten": r"(?:quit|saqu|sac|borr|elimin|retir|remuev)(?:a|an|ar|as|e|en|es)",
    "lista": r"(?:(?:la|las|su|sus|esta|este|tu|los|el) )?(?:listas?|base de datos|grupo|mensajes)"
    r"(?: de (?:mensajes|contactos|envio|difusion|text|texts))?",
    "sus": r"(?: (?:mas|sus|estos|esos|tus|los|ningun|tantos|ya|nunca|otra vez|con|de|a|nada))*",
    "escriban": r"(?:escrib|contact|molest|texte|mensaje|busqu)(?:a|an|as|e|en|es)",
    "escribirme": r"(?:escribir|mandar|enviar|molestar|contactar|textear)(?:me|nos)?",
}

# "cancel", "end" and "quit" with a courtesy are no phrases: "please cancel" is about an
# appointment more often than not.
_ENGLISH: Final = r"""
    stop(?: (?:it|this|that|stop|all))*
    sto p | s top | un subscribe
    (?:stop|quit|cease|discontinue|enough|end|cancel|turn off|no more)<any> <messages>
    (?:stop|quit|cease) (?:texting|messaging|contacting|writing|spamming|bothering|harassing
        |sending|pestering)(?: to)?(?: <me>)?<any>(?: <messages>)?(?: to <me>)?
    <wish>(?: (?:this|it|you|them|<any> ?<messages>))? to stop
    <wish> to stop (?:getting|receiving)<any>(?: <messages>)?
    (?:how (?:do|can) i |let me |<wish>(?: to)?(?: be)? |i |im |i am )?
        (?:unsubscribed?|opt out|opted out|optout|opting out|opt ou|opt me out)
        (?: <me>)?(?: (?:from|of))?(?: (?:<list>|this|everything|all|it|<any> <messages>))?
    <wish> (?:out|off|to (?:be removed|be taken off|get off|come off|get out))(?: (?:of|from))?
        (?: <list>| this)?
    (?:remove|delete|erase|drop) <me>(?: (?:from|off|off of|of) <list>)?
    (?:remove|delete|drop|off|unsubscribe) (?:from )?<list>
    (?:take|get) <me> off(?: of)?(?: <list>)?
    <no> (?:text|message|contact|sms|spam)(?: <me>)?<any>(?: <messages>)?
    <no> (?:write(?: to)?|bother|harass|send|msg)(?: to)? <me><any>(?: <messages>)?
    <no> send<any> <messages>(?: to <me>)?
    <no> (?:want|wish|need|care|like)(?: (?:to|for))?(?: (?:receive|receiving|get|getting|have))?
        <any> <messages>(?: from you)?
    <no> (?:want|wish) to be (?:contacted|texted|messaged|bothered|on <list>)(?: by you)?
    <no> want you to (?:contact|text|message|write|bother)(?: to)? <me>
    remove | leave (?:me|us) alone | lose my number | lose this number | go away
    (?:cancel|end|stop)(?: (?:my|the|this))? subscription
"""
_SPANISH: Final = r"""
    alto | basta | remover | parar | paren? | detener | detente | detenganse
    quitar | salir | suspender
    desuscribir | desuscrib[aei]n?me | desuscribeme | borrar | eliminar
    ya (?:basta|paren?) | (?:basta|alto|paren?|para) ya
    (?:alto|basta|paren?|parar|detener|detengan|suspendan|suspender|cancelen|cancel[ae]|cancelar
        |no|ya no)<sus> mas<sus> <messages>
    (?:alto|basta|paren?|parar|detener|detengan|suspendan|suspender|cancelen|cancel[ae]|cancelar)<sus>
        [ ]<messages>
    (?:<quiero> (?:que )?)?(?:(?:me|pueden?|podrian?) )*(?:(?:dar|den|dan|de|da|dame|darme|darse
        |denme|deme|dar me)(?: (?:de|la))* )?(?:la )?baja(?: (?:de|en) <lista>)?
    (?:<quiero> )?(?:me quiero|solicito|pido)(?: (?:dar|la|de))* baja
    (?:<quiero> )?(?:anul|cancel|termin)(?:ar|en|e|a)(?: (?:mi|la|esta))? su[bs]*cripcion
    <quiero> desuscribir
    <ya_no> (?:<quiero>|me interesa)(?: (?:recibir|que me lleguen|que lleguen|tener|ver))?<sus>
        [ ]<messages>(?: (?:suyos|tuyos|de ustedes|de usted))?
    <ya_no> <quiero> que (?:me|nos) (?:sigan )?(?:<escriban>|escribiendo|molestando)<sus>
    <ya_no> <quiero> que (?:me|nos) (?:sigan )?(?:envi|mand)(?:e|en|es|ando)<sus>(?: <messages>)?
    <ya_no> (?:me|nos) (?:escrib|contact|molest|texte|mensaje)(?:an?|as|en?|es)<sus>(?: <messages>)?
    <ya_no> (?:me |nos )?(?:envi|mand)(?:e|en|es|ar)<sus> (?:mas|nada|<messages>)
    <ya_no> (?:escriban?|escribas|escribir|molesten?|molestar|contactar|contacten)(?:me)?<sus>
    (?:<quiero> que )?(?:dej|par)(?:a|e|en|ar)(?: ya)? de <escribirme><sus>(?: <messages>)?
    (?:<quiero> )?dejar de recibir<sus> <messages>
    (?:ya )?dej[ae]n?(?:me|nos) (?:en paz|tranquil[oa])
    (?:<quiero> (?:que )?)?(?:(?:me|pueden?|podrian?|puedes) )*<quiten>(?:me|nos)? de <lista>
    (?:<quiero> )?(?:pueden? |podrian? )?<quiten>(?:me|nos)
    (?:<quiero> que )?<quiten> (?:mi|este)(?: numero(?: de telefono)?| telefono| celular)
        (?: de <lista>)?
    (?:<quiero> )?salir(?:me)? de <lista>
"""
_ASK: Final = (
    r"(?:(?:no|just|can you|could you|would you|will you|you need to|you must|i said|i want you to"
    r"|i need you to|i would like you to|id like you to|i asked you to|again) )*"
)
_EVER: Final = (
    r"(?: (?:now|already|no more|anymore|any more|again|ever|immediately|asap|right away|forever"
    r"|for good|today|mas|nunca|jamas|por siempre))*"
)


def _phrases(table: str) -> str:
    joined = re.sub(r"\n {8}", "", table)
    lines = [part.strip() for line in joined.splitlines() for part in line.split(" | ")]
    pattern = "|".join(line for line in lines if line)
    while "<" in pattern:
        pattern = re.sub(r"<(\w+)>", lambda part: _PARTS[part[1]], pattern)
    return f"(?:{pattern})"


_PHRASES: Final = re.compile(f"{_ASK}{_phrases(_ENGLISH)}{_EVER}|{_phrases(_SPANISH)}{_EVER}")

# An everyday "stop" that asks for nothing to end.
_VISITS: Final = re.compile(
    r"\b(?:stop(?:ped|ping|s)? (?:by|in|over|at|off|through|into)|non ?stop|bus stop)\b"
)
_HINTS: Final = re.compile(
    r"\b(?:stop|stopp?ed|stopping|unsub\w*|unsus\w*|opt(?:ed|ing)? ?out|spam\w*|harass\w*"
    r"|(?:remove|delete|erase) (?:me|my|this|us)|take (?:me|my|this|us) off"
    r"|(?:off|from) (?:your|the|this) (?:mailing |text |texting )?list"
    r"|(?:leave|let) me (?:alone|be)|(?:do not|dont) send me anything"
    r"|lose my number|wrong (?:number|person)|(?:get|got|gave you) my number|report you"
    r"|(?:not|no longer|never|isnt|uninterested|un) ?interested|do ?n[o ]*t (?:call|bother)"
    r"|(?:dont|do not|never|quit|no more|not want|no longer|no) (?:\w+ ){0,3}(?:text|message"
    r"|contact|write|sms|msg|reminder)\w*|cancel\w* (?:\w+ )?(?:text|subscription)\w*"
    r"|alto|parar|paren|pare|basta|dejen?|dejenme|baja|desu[bs]+cri\w*|su[bs]*cripcion"
    r"|no (?:me |nos )?(?:\w+ ){0,3}(?:escrib[ae]|envie|mande|mensaje|contacte|moleste|llame)\w*"
    r"|(?:de|en) (?:la|su|sus|esta|tu) (?:lista|base de datos)|(?:borr|elimin|quit)\w* mi numero"
    r"|numero equivocado|mi numero|(?:no|nada) (?:me |nos )?(?:interesa\w*|estoy interesad[oa])"
    r"|en paz|quiero salir(?:me)?)\b"
    r"|^(?:(?:no thanks|no thank you|no thx|no ty|no gracias|no more|no mas|ya no|ya no mas"
    r"|ya no quiero|no quiero (?:nada|mas)|i dont want (?:this|these|it|any more)|enough)\b ?)+$"
)


def is_opt_out(plain: str) -> bool:
    """Say whether a text, folded, is an opt-out in plain language and nothing else."""
    if len(plain) > LONGEST:
        return False
    asked = " ".join(_COURTESIES.sub(" ", plain).split())
    for text in (_mended(asked), asked):
        bare = _GREETINGS.sub("", _GREETINGS.sub("", text))
        if _PHRASES.fullmatch(bare) or _PHRASES.fullmatch(text):
            return True
    return False


def hints_at_opt_out(plain: str) -> bool:
    """Say whether something in a text, folded, might ask for the texts to end."""
    asked = " ".join(_COURTESIES.sub(" ", plain).split())
    return any(_HINTS.search(_VISITS.sub(" ", text)) for text in (_mended(asked), asked))


def _mended(plain: str) -> str:
    return " ".join(map(_spelt, plain.split()))


def _spelt(word: str) -> str:
    if word[:2] in ("un", "u", "um") and difflib.get_close_matches(word, _LONG, 1, 0.84):
        return _LONG[0]
    return _SPELLINGS.get(word, word)


_LONG: Final = ("unsubscribe",)
