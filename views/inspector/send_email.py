"""Send email: which email of the library, and what this step says otherwise (screens.md)."""

from __future__ import annotations

from typing import Final

from engine.surroundings import Email
from engine.wording import plural
from views.inspector.create import Pick
from views.inspector.form import FormContext, StepForm, options, tokens_button
from views.theme import GRID
from views.widgets.fields import Choice, Field, Line
from views.widgets.kit import column

PRACTICE: Final = "practice"
OWNER: Final = "owner"
NAMED: Final = "named"
OWNER_TOKEN: Final = "{{owner}}"


class SendEmailForm(StepForm):
    """Template, subject, from, preview text."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: object = None
        """The id of the step that is shown."""
        self._is_named = False
        """Whether its fields for somebody else are open, also while nothing is in them."""
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
        self._add_sender()
        self._preview = Line()
        self.add(
            "preview_text",
            Field(self.tr("Preview text"), self._preview, name="email-preview-text",
                  beside=tokens_button(self._preview)),
        ).help(self.tr("Shown after the subject in most inboxes"))  # fmt: skip
        self._preview.textEdited.connect(lambda text: self.put("preview_text", text or None, True))

    def _add_sender(self) -> None:
        self._sender = Choice("")
        self._from_name = Line(self.tr("Name, like Dr Ito"), 200)
        self._from_email = Line(self.tr("Address, like ito@example.org"), 254)
        for line, name, words in (
            (self._from_name, "email-from-name", self.tr("Sender's name")),
            (self._from_email, "email-from-email", self.tr("Sender's address")),
        ):
            line.setObjectName(name)
            line.setAccessibleName(words)
        inside = column(self._sender, self._from_name, self._from_email, gap=GRID // 2)
        self._from = Field(self.tr("From"), self._sender, name="email-from", inside=inside)
        self.add("from_name|from_email", self._from)
        self._sender.chosen.connect(self._choose_sender)
        self._from_name.textEdited.connect(lambda text: self.put("from_name", text or None, True))
        self._from_email.textEdited.connect(
            lambda text: self.put("from_email", text.strip() or None, True)
        )

    def fill(self, context: FormContext) -> None:
        """Put what the step says into the fields."""
        if self.step.get("id") != self._shown:
            self._shown, self._is_named = self.step.get("id"), False
        emails = context.around.names.emails
        self._template.fill(
            options(emails), self.step.get("template"), context.desk, context.around.names
        )
        self._subject.put(self.step.get("subject"))
        self._preview.put(self.step.get("preview_text"))
        self._sender.offer(
            [
                (PRACTICE, self.tr("The practice")),
                (OWNER, self.tr("The contact's owner")),
                (NAMED, self.tr("Somebody else…")),
            ]
        )
        self._show_sender(self._who())
        self.helpers(context)

    def helpers(self, context: FormContext) -> None:
        """How the subject reads and how long it is; what stands in for what is left empty."""
        email = self._of_library(context)
        said = context.sample(self._subject.text() or email.subject)
        counted = plural(len(said), "character")
        self._subject_field.help(f"“{said}” · {counted}" if said else "")
        self._subject.setPlaceholderText(email.subject or self.tr("Subject"))
        self._preview.setPlaceholderText(email.preview_text)
        who = self._who()
        owner = self.tr("The owner's name, with the practice's address")
        self._from.help({PRACTICE: self._practice(context), OWNER: owner}.get(who, ""))

    def _of_library(self, context: FormContext) -> Email:
        return context.around.emails.get(str(self.step.get("template")), Email())

    def _practice(self, context: FormContext) -> str:
        email, (name, address) = self._of_library(context), context.around.sender
        return f"{email.from_name or name} · {email.from_email or address}"

    def _who(self) -> str:
        who = self._said()
        self._is_named = self._is_named or who == NAMED
        return NAMED if self._is_named else who

    def _said(self) -> str:
        """Who it is from, going by the step alone."""
        if self.step.get("from_name") == OWNER_TOKEN and "from_email" not in self.step:
            return OWNER
        return NAMED if {"from_name", "from_email"} & self.step.keys() else PRACTICE

    def _show_sender(self, who: str) -> None:
        self._sender.put(who)
        self._from_name.put(self.step.get("from_name"))
        self._from_email.put(self.step.get("from_email"))
        for line in (self._from_name, self._from_email):
            line.setVisible(who == NAMED)

    def _choose_sender(self, who: str) -> None:
        self._is_named = who == NAMED
        name = OWNER_TOKEN if who == OWNER else None
        self.replace({"from_name": name, "from_email": None})
        self._show_sender(who)
        if who == NAMED:
            self._from_name.setFocus()
