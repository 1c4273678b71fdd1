"""The audit of the past: a made-up mailbox of 100,000 mails, with the truth about every answer.

    python -m benchmarks.past_audit [--mails 100000] [--imap]

From two mbox files, and with `--imap` also from a Dovecot of its own. Prints mails/s, the time in all (the bar is ten
minutes on two cores) and the share of mails whose answer, or lack of one, was found right (the bar is 99 %).
"""

import argparse
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from tests.harness import dovecot
from tests.harness.past_mailbox import ALIAS, OURS, START, PastMailbox, past_mailbox
from triage.audit.pairing import Pairer
from triage.past.facts import Facts
from triage.past.reader import ByHeaders, read_archives, read_mailbox
from triage.past.target import server_of
from triage.vocabulary.servers import Login

SINCE = START - timedelta(days=1)
BAR_SECONDS, BAR_RIGHT = 600, 0.99


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--imap", action="store_true")
    options = parser.parse_args()
    box = past_mailbox(options.mails)
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as name:
        folder = Path(name)
        inbox, sent = (write_mbox(folder / f"{part}.mbox", getattr(box, part)) for part in ("inbox", "sent"))
        judge("mbox", box, folder, lambda facts: read_archives(inbox, sent, SINCE, facts, ByHeaders(), lambda *_: None))
        if options.imap:
            from_dovecot(box, folder)


def from_dovecot(box: PastMailbox, folder: Path) -> None:
    place = dovecot.scratch_folder()
    server = dovecot.start(place)
    try:
        user = server.new_user("past", ["Sent"])
        home = server.maildir(user)
        for where, mails in ((home, box.inbox), (home / ".Sent", box.sent)):
            write_maildir(where, mails)
        address, name = server_of(f"imaps://{user}@127.0.0.1:{server.imaps_port}", server.ca_file)
        login = Login(name, server.password)
        judge(
            "IMAP over TLS",
            box,
            folder,
            lambda facts: read_mailbox(address, login, SINCE, facts, ByHeaders(), lambda *_: None),
        )
    finally:
        dovecot.stop(server)
        shutil.rmtree(place)


def judge(name: str, box: PastMailbox, folder: Path, read: Callable[[Facts], None]) -> None:
    began = time.perf_counter()
    facts = Facts(folder / f"{name}.facts", name, SINCE.date())
    facts.load()
    read(facts)
    found = Pairer(frozenset({OURS, ALIAS}), timedelta(hours=8)).take(facts.mails())
    seconds = time.perf_counter() - began
    made = {found.inquiries[row.id].message_id: found.answers.get(row.id) for row in found.responses}
    right = sum(
        asked in made and (letter.message_id if (letter := made[asked]) else None) == answer
        for asked, answer in box.truth.items()
    )
    extra = len(set(made) - set(box.truth))
    print(f"{name}: {box.size:,} mails, {len(box.truth):,} due an answer")
    print(f"  {seconds:.0f} s (bar {BAR_SECONDS} for 100,000), {box.size / seconds:.0f} mails/s")
    print(f"  pairs right {right / len(box.truth):.2%} (bar {BAR_RIGHT:.0%}); wrongly due {extra}", flush=True)


def write_mbox(path: Path, mails: list[tuple[datetime, bytes]]) -> Path:
    with path.open("wb") as file:
        for when, raw in mails:
            quoted = re.sub(rb"(?m)^(>*From )", rb">\1", raw.replace(b"\r\n", b"\n"))
            file.write(f"From MAILER-DAEMON {when:%a %b %d %H:%M:%S %Y}\n".encode() + quoted + b"\n")
    return path


def write_maildir(folder: Path, mails: list[tuple[datetime, bytes]]) -> None:
    """As a delivery agent does: the file's time is the arrival."""
    owner = folder.stat()
    (folder / "cur").mkdir(exist_ok=True)
    os.chown(folder / "cur", owner.st_uid, owner.st_gid)
    for number, (when, raw) in enumerate(sorted(mails)):
        file = folder / "cur" / f"{int(when.timestamp())}.{number}.made:2,S"
        file.write_bytes(raw)
        os.chown(file, owner.st_uid, owner.st_gid)
        os.utime(file, (when.timestamp(), when.timestamp()))


if __name__ == "__main__":
    main()
