"""Word lists, each a data file with its provenance."""
