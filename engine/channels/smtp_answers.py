"""What an SMTP server's answers mean for a message (RFC 5321, RFC 3463; engine.md section 9).

No diagnostic quotes the server: servers quote the recipient.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from typing import Literal

from engine.channels.port import Outcome

Verb = Literal["MAIL", "RCPT", "DATA", "message"]

SENT = Outcome("sent")
DROPPED = Outcome("retry", "", "The mail server closed the connection.")
UNANSWERED = Outcome("uncertain", "", "The mail server took the message and never answered.")
NOT_AN_ADDRESS = Outcome("failed", "", "An address is not one that mail can carry.")
NEEDS_SMTPUTF8 = Outcome(
    "failed", "", "The mail server takes no address with letters beyond a to z before the @."
)
TOO_LARGE = Outcome("failed", "", "The message is larger than the mail server takes.")

_ENHANCED = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})(?!\d)")

# Authentication required, too weak or refused: the operator's to mend, the message is good.
_SETTINGS_FAULTS = frozenset((530, 534, 535, 538))
_NO_SUCH_RECIPIENT = frozenset((550, 551, 553))
_MEANINGS = {
    "1": "the address was refused",
    "2": "the mailbox takes no mail",
    "3": "the mail system takes no mail now",
    "4": "the mail could not be routed",
    "5": "the conversation went wrong",
    "6": "the content was refused",
    "7": "refused by policy",
}


class Ended(Exception):
    """The connection is over; `outcome` is that of the message in front, the rest retry."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.diagnostic)
        self.outcome = outcome


def accepted(verb: Verb, code: int) -> bool:
    """Say whether an answer lets the transaction go on."""
    return code == 354 if verb == "DATA" else code < 300


def label(code: int, text: bytes) -> str:
    """Return the reply code with its enhanced status, if it has one: `550 5.1.1`."""
    enhanced = _ENHANCED.match(text)
    return f"{code} {enhanced[1].decode()}" if enhanced else str(code)


def judge(verb: Verb, code: int, text: bytes) -> Outcome:
    """Return the outcome of a refusal; its enhanced status decides where there is one.

    Temporary: `retry`. Permanent: `bounced` where the recipient's address is at fault,
    else `failed`. Raises `Ended` for an answer that is no refusal: the sides are out of step.
    """
    if code < 400:
        raise Ended(UNANSWERED if verb == "message" else DROPPED)
    name = label(code, text)
    kind, subject, detail = (name.partition(" ")[2] or f"{code // 100}..").split(".")
    meaning = _MEANINGS.get(subject, "refused")
    diagnostic = f"The mail server answered {verb} with {name}: {meaning}."
    if kind == "4" or code in _SETTINGS_FAULTS:
        return Outcome("retry", name, diagnostic)
    no_mailbox = (subject == "1" and detail not in ("7", "8")) or (subject, detail) == ("2", "1")
    if not subject:
        no_mailbox = verb == "RCPT" and code in _NO_SUCH_RECIPIENT
    bounced = no_mailbox and verb in ("RCPT", "message")
    return Outcome("bounced" if bounced else "failed", name, diagnostic)


def unreachable(stage: str, error: Exception) -> Outcome:
    """Return the outcome of every message when no conversation came about.

    `stage` is what was tried: connect, EHLO, STARTTLS or AUTH. Always `retry`: offline is a
    state, and a refused password is the operator's to mend.
    """
    code = ""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        code = label(error.smtp_code, text if isinstance(text, bytes) else text.encode())
    return Outcome("retry", code, _trouble(stage, error))


def _trouble(stage: str, error: Exception) -> str:
    if isinstance(error, smtplib.SMTPNotSupportedError) or type(error) is smtplib.SMTPException:
        return f"The mail server does not offer {stage} as the settings ask for it."
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "The mail server refused the user name or password."
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server refused to talk (at {stage})."
    if isinstance(error, ssl.SSLError):
        return f"No secure connection to the mail server ({error.reason or 'refused'})."
    if isinstance(error, ValueError):
        return f"The mail settings cannot be used (at {stage})."
    reason = getattr(error, "strerror", None) or "connection closed"
    return f"The mail server cannot be reached (at {stage}: {reason})."
