"""The notebook's file has a formula for a name.

Safe: shown as text
Control: acts in a sheet
File: =HYPERLINK("evil.example","open").ipynb
"""

PAYLOAD = '=HYPERLINK("evil.example","open").ipynb'
