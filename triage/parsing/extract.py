"""One attachment's bytes out of a stored mail, found by their hash: a place or a name could be another's (H17)."""

import hashlib

from triage.parsing.parts import Walk, decode_transfer, read_part, split_head


def attachment_bytes(raw: bytes, sha256: str) -> bytes | None:
    """The decoded part with that hash; None when there is none."""
    fields, body, _ = split_head(raw, 0, len(raw))
    walk = Walk(read_part(fields, raw, body, len(raw)))
    for part in walk:
        is_message = part.content_type.startswith("message/")
        for data in (part.payload, decode_transfer(part)[0]):
            if hashlib.sha256(data).hexdigest() == sha256:
                return data
        if is_message:
            walk.enter(part)
    return None
