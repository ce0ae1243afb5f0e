"""Texts over Twilio's REST interface (engine.md section 9).

Twilio has no idempotency key: a text handed over is not found again by our key, and a match by
number and body cannot tell a text from an identical one. So a request that was written and
never answered is `uncertain`, and `lookup` cannot say more: a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import httpx

from engine.channels.port import Outcome, Text

_OPTED_OUT = "21610"
# The request did not leave whole, so nothing can have been sent.
_NEVER_ASKED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.WriteError,
    httpx.WriteTimeout,
    httpx.UnsupportedProtocol,
    httpx.ProxyError,
)
_SILENT = Outcome("retry", "", "Twilio did not answer for the text before.")


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """An account and the number its texts come from; `timeout` in seconds."""

    account: str
    token: str = field(repr=False)
    sender: str
    base_url: str = "https://api.twilio.com"
    timeout: float = 30.0


class TwilioChannel:
    """Sends texts one by one over a kept connection; see `TextChannel` for the promises.

    Once a request gets no answer, the rest of the batch is `retry` and nobody is asked: each
    could wait as long in vain.
    """

    def __init__(self, settings: TwilioSettings) -> None:
        self._settings = settings
        self._client: httpx.Client | None = None

    def send(self, batch: Iterable[Text]) -> Iterator[tuple[str, Outcome]]:
        """Yield each key with its outcome; a text sent has the provider's id as its code."""
        queue, rest = iter(batch), _SILENT
        for text in queue:
            answer = self._ask(text)
            if isinstance(answer, Outcome):
                yield text.key, answer
                rest = answer if answer.state == "retry" else _SILENT
                break
            yield text.key, _outcome(answer)
        for text in queue:
            yield text.key, rest

    def lookup(self, key: str) -> Outcome | None:
        """Return None: Twilio cannot be asked by our key."""
        return None

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _ask(self, text: Text) -> httpx.Response | Outcome:
        """The answer, or what becomes of a text that got none."""
        settings = self._settings
        path = f"/2010-04-01/Accounts/{settings.account}/Messages.json"
        form = {"To": text.to, "From": settings.sender, "Body": text.body}
        try:
            return self._connected().post(path, data=form)
        except _NEVER_ASKED as error:
            return Outcome("retry", "", f"Twilio cannot be reached ({type(error).__name__}).")
        except httpx.InvalidURL:
            return Outcome("retry", "", "The address of the text provider cannot be used.")
        except httpx.HTTPError:
            return Outcome("uncertain", "", "Twilio was asked to send and never answered.")

    def _connected(self) -> httpx.Client:
        if self._client is None:
            settings = self._settings
            self._client = httpx.Client(
                base_url=settings.base_url,
                auth=(settings.account, settings.token),
                timeout=settings.timeout,
            )
        return self._client


def _outcome(response: httpx.Response) -> Outcome:
    status, answer = response.status_code, _answer(response)
    if 200 <= status < 300:
        return Outcome("sent", str(answer.get("sid", "")))
    code = str(answer.get("code") or status)
    if status == 429 or status >= 500:
        diagnostic = f"Twilio is too busy or out of order (HTTP {status})."
        return Outcome("retry", code, diagnostic, _retry_after(response))
    if status == 401:
        return Outcome("retry", code, "Twilio refused the account or its token.")
    if code == _OPTED_OUT:
        return Outcome("failed", "opted_out", "The number has opted out at the provider.")
    return Outcome("failed", code, f"Twilio refused the text (HTTP {status}, code {code}).")


def _answer(response: httpx.Response) -> dict[str, object]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _retry_after(response: httpx.Response) -> int | None:
    wait = response.headers.get("Retry-After", "")
    return int(wait) if wait.isdecimal() and len(wait) < 7 else None
