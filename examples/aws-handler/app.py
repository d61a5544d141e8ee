"""A handler of AWS Lambda's form. ol.yaml names it: handler: app.greet"""

import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)

calls = 0  # lives as long as the sandbox does


def greet(event, context):
    global calls
    calls += 1
    logger.info("call %d of this sandbox", calls)
    return {
        "hello": event.get("name", "you"),
        "function": context.function_name,
        "memory_mb": context.memory_limit_in_mb,
        "milliseconds_left": context.get_remaining_time_in_millis(),
        "request": context.aws_request_id,
    }
