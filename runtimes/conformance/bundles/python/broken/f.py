print("tried", end="")
raise LookupError("broken on purpose")
