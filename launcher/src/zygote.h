// The zygote side, shared by every language that can fork: takes SPAWN messages from the worker, clones a child for each
// and confines it (PROTOCOL.md, "Control messages" and "Birth of a sandbox"). Single-threaded; state is the caller's.
#ifndef ZYGOTE_H
#define ZYGOTE_H

// What a language does around a fork, in the process that forks; any may be NULL.
struct language {
  void (*before_fork)(void), (*after_fork_in_child)(void), (*after_fork_in_parent)(void);
};

// Says READY and serves the worker at the socket `control` until its end, then exits. Returns only in a child, which is
// completely confined by then, with the number of its link. Blocks. Failures end the process with status 111.
int zygote_serve(int control, const char *strict_filter_path, const struct language *language);

#endif
