// What the launcher and the zygote side read, for any bytes; byte 0 of an input chooses: orders of
// the worker, a filter file, a command line, or one --bind. With libFuzzer (fuzz/run.py), or by
// itself (-DALONE): `fuzz FOLDER COUNT SEED` plays what is kept in a folder and COUNT mutations of
// it. Under address and undefined-behaviour sanitizers. Includes the sources to reach what is
// static in them; what would end the process or change the machine is played here.
#define _GNU_SOURCE
#include "../src/confine.h"

#include <dirent.h>
#include <limits.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

static jmp_buf the_end;
static int ended_with, clones;
static void *allocated;
static char last_words[2048];

#define HOLDS(condition) \
  do { if (!(condition)) fprintf(stderr, "found: not so: %s\n", #condition), abort(); } while (0)

// The end of the process under test is the end of one input.
static _Noreturn void leave(int status) {
  ended_with = status;
  longjmp(the_end, 1);
}

static int say_last(const char *format, const char *line) {
  return snprintf(last_words, sizeof last_words, format, line);
}

static void *remember(size_t size) { return allocated = malloc(size); }

// No process is made: the first order gets one, the next is told EAGAIN, and so on.
static long play_syscall(long number, const void *argument) {
  HOLDS(number == SYS_clone3);
  const struct clone_args *args = argument;
  if (clones++ % 2 == 1) return errno = EAGAIN, -1;
  *(int *)(uintptr_t)args->pidfd = dup(STDIN_FILENO);
  return 100000 + clones;
}

// Paths that are made or mounted on lie in the private root, which is the working directory then.
static int inside(const char *path) {
  HOLDS(*path != '/' && *path != '\0');
  for (const char *at = path; at != NULL; at = strchr(at, '/')) {
    at += *at == '/';
    HOLDS(strncmp(at, "..", 2) != 0 || (at[2] != '/' && at[2] != '\0'));
  }
  return 0;
}

static int play_open(const char *path, int flags) {
  if (flags & O_CREAT) inside(path);
  return dup(STDIN_FILENO);
}

#define FIRST(first, ...) (const void *)(uintptr_t)(first)
#define _exit leave
#define dprintf(to, format, line) say_last(format, line)
#define malloc remember
#define syscall(number, ...) play_syscall(number, FIRST(__VA_ARGS__, 0))
#include "../src/confine.c"
#include "../src/zygote.c"
#undef malloc
#define mkdir(path, mode) inside(path)
#define mount(from, to, ...) inside(to)
#define mount_setattr(at, path, ...) inside(path)
#define open(path, flags, ...) play_open(path, flags)
#define write(file, text, length) ((ssize_t)(length))
#define main launcher_main
#include "../src/launcher.c"
#undef main
#undef open
#undef write

static void nothing(void) {}
static const struct language quiet = {nothing, nothing, nothing};

static int next_descriptor(void) {
  int next = dup(STDIN_FILENO);
  close(next);
  return next;
}

static void send_order(int to, const uint8_t *bytes, size_t length, int count) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(24 * sizeof(int))];
  } rights = {.header = {CMSG_LEN((size_t)count * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
  for (int i = 0; i < count; i++) ((int *)CMSG_DATA(&rights.header))[i] = STDIN_FILENO;
  struct iovec vector = {(void *)bytes, length};
  struct msghdr packet = {.msg_iov = &vector, .msg_iovlen = 1};
  if (count > 0)
    packet.msg_control = &rights, packet.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
  if (sendmsg(to, &packet, 0) < 0) abort();
}

// What SPAWNED must say, by PROTOCOL.md and not by the code.
static int expected(struct spawn order, int count) {
  if (count > 16) return EMFILE;
  if (order.flags > 3 || order.uid == 0 || order.uid == UINT32_MAX || order.nofile < 16)
    return EINVAL;
  if (count < (order.flags & 1 ? 4 : 3)) return EINVAL;
  return clones % 2 == 0 ? EAGAIN : 0;  // it has been counted by now
}

static void check_answer(int from, struct spawn order, int count) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(24 * sizeof(int))];
  } rights;
  char bytes[64];
  struct iovec vector = {bytes, sizeof bytes};
  struct msghdr packet = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights};
  HOLDS(recvmsg(from, &packet, MSG_DONTWAIT) == 16);
  struct spawned answer;
  memcpy(&answer, bytes, sizeof answer);
  HOLDS(answer.kind == 3 && answer.id == order.id && answer.error == expected(order, count));
  struct cmsghdr *part = CMSG_FIRSTHDR(&packet);
  HOLDS((part != NULL) == (answer.error == 0));
  if (part == NULL) return;
  HOLDS(part->cmsg_len == CMSG_LEN(sizeof(int)));
  close(*(int *)CMSG_DATA(part));
}

