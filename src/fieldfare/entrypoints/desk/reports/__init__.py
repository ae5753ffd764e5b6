"""The reports: how the fleet drives and sells, as charts, tables and files."""
