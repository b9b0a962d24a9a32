"""Data sets as sources of tasks: reading and checking rows, and domains that are made from them."""

from vpo_envs.datasets.domain import DatasetDomain
from vpo_envs.datasets.from_rows import RowsDomain, from_rows
from vpo_envs.datasets.reading import SUFFIXES, has_suffix, read_rows, split_names
from vpo_envs.datasets.schema import Row, RowError, require, require_records, require_texts

__all__ = [
    "SUFFIXES",
    "DatasetDomain",
    "Row",
    "RowError",
    "RowsDomain",
    "from_rows",
    "has_suffix",
    "read_rows",
    "require",
    "require_records",
    "require_texts",
    "split_names",
]
