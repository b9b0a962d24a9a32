"""Tables, plots and a page from the results of a benchmark."""

from baselines.report.page import write_report
from baselines.report.tables import tables

__all__ = ["tables", "write_report"]
