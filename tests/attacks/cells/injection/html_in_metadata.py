"""Metadata, stored outputs and text cells of the notebook are markup.

Safe: shown as text
Control: acts in a page
Stored: claims
"""

PAYLOAD = "<script>alert(1)</script>"
