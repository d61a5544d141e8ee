#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

void fail(const char *todo, const char *what, ...) {
  int cause = errno;
  char line[1024], *end = line + sizeof line - 1;
  va_list values;
  va_start(values, what);
  vsnprintf(line + sprintf(line, "ol: "), 512, what, values);
  va_end(values);
  char *at = line + strlen(line);
  snprintf(at, end - at, ": %s; %s", strerror(cause), todo);
  dprintf(STDERR_FILENO, "%s\n", line);
  _exit(FAILED);
}

pid_t clone3(struct clone_args *args) { return (pid_t)syscall(SYS_clone3, args, sizeof *args); }

struct sock_fprog read_filter(const char *path) {
  static const char *todo = "make it again with launcher/build.sh";
  struct sock_filter *program = malloc((BPF_MAXINSNS + 1) * sizeof *program);
  if (program == NULL) fail("give it more memory", "cannot allocate a filter");
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) fail(todo, "cannot open the filter %s", path);
  ssize_t length = read(file, program, (BPF_MAXINSNS + 1) * sizeof *program);
  if (length < 0) fail(todo, "cannot read the filter %s", path);
  close(file);
  errno = EINVAL;
  size_t count = (size_t)length / sizeof *program;
  if (count == 0 || count > BPF_MAXINSNS || (size_t)length % sizeof *program != 0)
    fail(todo, "%s has %zd bytes, not 1 to %d instructions of %zu", path, length, BPF_MAXINSNS, sizeof *program);
  return (struct sock_fprog){.len = (unsigned short)count, .filter = program};
}

void install_filter(struct sock_fprog filter, const char *name) {
  if (!LAYER("no-new-privs")) return;  // would need a capability; that control run goes without filters
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter))
    fail("use a kernel with CONFIG_SECCOMP_FILTER", "cannot install the %s filter of %u", name, filter.len);
}

void limit(int resource, uint64_t value) {
  struct rlimit both = {value, value};
  if (setrlimit(resource, &both))
    fail("raise the worker's own hard limit", "cannot set limit %d to %llu", resource, (unsigned long long)value);
}

void become(uid_t uid) {
  static const char *todo = "start the worker as root, or as root of a user namespace with this uid mapped";
  if (LAYER("capabilities-drop")) {
    // Uid 0 (the only id of a rootless worker) means nothing, now and after execve.
    unsigned bits = SECBIT_NOROOT | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_CAP_AMBIENT_RAISE;
    if (prctl(PR_SET_SECUREBITS, bits | bits << 1)) fail(todo, "cannot lock securebits %#x", bits);
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
      if (prctl(PR_CAPBSET_DROP, capability)) fail(todo, "cannot drop capability %d for ever", capability);
  }
  if (LAYER("uid")) {
    // We hold CAP_SETGID, so EPERM can only mean "setgroups: deny" of a user namespace (user_namespaces(7)).
    if (syscall(SYS_setgroups, 0, NULL) && errno != EPERM) fail(todo, "cannot leave all groups");
    if (syscall(SYS_setresgid, uid, uid, uid)) fail(todo, "cannot become group %u", uid);
    if (syscall(SYS_setresuid, uid, uid, uid)) fail(todo, "cannot become user %u", uid);
  }
  struct __user_cap_header_struct self = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
  if (LAYER("capabilities-drop") && syscall(SYS_capset, &self, none)) fail(todo, "cannot drop all capabilities");
  // Set-user-id programs and file capabilities give nothing, and a filter may be installed without privilege.
  if (LAYER("no-new-privs") && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) fail(todo, "cannot set no_new_privs");
}

#ifdef CONTROLS
int layer(const char *name) {
  const char *off = getenv("OL_WITHOUT");
  return off == NULL || strcmp(off, name) != 0;
}
#endif
