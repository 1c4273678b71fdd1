"""How the vocabulary is called on the page. The texts are messages of the catalogues."""

from collections.abc import Callable, Mapping

from triage.audit.report import Dimension
from triage.audit.sheets import Sheet
from triage.customers import Segment
from triage.viewing.marks import Mark, MarkKind
from triage.viewing.stance import Stance
from triage.vocabulary.customers import ContactKind
from triage.vocabulary.inquiry import SIGNALS, BuyerType, FactName, Kind, Point, Quality, Reason, Stage
from triage.vocabulary.letter import Part, Warning
from triage.vocabulary.people import Role
from triage.vocabulary.states import DraftStatus, Fault, Occasion, PromiseStatus
from triage.vocabulary.worklist import Tab
from triage.web.i18n import CHINESE, Formats


def N_(text: str) -> str:
    """Marks a message for the catalogues; it is translated where it is shown."""
    return text


TABS: Mapping[Tab, str] = {
    Tab.REVIEW: N_("Review"),
    Tab.OUTGOING: N_("Outgoing"),
    Tab.WAITING: N_("Waiting"),
    Tab.PROMISES: N_("Promises"),
    Tab.UNCERTAIN: N_("Uncertain"),
    Tab.PARKED: N_("Parked"),
    Tab.UNSURE: N_("Unsure"),
    Tab.SNOOZED: N_("Snoozed"),
    Tab.ALL: N_("All mail"),
}
TAB_TITLES: Mapping[Tab, str] = {
    Tab.REVIEW: N_("Awaiting review"),
    Tab.OUTGOING: N_("Approved, not yet sent"),
    Tab.WAITING: N_("Waiting on the buyer"),
    Tab.PROMISES: N_("Open promises"),
    Tab.UNCERTAIN: N_("Sent? Nobody knows"),
    Tab.PARKED: N_("Parked mails"),
    Tab.UNSURE: N_("Kind not sure"),
    Tab.SNOOZED: N_("Snoozed"),
    Tab.ALL: N_("All mail"),
}
EMPTY: Mapping[Tab, str] = {
    Tab.REVIEW: N_("Every draft is decided. New mail appears here by itself."),
    Tab.OUTGOING: N_("No letter waits to leave."),
    Tab.WAITING: N_("No letter waits for a buyer's answer."),
    Tab.PROMISES: N_("No promise is open."),
    Tab.UNCERTAIN: N_("Of every letter we know whether it left."),
    Tab.PARKED: N_("No mail is parked."),
    Tab.UNSURE: N_("Of every mail the kind is sure."),
    Tab.SNOOZED: N_("Nothing is snoozed."),
    Tab.ALL: N_("No mail has come yet."),
}
OCCASIONS: Mapping[Occasion, str] = {
    Occasion.REPLY: N_("Answer"),
    Occasion.NUDGE: N_("Reminder"),
    Occasion.DORMANT: N_("To a silent customer"),
    Occasion.GREETING: N_("Greeting"),
    Occasion.NEWS: N_("News"),
    Occasion.AFTER_COMPLAINT: N_("After a complaint"),
}
"""Why a letter is written (R20-R24)."""
FAULTS: Mapping[Fault, str] = {
    Fault.OURS: N_("ours"),
    Fault.CARRIER: N_("the carrier's"),
    Fault.THEIRS: N_("the buyer's"),
    Fault.NONE: N_("nobody's: a misunderstanding"),
}
GRIEVANCES: Mapping[str, str] = {
    "quality": N_("quality"),
    "quantity": N_("wrong quantity"),
    "delivery": N_("delivery"),
    "documents": N_("documents"),
    "service": N_("service"),
    "incident": N_("an incident"),
}
"""What a complaint is about."""
KINDS: Mapping[Kind, str] = {
    Kind.INQUIRY: N_("Inquiry"),
    Kind.RFQ: N_("RFQ"),
    Kind.SAMPLE_REQUEST: N_("Sample request"),
    Kind.NEGOTIATION: N_("Negotiation"),
    Kind.ORDER: N_("Order"),
    Kind.PAYMENT: N_("Payment"),
    Kind.LOGISTICS: N_("Logistics"),
    Kind.COMPLAINT: N_("Complaint"),
    Kind.AFTER_SALE: N_("After-sale"),
    Kind.FOLLOW_UP: N_("Follow-up"),
    Kind.COOPERATION: N_("Cooperation"),
    Kind.VENDOR_PITCH: N_("Vendor pitch"),
    Kind.SCAM: N_("Scam"),
    Kind.PHISHING: N_("Phishing"),
    Kind.NEWSLETTER: N_("Newsletter"),
    Kind.JOB_APPLICATION: N_("Job application"),
    Kind.AUTO_REPLY: N_("Automatic reply"),
    Kind.BOUNCE: N_("Bounce"),
    Kind.PERSONAL: N_("Personal"),
    Kind.OTHER: N_("Other"),
}
POINTS: Mapping[Point, str] = {
    Point.PRICE: N_("price"),
    Point.MOQ: N_("MOQ"),
    Point.LEAD_TIME: N_("lead time"),
    Point.SAMPLE: N_("sample"),
    Point.CERTIFICATION: N_("certification"),
    Point.PAYMENT_TERMS: N_("payment terms"),
    Point.SHIPPING: N_("shipping"),
    Point.INCOTERM: N_("incoterm"),
    Point.CUSTOMIZATION: N_("customization"),
    Point.CATALOG: N_("catalogue"),
    Point.SPECS: N_("specifications"),
    Point.AVAILABILITY: N_("availability"),
    Point.WARRANTY: N_("warranty"),
    Point.COMPANY_INFO: N_("company profile"),
    Point.EXCLUSIVITY: N_("exclusivity"),
    Point.VISIT: N_("visit"),
    Point.DISCOUNT: N_("discount"),
    Point.DOCUMENTS: N_("documents"),
    Point.ORDER_STATUS: N_("order status"),
    Point.REFUND: N_("refund"),
    Point.REPLACEMENT: N_("replacement"),
    Point.OTHER: N_("other question"),
}
FACTS: Mapping[FactName, str] = {
    FactName.COMPANY: N_("company"),
    FactName.PERSON: N_("person"),
    FactName.ROLE: N_("role"),
    FactName.BUSINESS: N_("business"),
    FactName.QUANTITY: N_("quantity"),
    FactName.PRODUCT: N_("product"),
    FactName.DESTINATION: N_("destination"),
    FactName.TARGET_PRICE: N_("target price"),
    FactName.ORDER_TOTAL: N_("total of the order"),
    FactName.DEADLINE: N_("deadline"),
    FactName.WEBSITE: N_("website"),
    FactName.PHONE: N_("phone"),
    FactName.EXPERIENCE_WITH_CHINA: N_("experience with China"),
    FactName.CHANNELS: N_("sales channels"),
    FactName.VOLUME_PER_YEAR: N_("volume per year"),
}
STAGES: Mapping[Stage, str] = {
    Stage.FIRST_INQUIRY: N_("First inquiry"),
    Stage.QUOTATION: N_("Quotation"),
    Stage.SAMPLE: N_("Sample"),
    Stage.NEGOTIATION: N_("Negotiation"),
    Stage.ORDER: N_("Order"),
    Stage.SHIPMENT: N_("Shipment"),
    Stage.AFTER_SALE: N_("After-sale"),
    Stage.COMPLAINT: N_("Complaint"),
    Stage.DORMANT: N_("Dormant"),
}
BUYER_TYPES: Mapping[BuyerType, str] = {
    BuyerType.END_USER: N_("end user"),
    BuyerType.RETAILER: N_("retailer"),
    BuyerType.WHOLESALER: N_("wholesaler"),
    BuyerType.IMPORTER: N_("importer"),
    BuyerType.DISTRIBUTOR: N_("distributor"),
    BuyerType.AGENT: N_("agent"),
    BuyerType.MANUFACTURER: N_("manufacturer"),
    BuyerType.NEWCOMER: N_("newcomer"),
    BuyerType.UNKNOWN: N_("type unknown"),
}
QUALITIES: Mapping[Quality, str] = {
    Quality.HIGH: N_("high"),
    Quality.MEDIUM: N_("medium"),
    Quality.LOW: N_("low"),
    Quality.NONE: N_("none"),
}
SEGMENTS: Mapping[Segment, str] = {
    Segment.NEW: N_("New"),
    Segment.DEVELOPING: N_("Developing"),
    Segment.KEY: N_("Key"),
    Segment.DORMANT: N_("Dormant"),
    Segment.LOST: N_("Lost"),
    Segment.SET_ASIDE: N_("Set aside"),
}
STATUSES: Mapping[DraftStatus, str] = {
    DraftStatus.PROPOSED: N_("Proposed"),
    DraftStatus.APPROVED: N_("Approved"),
    DraftStatus.CLAIMED: N_("Being sent"),
    DraftStatus.BODY_MAY_HAVE_LEFT: N_("Being sent"),
    DraftStatus.SENT: N_("Sent"),
    DraftStatus.RETRY_LATER: N_("Tried again later"),
    DraftStatus.REFUSED: N_("Refused"),
    DraftStatus.UNCERTAIN: N_("Uncertain"),
    DraftStatus.REJECTED: N_("Rejected"),
    DraftStatus.SUPERSEDED: N_("Superseded"),
    DraftStatus.HELD: N_("Held"),
}
PROMISES: Mapping[PromiseStatus, str] = {
    PromiseStatus.OPEN: N_("open"),
    PromiseStatus.KEPT: N_("kept"),
    PromiseStatus.BROKEN: N_("broken"),
    PromiseStatus.DROPPED: N_("dropped"),
}
STANCES: Mapping[Stance, str] = {
    Stance.GIVE_WAY: N_("Important buyer, small matter: give way."),
    Stance.WIN_WIN: N_("Important buyer, important matter: look for what helps both."),
    Stance.COMPETE: N_("Important matter, buyer not proven: compete for the result."),
    Stance.SPEND_LITTLE: N_("Neither is weighty: be polite and spend little."),
}
DIMENSIONS: Mapping[Dimension, str] = {
    Dimension.TIER: N_("Tier"),
    Dimension.KIND: N_("Kind"),
    Dimension.MARKET: N_("Market"),
    Dimension.PERSON: N_("Person"),
    Dimension.MAILBOX: N_("Mailbox"),
    Dimension.HOUR: N_("Hour of arrival"),
    Dimension.TURN: N_("First or next answer"),
    Dimension.VIA: N_("From here or elsewhere"),
    Dimension.WEEKDAY: N_("Weekday of arrival"),
    Dimension.WEEK: N_("Week of arrival"),
}
CONTACTS: Mapping[ContactKind, str] = {
    ContactKind.MAIL_IN: N_("their mail"),
    ContactKind.MAIL_OUT: N_("our mail"),
    ContactKind.CALL: N_("call"),
    ContactKind.MEETING: N_("meeting"),
    ContactKind.CHAT: N_("chat"),
    ContactKind.NOTE: N_("note"),
    ContactKind.ORDER: N_("order"),
    ContactKind.SAMPLE: N_("sample sent"),
    ContactKind.LOST: N_("lost"),
}
LETTERS: Mapping[str, str] = {
    "first_inquiry": N_("Answer to a first inquiry"),
    "quotation": N_("Quotation"),
    "sample": N_("Sample"),
    "negotiation": N_("Negotiation"),
    "order": N_("Order"),
    "payment": N_("Payment"),
    "shipment": N_("Shipment"),
    "complaint": N_("Complaint"),
    "after_sale": N_("After-sale"),
    "follow_up": N_("Follow-up"),
    "cooperation": N_("Cooperation"),
    "dormant": N_("To a buyer who was silent long"),
    "thanks": N_("Thanks, no interest"),
    "decline": N_("Decline"),
}
REFUSALS: Mapping[str, str] = {
    "market": N_("we don't sell to that market"),
    "minimum": N_("the quantity is too small"),
    "product": N_("we don't make that product"),
}
PARTS: Mapping[Part, str] = {
    Part.ALTERNATIVE: N_("another product"),
    Part.PROOF: N_("proof"),
    Part.EXTRA: N_("more of the product"),
    Part.ENCLOSURE: N_("enclosure"),
    Part.HOURS: N_("our hours"),
}
"""The parts of a letter that can be ticked off."""
ROLES: Mapping[Role, str] = {
    Role.VIEWER: N_("viewer"),
    Role.REVIEWER: N_("reviewer"),
    Role.APPROVER: N_("approver"),
    Role.ADMIN: N_("admin"),
}


