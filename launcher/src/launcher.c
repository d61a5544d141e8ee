// The launcher: makes a private root and namespaces, and becomes the zygote in them (PROTOCOL.md,
// "Start of a zygote"). Reads top-down in the order of execution. Three processes come of it:
//
//   outer    what the worker started; its end says that everything inside is gone
//   pid 1    of the new pid namespace; ends, with all inside, with the zygote or with the lifeline
//   zygote   pid 32000 in there; sheds every privilege and executes PROGRAM

#define _GNU_SOURCE
#include "confine.h"

#include <limits.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

enum { CONTROL = 3, LIFELINE = 4, MAX_BINDS = 32, MAX_ENV = 128, ZYGOTE_PID = 32000 };
enum { INITIAL_USER_NAMESPACE = 0xEFFFFFFD };  // inode of its /proc/self/ns/user (linux/proc_ns.h)

#define AS_ROOT "start the worker as root, or as root of a user namespace of its own"
#define USAGE "give --root DIR --uid UID --policy DIR [--bind FROM:TO] [--env K=V] -- PROGRAM [ARG]"

struct options {
  char *root, *policy, *binds[MAX_BINDS + 1], *env[MAX_ENV + 1], **program;
  uid_t uid;
  bool bare;  // --walls none: PROGRAM is executed as we are
};

static uid_t parse_uid(const char *text) {
  char *end;
  unsigned long uid = strtoul(text, &end, 10);
  struct stat user;
  errno = EINVAL;
  if (*text < '0' || *text > '9' || *end != '\0' || uid >= UINT_MAX)
    fail(USAGE, "--uid %s is no user id", text);
  if (uid == 0 && (stat("/proc/self/ns/user", &user) || user.st_ino == INITIAL_USER_NAMESPACE))
    fail("give the zygote a uid that nothing else has", "--uid 0 is root of this host");
  return (uid_t)uid;
}

static struct options parse(char **at) {
  struct options o = {.uid = UINT_MAX};
  size_t binds = 0, env = 0;
  for (errno = EINVAL; *at != NULL && strcmp(*at, "--") != 0; at += 2) {
    char *name = at[0], *value = at[1];
    if (value == NULL) fail(USAGE, "%s has no value", name);
    if (strcmp(name, "--root") == 0) o.root = value;
    else if (strcmp(name, "--policy") == 0) o.policy = value;
    else if (strcmp(name, "--uid") == 0) o.uid = parse_uid(value);
    else if (strcmp(name, "--walls") == 0 && strcmp(value, "none") == 0) o.bare = true;
    else if (strcmp(name, "--bind") == 0 && binds < MAX_BINDS) o.binds[binds++] = value;
    else if (strcmp(name, "--env") == 0 && env < MAX_ENV) o.env[env++] = value;
    else fail(USAGE, "option %s %s is unknown, or one too many", name, value);
  }
  if (*at == NULL || at[1] == NULL) fail(USAGE, "there is no program to execute");
  if (!o.bare && (o.root == NULL || o.policy == NULL || o.uid == UINT_MAX))
    fail(USAGE, "--root, --uid or --policy is missing");
  o.program = at + 1;
  return o;
}

// What the JVM passed on by accident ends here: descriptors, ignored and blocked signals, a umask.
static void start_clean(void) {
  int type;
  struct stat lifeline;
  socklen_t size = sizeof type;
  if (getsockopt(CONTROL, SOL_SOCKET, SO_TYPE, &type, &size) || type != SOCK_SEQPACKET ||
      fstat(LIFELINE, &lifeline) || !S_ISFIFO(lifeline.st_mode))
    fail("start it as PROTOCOL.md says", "descriptors 3 and 4 are no SEQPACKET socket and pipe");
  if (fcntl(LIFELINE, F_SETFD, FD_CLOEXEC) || close_range(LIFELINE + 1, ~0U, 0))
    fail(KERNEL, "cannot keep descriptors from the zygote");
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);  // but KILL and STOP
  umask(022);
  setsid();  // Ctrl-C at the worker's terminal is for the worker; refused to whoever leads a group
}

