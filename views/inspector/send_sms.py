"""Send SMS: a text of the library or one written here, as it will look (screens.md)."""

from __future__ import annotations

from typing import Final

from views.inspector.create import Pick
from views.inspector.form import FormContext, StepForm, options, tokens_button
from views.widgets.bubble import Bubble
from views.widgets.fields import Field, TextBox
from views.widgets.kit import restyle

OWN: Final = ""
"""Stands among the templates for a text written in the step."""


class SendSmsForm(StepForm):
    """Template and message, with what they cost and how they look on a phone."""

    def __init__(self) -> None:
        super().__init__()
        self._template = Pick(self.tr("Text"), self.tr("Choose a text"), "sms", "sms-template")
        self.add("template", self._template)
        self._template.choice.chosen.connect(self._choose)
        self._text = TextBox(self.tr("Hi {{firstname}}, …"), rows=5)
        self._tokens = tokens_button(self._text)
        self._message = self.add(
            "text|",
            Field(self.tr("Message"), self._text, name="sms-text", beside=self._tokens),
        )
        self._message.help(
            "Use {{firstname}}, {{practice}} tokens. "
            "Reply STOP to opt out is appended automatically."
        )
        self._text.typed.connect(lambda text: self.put("text", text, True))
        self._bubble = Bubble()
        self._rows.addWidget(self._bubble)

    def fill(self, context: FormContext) -> None:
        """Put what the step says into the fields."""
        names = context.around.names
        template = self.step.get("template")
        offered = options(names.texts, (OWN, self.tr("Written here")))
        self._template.fill(offered, template or OWN, context.desk, names)
        own = template is None
        self._text.setReadOnly(not own)
        self._tokens.setVisible(own)
        restyle(self._text, "" if own else "read-only")
        self._text.put(self.step.get("text") if own else self._body(context))
        self.helpers(context)

    def helpers(self, context: FormContext) -> None:
        """What it costs, and how it looks."""
        text = self._text.toPlainText()
        self._bubble.show_text(text, context.sample(text))

    def _body(self, context: FormContext) -> str:
        return context.around.texts.get(str(self.step.get("template")), "")

    def _choose(self, name: str) -> None:
        context = self.context
        if context is None:
            return
        if name == OWN:
            body = self._body(context)
            self.replace({"template": None, "text": body})
        else:
            self.replace({"template": name, "text": None})
        self.fill(context)
        if name == OWN:
            self._text.setFocus()
