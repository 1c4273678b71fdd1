"""How a receiver knows that a delivery is ours and fresh: HMAC-SHA256 over the time and the body."""

import hmac
from datetime import datetime

HEADER = "Triage-Signature"
"""`t=<seconds since 1970>,v1=<hexadecimal HMAC-SHA256 of "<t>.<body>" with the webhook's secret>`."""


def secret(key: bytes, salt: str) -> str:
    """The webhook's secret: it follows from the key file, so that the database alone gives none away (S15)."""
    return "whsec_" + hmac.digest(key, b"webhook\0" + salt.encode(), "sha256").hex()


def signature(secret: str, body: bytes, at: datetime) -> str:
    seconds = int(at.timestamp())
    return f"t={seconds},v1={hmac.digest(secret.encode(), b'%d.' % seconds + body, 'sha256').hex()}"
