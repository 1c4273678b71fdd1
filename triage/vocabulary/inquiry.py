"""What a buyer's mail says and what it is worth: kinds, points, facts, stages, scores, reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What the mail is."""

    INQUIRY = "inquiry"
    RFQ = "rfq"
    SAMPLE_REQUEST = "sample_request"
    NEGOTIATION = "negotiation"
    ORDER = "order"
    PAYMENT = "payment"
    LOGISTICS = "logistics"
    COMPLAINT = "complaint"
    AFTER_SALE = "after_sale"
    FOLLOW_UP = "follow_up"
    COOPERATION = "cooperation"
    VENDOR_PITCH = "vendor_pitch"
    SCAM = "scam"
    PHISHING = "phishing"
    NEWSLETTER = "newsletter"
    JOB_APPLICATION = "job_application"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    PERSONAL = "personal"
    OTHER = "other"

    @property
    def is_buyer(self) -> bool:
        return self in BUYER_KINDS


BUYER_KINDS = frozenset(
    {
        Kind.INQUIRY,
        Kind.RFQ,
        Kind.SAMPLE_REQUEST,
        Kind.NEGOTIATION,
        Kind.ORDER,
        Kind.PAYMENT,
        Kind.LOGISTICS,
        Kind.COMPLAINT,
        Kind.AFTER_SALE,
        Kind.FOLLOW_UP,
        Kind.COOPERATION,
    }
)
JUNK_KINDS = frozenset({Kind.SCAM, Kind.PHISHING, Kind.VENDOR_PITCH, Kind.NEWSLETTER})
"""What nobody asked for and no buyer sends."""


class Point(StrEnum):
    """What the buyer asks (R3)."""

    PRICE = "price"
    MOQ = "moq"
    LEAD_TIME = "lead_time"
    SAMPLE = "sample"
    CERTIFICATION = "certification"
    PAYMENT_TERMS = "payment_terms"
    SHIPPING = "shipping"
    INCOTERM = "incoterm"
    CUSTOMIZATION = "customization"
    CATALOG = "catalog"
    SPECS = "specs"
    AVAILABILITY = "availability"
    WARRANTY = "warranty"
    COMPANY_INFO = "company_info"
    EXCLUSIVITY = "exclusivity"
    VISIT = "visit"
    DISCOUNT = "discount"
    DOCUMENTS = "documents"
    ORDER_STATUS = "order_status"
    REFUND = "refund"
    REPLACEMENT = "replacement"
    OTHER = "other"


class FactName(StrEnum):
    """What the buyer tells (R5, R14)."""

    COMPANY = "company"
    PERSON = "person"
    ROLE = "role"
    BUSINESS = "business"
    QUANTITY = "quantity"
    PRODUCT = "product"
    DESTINATION = "destination"
    TARGET_PRICE = "target_price"
    ORDER_TOTAL = "order_total"
    DEADLINE = "deadline"
    WEBSITE = "website"
    PHONE = "phone"
    ADDRESS = "address"
    EXPERIENCE_WITH_CHINA = "experience_with_china"
    CHANNELS = "channels"
    VOLUME_PER_YEAR = "volume_per_year"


class Stage(StrEnum):
    FIRST_INQUIRY = "first_inquiry"
    QUOTATION = "quotation"
    SAMPLE = "sample"
    NEGOTIATION = "negotiation"
    ORDER = "order"
    SHIPMENT = "shipment"
    AFTER_SALE = "after_sale"
    COMPLAINT = "complaint"
    DORMANT = "dormant"


class BuyerType(StrEnum):
    END_USER = "end_user"
    RETAILER = "retailer"
    WHOLESALER = "wholesaler"
    IMPORTER = "importer"
    DISTRIBUTOR = "distributor"
    AGENT = "agent"
    MANUFACTURER = "manufacturer"
    NEWCOMER = "newcomer"
    UNKNOWN = "unknown"


