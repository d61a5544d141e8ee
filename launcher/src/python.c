// The zygote side for CPython, to be loaded with ctypes.PyDLL, which keeps the interpreter's lock.
#include "zygote.h"

// The C API's, stable since 3.7; declared here so that no Python headers are needed.
extern void PyOS_BeforeFork(void), PyOS_AfterFork_Child(void), PyOS_AfterFork_Parent(void);

__attribute__((visibility("default"))) int ol_zygote(int control, const char *strict_filter_path) {
  static const struct language python = {PyOS_BeforeFork, PyOS_AfterFork_Child,
                                         PyOS_AfterFork_Parent};
  return zygote_serve(control, strict_filter_path, &python);
}
