"""Reading documents from files and texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.errors import DocumentError
from engine.documents.loading import LARGEST, kind_of, load_json


def refusal(source: Path | str) -> list[str]:
    with pytest.raises(DocumentError) as error:
        load_json(source)
    assert error.value.status == 2
    return error.value.faults


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encodings_of_common_editors_are_read(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"name": "Zoë 😀"}', encoding=encoding)
    assert load_json(file) == {"name": "Zoë 😀"}


def test_a_text_is_read() -> None:
    assert load_json('\ufeff{"a": [1, null]}') == {"a": [1, None]}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "document: line 1, column 1: is not JSON: Expecting value"),
        ('{"a": 1,\n "b"}', "document: line 2, column 5: is not JSON: Expecting ':' delimiter"),
        ('{"a": NaN}', "document: is not JSON: NaN is not a number"),
        ('{"a": -Infinity}', "document: is not JSON: -Infinity is not a number"),
        ("[" * 200_000, "document: is nested too deep"),
        ('{"steps": [{"id": 1, "id": 2}]}', "steps[0].id: is given twice"),
        (r'{"\ud800": {"b": 1, "b": 2}}', "?.b: is given twice"),
        ('{"a": 1, "a": 1}', "a: is given twice"),
    ],
)
def test_what_is_no_document_is_refused(text: str, fault: str) -> None:
    assert refusal(text) == [fault]


def test_a_number_of_too_many_digits_is_refused() -> None:
    assert len(refusal('{"a": ' + "9" * 5_000 + "}")) == 1


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.json") == [
        "none.json: can't be read: no such file or directory"
    ]
    assert refusal(tmp_path)[0].startswith(f"{tmp_path.name}: can't be read")
    latin = tmp_path / "latin.json"
    latin.write_bytes('"Zoë"'.encode("latin-1"))
    assert refusal(latin) == ["latin.json: is not text in UTF-8; save it as UTF-8"]


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    file.write_bytes(b" " * (LARGEST + 1))
    assert refusal(file) == ["large.json: is larger than 20 MB"]


def test_a_document_says_its_kind() -> None:
    assert kind_of({"format": "practice-crm/bundle@1"}) == "bundle"
    assert kind_of({"format": "practice-crm/bundle@2"}) == "bundle"


@pytest.mark.parametrize("document", [None, {}, {"format": 3}, {"format": "practice-crm/x@1"}])
def test_a_document_of_no_known_kind_is_refused(document: object) -> None:
    with pytest.raises(DocumentError, match="^format: must be one of"):
        kind_of(document)
