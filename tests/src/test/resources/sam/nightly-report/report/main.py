import importlib.util
import os


def handler(event, context):
    names = ["STAGE", "RECIPIENTS", "ROWS", "TABLE", "DEBUG"]
    answer = {name: os.environ.get(name) for name in names}
    answer["memory"] = context.memory_limit_in_mb
    answer["layer"] = importlib.util.find_spec("reporting") is not None
    return answer
