"""Russian official orders with tables in, clean datasets and a report of every discrepancy out."""

__version__ = "0.1.0"
