print("loaded")
calls = 0


def f(event):
    global calls
    calls += 1
    return calls
