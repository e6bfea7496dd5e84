"""Which system calls a sandbox may make, as a program for the kernel."""
