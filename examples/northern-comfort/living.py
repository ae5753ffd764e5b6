"""Bring the example's commitments to this week: a calendar that is always three weeks deep, whatever the date.

    python3 living.py                  # prints them, for `fieldfare business import --commitments -`
    python3 living.py --on 2027-03-01  # as if that were today

Each commitment moves by the same number of whole weeks and keeps its hour on the wall clock.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
WRITTEN_FOR = date(2026, 11, 23)  # the Monday with which commitments.json begins


def moved(commitment: dict[str, Any], weeks: timedelta) -> dict[str, Any]:
    """Move a commitment by some weeks; its times lose their offset, and are read on the business's clock."""
    times = {
        key: (datetime.fromisoformat(commitment[key]).replace(tzinfo=None) + weeks).isoformat()
        for key in ("start", "end")
    }
    return {**commitment, **times}


def main() -> None:
    """Print the commitments as JSON."""
    business = json.loads((HERE / "business.json").read_text())
    today = datetime.now(ZoneInfo(business["time_zone"])).date()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", type=date.fromisoformat, default=today, help="a date in place of today")
    on: date = parser.parse_args().on
    monday = on - timedelta(days=on.weekday())
    commitments = json.loads((HERE / "commitments.json").read_text())
    json.dump([moved(commitment, monday - WRITTEN_FOR) for commitment in commitments], sys.stdout)


if __name__ == "__main__":
    main()
