"""Where a page ended, as text that only we can have made: a list starts behind it, and behind nothing else."""

import base64
import binascii
import hmac
import json
from datetime import datetime

from triage.errors import NotFound
from triage.vocabulary.worklist import Place

SIGNATURE = 16
"""Bytes."""


class Cursors:
    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(self, of: str, place: Place) -> str:
        """`of` names the list and what it was asked for: the cursor is good for that alone."""
        body = json.dumps([place.rank, place.at.isoformat(), place.id], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._sign(of, body) + body).decode().rstrip("=")

    def read(self, of: str, text: str | None) -> Place | None:
        """Raises NotFound for a cursor that we did not give out for this list."""
        if text is None:
            return None
        try:
            data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            data = b""
        signature, body = data[:SIGNATURE], data[SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(of, body)):
            raise NotFound("This cursor names no place in this list.", "Start without one.")
        rank, at, number = json.loads(body)
        return Place(rank, datetime.fromisoformat(at), number)

    def _sign(self, of: str, body: bytes) -> bytes:
        return hmac.digest(self._key, of.encode("utf-8", "replace") + b"\0" + body, "sha256")[:SIGNATURE]
