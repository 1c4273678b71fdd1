"""S/MIME and OpenPGP are named, never opened: codes of defects with their details (H19)."""

from collections.abc import Iterator

from triage.parsing.parts import Part

Found = Iterator[tuple[str, str]]


def protection_of_mail(top: Part) -> Found:
    """What the outermost part says."""
    protocol = top.parameters.get("protocol", "").lower()
    if top.content_type == "multipart/encrypted":
        yield "encrypted", "OpenPGP" if "pgp" in protocol else protocol[:60] or "unknown protocol"
    if top.content_type == "multipart/signed":
        kind = "OpenPGP" if "pgp" in protocol else "S/MIME" if "pkcs7" in protocol else "unknown protocol"
        yield "signed", f"{kind}; the signature was not checked"


def protection_of_file(part: Part, name: str) -> Found:
    """`name` is the file's safe name."""
    if "pkcs7-mime" in part.content_type or name.lower() == "smime.p7m":
        if part.parameters.get("smime-type", "").lower() == "signed-data":
            yield "signed-opaque", "text inside an S/MIME signature"
        else:
            yield "encrypted", "S/MIME"


def protection_of_text(text: str) -> Found:
    if "-----BEGIN PGP MESSAGE-----" in text:
        yield "encrypted", "the text holds an OpenPGP message"
