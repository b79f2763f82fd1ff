"""The extract stage: find quotes and mentions in a text."""
