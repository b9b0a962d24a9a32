"""Tables, plots and a page from the results of a benchmark."""

from baselines.report.page import write_report
from baselines.report.tables import all_tables

__all__ = ["all_tables", "write_report"]
