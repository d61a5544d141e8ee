// The zygote side for CPython, loaded with ctypes.PyDLL, which keeps the interpreter's lock: libol_python.so.
#include "zygote.h"

// Python/sysmodule.h, "PyOS_BeforeFork": stable since 3.7. Declared here so that no Python headers are needed.
extern void PyOS_BeforeFork(void), PyOS_AfterFork_Child(void), PyOS_AfterFork_Parent(void);

// As zygote_serve(): returns the number of the link, in a child, or never.
__attribute__((visibility("default"))) int ol_zygote(int control, const char *strict_filter_path) {
  static const struct language python = {PyOS_BeforeFork, PyOS_AfterFork_Child, PyOS_AfterFork_Parent};
  return zygote_serve(control, strict_filter_path, &python);
}
