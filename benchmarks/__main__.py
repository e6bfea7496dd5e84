"""All benchmarks, one after the other: `make bench`."""

from benchmarks.submissions import main

main()
