"""Shows what a function is given: variables and limits from ol.yaml, and what it sees of the machine."""

import os
import shutil


def f(event):
    return {
        "greeting": os.environ["GREETING"],
        "level": os.environ["LEVEL"],
        "variables": sorted(os.environ),
        "uid": os.getuid(),
        "pid": os.getpid(),
        "host": os.uname().nodename,
        "processes": [name for name in os.listdir("/proc") if name.isdigit()],
        "code": sorted(os.listdir("/handler")),
        "tmp_mb": shutil.disk_usage("/tmp").total >> 20,
    }
