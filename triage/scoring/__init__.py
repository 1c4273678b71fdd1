"""What a mail is worth: kind, buyer quality, market and priority, each with its reasons (R13-R17).

Importing this is cheap: the classifier (`triage.scoring.kind`) and its training are imported where they are used.
"""

from triage.scoring.market import market_score
from triage.scoring.priority import priority
from triage.scoring.quality import buyer_score

__all__ = ["buyer_score", "market_score", "priority"]
