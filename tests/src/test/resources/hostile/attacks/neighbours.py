"""What one sandbox could do to another of the same zygote, or to the zygote."""


def echo(event):
    return event["say"]
