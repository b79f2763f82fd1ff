"""The fetch stage: find pages and get them."""
