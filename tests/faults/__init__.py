"""What must hold whatever breaks: seeded, replayable, counted. `make faults` is the release run.

`make test` runs a share of it. Write a harness as a function of one seed and hand it to
`cases.run`; a failing case then prints its seed and one command that repeats it.
"""
