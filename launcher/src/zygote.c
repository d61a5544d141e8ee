#define _GNU_SOURCE
#include "zygote.h"

#include "confine.h"

#include <net/if.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define VERSIONS "install a worker and a launcher of the same version"

enum { READY = 1, SPAWN = 2, SPAWNED = 3, EXITED = 4 };
enum { INTO_CGROUP = 1, PROC_FULL = 2, BARE = 4 };
enum { LINK, LOG, TMP, OTHERS, MAX_DESCRIPTORS = 16 };  // order of what comes with a SPAWN
enum { MAX_CHILDREN = 16384, FINAL_LINK = 3, MIN_NOFILE = 16 };

struct spawn { uint32_t kind, flags; uint64_t id; uint32_t uid, nofile; };
struct spawned { uint32_t kind; int32_t error; uint64_t id; };
struct __attribute__((packed)) exited { uint32_t kind; int32_t code; uint64_t id; int32_t status; };

// A SPAWN with its descriptors, ours to close. `error`: why it cannot be followed, or 0.
struct order {
  struct spawn spawn;
  int descriptors[MAX_DESCRIPTORS], count, error;
};
struct child { pid_t pid; uint64_t id; };
struct zygote {
  int control, child_count;
  bool bare;  // whether a child without walls was made
  struct child *children;
  const struct language *language;
  struct sock_fprog strict_filter;
  pid_t *cached_tid;  // where libc remembers its thread id; found out when it is needed
};

// glibc keeps the thread id in its thread descriptor and has no clone3 that would refresh it: in a
// child raise(), abort() and recursive mutexes would use the zygote's. So the kernel writes it
// (CLONE_CHILD_SETTID) to where we find ours: 32000, a number that nothing else has there.
static pid_t *find_cached_tid(void) {
  pid_t self = gettid(), *descriptor = (pid_t *)pthread_self(), *found = NULL;
  int places = 0;
  if (!LAYER("set-tid")) return NULL;  // 1 is everywhere, and the child's id too
  for (size_t i = 0; i < 2048 / sizeof self; i++)
    if (descriptor[i] == self) found = &descriptor[i], places++;
  errno = ENOTSUP;
  if (places != 1) fail(KERNEL, "libc keeps thread id %d in %d places, not in one", self, places);
  return found;
}

// The children's copy of the table is empty: no sandbox learns the ids of others.
static struct child *make_table(void) {
  const size_t size = MAX_CHILDREN * sizeof(struct child);
  void *table = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (table == MAP_FAILED || madvise(table, size, MADV_WIPEONFORK))
    fail(KERNEL, "cannot make a table of %zu bytes", size);
  return table;
}

// One message to the worker, with a descriptor unless that is -1.
static void say(int control, const void *message, size_t length, int descriptor) {
  _Alignas(struct cmsghdr) char rights[CMSG_SPACE(sizeof descriptor)];
  struct cmsghdr *header = (struct cmsghdr *)rights;
  *header = (struct cmsghdr){CMSG_LEN(sizeof descriptor), SOL_SOCKET, SCM_RIGHTS};
  memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  struct iovec bytes = {(void *)message, length};
  struct msghdr packet = {.msg_iov = &bytes, .msg_iovlen = 1};
  if (descriptor >= 0) packet.msg_control = rights, packet.msg_controllen = sizeof rights;
  if (sendmsg(control, &packet, MSG_NOSIGNAL) >= 0) return;
  if (errno == EPIPE || errno == ECONNRESET) _exit(0);  // the worker is gone
  fail(KERNEL, "cannot answer the worker");
}

// Why a SPAWN cannot be followed: an errno, or 0.
static int refusal(const struct spawn *spawn, int count, bool truncated) {
  if (truncated) return EMFILE;  // more than 16 descriptors, or no room for them in this process
  if (spawn->flags == BARE) return count == TMP && spawn->nofile >= MIN_NOFILE ? 0 : EINVAL;
  if ((spawn->flags & ~(uint32_t)(INTO_CGROUP | PROC_FULL)) != 0) return EINVAL;
  if (spawn->uid == 0 || spawn->uid == UINT32_MAX || spawn->nofile < MIN_NOFILE) return EINVAL;
  return count < OTHERS + (int)(spawn->flags & INTO_CGROUP) ? EINVAL : 0;
}

