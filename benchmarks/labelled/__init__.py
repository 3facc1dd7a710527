"""Made-up orders of many regions and kinds,
clean or with labelled anomalies; see `benchmarks.labelled_orders`."""
