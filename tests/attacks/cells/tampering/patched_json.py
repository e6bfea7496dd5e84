"""Replaces `json` so that whatever is written says that all is right.

Safe: earns nothing
Run: timeout, died, finished, student_error
Control: fools
"""

import json

written = json.dumps
right = {"status": "ok", "value": [[1, 3, 6, 10, 15]] * 3, "error": ""}
forged = {"points": 10, "score": 10, "running_sums": right}
json.dumps = lambda *args, **kwargs: written(forged)
json.dump = lambda value, file, **kwargs: file.write(written(forged))
