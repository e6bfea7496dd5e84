"""Becomes another program that ends well.

Safe: earns nothing
Run: died
Control: fools
"""

os.execv("/bin/true", ["true"])
