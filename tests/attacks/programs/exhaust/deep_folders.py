"""Nests folders deeper than a path can name.

Safe: ended by inodes
Control: bites
"""

for number in range(2000):
    os.mkdir("f" * 100)
    os.chdir("f" * 100)
time.sleep(2)
breach("2000 levels")
