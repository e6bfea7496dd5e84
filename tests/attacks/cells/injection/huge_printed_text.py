"""Cells print three megabytes of markup.

Safe: shown as text
Control: acts in size
"""

PAYLOAD = "<img src=x onerror=alert(1)>" * 40_000

print(PAYLOAD)
# %%
print("<script>alert(1)</script>" * 40_000)
