"""`python -m benchmarks.report .benchmarks/latest.json`: write the page anew from figures that are there already."""

import json
import sys
from pathlib import Path

from benchmarks.report import rewrite

rewrite(Path("docs/performance.md"), json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
