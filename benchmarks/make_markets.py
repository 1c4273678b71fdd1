"""Makes triage/scoring/markets.csv from a CSV of GDP figures: iso3, name, year, gdp_usd; aggregates may be among them.

Usage: python benchmarks/make_markets.py gdp.csv > triage/scoring/markets.csv
The figures are the World Bank's (NY.GDP.MKTP.CD, CC BY 4.0). The score is 0 at one billion US dollars of GDP and 100 at
the largest economy, on a logarithmic scale: ten times the economy is some 22 points more, whatever its size.
"""

import csv
import math
import sys
from pathlib import Path

from babel import Locale
from babel.core import get_global

SMALLEST = 1e9
OWN_CODES = {"XKX": "XK"}


def alpha2(iso3: str) -> str | None:
    """None for aggregates such as `WLD` (World)."""
    aliases = get_global("territory_aliases").get(iso3, [])
    return OWN_CODES.get(iso3) or (aliases[0] if len(aliases) == 1 and len(aliases[0]) == 2 else None)


def main(source: str) -> None:
    with Path(source).open(encoding="utf-8", newline="") as file:
        rows = [(alpha2(row["iso3"]), row) for row in csv.DictReader(file)]
    countries = {code: row for code, row in rows if code and row["gdp_usd"]}
    top = max(math.log10(float(row["gdp_usd"])) for row in countries.values())
    bottom = math.log10(SMALLEST)
    names = Locale("en").territories
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["country", "name", "year", "gdp_usd", "score"])
    for code in sorted(countries):
        row = countries[code]
        score = 100 * max(0.0, math.log10(float(row["gdp_usd"])) - bottom) / (top - bottom)
        out.writerow([code, names[code], row["year"], row["gdp_usd"], f"{score:.1f}"])


if __name__ == "__main__":
    main(*sys.argv[1:])
