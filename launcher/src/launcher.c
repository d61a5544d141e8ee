// The launcher: makes a private root and namespaces, and becomes the zygote in them (PROTOCOL.md, "Start of a zygote").
// It reads top-down in the order in which things happen. Three processes come of it:
//
//   outer    what the worker started; waits for pid 1, so that its end means that everything inside is gone
//   pid 1    of the new pid namespace; waits for the zygote's end and for the lifeline's, and takes everything with it
//   zygote   pid 32000 there; sheds every privilege and executes PROGRAM

#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONTROL = 3, LIFELINE = 4, MAX_BINDS = 32, MAX_ENV = 128, ZYGOTE_PID = 32000 };
enum { INITIAL_USER_NAMESPACE = 0xEFFFFFFD };  // inode number of /proc/self/ns/user there (linux/proc_ns.h)

static const char *const AS_ROOT = "start the worker as root, or as root of a user namespace of its own";
static const char *const REPORT = "see that the host has Linux 6.1 or newer, and report this";
static const char *const USAGE =
    "usage: launcher --root DIR --uid UID --policy DIR [--bind FROM:TO]… [--env KEY=VALUE]… -- PROGRAM [ARG…]";

struct options {
  const char *root, *policy;
  uid_t uid;
  char *binds[MAX_BINDS], *env[MAX_ENV + 1], **program;
  size_t bind_count, env_count;
};

static uid_t parse_uid(const char *text) {
  char *end;
  unsigned long uid = strtoul(text, &end, 10);
  errno = EINVAL;
  if (*text < '0' || *text > '9' || *end != '\0' || uid >= UINT_MAX) fail(USAGE, "--uid %s is no user id", text);
  struct stat user;
  if (uid == 0 && (stat("/proc/self/ns/user", &user) || user.st_ino == INITIAL_USER_NAMESPACE))
    fail("give the zygote a uid that nothing else has", "--uid 0 is root of this host");
  return (uid_t)uid;
}

static struct options parse(char **argv) {
  struct options o = {.uid = UINT_MAX};
  char **at = argv + 1, *value;
  errno = EINVAL;
  for (; *at != NULL && strcmp(*at, "--") != 0; at += 2) {
    if ((value = at[1]) == NULL) fail(USAGE, "%s has no value", *at);
    if (strcmp(*at, "--root") == 0) o.root = value;
    else if (strcmp(*at, "--policy") == 0) o.policy = value;
    else if (strcmp(*at, "--uid") == 0) o.uid = parse_uid(value);
    else if (strcmp(*at, "--bind") == 0 && o.bind_count < MAX_BINDS) o.binds[o.bind_count++] = value;
    else if (strcmp(*at, "--env") == 0 && o.env_count < MAX_ENV) o.env[o.env_count++] = value;
#ifdef CONTROLS
    else if (strcmp(*at, "--without") == 0) {
      setenv("OL_WITHOUT", value, 1);
      if (asprintf(&o.env[o.env_count++], "OL_WITHOUT=%s", value) < 0) fail(USAGE, "cannot remember %s", value);
    }
#endif
    else fail(USAGE, "option %s %s is unknown or one too many", *at, value);
    errno = EINVAL;
  }
  if (*at == NULL || at[1] == NULL) fail(USAGE, "there is no program to execute");
  if (o.root == NULL || o.policy == NULL || o.uid == UINT_MAX) fail(USAGE, "--root, --uid or --policy is missing");
  o.program = at + 1;
  return o;
}