SHEETS: Mapping[str, str] = {
    "counts": N_("Mails"),
    "times": N_("Time to the answer"),
    "turns": N_("First response and next response"),
    "distribution": N_("Answers by the time they took"),
    "weeks": N_("Trend by week"),
    "heat": N_("Mails by weekday and hour of arrival"),
    "states": N_("Time in each state of the drafts that became answers"),
    "conversations": N_("Conversations, from the first mail to the last answer"),
    "edits": N_("From draft to letter"),
    "reviewers": N_("Load of the reviewers"),
    "promises": N_("Promises that fell due"),
    "marketplaces": N_("As marketplaces would count it"),
    "recount": N_("Working time, recounted after a change of the calendar"),
}
"""The tables of the audit report, by name."""
FIGURES = (
    *(N_("due"), N_("answered"), N_("answered %"), N_("in target %"), N_("late"), N_("waiting"), N_("held")),
    *(N_("elapsed median"), N_("elapsed mean"), N_("elapsed p90"), N_("working median"), N_("working mean")),
    *(N_("working p90"), N_("buyer median"), N_("buyer mean"), N_("buyer p90"), N_("median"), N_("mean"), N_("p90")),
    *(N_("longest"), N_("figure"), N_("mails"), N_("share"), N_("time"), N_("turn"), N_("week"), N_("day")),
    *(N_("state"), N_("letters"), N_("resolved"), N_("unresolved"), N_("unedited"), N_("unedited %")),
    *(N_("words changed, median"), N_("words changed, mean"), N_("person"), N_("approved"), N_("edited")),
    *(N_("rejected"), N_("promises"), N_("marketplace"), N_("of"), N_("answers changed"), N_("tier"), N_("kind")),
    *(N_("market"), N_("mailbox"), N_("hour"), N_("via"), N_("weekday")),
    *(N_("due an answer"), N_("in target"), N_("holding reply"), N_("elapsed"), N_("our working time")),
    *(N_("the buyer's hours"), N_("first"), N_("next"), N_("drafting"), N_("review"), N_("sending"), N_("working")),
    *(N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")),
    *(N_("by the calendar as it was then"), N_("by the calendar as it is now")),
    *(N_("up to 15 min"), N_("up to 1 h"), N_("up to 2 h"), N_("up to 4 h"), N_("up to 8 h"), N_("up to 24 h")),
    *(N_("up to 48 h"), N_("up to 168 h"), N_("longer")),
)
"""Words of the audit report's own: headings, and the first cells of its rows."""
SHADES = 4


def cell(sheet: Sheet, place: int, value: object, gettext: Callable[[str], str], fmt: Formats) -> str:
    """A word of the report: kinds and markets by their names, its own words in the page's language, people's as they
    are."""
    name, text = sheet.columns[place].name, str(value or "–")
    if name == "kind" and text in set(Kind):
        return gettext(KINDS[Kind(text)])
    if name == "market":
        return fmt.country(text)
    return gettext(text) if text in FIGURES or text in PROMISES.values() else text


def shade(sheet: Sheet, count: int) -> int:
    """How dark a cell of the heat map is, 0 to SHADES."""
    most = max((number for row in sheet.rows for number in row[1:] if isinstance(number, int)), default=0)
    return -(-SHADES * count // most) if most else 0


def mark(found: Mark) -> str:
    """What a highlighted stretch of a mail is."""
    if found.kind is MarkKind.POINT:
        return POINTS[Point(found.name)]
    if found.kind is MarkKind.FACT:
        return FACTS[FactName(found.name)]
    return SIGNALS.get(found.name, found.name)


def reason(found: Reason, language: str) -> str:
    """Why a score is what it is, in the page's language where the scoring speaks it (R17)."""
    return found.zh if language == CHINESE and found.zh else found.text


WARNINGS: Mapping[str, str] = {
    "no_recipient": N_("The mail has no address to answer."),
    "reply_to_other_domain": N_("The mail asks for answers to another domain than its sender's."),
    "recipient_from_body": N_("The answer goes to an address found inside the notice."),
    "unanswered_point": N_("A point that the buyer asks is not answered."),
    "policy_in_other_language": N_("The catalogue answers a point only in another language."),
    "catalogue_in_other_language": N_("The catalogue's words stand here in another language."),
    "price_without_source": N_("No price list or policy names this amount."),
    "share_without_source": N_("No policy names this percentage."),
    "duration_without_source": N_("No catalogue entry or policy names this duration."),
    "date_without_source": N_("No record names this date."),
    "number_without_source": N_("Neither catalogue nor mail names this number."),
    "wrong_currency": N_("The price is in another currency than our list."),
    "only_the_buyer_says_so": N_("Only the buyer names this."),
    "certificate_without_source": N_("No product here lists this certificate."),
    "discount_without_source": N_("Nothing on record grants this discount."),
    "guarantee_without_source": N_("Nothing on record grants this guarantee."),
    "promise_without_record": N_("No one would be reminded of this promise."),
    "promise_not_in_text": N_("A promise on record no longer stands in the letter."),
    "question_answered": N_("The buyer has told us this already."),
    "question_repeated": N_("We have asked this before."),
    "language_fallback": N_("The letter is not in the buyer's language."),
    "language_differs": N_("The text is in another language than the letter."),
    "other_language": N_("These words are in another language than the letter."),
    "nothing_attached": N_("The letter speaks of an attachment and has none."),
    "long_sentence": N_("This sentence is long."),
    "too_long": N_("The letter is long."),
    "other_product": N_("The letter speaks of another product than the buyer."),
    "pitch_in_complaint": N_("A complaint is no place for a sales pitch."),
    "placeholder": N_("A placeholder is left in the letter."),
    "wrong_name": N_("The salutation names somebody else."),
}
"""What each check finds, without its particulars: for languages in which the checks don't speak."""

REMEDIES = (
    N_("Answer it, or say when the answer comes."),
    N_("Attach the file, or give its link."),
    N_("Check that it is the buyer's."),
    N_("Enter the buyer's address."),
    N_("Leave it out, or enter it in the catalogue."),
    N_("Leave it out, or enter the policy in the catalogue."),
    N_("Leave the question out."),
    N_("Make sure that the letter does not promise it."),
    N_("Put it back, or drop the promise."),
    N_("Shorten it."),
    N_("State a fact instead, or use the promised time on record."),
    N_("Take it from the catalogue, enter it there first, or leave it out."),
    N_("The answer goes to the sender; change it only when you know that address."),
    N_("Translate them."),
    N_("Use the list's currency."),
    N_("Write it in the buyer's language, or change the letter's language."),
)
"""What the checks advise, where it has no particulars; listed so that the catalogues know it."""


def warning(found: Warning, gettext: Callable[[str], str]) -> str:
    """The finding in the reader's language: in full where the checks speak it, else its kind."""
    kind = WARNINGS.get(found.code)
    if kind is None:
        return found.text
    translated = gettext(kind)
    return found.text if translated == kind else translated


def remedy(found: Warning, gettext: Callable[[str], str]) -> str:
    return gettext(found.remedy)
