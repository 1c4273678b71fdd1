"""Machine mail: how many bounces, reports and notices are known, and how many people's mails are taken for machines.

python -m benchmarks.machine_mail [DATA_FOLDER] [--misses]
"""

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from triage.parsing import parse
from triage.screening import screen

DATA = Path(__file__).parents[2] / "shared" / "data"
_AS_KIND = {"newsletter": "list", "not_a_bounce": "person"}


class Judged(NamedTuple):
    """One mail of a labelled set: what it is and what the screening says."""

    name: str
    wanted: str
    got: str
    reason: str


def labelled(data: Path, folder: str) -> Iterator[Judged]:
    for name, row in json.loads((data / folder / "labels.json").read_text("utf-8")).items():
        found = screen(parse((data / folder / "emails" / name).read_bytes()))
        yield Judged(name, _AS_KIND.get(row["kind"], row["kind"]), found.automatic or "person", found.reason)


def ham(data: Path, folder: str) -> Iterator[Judged]:
    """Mails of people, among them lists: `list` is right for these."""
    for line in gzip.decompress((data / folder / "mails.jsonl.gz").read_bytes()).splitlines():
        row = json.loads(line)
        if row["label"] == "ham" and not row.get("group", "").startswith("hard"):
            found = screen(parse(row["raw"].encode("latin-1")))
            yield Judged(row["id"], "person", found.automatic or "person", found.reason)


def kinds_right(mails: list[Judged]) -> Counter[tuple[str, bool]]:
    return Counter((mail.wanted, mail.wanted == mail.got) for mail in mails)


def false_alarms(mails: list[Judged]) -> list[Judged]:
    """Taken for a machine that is no list. Mails of real mail servers in the set are none of people's."""
    return [mail for mail in mails if mail.got not in ("person", "list")]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", nargs="?", type=Path, default=DATA)
    arguments.add_argument("--misses", action="store_true")
    given = arguments.parse_args()
    for folder in ("bounce-sisimai", "bounce-spamassassin"):
        mails = list(labelled(given.data, folder))
        right = kinds_right(mails)
        print(
            f"{folder}: {100 * sum(n for (_, ok), n in right.items() if ok) / len(mails):.1f} % of {len(mails)} right"
        )
        for kind in sorted({mail.wanted for mail in mails}):
            print(f"  {kind:18}{right[kind, True]:5} of {right[kind, True] + right[kind, False]}")
        _show([mail for mail in mails if mail.wanted != mail.got] if given.misses else [])
    for folder in ("spam-enron", "spam-spamassassin"):
        mails = list(ham(given.data, folder))
        alarms = false_alarms(mails)
        print(f"{folder}: {len(alarms)} of {len(mails)} ham taken for machines, "
              f"{sum(mail.got == 'list' for mail in mails)} for lists")  # fmt: skip
        _show(alarms)


def _show(mails: list[Judged]) -> None:
    for mail in mails:
        print(f"    {mail.name[:40]}: {mail.wanted} read as {mail.got} ({mail.reason})")


if __name__ == "__main__":
    main()
