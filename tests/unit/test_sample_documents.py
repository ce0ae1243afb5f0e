from __future__ import annotations

from typing import Any

from engine.compose.body import Letterhead, compile_bodies
from engine.compose.sms import segments, with_opt_out
from engine.documents.automation import check_automation
from engine.documents.bundle import check_bundle
from engine.documents.campaign import check_campaign
from engine.documents.names import Names
from engine.documents.sequence import check_sequence
from engine.documents.workspace import names_in
from engine.flow import walk_cards
from engine.vocabulary import STEP_TYPES, TRIGGERS
from resources import documents

Document = dict[str, Any]


def bundle() -> Document:
    return documents("sample")[0]


def parts(kind: str) -> list[Document]:
    return documents(f"sample/{kind}")


def whole() -> Document:
    return {
        **bundle(),
        "automations": parts("automations"),
        "sequences": parts("sequences"),
        "campaigns": parts("campaigns"),
    }


def names_beside(kind: str) -> Names:
    """What is there before the documents of a kind are brought in."""
    return names_in({key: part for key, part in whole().items() if key != kind})


def test_the_whole_sample_is_a_sound_bundle() -> None:
    found = check_bundle(whole(), Names())
    assert (found.faults, found.warnings) == ([], [])


def test_each_document_passes_by_itself() -> None:
    checks = {
        "automations": check_automation,
        "sequences": check_sequence,
        "campaigns": check_campaign,
    }
    for kind, check in checks.items():
        for document in parts(kind):
            found = check(document, names_beside(kind))
            assert (found.faults, found.warnings) == ([], []), document["name"]


def test_what_the_customer_named_is_there() -> None:
    names = names_in(whole())
    assert "New lead welcome series" in names.automations
    assert {"Dormant Patient Win-back", "Spring Allergy push"} <= names.campaigns.keys()
    assert {"Allergy season segment", "Active patients"} <= names.lists.keys()
    assert "Active patients" not in names.static_lists
    assert "Welcome to Practice EHR" in names.emails
    assert names.forms.keys() == {
        "New patient intake", "Allergy questionnaire", "Request a callback",
    }  # fmt: skip
    assert "Sarah" in names.users


def test_no_library_is_thin() -> None:
    names = names_in(whole())
    assert len(names.texts) >= 4
    assert len(names.sequences) >= 4
    assert len(names.lists) >= 6
    assert len(names.automations) >= 10


def test_every_trigger_and_every_kind_of_step_is_in_use() -> None:
    automations = parts("automations")
    assert {each["trigger"]["type"] for each in automations} == set(TRIGGERS)
    used = {card["type"] for each in automations for _, card in walk_cards(each["steps"])}
    assert used == set(STEP_TYPES)


def test_the_first_ten_automations_are_the_recipes_one_for_each_trigger() -> None:
    recipes = parts("automations")[:10]
    assert [each["trigger"]["type"] for each in recipes] == list(TRIGGERS)


def test_every_email_can_be_composed_and_every_text_is_short() -> None:
    for template in bundle()["templates"]:
        if template["channel"] == "email":
            compile_bodies(template["body"], Letterhead("Practice"), template["preview_text"])
        else:
            assert segments(with_opt_out(template["body"])).count <= 2, template["name"]
