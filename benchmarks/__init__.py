"""Measurements against a peer in the same run; only the ratios mean anything on a shared machine."""