// Whatever the JVM passed on by accident ends here: descriptors, handlers, blocked signals, the umask.
static void start_clean(void) {
  int type;
  struct stat lifeline;
  if (getsockopt(CONTROL, SOL_SOCKET, SO_TYPE, &type, &(socklen_t){sizeof type}) || type != SOCK_SEQPACKET)
    fail("start it as PROTOCOL.md says", "descriptor %d is no SEQPACKET socket", CONTROL);
  if (fstat(LIFELINE, &lifeline) || !S_ISFIFO(lifeline.st_mode))
    fail("start it as PROTOCOL.md says", "descriptor %d is no pipe", LIFELINE);
  if (fcntl(LIFELINE, F_SETFD, FD_CLOEXEC)) fail(REPORT, "cannot keep the lifeline from the zygote");
  if (close_range(LIFELINE + 1, ~0U, 0)) fail(REPORT, "cannot close inherited descriptors");
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);  // refused for KILL and STOP, rightly
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGCHLD);  // read as a descriptor in stand_by
  if (sigprocmask(SIG_SETMASK, &ends, NULL)) fail(REPORT, "cannot block SIGCHLD");
  umask(022);
}

// From here on the working directory is the private root, and every path without a leading slash lies in it.

static void make_folders(const char *path) {
  char part[PATH_MAX];
  for (size_t i = 1; i <= strlen(path) && i < sizeof part; i++) {
    if (path[i] != '/' && path[i] != '\0') continue;
    memcpy(part, path, i);
    part[i] = '\0';
    if (mkdir(part, 0755) && errno != EEXIST) fail(AS_ROOT, "cannot make the folder %s of the private root", part);
  }
}

static void make_file(const char *path, const char *text) {
  int file = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
  ssize_t length = (ssize_t)strlen(text);
  if (file < 0 || write(file, text, (size_t)length) != length) fail(AS_ROOT, "cannot write /%s", path);
  close(file);
}

static void make_link(const char *target, const char *path) {
  if (symlink(target, path)) fail(AS_ROOT, "cannot make the link /%s to %s", path, target);
}

// Copies a file of the host if it has one; what is bound instead would show later changes, and its neighbours.
static void copy_file(const char *from, const char *path) {
  int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0 && errno == ENOENT) return;
  int out = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
  ssize_t copied = 1;
  while (in >= 0 && out >= 0 && copied > 0) copied = sendfile(out, in, NULL, 1 << 20);
  if (copied != 0) fail("see that root can read it and that it is small", "cannot copy %s", from);
  close(in);
  close(out);
}

// Shows a host file or folder, with what is mounted below it, read-only. The attributes hold for every sandbox: mounts
// copied into the namespace of a less privileged user namespace are locked (mount_namespaces(7)).
static void bind_read_only(const char *from, const char *path, uint64_t attributes) {
  struct mount_attr attr = {.attr_set = attributes, .propagation = MS_PRIVATE};
  if (!LAYER("readonly-root")) attr.attr_set &= ~(uint64_t)MOUNT_ATTR_RDONLY;
  if (!LAYER("nosuid-nodev")) attr.attr_set &= ~(uint64_t)(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
  if (from != NULL && mount(from, path, NULL, MS_BIND | MS_REC, NULL))
    fail("see that it is there", "cannot bind %s to /%s", from, path);
  if (mount_setattr(AT_FDCWD, path, AT_RECURSIVE, &attr, sizeof attr))
    fail(REPORT, "cannot set mount attributes %#llx on /%s", (unsigned long long)attr.attr_set, path);
}

static const uint64_t FILES = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
static const uint64_t DEVICE = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;

// /usr, and /bin, /lib… as on the host: links into /usr (merged, as Debian's) or folders of their own.
static void show_system(void) {
  static const char *const beside[] = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};
  make_folders("usr");
  bind_read_only("/usr", "usr", FILES);
  for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
    char host[16], target[PATH_MAX];
    snprintf(host, sizeof host, "/%s", beside[i]);
    ssize_t length = readlink(host, target, sizeof target - 1);
    if (length >= 0) {
      target[length] = '\0';
      make_link(target, beside[i]);
    } else if (errno == EINVAL) {  // no link
      make_folders(beside[i]);
      bind_read_only(host, beside[i], FILES);
    } else if (errno != ENOENT) fail(REPORT, "cannot look at %s", host);
  }
}

