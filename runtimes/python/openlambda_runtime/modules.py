"""How a function's own modules come in: beside those that the zygote imported for all."""

import _imp
import os
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

# Part of every interpreter before the first line of a script: no script can have its own.
_ALWAYS = frozenset(sys.builtin_module_names) | {
    *("__main__", "os", "io", "abc", "codecs", "encodings", "site")
}


def make_room(names: list[str]) -> None:
    """Forgets modules of the standard library that the folder has modules of the same name for.

    The zygote imported them before it knew the function; without this, `import secrets` would never
    find the function's own secrets.py.

    :param names: what is in the function's folder
    """
    own = {name.partition(".")[0] for name in names} - _ALWAYS
    taken = {name for name in own if name in sys.modules}
    if not taken:
        return  # going through all names would copy the pages of all of them into this sandbox
    for name in [name for name in sys.modules if name.partition(".")[0] in taken]:
        del sys.modules[name]


def is_file_alone(name: str, names: list[str]) -> bool:
    """Whether `import name` would find the function's own NAME.py, and nothing before it.

    :param names: what is in the function's folder
    """
    if name in _ALWAYS or name in sys.modules or _imp.is_frozen(name):
        return False
    return [one for one in names if one.partition(".")[0] == name] == [name + ".py"]


def import_file(bundle: str, name: str) -> ModuleType:
    """Imports a file of the bundle itself as the module `name`.

    What `import_module` would do once its finders have found the file; the search costs a new
    sandbox more than the rest, as it copies the memory pages of all that it touches.

    :raises ModuleNotFoundError: if there is no such file
    """
    path = os.path.join(bundle, name + ".py")
    loader = SourceFileLoader(name, path)
    try:
        code = loader.get_code(name)
    except (FileNotFoundError, IsADirectoryError):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name) from None
    spec = spec_from_file_location(name, path, loader=loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec._initializing = True  # by this Python sees that an import goes in a circle
    try:
        exec(code, module.__dict__)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    finally:
        spec._initializing = False
    return sys.modules.get(name, module)
