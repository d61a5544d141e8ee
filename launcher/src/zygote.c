#define _GNU_SOURCE
#include "zygote.h"

#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef ZYGOTE_CHILDREN
#define ZYGOTE_CHILDREN 16384  // at once; a test makes it smaller
#endif

enum { READY = 1, SPAWN = 2, SPAWNED = 3, EXITED = 4 };
enum { INTO_CGROUP = 1, PROC_FULL = 2 };
enum { LINK, LOG, TMP, CGROUP, MAX_DESCRIPTORS = 16 };  // in this order; without INTO_CGROUP the tasks begin at CGROUP
enum { FINAL_LINK = 3, MIN_NOFILE = 16, JOIN_SESSION_KEYRING = 1 };

static const char *const VERSIONS = "install a worker and a launcher of the same version";
static const char *const REPORT = "see that the host has Linux 6.1 or newer, and report this";

struct spawn {
  uint32_t kind, flags;
  uint64_t id;
  uint32_t uid, nofile;
};
struct spawned {
  uint32_t kind;
  int32_t error;
  uint64_t id;
};
struct __attribute__((packed)) exited {
  uint32_t kind;
  int32_t code;
  uint64_t id;
  int32_t status;
};

// A SPAWN as received: its descriptors are ours to close; `error` says why it cannot be followed, or 0.
struct order {
  struct spawn spawn;
  int descriptors[MAX_DESCRIPTORS], count, error;
};
struct child {
  pid_t pid;
  uint64_t id;
};
struct zygote {
  int control, ends;
  const struct language *language;
  struct sock_fprog strict_filter;
  sigset_t mask;      // as it was, for the children
  pid_t *cached_tid;  // where libc remembers its thread id
  struct child *children;
  int child_count;
};

static void run(void (*hook)(void)) {
  if (hook != NULL) hook();
}

// glibc keeps the thread id in its thread descriptor and has no clone3 that would refresh it in the child: raise(),
// abort() and recursive mutexes would use the zygote's. So the kernel writes it (CLONE_CHILD_SETTID) to the place that
// is found here. A zygote's pid is 32000, a value that nothing else there has.
static pid_t *find_cached_tid(void) {
  enum { DESCRIPTOR_SIZE = 2048 };
  if (!LAYER("set-tid")) return NULL;  // 1 is everywhere, and the child's id too
  pid_t self = (pid_t)syscall(SYS_gettid), *found = NULL, *descriptor = (pid_t *)pthread_self();
  for (size_t i = 0; i < DESCRIPTOR_SIZE / sizeof self; i++) {
    if (descriptor[i] != self) continue;
    errno = EEXIST;
    if (found != NULL) fail(REPORT, "this libc keeps the thread id %d in two places", self);
    found = &descriptor[i];
  }
  errno = ENOENT;
  if (found == NULL) fail(REPORT, "this libc does not keep the thread id %d where glibc does", self);
  return found;
}

static void say(int control, const void *message, size_t length, int descriptor) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof descriptor)];
  } rights = {.header = {CMSG_LEN(sizeof descriptor), SOL_SOCKET, SCM_RIGHTS}};
  memcpy(CMSG_DATA(&rights.header), &descriptor, sizeof descriptor);
  struct iovec bytes = {(void *)message, length};
  struct msghdr packet = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights};
  if (descriptor < 0) packet.msg_control = NULL, packet.msg_controllen = 0;
  if (sendmsg(control, &packet, MSG_NOSIGNAL) < 0) {
    if (errno == EPIPE || errno == ECONNRESET) _exit(0);  // the worker is gone
    fail(REPORT, "cannot answer the worker");
  }
}

// Receives one SPAWN; exits when the worker is gone. What is no SPAWN at all cannot be answered and ends the zygote.
static struct order receive(int control) {
  struct order order = {0};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof order.descriptors)];
  } rights;
  struct iovec bytes = {&order.spawn, sizeof order.spawn};
  struct msghdr packet = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights};
  ssize_t length = recvmsg(control, &packet, MSG_CMSG_CLOEXEC);
  if (length == 0 || (length < 0 && errno == ECONNRESET)) _exit(0);
  if (length < 0) fail(REPORT, "cannot receive from the worker");
  for (struct cmsghdr *part = CMSG_FIRSTHDR(&packet); part != NULL; part = CMSG_NXTHDR(&packet, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    size_t size = part->cmsg_len - CMSG_LEN(0);
    memcpy(order.descriptors, CMSG_DATA(part), size);
    order.count = (int)(size / sizeof *order.descriptors);
  }
  errno = EPROTO;
  if (length != sizeof order.spawn || (packet.msg_flags & MSG_TRUNC) != 0 || order.spawn.kind != SPAWN)
    fail(VERSIONS, "the worker sent kind %u in %zd bytes, not SPAWN", order.spawn.kind, length);
  const struct spawn *s = &order.spawn;
  if ((packet.msg_flags & MSG_CTRUNC) != 0) order.error = EMFILE;  // more than 16, or no room for them here
  else if ((s->flags & ~(uint32_t)(INTO_CGROUP | PROC_FULL)) != 0 || s->uid == 0 || s->uid == UINT32_MAX) order.error = EINVAL;
  else if (s->nofile < MIN_NOFILE || order.count < CGROUP + (int)(s->flags & INTO_CGROUP)) order.error = EINVAL;
  return order;
}

