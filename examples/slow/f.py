"""Takes as long as it is told to; ol.yaml allows it one second."""

import time


def f(event):
    seconds = event.get("seconds", 5)
    print(f"sleeping {seconds} s")
    time.sleep(seconds)
    return {"slept": seconds}
