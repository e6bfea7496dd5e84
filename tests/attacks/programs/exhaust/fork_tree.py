"""Every process starts two: the classic bomb, seven levels deep.

Safe: ended by processes
Control: bites
"""

for _ in range(7):
    os.fork()
time.sleep(6)
breach("128 processes")
