"""What each setting takes, refuses in one sentence, and shows."""

from __future__ import annotations

import pytest

from db.errors import KnownError
from engine.settings import SETTINGS, setting, shown


@pytest.mark.parametrize(
    ("key", "said", "kept"),
    [
        ("practice.name", "Oak Street Clinic", "Oak Street Clinic"),
        ("practice.timezone", "America/New_York", "America/New_York"),
        ("practice.check_time", "07:30", "07:30"),
        ("practice.region", "us", "US"),
        ("sms.quiet_hours", "21:00-08:00", ["21:00", "08:00"]),
        ("sms.quiet_hours", " 21:00 - 08:00 ", ["21:00", "08:00"]),
        ("sms.quiet_hours", '["22:00", "07:00"]', ["22:00", "07:00"]),
        ("sms.quiet_hours", "off", None),
        ("sms.quiet_hours", "null", None),
        ("messages.cap", "2/7", {"messages": 2, "days": 7}),
        ("messages.cap", '{"messages": 2, "days": 7}', {"messages": 2, "days": 7}),
        ("messages.cap", "off", None),
        ("messages.too_late_days", "3", 3),
        ("email.transport", "smtp", "smtp"),
        ("email.from_email", "desk@example.org", "desk@example.org"),
        ("email.smtp.host", "127.0.0.1", "127.0.0.1"),
        ("email.smtp.host", "::1", "::1"),
        ("email.smtp.port", "2525", 2525),
        ("email.smtp.security", "none", "none"),
        ("sms.transport", "twilio", "twilio"),
        ("sms.twilio.base_url", "http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("sms.twilio.account", "AC0123", "AC0123"),
        ("sms.twilio.from", "+12025550123", "+12025550123"),
        ("sms.contact_text", "Oak Street: call us.\nBye", "Oak Street: call us.\nBye"),
    ],
)
def test_a_value_is_kept_as_meant(key: str, said: str, kept: object) -> None:
    assert setting(key).parse(said) == kept


@pytest.mark.parametrize(
    ("key", "said", "must"),
    [
        ("practice.name", "", "must not be empty"),
        ("practice.name", "two\nlines", "must be one line"),
        ("practice.name", "x" * 201, "at most 200"),
        ("practice.timezone", "Mars/Olympus", "must be a time zone like America/New_York"),
        ("practice.timezone", "../../etc/passwd", "must be a time zone"),
        ("practice.check_time", "24:00", "must be a time from 00:00 to 23:59"),
        ("practice.check_time", "9:00", "must be a time"),
        ("practice.region", "USA", "two letters"),
        ("sms.quiet_hours", "21:00", "must be two different times"),
        ("sms.quiet_hours", "21:00-21:00", "must be two different times"),
        ("sms.quiet_hours", "25:00-08:00", "must be two different times"),
        ("sms.quiet_hours", '{"a": 1}', "must be two different times"),
        ("messages.cap", "0/7", "must be messages/days like 2/7"),
        ("messages.cap", "2", "must be messages/days"),
        ("messages.cap", "-2/7", "must be messages/days"),
        ("messages.cap", "2/9999999", "must be messages/days"),
        ("messages.cap", '{"messages": true, "days": 7}', "must be messages/days"),
        ("messages.cap", '{"messages": 2}', "must be messages/days"),
        ("messages.too_late_days", "0", "must be a whole number from 1"),
        ("messages.too_late_days", "1.5", "must be a whole number"),
        ("messages.too_late_days", "²", "must be a whole number"),
        ("email.transport", "pigeon", "must be one of folder, smtp"),
        ("email.from_email", "desk", "must be an e-mail address"),
        ("email.from_email", "", "must not be empty"),
        ("email.from_name", "a\r\nBcc: b@example.org", "must be one line"),
        ("email.folder", "", "must be a folder"),
        ("email.smtp.host", "mail server", "must be the name of a mail server"),
        ("email.smtp.host", "", "must be the name of a mail server"),
        ("email.smtp.port", "0", "must be a whole number from 1 to 65,535"),
        ("email.smtp.port", "1" * 40, "must be a whole number"),
        ("email.smtp.security", "ssl", "must be one of none, starttls, tls"),
        ("sms.twilio.base_url", "api.twilio.com", "must be an address like"),
        ("sms.twilio.base_url", "ftp://example.org", "must be an address like"),
        ("sms.twilio.base_url", "http://[", "must be an address like"),
        ("sms.twilio.base_url", "http://example.org:99999", "must be an address like"),
        ("sms.twilio.account", "../x", "letters and digits"),
        ("sms.twilio.from", "+1 (202) 555-0123", "must be a number like"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence(key: str, said: str, must: str) -> None:
    with pytest.raises(KnownError) as caught:
        setting(key).parse(said)
    assert caught.value.status == 2
    assert caught.value.sentence.startswith(f"{key} must")
    assert must in caught.value.sentence
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize("said", ["", "two\nlines", "bell\a"])
def test_a_wrong_secret_is_not_repeated(said: str) -> None:
    with pytest.raises(KnownError) as caught:
        setting("email.smtp.password").parse(said)
    assert caught.value.sentence == "email.smtp.password must be one line that is not empty."


def test_an_unknown_key_is_told_with_what_it_may_have_meant() -> None:
    with pytest.raises(KnownError, match='"practice.timezon"; did you mean "practice.timezone"'):
        setting("practice.timezon")


@pytest.mark.parametrize("key", [key for key in SETTINGS if not SETTINGS[key].secret])
def test_a_default_is_a_value_of_its_setting(key: str) -> None:
    default = SETTINGS[key].default
    if default not in ("", None) or key == "messages.cap":
        assert setting(key).parse(shown(default)) == default


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "off"), (["21:00", "08:00"], "21:00-08:00"), ({"messages": 2, "days": 7}, "2/7")],
)
def test_values_are_shown_as_they_are_written(value: object, said: str) -> None:
    assert shown(value) == said


def test_the_sender_shown_is_the_one_used() -> None:
    assert SETTINGS["email.from_email"].default == "support@practiceehr.com"
