"""Side by side with a peer or a limit, in the same run, as ratios. `make bench`; never a test."""
