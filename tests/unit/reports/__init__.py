"""Reports, by figures that were worked out by hand."""
