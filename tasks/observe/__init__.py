"""Watching the sources: what is usual at each outlet, and what is not."""
