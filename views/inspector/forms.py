"""Which form edits which kind of card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.vocabulary import TRIGGER
from views.inspector.add_to_list import AddToListForm
from views.inspector.create_task import CreateTaskForm
from views.inspector.delay import DelayForm
from views.inspector.form import StepForm
from views.inspector.if_then import IfThenForm
from views.inspector.send_email import SendEmailForm
from views.inspector.send_sms import SendSmsForm
from views.inspector.set_property import SetPropertyForm
from views.inspector.trigger import TriggerForm

FORMS: Final[Mapping[str, type[StepForm]]] = {
    TRIGGER: TriggerForm,
    "send_email": SendEmailForm,
    "send_sms": SendSmsForm,
    "delay": DelayForm,
    "if_then": IfThenForm,
    "create_task": CreateTaskForm,
    "set_property": SetPropertyForm,
    "add_to_list": AddToListForm,
}
"""The trigger's form, and one a step type."""
