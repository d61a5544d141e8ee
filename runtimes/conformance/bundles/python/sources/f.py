print("ran f")
from package.module import answer  # noqa: E402


def f(event):
    return answer()
