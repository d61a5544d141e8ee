// Makes an ordinary user root of a user namespace, and executes a program there (PROTOCOL.md,
// "Without root"). The process stays the same: its pid, its parent, its standard descriptors.
//
//   rootless [--uids FIRST:COUNT --gids FIRST:COUNT] -- PROGRAM [ARG…]
//
// In the namespace uid 0 is the caller, and nobody else is there; with --uids and --gids, 1 to
// COUNT are subordinate ids of the caller (subuid(5)), mapped by newuidmap(1) and newgidmap(1).

#define _GNU_SOURCE
#include "confine.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#define USAGE "give [--uids FIRST:COUNT --gids FIRST:COUNT] -- PROGRAM [ARG]"
#define ELSE                                                                    \
  "start ol with sudo, see what `ol doctor --fix` would change, or run your own " \
  "code without walls: ol dev --isolation none"

struct range { char first[16], count[16]; };
struct options { struct range uids, gids; bool ranges; char **program; };

static struct range parse_range(const char *text) {
  struct range range = {0};
  errno = EINVAL;
  if (sscanf(text, "%10[0-9]:%10[0-9]", range.first, range.count) != 2)
    fail(USAGE, "%s is no FIRST:COUNT", text);
  return range;
}

static struct options parse(char **at) {
  struct options o = {0};
  for (errno = EINVAL; *at != NULL && strcmp(*at, "--") != 0; at += 2) {
    if (at[1] == NULL) fail(USAGE, "%s has no value", *at);
    if (strcmp(*at, "--uids") == 0) o.uids = parse_range(at[1]);
    else if (strcmp(*at, "--gids") == 0) o.gids = parse_range(at[1]);
    else fail(USAGE, "option %s is unknown", *at);
  }
  if (*at == NULL || at[1] == NULL) fail(USAGE, "there is no program to execute");
  if ((*o.uids.first == '\0') != (*o.gids.first == '\0')) fail(USAGE, "one range is missing");
  o.ranges = *o.uids.first != '\0';
  o.program = at + 1;
  return o;
}

// What the JVM passed on by accident ends here, as in the launcher.
static void start_clean(void) {
  if (close_range(STDERR_FILENO + 1, ~0U, 0)) fail(KERNEL, "cannot close descriptors");
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);  // but KILL and STOP
  unblock_signals();
}

static bool run(char *const *program) {
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    execv(*program, program);
    _exit(failed);
  }
  return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

// A process outside of the namespace, that maps ranges in it once `go` says so. Its exit status is
// 0 if that has been done; the programs say on standard error why not.
static pid_t start_mapper(const struct options *o, int go[2]) {
  char self[16], own_uid[16], own_gid[16], byte;
  snprintf(self, sizeof self, "%d", getpid());
  snprintf(own_uid, sizeof own_uid, "%u", getuid());
  snprintf(own_gid, sizeof own_gid, "%u", getgid());
  pid_t mapper = fork();
  if (mapper != 0) return mapper;
  close(go[1]);
  if (read(go[0], &byte, 1) != 1) _exit(failed);
  char *gids[] = {"/usr/bin/newgidmap", self, "0", own_gid, "1",
                  "1", (char *)o->gids.first, (char *)o->gids.count, NULL};
  char *uids[] = {"/usr/bin/newuidmap", self, "0", own_uid, "1",
                  "1", (char *)o->uids.first, (char *)o->uids.count, NULL};
  _exit(run(gids) && run(uids) ? 0 : failed);
}

static void write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0 || write(file, text, strlen(text)) < 0) fail(ELSE, "cannot write %s", path);
  close(file);
}

static void map_one(const char *file, unsigned id) {
  char line[32], one;
  int map = open(file, O_RDONLY | O_CLOEXEC);
  ssize_t length = map < 0 ? -1 : read(map, &one, 1);
  close(map);
  if (length != 0) return;  // newgidmap did its part, newuidmap did not: it is one id then
  snprintf(line, sizeof line, "0 %u 1\n", id);
  write_file(file, line);
}

static void enter_user_namespace(const struct options *o) {
  int go[2], status;
  unsigned uid = getuid(), gid = getgid();
  if (pipe2(go, O_CLOEXEC)) fail(KERNEL, "cannot make a pipe");
  pid_t mapper = o->ranges ? start_mapper(o, go) : -1;
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS)) fail(ELSE, "no user namespace may be made here");
  if (mapper > 0 && write(go[1], "g", 1) == 1 && waitpid(mapper, &status, 0) == mapper &&
      status == 0)
    return;
  if (o->ranges) dprintf(STDERR_FILENO, "ol: subordinate ids cannot be mapped; doing without\n");
  write_file("/proc/self/setgroups", "deny");
  map_one("/proc/self/gid_map", gid);
  map_one("/proc/self/uid_map", uid);
}

// A namespace can be had and be of no use: AppArmor takes the capabilities away (Ubuntu), or a
// container covers parts of /proc, and then no new one can be mounted (mount_namespaces(7)).
static void check(void) {
  int status;
  if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
    fail(ELSE, "a user namespace may be made, but nothing be mounted in it");
  pid_t maker = fork();
  if (maker == 0) {
    if (unshare(CLONE_NEWPID | CLONE_NEWNS)) fail(ELSE, "no pid namespace may be made here");
    pid_t first = fork();
    if (first == 0 && mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
      fail(ELSE, "no /proc may be mounted here, as parts of this one are covered");
    if (first == 0) _exit(0);
    _exit(waitpid(first, &status, 0) == first && status == 0 ? 0 : failed);
  }
  if (waitpid(maker, &status, 0) != maker || status != 0) _exit(failed);
}

int main(int argc, char **argv) {
  failed = EXIT_FAILURE;  // as any command of ol that was refused
  struct options options = parse(argv + (argc > 0));
  start_clean();
  enter_user_namespace(&options);
  check();
  execve(*options.program, options.program, environ);
  fail("see that it is there", "cannot execute %s", *options.program);
}
