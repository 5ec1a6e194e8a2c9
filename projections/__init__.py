"""What the events mean: event types, the fold, what is pending, the read tables, the timeline.

No clock, no randomness, no files.
"""
