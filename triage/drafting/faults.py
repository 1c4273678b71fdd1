"""A fault in a file that the user keeps: a template or the catalogue."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """`place` is a file with its line, or a key; `text` says what is wrong there and `remedy` what to do."""

    place: str
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.text} {self.remedy}".rstrip()
