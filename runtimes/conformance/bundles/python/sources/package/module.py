print("ran module")


def answer():
    return "compiled"
