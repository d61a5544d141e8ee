// What the launcher and the zygote side share: how a failure is told, and the last steps of
// confinement, which a zygote and each of its children take alike.
#ifndef CONFINE_H
#define CONFINE_H

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The test-only build (tests/controls.c) can switch a layer off, to show that an attack then
// succeeds. The shipped build has the constant 1 here, and none of the names.
#ifdef CONTROLS
bool layer(const char *name);
#define LAYER(name) layer(name)
#else
#define LAYER(name) 1
#endif

enum { FAILED = 111 };  // exit status of a launcher, zygote or child that cannot go on
extern int failed;      // that of this program, FAILED unless it says otherwise
#define KERNEL "see that the host has Linux 6.1 or newer, and report this"

// Says "ol: WHAT: errno text; REMEDY" on standard error in one write, and exits with `failed`.
void fail(const char *todo, const char *what, ...)
    __attribute__((noreturn, format(printf, 2, 3)));

// Returns a descriptor (signalfd(2)) that tells of ended children. SIGCHLD alone is blocked for it,
// here and in what is forked or executed, until unblock_signals().
int watch_ends(void);
void unblock_signals(void);

// Reads a filter made by policy/compile.py, into memory of its own.
struct sock_fprog read_filter(const char *path);
void install_filter(struct sock_fprog filter, const char *name);

// Lowers a soft and hard limit (setrlimit(2)) for good.
void limit(int resource, rlim_t value);

// Becomes `uid` and the group of that number, for good and without any capability, ever.
void become(uid_t uid);

#endif
