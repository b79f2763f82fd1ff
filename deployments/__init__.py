"""Schedules and deployments of the flows."""
