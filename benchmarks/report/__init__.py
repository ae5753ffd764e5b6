"""From one run's figures to the tables of docs/performance.md."""

from benchmarks.report.document import is_whole, rewrite

__all__ = ["is_whole", "rewrite"]
