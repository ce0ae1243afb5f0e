"""What sending an email and a text have in common: the cap, the late, the queue."""

from __future__ import annotations

from engine.batch import SENT, SKIPPED, Batch
from engine.flow import Step
from engine.record import Message, Walk


def queue(batch: Batch, walk: Walk, step: Step, channel: str, refusal: str | None) -> str | None:
    """Queue the step's message, or say why not: `refusal`, the cap, or too late.

    A message that comes due while the program was off goes only if it is not too late
    (engine.md section 1, "Machine off").
    """
    contact = walk.contact
    practice = batch.catalogue.practice
    if is_too_late(batch, walk):
        refusal = "too_late"
    if refusal is None and practice.cap and batch.sends.get(contact.id, 0) >= practice.cap[0]:
        refusal = "capped"
    counts = batch.step_counts[walk.flow_id, step.id]
    if refusal is not None:
        counts[SKIPPED] += 1
        batch.say(walk, "skipped", step.id, refusal)
        return step.next
    counts[SENT] += 1
    batch.say(walk, "sent", step.id)
    if practice.cap:
        batch.sends[contact.id] = batch.sends.get(contact.id, 0) + 1
    visit = 1 + sum(ran == step.id for ran, _ in walk.ran)
    template = step.fields.get("template")
    batch.messages.append(
        Message(contact.id, walk.id, walk.flow_id, walk.version_id, step.id, visit, channel,
                template, "queued", batch.now, batch.now)
    )  # fmt: skip
    if batch.catalogue.campaigns_of:
        flow = batch.catalogue.flows[walk.flow_id]
        batch.touch(contact, flow.kind, flow.id)
        if template is not None:
            batch.touch(contact, channel, template)
    return step.next


def is_too_late(batch: Batch, walk: Walk) -> bool:
    """Whether the step came due so long ago that its message goes no more."""
    return walk.due_at is not None and batch.now - walk.due_at > batch.catalogue.practice.too_late
