"""Watchlists: finding what people wait for, and telling them."""
