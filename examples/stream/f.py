"""A generator streams: what it yields goes to the caller at once.

`str` goes out as UTF-8, `bytes` as they are, anything else as a line of JSON.
"""

import time


def f(event):
    count = event.get("count", 5)
    yield {"status": 200, "headers": {"content-type": "application/x-ndjson"}}
    try:
        for number in range(count):
            yield {"number": number, "square": number * number}
            time.sleep(event.get("pause", 0.5))
    except GeneratorExit:
        print(f"the caller went away after {number}")
        raise
