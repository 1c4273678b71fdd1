"""From what `triage.viewing` shows to the shapes of the API."""

from triage.app import App
from triage.viewing.case import CaseView
from triage.vocabulary.inquiry import Assessment
from triage.vocabulary.people import Person
from triage.vocabulary.records import CustomerRecord, MessageRecord
from triage.web.api import shapes


def message_shape(case: CaseView, message: MessageRecord) -> shapes.MessageShape:
    mail = case.mail
    return shapes.MessageShape(
        id=message.id,
        mailbox=message.account_id,
        direction=message.direction,
        status=message.status,
        fault=case.parked.error if case.parked else message.fault,
        received_at=message.received_at,
        subject=message.subject,
        sender=message.sender,
        sender_name=message.sender_name,
        to=[shapes.AddressShape.model_validate(address) for address in mail.to],
        cc=[shapes.AddressShape.model_validate(address) for address in mail.cc],
        words=mail.message,
        quoted=case.rest,
        attachments=[shapes.AttachmentShape.model_validate(attachment) for attachment in mail.attachments],
        defects=[defect.code for defect in mail.defects],
        authentication=case.authentication,
        automatic=message.automatic,
        conversation_id=message.conversation_id,
        assignee=case.conversation.assignee if case.conversation else "",
        snoozed_until=case.conversation.snoozed_until if case.conversation else None,
        assessment=_assessment(case.assessment) if case.assessment else None,
        clock=shapes.ClockShape.model_validate(case.clock) if case.clock else None,
        buyer=shapes.BuyerTimeShape.model_validate(case.buyer) if case.buyer else None,
        customer=card_shape(case.customer) if case.customer else None,
        promises=[shapes.PromiseShape.model_validate(promise) for promise in case.promises],
        thread=[shapes.ThreadMailShape.model_validate(other) for other in case.thread],
        draft_id=case.letter.draft.id if case.letter else None,
    )


def _assessment(found: Assessment) -> shapes.AssessmentShape:
    return shapes.AssessmentShape(
        kind=found.kind.kind,
        probabilities=dict(found.kind.probabilities),
        unsure=found.kind.unsure,
        model=found.kind.model,
        stage=found.stage,
        tier=found.priority.tier,
        priority=found.priority.score,
        buyer_score=found.buyer.score,
        buyer_type=found.buyer.buyer_type,
        market_score=found.market.score,
        asked=[shapes.AskedShape.model_validate(asked) for asked in found.reading.asked],
        told=[shapes.ToldShape.model_validate(told) for told in found.reading.told],
        signals=list(dict.fromkeys(signal.name for signal in found.reading.signals)),
        reasons=[shapes.ReasonShape.model_validate(reason) for reason in found.reasons],
    )


def card_shape(customer: CustomerRecord) -> shapes.CardShape:
    return shapes.CardShape(
        id=customer.id,
        name=customer.name,
        company=customer.company,
        country=customer.country,
        addresses=customer.addresses,
        facts={str(name): text for name, text in customer.facts.items()},
        messages_in=customer.messages_in,
        messages_out=customer.messages_out,
        orders=customer.orders,
        do_not_contact=customer.do_not_contact,
        note=customer.note,
    )


def draft_shape(app: App, draft_id: int, person: Person) -> shapes.DraftShape:
    """Raises NotFound."""
    draft = app.viewing.draft(draft_id, person.mailboxes)
    view = app.viewing.letter(draft_id, draft.letter, person.mailboxes)
    with app.store.begin(write=False) as uow:
        first = uow.approvals.first(draft_id)
    letter = draft.letter
    return shapes.DraftShape(
        id=draft.id,
        message_id=draft.message_id,
        conversation_id=draft.conversation_id,
        mailbox=draft.account_id,
        revision=draft.revision,
        status=draft.status,
        content_hash=draft.content_hash,
        to=[shapes.AddressShape.model_validate(address) for address in letter.to],
        subject=letter.subject,
        language=letter.language,
        text=letter.text,
        points=[
            shapes.PointShape(
                point=place.answer.point,
                status=place.answer.status,
                sentence=place.answer.sentence,
                start=place.start,
                end=place.end,
            )
            for place in view.points
        ],
        questions=[
            shapes.QuestionShape(id=choice.question.id, text=choice.question.text, asked=choice.asked)
            for choice in view.choices
        ],
        promises=[shapes.PromiseMadeShape.model_validate(promise) for promise in letter.promises],
        warnings=[shapes.WarningShape.model_validate(warning) for warning in letter.warnings],
        attachments=[attachment.name for attachment in letter.attachments],
        created_at=draft.created_at,
        changed_at=draft.changed_at,
        edited_by=view.edited_by,
        approved_by=draft.approved_by,
        approved_at=draft.approved_at,
        first_approved_by=first.by if first and first.content_hash == draft.content_hash else "",
        not_before=draft.not_before,
        sent_at=draft.sent_at,
        server_reply=draft.server_reply,
        note=draft.note,
        attempts=[shapes.AttemptShape.model_validate(attempt) for attempt in view.attempts],
        reviews=[shapes.ReviewShape.model_validate(review) for review in view.reviews],
    )