// An /etc that says nothing of the host.
static void make_etc(void) {
  make_folders("etc/ssl/certs");
  make_file("etc/passwd", "root:x:0:0:root:/:/usr/sbin/nologin\nsandbox:x:1000:1000:sandbox:/tmp:/bin/sh\n"
                          "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n");
  make_file("etc/group", "root:x:0:\nsandbox:x:1000:\nnogroup:x:65534:\n");
  make_file("etc/hosts", "127.0.0.1 localhost sandbox\n::1 localhost\n");
  make_file("etc/hostname", "sandbox\n");
  make_file("etc/host.conf", "multi on\n");
  make_file("etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
  make_file("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n");
  make_file("etc/shells", "/bin/sh\n");
  make_file("etc/timezone", "Etc/UTC\n");
  make_link("/usr/share/zoneinfo/Etc/UTC", "etc/localtime");
  copy_file("/etc/ld.so.cache", "etc/ld.so.cache");
  copy_file("/etc/services", "etc/services");
  copy_file("/etc/protocols", "etc/protocols");
  copy_file("/etc/mime.types", "etc/mime.types");
  copy_file("/etc/ssl/openssl.cnf", "etc/ssl/openssl.cnf");
  copy_file("/etc/pki/tls/certs/ca-bundle.crt", "etc/ssl/certs/ca-certificates.crt");  // Fedora and its kin
  copy_file("/etc/ssl/certs/ca-certificates.crt", "etc/ssl/certs/ca-certificates.crt");
  make_link("certs/ca-certificates.crt", "etc/ssl/cert.pem");
  if (access("/etc/alternatives", F_OK) == 0) {  // Debian's links into /usr; libblas.so.3 goes through them
    make_folders("etc/alternatives");
    bind_read_only("/etc/alternatives", "etc/alternatives", FILES);
  }
}

// Devices by bind, as mknod(2) is refused in a user namespace; /dev/shm on /tmp shares the one limit on scratch space.
static void make_dev(void) {
  static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};
  make_folders("dev");
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
    make_file(devices[i] + 1, "");
    bind_read_only(devices[i], devices[i] + 1, DEVICE);
  }
  make_link("/proc/self/fd", "dev/fd");
  make_link("/proc/self/fd/0", "dev/stdin");
  make_link("/proc/self/fd/1", "dev/stdout");
  make_link("/proc/self/fd/2", "dev/stderr");
  make_link("../tmp", "dev/shm");
}

// FROM:TO of --bind. TO may not leave the private root.
static void show(char *from_to) {
  char *to = strchr(from_to, ':');
  errno = EINVAL;
  if (to == NULL || *from_to != '/' || to[1] != '/' || strstr(to, "/..") != NULL)
    fail(USAGE, "--bind %s is not two absolute paths without ..", from_to);
  *to = '\0';
  to += 2;
  struct stat from;
  if (stat(from_to, &from)) fail("see that it is there", "cannot bind %s", from_to);
  if (S_ISDIR(from.st_mode)) make_folders(to);
  else make_file(to, "");
  bind_read_only(from_to, to, FILES);
}

static void build_root(const struct options *o) {
  if (unshare(CLONE_NEWNS)) fail(AS_ROOT, "cannot make a mount namespace");
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) fail(AS_ROOT, "cannot part the mounts from the host's");
  if (LAYER("mount-ns")) {
    if (mount("root", o->root, "tmpfs", MS_NOSUID | MS_NODEV, "size=16m,nr_inodes=1024,mode=755"))
      fail(AS_ROOT, "cannot mount a tmpfs on %s", o->root);
    if (chdir(o->root)) fail(REPORT, "cannot enter %s", o->root);
    show_system();
    make_etc();
    make_dev();
    make_folders("var");
    make_link("../tmp", "var/tmp");
    make_link("tmp", "run");
  } else if (mount("/", o->root, NULL, MS_BIND | MS_REC, NULL) || chdir(o->root)) {
    fail(AS_ROOT, "cannot bind / to %s", o->root);
  }
  make_folders("handler");
  make_folders("tmp");
  make_folders("proc");
  make_folders("policy");
  bind_read_only(o->policy, "policy", FILES);
  for (size_t i = 0; i < o->bind_count; i++) show(o->binds[i]);
}

