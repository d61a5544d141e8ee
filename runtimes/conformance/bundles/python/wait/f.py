from gate import visit


def f(event):
    visit(event["gate"], "here")
    return "went on"
