"""Report of a benchmark: tables, plots and an HTML page."""

from baselines.report.page import write_report
from baselines.report.tables import all_tables

__all__ = ["all_tables", "write_report"]