// In pid 1: a /proc of the new pid namespace can only be mounted from inside it.
static void enter_root(void) {
  if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)) fail(REPORT, "cannot mount /proc");
  if (LAYER("mount-ns")) {
    struct mount_attr attr = {.attr_set = FILES | MOUNT_ATTR_NOEXEC};
    if (LAYER("readonly-root") && mount_setattr(AT_FDCWD, ".", 0, &attr, sizeof attr))
      fail(REPORT, "cannot make the private root read-only");
  }
  // pivot_root(2), "pivot_root(".", ".")": the old root ends up on top of the new one and is taken off.
  if (syscall(SYS_pivot_root, ".", ".")) fail(REPORT, "cannot change to the private root");
  if (umount2(".", MNT_DETACH)) fail(REPORT, "cannot let go of the host's root");
  if (chdir("/")) fail(REPORT, "cannot enter the private root");
}

// The zygote's pid must not be 1, which its children have in their namespaces: OpenSSL and others notice a fork by a
// changed pid, and all sandboxes would draw the same random bytes.
static pid_t split_off_zygote(void) {
  if (!LAYER("set-tid")) return 0;
  pid_t pid = ZYGOTE_PID;
  struct clone_args args = {.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&pid, .set_tid_size = 1};
  pid = clone3(&args);
  if (pid < 0) fail(REPORT, "cannot clone the zygote as pid %d", ZYGOTE_PID);
  return pid;
}

// Waits for the end of `child`, reaping whatever else ends, and returns its status as a shell would. Ends at once, with
// `child`, when the lifeline does (-1: there is none to watch). As pid 1 it cannot be killed from inside.
static int stand_by(pid_t child, int lifeline) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGCHLD);
  struct pollfd watched[] = {{.fd = lifeline}, {.fd = signalfd(-1, &ends, SFD_CLOEXEC), .events = POLLIN}};
  if (watched[1].fd < 0) fail(REPORT, "cannot watch for ended processes");
  for (;;) {
    struct signalfd_siginfo ended;
    if (poll(watched, 2, -1) < 0) fail(REPORT, "cannot wait for the zygote");
    if (watched[0].revents != 0) {
      kill(child, SIGKILL);  // only in a control run; otherwise the end of pid 1 does it
      _exit(0);
    }
    if (watched[1].revents != 0 && read(watched[1].fd, &ended, sizeof ended) < 0) fail(REPORT, "cannot see who ended");
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
      if (pid == child) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
}

int main(int argc, char **argv) {
  (void)argc;
  struct options options = parse(argv);
  start_clean();
  char filter[PATH_MAX];
  snprintf(filter, sizeof filter, "%s/zygote.bpf", options.policy);
  struct sock_fprog zygote_filter = read_filter(filter);
  build_root(&options);

  if (unshare(CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET)) fail(AS_ROOT, "cannot make namespaces");
  if (sethostname("sandbox", 7)) fail(AS_ROOT, "cannot set the host name");  // and every child's, who copies it
  pid_t init = fork();
  if (init < 0) fail("see how many processes may run (pids.max, ulimit -u)", "cannot fork pid 1");
  if (init > 0) {
    close(CONTROL);
    return stand_by(init, LAYER("set-tid") ? -1 : LIFELINE);
  }

  if (prctl(PR_SET_PDEATHSIG, SIGKILL)) fail(REPORT, "cannot tie pid 1 to its parent");
  enter_root();
  pid_t zygote = split_off_zygote();
  if (zygote > 0) {
    close(CONTROL);
    become(0);  // without capabilities; still a uid that no process inside may signal
    return stand_by(zygote, LIFELINE);
  }

  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_MEMLOCK, 0);
  become(options.uid);
  if (LAYER("zygote-filter")) install_filter(zygote_filter, "zygote");
  sigset_t none;
  sigemptyset(&none);
  if (sigprocmask(SIG_SETMASK, &none, NULL)) fail(REPORT, "cannot unblock signals");
  execve(options.program[0], options.program, options.env);
  fail("see that it lies below /usr or a --bind, and that every user may execute it", "cannot execute %s", *options.program);
}
