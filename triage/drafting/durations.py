"""Words for spans of time after a figure, in the languages that letters are written in."""

import re
from collections.abc import Mapping

_FORMS: Mapping[str, str] = {
    "hour": "hours? hrs? horas? heures? stunden? часа? часов ساعة ساعات ore ora saat 小时 時間 시간",
    "day": (
        "days? días? dias? jours? tage?n? дня дней день يوم يوما يومًا أيام giorni giorno gün iş·günü "
        "天 工作日 日間 日 일"
    ),
    "week": (
        "weeks? semanas? semaines? wochen? недели? недель неделя أسبوع أسابيع settimane settimana hafta 周 星期 週間 주"
    ),
    "month": (
        "months? meses mes mês mois monate?n? месяца? месяцев شهر شهرا شهرًا أشهر شهور mesi mese ay "
        "个月 月 か月 ヶ月 カ月 개월"
    ),
    "year": "years? años? anos? ans? jahre?n? года? лет год سنة سنوات عام anni anno yıl 年 年間 년",
}
"""Unit to its forms; `?` makes the sign before it optional, `·` is a blank."""
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_QUALIFIED = r"(?:working |business |calendar |рабочих |календарных |iş )?"


def _pattern() -> re.Pattern[str]:
    forms = [(unit, form.replace("·", " ")) for unit, text in _FORMS.items() for form in text.split()]
    spaced = "|".join(f for _, f in forms if not _UNSPACED.search(f))
    joined = "|".join(sorted((f for _, f in forms if _UNSPACED.search(f)), key=len, reverse=True))
    return re.compile(
        rf"(?:\s?[-–]\s?\d{{1,4}})?(?:[ \u00a0-]?{_QUALIFIED}(?P<spaced>{spaced})(?!\w)|\s?(?P<joined>{joined})(?!\d))",
        re.IGNORECASE,
    )


_AFTER = _pattern()
_UNITS = tuple(
    (unit, re.compile(form.replace("·", " "), re.IGNORECASE)) for unit, text in _FORMS.items() for form in text.split()
)


def unit_after(text: str, at: int) -> tuple[str, int] | None:
    """The unit of time that follows a figure ending at `at`, with where it ends; None when none does."""
    match = _AFTER.match(text, at)
    if match is None:
        return None
    word = match["spaced"] or match["joined"]
    unit = next(unit for unit, form in _UNITS if form.fullmatch(word))
    return unit, match.end()
