"""The notebook's file has a template for a name.

Safe: shown as text
Control: acts in a template
File: {{ 7777*7777 }}{% if 1 %}.ipynb
"""

PAYLOAD = "{{ 7777*7777 }}{% if 1 %}x{% endif %}.ipynb"
