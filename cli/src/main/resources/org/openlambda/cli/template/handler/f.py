"""A handler as AWS Lambda has it: called with the event and a context."""


def handler(event, context):
    left = context.get_remaining_time_in_millis()
    print(f"request {context.aws_request_id}: {left} ms are left")
    return {"hello": event.get("name", "you"), "function": context.function_name}