class Quality(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class Tier(StrEnum):
    """A is answered first; D needs no answer."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a score is what it is (R17). `effect` in points of the score it belongs to, signed; `text` in words, `zh` the
    same in Chinese. `start` and `end` say where in `ParsedMail.message` the text behind it stands, or are -1."""

    factor: str
    effect: float
    text: str
    zh: str = ""
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Asked:
    """A point and the buyer's words that raise it. `start` and `end` are offsets into `ParsedMail.message`, or -1."""

    point: Point
    text: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Told:
    """A fact and the words it was found in. Offsets as in `Asked`; -1 when found outside of the message text."""

    fact: FactName
    text: str
    start: int = -1
    end: int = -1
    value: str = ""
    """Normalised where that is possible: `1000 pcs`, `USD 1.2`, ISO country of a destination, buyer type of a
    business."""


SIGNALS: Mapping[str, str] = MappingProxyType(
    {
        # Buying signals (R15).
        "asks_after_sales": "Asks about after-sales service, spare parts, warranty or training",
        "asks_use": "Asks how the goods are used, installed or combined",
        "asks_delivery": "Asks about delivery, shipping or lead time",
        "asks_payment": "Asks about payment conditions",
        "checks_advertisement": "Checks that the goods match the website, catalogue or advertisement",
        "repeats_point": "Comes back to the same point within the mail",
        "compares": "Compares with another supplier or brand",
        "asks_references": "Asks what other customers say, or for references",
        # Money, authority, need (R14).
        "money": "Speaks of budget, volume, or how the money will be paid",
        "authority": "Writes as owner, manager or buyer with the power to decide",
        "need": "Has a project, a deadline, a shortage or a supplier to replace",
        # Signs of a real business.
        "company_domain": "Writes from a domain of its own, not from a free mail service",
        "own_domain": "Writes from the domain that it is addressed to: a colleague, or one who poses as one",
        "names_our_address": "Calls us by our mail address",
        "authenticated": "The receiving server verified the sender's domain",
        # Signs of risk (R16).
        "no_name": "Neither the sender nor the signature gives a name",
        "no_product": "Names no product",
        "undisclosed_recipients": "The mail is not addressed to us: recipients are hidden",
        "mass_mail": "Greets any supplier rather than us",
        "free_mail": "Writes from a free mail service",
        "free_mail_big_company": "Claims to be a big company or government but writes from a free mail service",
        "reply_to_elsewhere": "The answer would go to another domain than the sender's",
        "authentication_failed": "The receiving server could not verify the sender's domain",
        "lookalike_domain": "The sender's domain imitates another one",
        "name_hides_address": "The display name shows another mail address than the real one",
        "borrowed_name": "Calls itself by the name of a well-known firm, but does not write from there",
        "hidden_characters": "Direction marks or invisible characters in name or subject",
        "active_attachment": "Sends a web page or a program as a file",
        "country_conflict": "The signs of the buyer's country contradict each other",
        "too_good": "Too good: price or quantity is no matter, all paid in advance",
        "courier_account": "Wants free samples or freight at our cost",
        "advance_fee": "Speaks of fees, inheritances or funds to transfer",
        "fake_tender": "Government tender or contract with fees, typical of fraud",
        "bank_change": "Announces changed bank details",
        "visa_invitation": "Wants an invitation letter or visa rather than goods",
        "urgency": "Presses for haste",
        "credential_bait": "Wants a login or a click on an account link",
    }
)
"""Every name a `Signal` may have, in words: scoring weighs them, the review page shows them (R17)."""


SIGNALS_ZH: Mapping[str, str] = MappingProxyType(
    {
        "asks_after_sales": "询问售后、备件、保修或培训",
        "asks_use": "询问产品的使用、安装或搭配",
        "asks_delivery": "询问交货、运输或交期",
        "asks_payment": "询问付款条件",
        "checks_advertisement": "核对产品与网站、目录或广告是否一致",
        "repeats_point": "同一封邮件中反复提到同一点",
        "compares": "与其他供应商或品牌比较",
        "asks_references": "询问其他客户的评价或案例",
        "money": "谈到预算、数量或付款方式",
        "authority": "以老板、经理或采购身份来信,有决定权",
        "need": "有项目、期限、缺货或要换供应商",
        "company_domain": "用公司域名的邮箱来信",
        "own_domain": "发件域名与收件域名相同:同事,或冒充同事的人",
        "names_our_address": "用邮箱地址称呼我们",
        "authenticated": "收件服务器已验证发件域名",
        "no_name": "发件人和签名都没有姓名",
        "no_product": "没有提到产品",
        "undisclosed_recipients": "收件人隐藏,并非专门写给我们",
        "mass_mail": "群发给任意供应商的邮件",
        "free_mail": "用免费邮箱来信",
        "free_mail_big_company": "自称大公司或政府,却用免费邮箱",
        "reply_to_elsewhere": "回复地址与发件域名不同",
        "authentication_failed": "收件服务器无法验证发件域名",
        "lookalike_domain": "发件域名模仿他人域名",
        "name_hides_address": "显示名称里写着另一个邮箱地址",
        "borrowed_name": "以知名公司的名义来信,邮箱却不是该公司的",
        "hidden_characters": "姓名或主题含隐藏字符或方向符",
        "active_attachment": "附件是网页或程序文件",
        "country_conflict": "显示买家国家的线索互相矛盾",
        "too_good": "好得不真实:不问价格数量或全额预付",
        "courier_account": "想免费拿样品或让我们付运费",
        "advance_fee": "谈到手续费、遗产或转账资金",
        "fake_tender": "带费用的政府招标或合同,常见骗局",
        "bank_change": "通知更改银行账户",
        "visa_invitation": "要的是邀请函或签证,不是货物",
        "urgency": "催促",
        "credential_bait": "要求登录或点击账户链接",
    }
)
"""The same in Chinese."""

KINDS_ZH: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.INQUIRY: "询盘",
        Kind.RFQ: "报价请求",
        Kind.SAMPLE_REQUEST: "索样",
        Kind.NEGOTIATION: "议价",
        Kind.ORDER: "订单",
        Kind.PAYMENT: "付款",
        Kind.LOGISTICS: "物流",
        Kind.COMPLAINT: "投诉",
        Kind.AFTER_SALE: "售后",
        Kind.FOLLOW_UP: "催复",
        Kind.COOPERATION: "合作",
        Kind.VENDOR_PITCH: "推销",
        Kind.SCAM: "诈骗",
        Kind.PHISHING: "钓鱼",
        Kind.NEWSLETTER: "资讯群发",
        Kind.JOB_APPLICATION: "求职",
        Kind.AUTO_REPLY: "自动回复",
        Kind.BOUNCE: "退信",
        Kind.PERSONAL: "私人邮件",
        Kind.OTHER: "其他",
    }
)


