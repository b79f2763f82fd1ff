"""The store stage: rows into Parquet tables, exactly once."""