static void join_cgroups(const struct order *order) {
  if (!LAYER("cgroup")) return;
  for (int i = CGROUP + (int)(order->spawn.flags & INTO_CGROUP); i < order->count; i++)
    if (write(order->descriptors[i], "0", 1) != 1)
      fail("see that the worker opened a v1 `tasks` file, for writing", "cannot join cgroup %d", i);
}

// A /proc of the own pid namespace; with every file if asked for, but without those that tell of the host's kernel.
static void mount_proc(bool full) {
  static const char *const masked[] = {"/proc/cmdline", "/proc/config.gz", "/proc/interrupts", "/proc/kallsyms",
                                       "/proc/kcore", "/proc/keys", "/proc/modules", "/proc/timer_list"};
  if (!LAYER("pid-ns")) return;  // the zygote's stays: its pid namespace is not ours
  const char *options = full || !LAYER("proc-subset") ? NULL : "subset=pid";
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, options)) fail(REPORT, "cannot mount /proc");
  for (size_t i = 0; full && i < sizeof masked / sizeof *masked; i++)
    if (mount("/dev/null", masked[i], NULL, MS_BIND, NULL) && errno != ENOENT) fail(REPORT, "cannot mask %s", masked[i]);
}

static void raise_loopback(void) {
  struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  if (!LAYER("net-ns")) return;  // not ours to raise
  int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any < 0 || ioctl(any, SIOCSIFFLAGS, &loopback)) fail(REPORT, "cannot raise the loopback interface");
  close(any);
}

// Standard input is empty, the link is descriptor 3, and nothing else of the zygote or the worker stays open.
static void keep_only_link(int link) {
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0 || dup2(null, STDIN_FILENO) < 0) fail(REPORT, "cannot open /dev/null");
  if (link != FINAL_LINK && dup3(link, FINAL_LINK, O_CLOEXEC) < 0) fail(REPORT, "cannot move the link");
  if (close_range(FINAL_LINK + 1, ~0U, 0)) fail(REPORT, "cannot close the zygote's descriptors");
}

static void wait_for_maps(void) {
  char go;
  ssize_t length = read(FINAL_LINK, &go, 1);
  if (length == 0) _exit(0);  // the worker wants no sandbox any more
  errno = length < 0 ? errno : EPROTO;
  if (length < 0 || go != 'M') fail(VERSIONS, "the worker did not say that the ids are mapped");
}

// The child, from clone3 to the point where language code may go on. Everything up to wait_for_maps() runs while the
// worker writes the maps, and needs the capabilities that the child still has in its user namespace.
static int confine(const struct zygote *zygote, const struct order *order) {
  const int *given = order->descriptors;
  close(zygote->control);
  if (dup2(given[LOG], STDOUT_FILENO) < 0 || dup2(given[LOG], STDERR_FILENO) < 0) fail(REPORT, "cannot use the log");
  run(zygote->language->after_fork_in_child);
  join_cgroups(order);
  if (syscall(SYS_keyctl, JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS) fail(REPORT, "cannot leave the keyring");
  mount_proc((order->spawn.flags & PROC_FULL) != 0);
  if (move_mount(given[TMP], "", AT_FDCWD, "/tmp", MOVE_MOUNT_F_EMPTY_PATH))
    fail("see that the worker sent a detached tmpfs", "cannot attach /tmp");
  raise_loopback();
  keep_only_link(given[LINK]);
  if (LAYER("rlimits")) {
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_MEMLOCK, 0);
    limit(RLIMIT_NOFILE, order->spawn.nofile);
  }
  signal(SIGCHLD, SIG_DFL);  // an ignored one would lose the exit codes of the handler's own children
  if (sigprocmask(SIG_SETMASK, &zygote->mask, NULL)) fail(REPORT, "cannot unblock signals");
  wait_for_maps();
  become(order->spawn.uid);
  if (prctl(PR_SET_DUMPABLE, 0)) fail(REPORT, "cannot become undumpable");  // closed to the zygote and its other children
  if (LAYER("strict-filter")) install_filter(zygote->strict_filter, "strict");
  return FINAL_LINK;
}