// Receives one SPAWN. What is none cannot be answered and ends us, as the end of the worker does.
static struct order receive(int control) {
  struct order order = {0};
  _Alignas(struct cmsghdr) char rights[CMSG_SPACE(sizeof order.descriptors)];
  struct iovec bytes = {&order.spawn, sizeof order.spawn};
  struct msghdr packet = {.msg_iov = &bytes, .msg_iovlen = 1,
                          .msg_control = rights, .msg_controllen = sizeof rights};
  ssize_t length = recvmsg(control, &packet, MSG_CMSG_CLOEXEC);
  if (length == 0 || (length < 0 && errno == ECONNRESET)) _exit(0);
  if (length < 0) fail(KERNEL, "cannot receive from the worker");
  errno = EPROTO;
  if (length != sizeof order.spawn || packet.msg_flags & MSG_TRUNC || order.spawn.kind != SPAWN)
    fail(VERSIONS, "the worker sent kind %u in %zd bytes, not SPAWN", order.spawn.kind, length);
  struct cmsghdr *part = CMSG_FIRSTHDR(&packet);  // the kernel makes one of all SCM_RIGHTS
  if (part != NULL && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS) {
    size_t size = part->cmsg_len - CMSG_LEN(0);
    memcpy(order.descriptors, CMSG_DATA(part), size);
    order.count = (int)(size / sizeof *order.descriptors);
  }
  order.error = refusal(&order.spawn, order.count, packet.msg_flags & MSG_CTRUNC);
  return order;
}

static void join_cgroups(const struct order *order) {
  if (!LAYER("cgroup")) return;
  for (int i = OTHERS + (int)(order->spawn.flags & INTO_CGROUP); i < order->count; i++)
    if (write(order->descriptors[i], "0", 1) != 1)
      fail("see that the worker sent a v1 `tasks` file, open for writing", "cannot join a cgroup");
}

// A /proc of the own pid namespace: its processes only, or everything but what tells of the kernel.
static void mount_proc(bool full) {
  static const char *const masked[] = {"/proc/cmdline", "/proc/config.gz", "/proc/interrupts",
                                       "/proc/kallsyms", "/proc/kcore", "/proc/keys",
                                       "/proc/modules", "/proc/timer_list", NULL};
  if (!LAYER("pid-ns")) return;  // the zygote's stays: its pid namespace is not ours
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
            full || !LAYER("proc-subset") ? NULL : "subset=pid"))
    fail(KERNEL, "cannot mount /proc");
  for (const char *const *file = masked; full && *file != NULL; file++)
    if (mount("/dev/null", *file, NULL, MS_BIND, NULL) && errno != ENOENT)
      fail(KERNEL, "cannot mask %s", *file);
}

static void raise_loopback(void) {
  struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any < 0 || ioctl(any, SIOCSIFFLAGS, &loopback)) fail(KERNEL, "cannot raise the loopback");
  close(any);
}

// Standard input is empty, the link is descriptor 3, and nothing else of the zygote stays open.
static void keep_only_link(int link) {
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0 || dup2(null, STDIN_FILENO) < 0) fail(KERNEL, "cannot open /dev/null");
  if (link != FINAL_LINK && dup3(link, FINAL_LINK, O_CLOEXEC) < 0) fail(KERNEL, "cannot move link");
  if (close_range(FINAL_LINK + 1, ~0U, 0)) fail(KERNEL, "cannot close the zygote's descriptors");
}

static void wait_for_maps(void) {
  char go;
  ssize_t length = read(FINAL_LINK, &go, 1);
  if (length == 0) _exit(0);  // the worker wants no sandbox any more
  if (length > 0) errno = EPROTO;
  if (length < 0 || go != 'M') fail(VERSIONS, "the worker did not say that the ids are mapped");
}

// A child without walls, for one's own code on one's own machine (PROTOCOL.md, "Without walls").
static int settle(const struct zygote *zygote, const struct order *order) {
  const int *given = order->descriptors;
  close(zygote->control);
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) || setsid() < 0) fail(KERNEL, "cannot be tied to a zygote");
  if (dup2(given[LOG], STDOUT_FILENO) < 0 || dup2(given[LOG], STDERR_FILENO) < 0)
    fail(KERNEL, "cannot use the log");
  zygote->language->after_fork_in_child();
  keep_only_link(given[LINK]);
  limit(RLIMIT_NOFILE, order->spawn.nofile);
  unblock_signals();
  wait_for_maps();
  return FINAL_LINK;
}

// The child, from clone3 to where language code may go on. Everything before wait_for_maps() runs
// while the worker writes the maps, and needs capabilities that we have in our user namespace.
static int confine(const struct zygote *zygote, const struct order *order) {
  const int *given = order->descriptors;
  close(zygote->control);
  if (dup2(given[LOG], STDOUT_FILENO) < 0 || dup2(given[LOG], STDERR_FILENO) < 0)
    fail(KERNEL, "cannot use the log");
  // kill(0, …) reaches a whole process group, across pid namespaces, where the uid is the same.
  if (LAYER("session") && setsid() < 0) fail(KERNEL, "cannot leave the zygote's session");
  zygote->language->after_fork_in_child();
  join_cgroups(order);
  mount_proc(order->spawn.flags & PROC_FULL);
  if (move_mount(given[TMP], "", AT_FDCWD, "/tmp", MOVE_MOUNT_F_EMPTY_PATH))
    fail("see that the worker sent a detached tmpfs", "cannot attach /tmp");
  if (LAYER("net-ns")) raise_loopback();
  keep_only_link(given[LINK]);
  if (LAYER("rlimits")) {
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_MEMLOCK, 0);
    limit(RLIMIT_NOFILE, order->spawn.nofile);
  }
  unblock_signals();
  wait_for_maps();
  become(order->spawn.uid);
  // Closed to the zygote and its other children, which are of our user namespace's owner.
  if (prctl(PR_SET_DUMPABLE, 0)) fail(KERNEL, "cannot become undumpable");
  if (LAYER("strict-filter")) install_filter(zygote->strict_filter, "strict");
  return FINAL_LINK;
}

