"""Peer-hosted exchanges: who hosts a one-day visit, on which weekday, and who travels to it."""
