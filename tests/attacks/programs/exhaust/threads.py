"""Starts threads without end.

Safe: ended by threads
Control: bites
"""

for _ in range(120):
    threading.Thread(target=time.sleep, args=(6,), daemon=True).start()
    time.sleep(0.003)  # all at once would be over before anybody looked
time.sleep(1)
breach("120 threads")
