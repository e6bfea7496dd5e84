"""A cell displays HTML, JavaScript and a drawing for whoever opens the executed notebook.

Safe: shown as text
Control: acts in a page
"""

from IPython.display import HTML, SVG, Javascript, Markdown, display

PAYLOAD = "<script>alert(1)</script><img src=https://evil.example/x.png>"

display(HTML(PAYLOAD), Javascript("alert(1)"), Markdown(f"![x](https://evil.example) {PAYLOAD}"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"))
display({"application/pdf": PAYLOAD, "text/latex": "\\href{x}{y}", "text/plain": "p"}, raw=True)
