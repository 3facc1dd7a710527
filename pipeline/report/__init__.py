"""The report that a person reads: one HTML file without anything from outside."""