// From here on the private root is the working directory: a path without leading slash lies in it.

static void make_folders(const char *path) {
  char part[PATH_MAX];
  for (size_t i = 1; i <= strlen(path) && i < sizeof part; i++) {
    if (path[i] != '/' && path[i] != '\0') continue;
    snprintf(part, i + 1, "%s", path);
    if (mkdir(part, 0755) && errno != EEXIST) fail(AS_ROOT, "cannot make the folder /%s", part);
  }
}

static void make_file(const char *path, const char *text) {
  int file = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0 || write(file, text, strlen(text)) < 0) fail(AS_ROOT, "cannot write /%s", path);
  close(file);
}

static void make_link(const char *target, const char *path) {
  if (symlink(target, path)) fail(AS_ROOT, "cannot make the link /%s to %s", path, target);
}

// Copies a file if the host has it: bound, it would show later changes and the host's file system.
static void copy_file(const char *from, const char *path) {
  int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0 && errno == ENOENT) return;
  int out = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
  ssize_t copied = -1;
  while (in >= 0 && out >= 0 && (copied = sendfile(out, in, NULL, 1 << 20)) > 0) continue;
  if (copied != 0) fail("see that root can read it and that it is small", "cannot copy %s", from);
  close(in);
  close(out);
}

// Shows a host file or folder, with the mounts below it, read-only. No child can change that: what
// a lesser user namespace gets of our mounts is locked (mount_namespaces(7)).
static void show(const char *from, const char *path, uint64_t attributes) {
  struct mount_attr attr = {.attr_set = attributes, .propagation = MS_PRIVATE};
  if (!LAYER("readonly-root")) attr.attr_set &= ~(uint64_t)MOUNT_ATTR_RDONLY;
  if (!LAYER("nosuid-nodev")) attr.attr_set &= ~(uint64_t)(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
  if (mount(from, path, NULL, MS_BIND | MS_REC, NULL))
    fail("see that it is there, by its absolute path", "cannot bind %s to /%s", from, path);
  if (mount_setattr(AT_FDCWD, path, AT_RECURSIVE, &attr, sizeof attr))
    fail(KERNEL, "cannot make the mount /%s read-only", path);
}

static const uint64_t FILES = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
static const uint64_t DEVICE = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;

// /usr, and beside it the host's links into it (merged, as Debian's) or folders of their own.
static void show_system(void) {
  static const char *const beside[] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", 0};
  show("/usr", "usr", FILES);
  for (const char *const *host = beside; *host != NULL; host++) {
    char target[PATH_MAX] = {0};
    if (readlink(*host, target, sizeof target - 1) >= 0) make_link(target, *host + 1);
    else if (errno != ENOENT) make_folders(*host + 1), show(*host, *host + 1, FILES);
  }
}

// An /etc that says nothing of the host.
static void make_etc(void) {
  static const char *const copied[] = {"/etc/ld.so.cache", "/etc/services", "/etc/protocols",
                                       "/etc/mime.types", "/etc/ssl/openssl.cnf",
                                       "/etc/ssl/certs/ca-certificates.crt", NULL};
  make_file("etc/passwd", "root:x:0:0:root:/:/usr/sbin/nologin\n"
                          "sandbox:x:1000:1000:sandbox:/tmp:/bin/sh\n"
                          "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n");
  make_file("etc/group", "root:x:0:\nsandbox:x:1000:\nnogroup:x:65534:\n");
  make_file("etc/hosts", "127.0.0.1 localhost sandbox\n::1 localhost\n");
  make_file("etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
  make_file("etc/nsswitch.conf", "hosts: files dns\n");  // the rest is in files by default
  make_file("etc/timezone", "Etc/UTC\n");
  make_link("/usr/share/zoneinfo/Etc/UTC", "etc/localtime");
  copy_file("/etc/pki/tls/certs/ca-bundle.crt", "etc/ssl/certs/ca-certificates.crt");  // Fedora
  for (const char *const *from = copied; *from != NULL; from++) copy_file(*from, *from + 1);
  make_link("certs/ca-certificates.crt", "etc/ssl/cert.pem");
  if (access("/etc/alternatives", F_OK) == 0)  // Debian's links into /usr; libblas.so.3 is one
    show("/etc/alternatives", "etc/alternatives", FILES);
}

// Devices are bound, as mknod(2) is not for user namespaces. /dev/shm shares the limit on /tmp.
static void make_dev(void) {
  static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random",
                                        "/dev/urandom", NULL};
  for (const char *const *device = devices; *device != NULL; device++) {
    make_file(*device + 1, "");
    show(*device, *device + 1, DEVICE);
  }
  make_link("/proc/self/fd", "dev/fd");
  make_link("/proc/self/fd/0", "dev/stdin");
  make_link("/proc/self/fd/1", "dev/stdout");
  make_link("/proc/self/fd/2", "dev/stderr");
  make_link("../tmp", "dev/shm");
}

// FROM:TO of --bind. TO may not leave the private root.
static void show_bind(char *from_to) {
  char *to = strchr(from_to, ':');
  struct stat from;
  errno = EINVAL;
  if (to == NULL || *from_to != '/' || to[1] != '/' || strstr(to, "/..") != NULL)
    fail(USAGE, "--bind %s is not two absolute paths without ..", from_to);
  if (to[2] == '/' || to[2] == '\0')  // what is left of it would be a path of the host, or none
    fail(USAGE, "--bind %s names nothing below the private root", from_to);
  *to = '\0';
  to += 2;
  if (stat(from_to, &from)) fail("see that it is there", "cannot bind %s", from_to);
  if (S_ISDIR(from.st_mode)) make_folders(to);
  else make_file(to, "");
  show(from_to, to, FILES);
}

static void build_root(const struct options *o) {
  static const char *const folders[] = {"dev", "etc/alternatives", "etc/ssl/certs", "handler", "opt",
                                        "policy", "proc", "tmp", "usr", "var/task", NULL};
  const uint64_t safe = MS_NOSUID | MS_NODEV;
  if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
    fail(AS_ROOT, "cannot make a mount namespace apart from the host's");
  if (mount("root", o->root, "tmpfs", safe, "size=16m,nr_inodes=1024,mode=755"))
    fail(AS_ROOT, "cannot mount the private root on %s", o->root);
  if (!LAYER("mount-ns") && mount("/", o->root, NULL, MS_BIND | MS_REC, NULL))
    fail(AS_ROOT, "cannot show the host's root, for a control run");
  if (chdir(o->root)) fail(AS_ROOT, "cannot enter %s", o->root);
  for (const char *const *folder = folders; *folder != NULL; folder++) make_folders(*folder);
  if (LAYER("mount-ns")) {
    show_system();
    make_etc();
    make_dev();
    make_link("../tmp", "var/tmp");
    make_link("tmp", "run");
  }
  show(o->policy, "policy", FILES);
  for (char *const *bind = o->binds; *bind != NULL; bind++) show_bind(*bind);
}

// In pid 1, as only a process of a pid namespace can mount its /proc. pivot_root(2) says of the
// two dots: the old root ends up on top of the new one, from where it is taken.
static void enter_root(void) {
  struct mount_attr attr = {.attr_set = FILES | MOUNT_ATTR_NOEXEC};
  if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
    fail(KERNEL, "cannot mount /proc");
  if (LAYER("mount-ns") && LAYER("readonly-root") &&
      mount_setattr(AT_FDCWD, ".", 0, &attr, sizeof attr))
    fail(KERNEL, "cannot make the private root read-only");
  if (syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/"))
    fail(KERNEL, "cannot leave the host's root");
}

// The zygote's pid must not be 1, as its children's is: OpenSSL and others see by a changed pid
// that they were forked; all sandboxes would draw the same random bytes. 0: we are the zygote.
static pid_t split_off_zygote(void) {
  pid_t pid = ZYGOTE_PID;
  struct clone_args args = {
      .exit_signal = SIGCHLD, .set_tid = (uintptr_t)&pid, .set_tid_size = 1};
  pid = LAYER("set-tid") ? (pid_t)syscall(SYS_clone3, &args, sizeof args) : 0;
  if (pid < 0) fail(KERNEL, "cannot clone the zygote as pid %d", ZYGOTE_PID);
  return pid;
}

// Waits for `child`, reaps whatever else ends, returns its status as a shell would. Ends at once if
// the lifeline does (-1: not ours to watch). As pid 1 it cannot be killed from inside.
static int stand_by(pid_t child, int ended, int lifeline) {
  struct pollfd watched[] = {{.fd = lifeline}, {.fd = ended, .events = POLLIN}};
  for (;;) {
    struct signalfd_siginfo one;
    int status;
    while (poll(watched, 2, -1) < 0)
      if (errno != EINTR) fail(KERNEL, "cannot wait for the zygote");
    if (watched[0].revents != 0) return kill(child, SIGKILL), 0;  // as the end of pid 1 would
    if (read(ended, &one, sizeof one) < 0) fail(KERNEL, "cannot see who ended");
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
      if (pid == child) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
}

// Kills our children and those of the killed, who become ours, until nobody is left.
static void bury_all(void) {
  char list[64], left[4096];
  snprintf(list, sizeof list, "/proc/self/task/%d/children", getpid());
  for (;;) {
    int file = open(list, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, left, sizeof left - 1);
    close(file);
    if (length <= 0) return;
    left[length] = '\0';
    char *end;  // of a number; a space follows unless it was cut off
    for (char *at = left; strtol(at, &end, 10) > 0 && *end == ' '; at = end + 1)
      kill((pid_t)strtol(at, NULL, 10), SIGKILL);
    waitpid(-1, NULL, 0);
    while (waitpid(-1, NULL, WNOHANG) > 0) continue;
  }
}

// Without walls: the zygote is our child, of our uid and in our namespaces.
static int run_bare(const struct options *o, int ended) {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1)) fail(KERNEL, "cannot look after what is left");
  pid_t self = getpid(), zygote = fork();
  if (zygote < 0) fail("see how many processes may run (ulimit -u)", "cannot fork the zygote");
  if (zygote == 0) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != self) _exit(FAILED);
    limit(RLIMIT_CORE, 0);
    unblock_signals();
    execve(*o->program, o->program, environ);
    fail("see that it is there", "cannot execute %s", *o->program);
  }
  close(CONTROL);
  int status = stand_by(zygote, ended, LIFELINE);
  bury_all();
  return status;
}

