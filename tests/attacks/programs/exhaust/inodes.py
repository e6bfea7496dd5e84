"""Makes empty files without end.

Safe: ended by inodes
Control: bites
"""

for number in range(3000):
    open(f"file{number}", "w").close()
    if number % 100 == 0:
        time.sleep(0.05)
time.sleep(2)
breach("3000 files")
