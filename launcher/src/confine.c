#define _GNU_SOURCE
#include "confine.h"

#include <linux/capability.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int failed = FAILED;

void fail(const char *todo, const char *what, ...) {
  const char *cause = strerror(errno);
  char text[512], line[1024];
  va_list values;
  va_start(values, what);
  vsnprintf(text, sizeof text, what, values);
  va_end(values);
  snprintf(line, sizeof line, "ol: %s: %s; %s", text, cause, todo);
  dprintf(STDERR_FILENO, "%s\n", line);
  _exit(failed);
}

int watch_ends(void) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGCHLD);
  signal(SIGCHLD, SIG_DFL);  // an ignored one would lose the exit codes
  int ended = signalfd(-1, &ends, SFD_CLOEXEC);
  if (ended < 0 || sigprocmask(SIG_SETMASK, &ends, NULL)) fail(KERNEL, "cannot watch for ends");
  return ended;
}

void unblock_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  if (sigprocmask(SIG_SETMASK, &none, NULL)) fail(KERNEL, "cannot unblock signals");
}

struct sock_fprog read_filter(const char *path) {
  static const char *todo = "make it again with launcher/build.sh";
  const size_t one = sizeof(struct sock_filter), room = (BPF_MAXINSNS + 1) * one;
  struct sock_filter *program = malloc(room);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (program == NULL || file < 0) fail(todo, "cannot open the filter %s", path);
  ssize_t length = read(file, program, room);
  if (length < 0) fail(todo, "cannot read the filter %s", path);
  close(file);
  size_t count = (size_t)length / one;
  errno = EINVAL;
  if (count == 0 || count > BPF_MAXINSNS || (size_t)length != count * one)
    fail(todo, "%s has %zd bytes, not 1 to %d times %zu", path, length, BPF_MAXINSNS, one);
  return (struct sock_fprog){.len = (unsigned short)count, .filter = program};
}

void install_filter(struct sock_fprog filter, const char *name) {
  if (!LAYER("no-new-privs")) return;  // it would take a capability; that run goes without filters
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter))
    fail("use a kernel with CONFIG_SECCOMP_FILTER", "cannot install the %s filter", name);
}

void limit(int resource, rlim_t value) {
  if (setrlimit(resource, &(struct rlimit){value, value}))
    fail("raise the worker's hard limit", "cannot set limit %d to %lu", resource, value);
}

void become(uid_t uid) {
  static const char *todo = "see that the worker is root and that this uid is mapped";
  if (LAYER("capabilities-drop")) {
    // Uid 0, the only one that a rootless worker has, means nothing: now, and after execve(2).
    unsigned bits = SECBIT_NOROOT | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_CAP_AMBIENT_RAISE;
    if (prctl(PR_SET_SECUREBITS, bits | bits << 1)) fail(todo, "cannot lock securebits %#x", bits);
    for (int cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++)
      if (prctl(PR_CAPBSET_DROP, cap)) fail(todo, "cannot drop capability %d for ever", cap);
  }
  if (LAYER("uid")) {
    // We hold CAP_SETGID: EPERM can only mean "setgroups: deny" (user_namespaces(7)).
    if (syscall(SYS_setgroups, 0, NULL) && errno != EPERM) fail(todo, "cannot leave all groups");
    if (syscall(SYS_setresgid, uid, uid, uid)) fail(todo, "cannot become group %u", uid);
    if (syscall(SYS_setresuid, uid, uid, uid)) fail(todo, "cannot become user %u", uid);
  }
  struct __user_cap_header_struct self = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
  if (LAYER("capabilities-drop") && syscall(SYS_capset, &self, none))
    fail(todo, "cannot drop all capabilities");
  // Set-user-id programs give nothing, and a filter may be installed without a capability.
  if (LAYER("no-new-privs") && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    fail(KERNEL, "cannot set no_new_privs");
}
