// What the launcher, the zygote side and their tests share: how a failure is told, and the last steps of confinement,
// which a zygote and each of its children take alike.
#ifndef CONFINE_H
#define CONFINE_H

#include <linux/filter.h>
#include <linux/sched.h>
#include <stdint.h>
#include <sys/types.h>

enum { FAILED = 111 };  // exit status of a launcher, zygote or child that cannot go on

// Layers can be switched off, one at a time, in the test-only build: it shows that an attack succeeds without the layer
// that is said to stop it. The shipped build has the constant 1 here and none of the names.
#ifdef CONTROLS
int layer(const char *name);
#define LAYER(name) layer(name)
#else
#define LAYER(name) 1
#endif

// Says "ol: WHAT: errno text; TODO" on standard error in one write and exits with FAILED.
void fail(const char *todo, const char *what, ...) __attribute__((noreturn, format(printf, 2, 3)));

// clone3(2), for which glibc has no function.
pid_t clone3(struct clone_args *args);

// Reads a filter made by policy/compile.py into memory of its own; never returns without one.
struct sock_fprog read_filter(const char *path);
void install_filter(struct sock_fprog filter, const char *name);

// Lowers a soft and hard limit (setrlimit(2)) for good.
void limit(int resource, uint64_t value);

// Becomes `uid` and the group of the same number, for good and without any capability, ever (capabilities(7)).
void become(uid_t uid);

#endif