// u8 descriptors, u8 length, bytes, repeated: messages of a worker, until one ends the zygote.
static void play_orders(const uint8_t *data, size_t size) {
  static struct child table[MAX_CHILDREN];
  static int pair[2];
  static struct spawn order;
  static struct zygote zygote;
  static const uint8_t *at;
  static size_t left, length;
  static int count, base;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair)) abort();
  zygote = (struct zygote){.control = pair[1], .children = table, .language = &quiet};
  base = next_descriptor();
  clones = 0;
  for (at = data, left = size; left >= 2; at += length, left -= length) {
    count = at[0] % 24;
    length = at[1];
    at += 2;
    left -= 2;
    if (length > left) length = left;
    send_order(pair[0], at, length, count);
    memset(&order, 0, sizeof order);
    memcpy(&order, at, length < sizeof order ? length : sizeof order);
    bool proper = length == sizeof order && order.kind == SPAWN;
    if (setjmp(the_end) != 0) {
      HOLDS(length == 0 ? ended_with == 0 : ended_with == FAILED);
      close_range((unsigned)base, ~0U, 0);  // as the kernel does at the end of a process
      break;
    }
    struct order received = receive(pair[1]);
    HOLDS(proper);
    HOLDS(spawn(&zygote, &received) == -1);
    check_answer(pair[0], order, count);
    HOLDS(next_descriptor() == base);  // none leaked
  }
  close(pair[0]);
  close(pair[1]);
}

static void play_filter(const uint8_t *data, size_t size) {
  static int file = -1;
  static char path[64];
  if (file < 0) {
    file = memfd_create("filter", MFD_CLOEXEC);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  }
  if (ftruncate(file, 0) || pwrite(file, data, size, 0) < 0) abort();
  if (setjmp(the_end) == 0) {
    struct sock_fprog filter = read_filter(path);
    HOLDS(size > 0 && size <= 32768 && filter.len * 8 == size);
    HOLDS(memcmp(filter.filter, data, size) == 0);
  } else {
    HOLDS(ended_with == FAILED && (size == 0 || size > 32768 || size % 8 != 0));
  }
  free(allocated);
  allocated = NULL;
}

// The arguments, each ended by a NUL.
static void play_arguments(char *text, size_t size) {
  static char *arguments[600];
  size_t count = 0;
  for (char *at = text; at < text + size && count < 599; at += strlen(at) + 1)
    arguments[count++] = at;
  arguments[count] = NULL;
  if (setjmp(the_end) == 0) {
    struct options o = parse(arguments);
    HOLDS(o.root != NULL && o.policy != NULL && o.uid != UINT_MAX && o.program[0] != NULL);
    HOLDS(o.binds[MAX_BINDS] == NULL && o.env[MAX_ENV] == NULL);
  } else {
    HOLDS(ended_with == FAILED);
  }
}

static void play_bind(char *text) {
  if (setjmp(the_end) == 0) show_bind(text);
  else HOLDS(ended_with == FAILED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  char *text = malloc(size);  // its very size, so that the sanitizer sees one byte too many
  memcpy(text, data + 1, size - 1);
  text[size - 1] = '\0';
  *last_words = '\0';
  switch (data[0] % 4) {
    case 0: play_orders(data + 1, size - 1); break;
    case 1: play_filter(data + 1, size - 1); break;
    case 2: play_arguments(text, size); break;
    case 3: play_bind(text); break;
  }
  size_t said = strlen(last_words);
  HOLDS(said == 0 || (strncmp(last_words, "ol: ", 4) == 0 && last_words[said - 1] == '\n'));
  free(text);
  return 0;
}

#ifdef ALONE
enum { MOST_KEPT = 4096, LONGEST = 8192 };
static uint8_t *kept[MOST_KEPT], input[LONGEST];
static size_t sizes[MOST_KEPT], how_many;

static void keep(const char *folder) {
  DIR *all = opendir(folder);
  if (all == NULL) abort();
  for (struct dirent *one; (one = readdir(all)) != NULL && how_many < MOST_KEPT;) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, one->d_name);
    FILE *file = one->d_name[0] == '.' ? NULL : fopen(path, "rb");
    if (file == NULL) continue;
    sizes[how_many] = fread(input, 1, sizeof input, file);
    kept[how_many] = memcpy(malloc(sizeof input), input, sizeof input);
    how_many++;
    fclose(file);
  }
  closedir(all);
}

// Changes some bytes of `input`, or takes some out, or some from another input in.
static size_t mutate(size_t size) {
  for (long changes = 1 + random() % 4; changes > 0; changes--) {
    size_t at = size == 0 ? 0 : (size_t)random() % size, other = (size_t)random() % how_many;
    size_t some = 1 + (size_t)random() % 16;
    switch (random() % 4) {
      case 0: input[at] ^= (uint8_t)(1 << random() % 8); break;
      case 1: input[at] = (uint8_t)random(); break;
      case 2:
        if (at + some < size) memmove(input + at, input + at + some, size - at - some), size -= some;
        break;
      case 3:
        if (size + some > LONGEST || sizes[other] < some) break;
        memmove(input + at + some, input + at, size - at);
        memcpy(input + at, kept[other] + (size_t)random() % (sizes[other] - some + 1), some);
        size += some;
    }
  }
  return size;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  keep(argv[1]);
  if (how_many == 0) return 2;
  for (size_t i = 0; i < how_many; i++) LLVMFuzzerTestOneInput(kept[i], sizes[i]);
  long count = atol(argv[2]);
  srandom((unsigned)atol(argv[3]));
  for (long i = 0; i < count; i++) {
    size_t from = (size_t)random() % how_many;
    memcpy(input, kept[from], sizes[from]);
    LLVMFuzzerTestOneInput(input, mutate(sizes[from]));
  }
  printf("fuzz.c: %zu kept inputs and %ld near them\n", how_many, count);
  return 0;
}
#endif
