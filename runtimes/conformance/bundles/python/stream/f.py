from gate import visit


def f(event):
    gate = event.get("gate")
    try:
        for number in range(event["pieces"]):
            if number > 0 and event.get("wait"):
                visit(gate, "next")
            yield b"x" * event["size"]
        print(event.get("print", ""), end="")
    finally:
        visit(gate, "closed")