// Makes the process for an order: 0 in the child, -1 with errno if there is none.
static pid_t make_child(struct zygote *zygote, const struct order *order, int *pidfd) {
  if (order->spawn.flags == BARE) {  // fork(3) needs no help to refresh the thread id
    pid_t pid = fork();
    if (pid > 0 && (*pidfd = (int)syscall(SYS_pidfd_open, pid, 0)) < 0)
      fail(KERNEL, "cannot open a pidfd of a child");
    return pid;
  }
  if (zygote->cached_tid == NULL) zygote->cached_tid = find_cached_tid();
  struct clone_args args = {.pidfd = (uintptr_t)pidfd, .exit_signal = SIGCHLD,
                            .child_tid = (uintptr_t)zygote->cached_tid};
  args.flags = CLONE_PIDFD | CLONE_CHILD_SETTID | CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS;
  if (LAYER("pid-ns")) args.flags |= CLONE_NEWPID;
  if (LAYER("ipc-ns")) args.flags |= CLONE_NEWIPC;
  if (LAYER("net-ns")) args.flags |= CLONE_NEWNET;
  if (order->spawn.flags & INTO_CGROUP && LAYER("cgroup")) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = (uint64_t)order->descriptors[OTHERS];
  }
  return (pid_t)syscall(SYS_clone3, &args, sizeof args);
}

// Follows an order and answers it. Returns the link in the child, -1 in the zygote.
static int spawn(struct zygote *zygote, const struct order *order) {
  struct spawned answer = {SPAWNED, order->error, order->spawn.id};
  bool bare = order->spawn.flags == BARE;
  int pidfd = -1;
  if (answer.error == 0 && zygote->child_count == MAX_CHILDREN) answer.error = EAGAIN;
  if (answer.error == 0) {
    zygote->language->before_fork();
    pid_t pid = make_child(zygote, order, &pidfd);
    if (pid == 0) return bare ? settle(zygote, order) : confine(zygote, order);
    if (pid > 0) zygote->children[zygote->child_count++] = (struct child){pid, order->spawn.id};
    else answer.error = errno, pidfd = -1;  // the kernel may have written a number and given up
    zygote->language->after_fork_in_parent();
  }
  say(zygote->control, &answer, sizeof answer, pidfd);
  if (pidfd >= 0) close(pidfd);
  for (int i = 0; i < order->count; i++) close(order->descriptors[i]);
  zygote->bare |= bare;
  return -1;
}

// Tells the worker who ended. Processes that the language started for itself are just reaped.
static void reap(struct zygote *zygote) {
  for (;;) {
    siginfo_t end = {0};
    if (waitid(P_ALL, 0, &end, WEXITED | WNOHANG | WNOWAIT) || end.si_pid == 0) return;
    // No pid namespace ends with it; but what it started is in its process group, whose number
    // nobody else has before it is reaped.
    if (zygote->bare) kill(-end.si_pid, SIGKILL);
    if (waitid(P_PID, (id_t)end.si_pid, &end, WEXITED)) fail(KERNEL, "cannot reap a child");
    int i = 0;
    while (i < zygote->child_count && zygote->children[i].pid != end.si_pid) i++;
    if (i == zygote->child_count) continue;
    struct exited message = {EXITED, end.si_code, zygote->children[i].id, end.si_status};
    zygote->children[i] = zygote->children[--zygote->child_count];
    say(zygote->control, &message, sizeof message, -1);
  }
}

int zygote_serve(int control, const char *strict_filter_path, const struct language *language) {
  struct zygote zygote = {
      .control = control,
      .children = make_table(),
      .language = language,
      .strict_filter = read_filter(strict_filter_path),
  };
  int ended = watch_ends();
  if (fcntl(control, F_SETFD, FD_CLOEXEC)) fail(KERNEL, "cannot keep %d from others", control);
  say(control, &(uint32_t){READY}, sizeof(uint32_t), -1);
  struct pollfd watched[] = {{.fd = control, .events = POLLIN}, {.fd = ended, .events = POLLIN}};
  for (;;) {
    struct signalfd_siginfo one;
    while (poll(watched, 2, -1) < 0)
      if (errno != EINTR) fail(KERNEL, "cannot wait for the worker");
    if (watched[1].revents != 0 && read(ended, &one, sizeof one) > 0) reap(&zygote);
    if (watched[0].revents == 0) continue;
    struct order order = receive(control);
    int link = spawn(&zygote, &order);
    if (link >= 0) return link;
  }
}