static uint64_t namespaces(void) {
  uint64_t flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS;
  if (LAYER("pid-ns")) flags |= CLONE_NEWPID;
  if (LAYER("ipc-ns")) flags |= CLONE_NEWIPC;
  if (LAYER("net-ns")) flags |= CLONE_NEWNET;
  return flags;
}

// Follows an order and answers it. Returns the link in the child, -1 in the zygote.
static int spawn(struct zygote *zygote, struct order *order) {
  struct spawned answer = {SPAWNED, order->error, order->spawn.id};
  int pidfd = -1;
  struct clone_args args = {
      .flags = namespaces() | CLONE_PIDFD | CLONE_CHILD_SETTID,
      .pidfd = (uintptr_t)&pidfd,
      .child_tid = (uintptr_t)zygote->cached_tid,
      .exit_signal = SIGCHLD,
  };
  if ((order->spawn.flags & INTO_CGROUP) != 0 && LAYER("cgroup")) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = (uint64_t)order->descriptors[CGROUP];
  }
  if (answer.error == 0 && zygote->child_count == ZYGOTE_CHILDREN) answer.error = EAGAIN;
  if (answer.error == 0) {
    run(zygote->language->before_fork);
    pid_t pid = clone3(&args);
    if (pid == 0) return confine(zygote, order);
    if (pid < 0) answer.error = errno, pidfd = -1;  // the kernel may have written a number before it gave up
    else zygote->children[zygote->child_count++] = (struct child){pid, order->spawn.id};
    run(zygote->language->after_fork_in_parent);
  }
  say(zygote->control, &answer, sizeof answer, pidfd);
  if (pidfd >= 0) close(pidfd);
  for (int i = 0; i < order->count; i++) close(order->descriptors[i]);
  return -1;
}

// Tells the worker who ended. Processes that the language started for itself are reaped and not told of.
static void reap(struct zygote *zygote) {
  siginfo_t end = {0};
  while (waitid(P_ALL, 0, &end, WEXITED | WNOHANG) == 0 && end.si_pid != 0) {
    for (int i = 0; i < zygote->child_count; i++) {
      if (zygote->children[i].pid != end.si_pid) continue;
      struct exited message = {EXITED, end.si_code, zygote->children[i].id, end.si_status};
      zygote->children[i] = zygote->children[--zygote->child_count];
      say(zygote->control, &message, sizeof message, -1);
      break;
    }
    end.si_pid = 0;
  }
}

// The table of children is empty in the children themselves: no sandbox learns the ids of others.
static struct child *make_table(void) {
  size_t size = ZYGOTE_CHILDREN * sizeof(struct child);
  struct child *table = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (table == MAP_FAILED || madvise(table, size, MADV_WIPEONFORK)) fail(REPORT, "cannot make a table of %zu bytes", size);
  return table;
}

int zygote_serve(int control, const char *strict_filter_path, const struct language *language) {
  struct zygote zygote = {
      .control = control,
      .language = language,
      .strict_filter = read_filter(strict_filter_path),
      .cached_tid = find_cached_tid(),
      .children = make_table(),
  };
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGCHLD);
  signal(SIGCHLD, SIG_DFL);
  if (sigprocmask(SIG_BLOCK, &ends, &zygote.mask)) fail(REPORT, "cannot block SIGCHLD");
  zygote.ends = signalfd(-1, &ends, SFD_CLOEXEC);
  if (zygote.ends < 0 || fcntl(control, F_SETFD, FD_CLOEXEC)) fail(REPORT, "cannot watch for ended children");
  uint32_t ready = READY;
  say(control, &ready, sizeof ready, -1);
  struct pollfd watched[] = {{.fd = control, .events = POLLIN}, {.fd = zygote.ends, .events = POLLIN}};
  for (;;) {
    struct signalfd_siginfo ended;
    if (poll(watched, 2, -1) < 0 && errno != EINTR) fail(REPORT, "cannot wait for the worker");
    if (watched[1].revents != 0 && read(zygote.ends, &ended, sizeof ended) > 0) reap(&zygote);
    if (watched[0].revents == 0) continue;
    struct order order = receive(control);
    int link = spawn(&zygote, &order);
    if (link >= 0) return link;
  }
}
