// Unit tests of the zygote side and of filter files, under address and undefined-behaviour
// sanitizers. Each case runs in a child of its own, as failures end a process; what it says and how
// it ends is compared. Includes the sources to reach what is static in them.
#include "../src/confine.c"
#include "../src/zygote.c"

static int failures, cases;

static void check(int holds, const char *what, int line) {
  cases++;
  if (holds) return;
  failures++;
  printf("unit.c:%d: not so: %s\n", line, what);
}
#define CHECK(condition) check((condition), #condition, __LINE__)

// Runs `act` in a child with standard error in `said`; returns its exit status, or 1000 + the
// signal.
static int in_child(void (*act)(void *), void *argument, char said[4096]) {
  int ends[2];
  if (pipe(ends)) abort();
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], STDERR_FILENO);
    act(argument);
    _exit(42);
  }
  close(ends[1]);
  size_t length = 0;
  for (ssize_t n; (n = read(ends[0], said + length, 4095 - length)) > 0;) length += (size_t)n;
  said[length] = '\0';
  close(ends[0]);
  int status;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void send_bytes(int socket, const void *bytes, size_t length, int count) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(64 * sizeof(int))];
  } rights = {.header = {CMSG_LEN((size_t)count * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
  for (int i = 0; i < count; i++) ((int *)CMSG_DATA(&rights.header))[i] = STDIN_FILENO;
  struct iovec vector = {(void *)bytes, length};
  struct msghdr packet = {.msg_iov = &vector, .msg_iovlen = 1};
  if (count > 0)
    packet.msg_control = &rights, packet.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
  if (sendmsg(socket, &packet, 0) < 0) abort();
}

static void receive_one(void *control) {
  struct order order = receive(*(int *)control);
  dprintf(STDERR_FILENO, "error %d count %d\n", order.error, order.count);
}

static void messages_of_any_length(void) {
  char said[4096], bytes[200];
  for (size_t length = 0; length <= sizeof bytes; length++) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair)) abort();
    memset(bytes, 0xA5, sizeof bytes);
    memcpy(bytes, &(uint32_t){SPAWN}, 4);
    send_bytes(pair[0], bytes, length, 0);
    int status = in_child(receive_one, &pair[1], said);
    if (length == 0) CHECK(status == 0);  // as an end-of-file
    else if (length == sizeof(struct spawn))
      CHECK(status == 42 && strcmp(said, "error 22 count 0\n") == 0);
    else CHECK(status == FAILED && strstr(said, "not SPAWN: Protocol error; install") != NULL);
    close(pair[0]);
    close(pair[1]);
  }
}

static void orders(void) {
  static const struct {
    struct spawn spawn;
    int count, status, error;
  } table[] = {
      {{SPAWN, 0, 1, 1000, 64}, 3, 42, 0},
      {{SPAWN, 0, 1, 1000, 64}, 2, 42, EINVAL},
      {{SPAWN, INTO_CGROUP, 1, 1000, 64}, 3, 42, EINVAL},
      {{SPAWN, INTO_CGROUP | PROC_FULL, 1, 1000, 64}, 4, 42, 0},
      {{SPAWN, 0, UINT64_MAX, 1000, 64}, 16, 42, 0},
      {{SPAWN, 0, 1, 1000, 64}, 17, 42, EMFILE},
      {{SPAWN, 0, 1, 1000, 64}, 40, 42, EMFILE},
      {{SPAWN, 8, 1, 1000, 64}, 3, 42, EINVAL},
      {{SPAWN, BARE, 1, 1000, 64}, 2, 42, 0},
      {{SPAWN, BARE, 1, 1000, 64}, 3, 42, EINVAL},
      {{SPAWN, BARE | INTO_CGROUP, 1, 1000, 64}, 2, 42, EINVAL},
      {{SPAWN, UINT32_MAX, 1, 1000, 64}, 4, 42, EINVAL},
      {{SPAWN, 0, 1, 0, 64}, 3, 42, EINVAL},
      {{SPAWN, 0, 1, UINT32_MAX, 64}, 3, 42, EINVAL},
      {{SPAWN, 0, 1, 1000, 0}, 3, 42, EINVAL},
      {{SPAWN, 0, 1, 1000, MIN_NOFILE}, 3, 42, 0},
      {{READY, 0, 1, 1000, 64}, 3, FAILED, 0},
      {{0, 0, 1, 1000, 64}, 3, FAILED, 0},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    char said[4096];
    int pair[2], error = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair)) abort();
    send_bytes(pair[0], &table[i].spawn, sizeof table[i].spawn, table[i].count);
    CHECK(in_child(receive_one, &pair[1], said) == table[i].status);
    if (table[i].status == 42)
      CHECK(sscanf(said, "error %d", &error) == 1 && error == table[i].error);
    close(pair[0]);
    close(pair[1]);
  }
}

