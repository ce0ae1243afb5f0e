"""Send email: which email of the library, and what this step says otherwise (screens.md)."""

from __future__ import annotations

from functools import partial

from engine.surroundings import Email
from engine.wording.values import plural
from views.inspector.create import Pick
from views.inspector.form import (
    EDITOR,
    PREVIEW,
    FormContext,
    StepForm,
    options,
    tokens_button,
)
from views.widgets.fields import Field, Line
from views.widgets.kit import button, row
from views.widgets.sender import OWNER, PRACTICE, SenderField


class SendEmailForm(StepForm):
    """Template, subject, from, preview text."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: object = None
        """The id of the step that is shown."""
        self._template = Pick(
            self.tr("Email"), self.tr("Choose an email"), "email", "email-template"
        )
        self.add("template", self._template)
        self._template.choice.chosen.connect(lambda name: self.put("template", name))
        self._subject = Line()
        self._subject_field = self.add(
            "subject",
            Field(self.tr("Subject"), self._subject, name="email-subject",
                  beside=tokens_button(self._subject)),
        )  # fmt: skip
        self._subject.textEdited.connect(lambda text: self.put("subject", text or None, True))
        self._from = SenderField(self.tr("From"), "email-from")
        self.add("from_name|from_email", self._from)
        self._from.changed.connect(self.replace)
        self._preview = Line()
        self.add(
            "preview_text",
            Field(self.tr("Preview text"), self._preview, name="email-preview-text",
                  beside=tokens_button(self._preview)),
        ).help(self.tr("Shown after the subject in most inboxes"))  # fmt: skip
        self._preview.textEdited.connect(lambda text: self.put("preview_text", text or None, True))
        self._preview_it = button(self.tr("Preview"), partial(self.asked.emit, PREVIEW),
                                  icon_name="preview", name="email-preview-open")  # fmt: skip
        self._edit_it = button(self.tr("Open editor"), partial(self.asked.emit, EDITOR),
                               icon_name="edit", name="email-editor-open")  # fmt: skip
        self._rows.addLayout(row(self._preview_it, self._edit_it, None))

    def fill(self, context: FormContext) -> None:
        """Put what the step says into the fields."""
        emails = context.around.names.emails
        self._template.fill(
            options(emails), self.step.get("template"), context.desk, context.around.names
        )
        self._subject.put(self.step.get("subject"))
        self._preview.put(self.step.get("preview_text"))
        another = self.step.get("id") != self._shown
        self._shown = self.step.get("id")
        self._from.put(self.step, another=another)
        is_there = self.step.get("template") in emails
        for each in (self._preview_it, self._edit_it):
            each.setEnabled(is_there)
            each.setToolTip("" if is_there else self.tr("Choose an email first"))
        self.helpers(context)

    def helpers(self, context: FormContext) -> None:
        """How the subject reads and how long it is; what stands in for what is left empty."""
        email = self._of_library(context)
        said = context.sample(self._subject.text() or email.subject)
        counted = plural(len(said), "character")
        self._subject_field.help(f"“{said}” · {counted}" if said else "")
        self._subject.setPlaceholderText(email.subject or self.tr("Subject"))
        self._preview.setPlaceholderText(email.preview_text)
        who = self._from.who()
        owner = self.tr("The owner's name, with the practice's address")
        self._from.help({PRACTICE: self._practice(context), OWNER: owner}.get(who, ""))

    def _of_library(self, context: FormContext) -> Email:
        return context.around.emails.get(str(self.step.get("template")), Email())

    def _practice(self, context: FormContext) -> str:
        email, (name, address) = self._of_library(context), context.around.sender
        return f"{email.from_name or name} · {email.from_email or address}"