int main(int argc, char **argv) {
  struct options options = parse(argv + (argc > 0));
  environ = options.env;
  start_clean();
  int ended = watch_ends();
  if (options.bare) return run_bare(&options, ended);
  build_root(&options);

  if (unshare(CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET))
    fail(AS_ROOT, "cannot make namespaces");
  if (sethostname("sandbox", 7)) fail(AS_ROOT, "cannot set the host name");  // children copy it
  pid_t init = fork();
  if (init < 0) fail("see how many processes may run (pids.max, ulimit -u)", "cannot fork pid 1");
  if (init > 0) {
    close(CONTROL);
    return stand_by(init, ended, LAYER("set-tid") ? -1 : LIFELINE);
  }

  if (prctl(PR_SET_PDEATHSIG, SIGKILL)) fail(KERNEL, "cannot tie pid 1 to the launcher");
  enter_root();
  pid_t zygote = split_off_zygote();
  if (zygote > 0) {
    close(CONTROL);
    become(0);  // without capabilities, but of a uid that nothing inside may signal
    return stand_by(zygote, ended, LIFELINE);
  }

  if (LAYER("session") && setsid() < 0) fail(KERNEL, "cannot leave the launcher's session");
  // An empty keyring, which the filter then keeps from everyone. Here and not in each child, as
  // the zygote's uid may have 200 keys (kernel.keys.maxkeys).
  if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS)
    fail(KERNEL, "cannot leave the worker's keyring");
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_MEMLOCK, 0);
  become(options.uid);
  if (LAYER("zygote-filter")) install_filter(read_filter("/policy/zygote.bpf"), "zygote");
  unblock_signals();
  execve(*options.program, options.program, environ);
  fail("see that it lies below /usr or a --bind and that every user may execute it",
       "cannot execute %s", *options.program);
}
