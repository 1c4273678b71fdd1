"""Fictional mails for the tests of reading."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from triage.vocabulary.mail import Address, ParsedMail

DATA = Path(__file__).parents[2] / "data" / "reading"
US = Address("", "sales@seller.example")


def mail(
    text: str, subject: str = "", signature: str = "", sender: Address | None = None, **fields: object
) -> ParsedMail:
    return ParsedMail(
        subject=subject,
        newest_text=text,
        signature=signature,
        sender=sender or Address("", "buyer@example.com"),
        to=(US,),
        **fields,  # type: ignore[arg-type]
    )


@dataclass(frozen=True, slots=True)
class Golden:
    """A mail and what a careful reader finds in it. `country` None: not judged."""

    id: str
    language: str
    mail: ParsedMail
    points: frozenset[str]
    optional: frozenset[str]
    absent: frozenset[str]
    facts: dict[str, str]
    country: str | None


def golden(name: str) -> Iterator[Golden]:
    for row in tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))["mail"]:
        yield Golden(
            id=row["id"],
            language=row["language"],
            mail=mail(row["text"].strip("\n") + "\n", row.get("subject", ""), row.get("signature", "")),
            points=frozenset(row["points"]),
            optional=frozenset(row.get("optional", ())),
            absent=frozenset(row.get("absent", ())),
            facts=row.get("facts", {}),
            country=row.get("country"),
        )
