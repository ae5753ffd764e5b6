"""GeoJSON as people send it: read, judged as a boundary, and mended."""