// Refused orders are answered with their errno and without a descriptor; the ones sent along are
// closed.
static void refusals(void) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair)) abort();
  struct zygote zygote = {
      .control = pair[1], .language = &(struct language){0}, .children = make_table()};
  for (int given = 0; given <= 20; given++) {
    struct spawn spawn_message = {SPAWN, 8, (uint64_t)given, 1000, 64};
    struct spawned answer;
    send_bytes(pair[0], &spawn_message, sizeof spawn_message, given);
    struct order order = receive(pair[1]);
    CHECK(spawn(&zygote, &order) == -1);
    CHECK(recv(pair[0], &answer, sizeof answer, 0) == sizeof answer);
    CHECK(answer.kind == SPAWNED && answer.id == (uint64_t)given);
    CHECK(answer.error == (given > MAX_DESCRIPTORS ? EMFILE : EINVAL));
  }
  int next = dup(STDIN_FILENO);
  CHECK(next < 16);  // nothing leaked
  close(next);
  // A full table refuses even a good order.
  zygote.child_count = MAX_CHILDREN;
  struct order good = {.spawn = {SPAWN, 0, 9, 1000, 64}};
  struct spawned answer;
  CHECK(spawn(&zygote, &good) == -1);
  CHECK(recv(pair[0], &answer, sizeof answer, 0) == sizeof answer && answer.error == EAGAIN &&
        answer.id == 9);
  close(pair[0]);
  close(pair[1]);
}

static void sends_to_nobody(void *control) { say(*(int *)control, "x", 1, -1); }

static void answers_without_a_worker(void) {
  char said[4096];
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair)) abort();
  close(pair[0]);
  CHECK(in_child(sends_to_nobody, &pair[1], said) == 0 && *said == '\0');
  CHECK(in_child(receive_one, &pair[1], said) == 0 && *said == '\0');
  close(pair[1]);
}

// Every end is told once, in whatever order; strangers are reaped and not told of.
static void ends(void) {
  enum { CHILDREN = 4 };
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair)) abort();
  struct zygote zygote = {.control = pair[1], .children = make_table()};
  pid_t all[CHILDREN + 1];
  fflush(stdout);
  for (int i = 0; i <= CHILDREN; i++) {
    if ((all[i] = fork()) == 0) _exit(i);
    if (i < CHILDREN)
      zygote.children[zygote.child_count++] = (struct child){all[i], 100 + (uint64_t)i};
  }
  for (int i = 0; i <= CHILDREN; i++) waitid(P_PID, all[i], &(siginfo_t){0}, WEXITED | WNOWAIT);
  reap(&zygote);
  CHECK(zygote.child_count == 0);
  unsigned seen = 0;
  for (int i = 0; i < CHILDREN; i++) {
    char message[64];
    struct exited *told = (struct exited *)message;
    CHECK(recv(pair[0], message, sizeof message, MSG_DONTWAIT) == 20);
    CHECK(told->kind == EXITED && told->code == CLD_EXITED &&
          told->id == 100 + (uint64_t)told->status);
    seen |= 1U << told->status;
  }
  CHECK(seen == (1U << CHILDREN) - 1);
  CHECK(recv(pair[0], &seen, sizeof seen, MSG_DONTWAIT) < 0);
  CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
  close(pair[0]);
  close(pair[1]);
}

static void look_at_table(void *table) { _exit(((struct child *)table)->pid == 0 ? 42 : 1); }

static void the_table_is_wiped_in_children(void) {
  char said[4096];
  struct child *table = make_table();
  table[0] = (struct child){77, 88};
  CHECK(in_child(look_at_table, table, said) == 42);
  CHECK(table[0].id == 88);
}

static void read_one(void *path) {
  struct sock_fprog filter = read_filter(path);
  dprintf(STDERR_FILENO, "%u", filter.len);
  free(filter.filter);
}

static void filter_files(const char *folder) {
  static const struct {
    long size, instructions;
  } table[] = {{0, 0},      {1, 0},        {7, 0},     {8, 1},     {9, 0},
               {1840, 230}, {32768, 4096}, {32769, 0}, {32776, 0}, {99999, 0}};
  char said[4096], path[512];
  snprintf(path, sizeof path, "%s/filter", folder);
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    if (file < 0 || ftruncate(file, table[i].size)) abort();
    close(file);
    int status = in_child(read_one, path, said);
    if (table[i].instructions > 0) CHECK(status == 42 && atol(said) == table[i].instructions);
    else
      CHECK(status == FAILED &&
            strstr(said, "not 1 to 4096 times 8: Invalid argument; make it again"));
  }
  unlink(path);
  CHECK(in_child(read_one, path, said) == FAILED && strstr(said, "cannot open the filter") != NULL);
  CHECK(in_child(read_one, (void *)folder, said) == FAILED &&
        strstr(said, "cannot read the filter") != NULL);
}

static void fails_at_length(void *text) { fail(text, "%s", (char *)text); }

static void long_words_are_cut(void) {
  static char text[5000];
  char said[4096];
  memset(text, 'x', sizeof text - 1);
  CHECK(in_child(fails_at_length, text, said) == FAILED);
  CHECK(strlen(said) < 1100 && strchr(said, '\n') == said + strlen(said) - 1);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  messages_of_any_length();
  orders();
  refusals();
  answers_without_a_worker();
  ends();
  the_table_is_wiped_in_children();
  filter_files(argv[1]);
  long_words_are_cut();
  printf("unit.c: %d checks, %d not so\n", cases, failures);
  return failures != 0;
}