@dataclass(frozen=True, slots=True)
class Signal:
    """A buying signal (R15) or a sign of risk (R16): a stable name and the text behind it."""

    name: str
    text: str
    risk: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """One hint at the buyer's country: its source (`phone`, `tld`, `address`, `date_offset`, `language`, ...) and
    words."""

    source: str
    country: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the mail says. `country` is ISO 3166-1 alpha-2 or None; `language` is ISO 639-1 (`zh`, `en`), `und` if
    unknown."""

    language: str = "und"
    language_confidence: float = 0.0
    asked: tuple[Asked, ...] = ()
    told: tuple[Told, ...] = ()
    country: str | None = None
    country_evidence: tuple[Evidence, ...] = ()
    signals: tuple[Signal, ...] = ()

    @property
    def points(self) -> tuple[Point, ...]:
        """The points asked, each once, in order of appearance."""
        return tuple(dict.fromkeys(item.point for item in self.asked))

    @property
    def facts(self) -> dict[FactName, str]:
        """Fact to the text found; the first finding wins."""
        found: dict[FactName, str] = {}
        for item in self.told:
            found.setdefault(item.fact, item.text)
        return found


@dataclass(frozen=True, slots=True)
class History:
    """What was said before: in this conversation and on the customer's card."""

    messages_in: int = 0
    """Buyer's mails before this one."""
    messages_out: int = 0
    """Letters of ours before this one."""
    facts: Mapping[FactName, str] = field(default_factory=dict)
    """All that the buyer told in earlier mails or that stands on the card: never asked again (R5)."""
    asked_questions: frozenset[str] = frozenset()
    """Ids of the ask-back questions that we put already."""
    stage: Stage | None = None
    """The conversation's stage before this mail."""
    orders: int = 0
    """Orders this customer has placed so far."""


@dataclass(frozen=True, slots=True)
class KindPrediction:
    """The classifier's word. `probabilities` sum to 1 over all kinds; `unsure` asks the reviewer to decide."""

    kind: Kind
    probabilities: Mapping[Kind, float]
    unsure: bool = False
    model: str = ""
    """Version of the model that said so."""


@dataclass(frozen=True, slots=True)
class BuyerScore:
    """Buyer quality, 0-100 (R13-R16)."""

    score: float
    quality: Quality
    buyer_type: BuyerType
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class MarketScore:
    """Worth of the market the mail comes from, 0-100."""

    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Priority:
    """Who comes first, 0-100, and the tier that follows."""

    score: float
    tier: Tier
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that the machine makes of one mail. The fields of `triage assess` (docs/contracts.md) follow from it."""

    kind: KindPrediction
    reading: Reading
    stage: Stage
    buyer: BuyerScore
    market: MarketScore
    priority: Priority

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return self.priority.reasons + self.buyer.reasons + self.market.reasons
