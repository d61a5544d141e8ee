"""The context object that AWS Lambda gives to `handler(event, context)`."""

import time


class Context:
    """Of one invocation."""

    def __init__(self, special, head, started):
        self.aws_request_id = head["id"]
        self.function_name = special["function"]
        self.function_version = "$LATEST"
        self.invoked_function_arn = (
            f"arn:aws:lambda:us-east-1:123456789012:function:{self.function_name}"
        )
        self.memory_limit_in_mb = str(special["memory_bytes"] // (1 << 20))
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name = time.strftime("%Y/%m/%d/[$LATEST]") + special["version"][:32]
        self.identity = None
        self.client_context = None
        self._deadline = started + head["deadline_ms"] / 1000

    def get_remaining_time_in_millis(self):
        return max(0, int((self._deadline - time.monotonic()) * 1000))

    def log(self, message):
        print(message)
