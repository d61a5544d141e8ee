// The zygote side, shared by every language that can fork: takes SPAWN messages from the worker,
// clones a child for each and confines it (PROTOCOL.md, "Birth of a sandbox"). Single-threaded.
#ifndef ZYGOTE_H
#define ZYGOTE_H

// What a language does around a fork, in the process that forks.
struct language {
  void (*before_fork)(void), (*after_fork_in_child)(void), (*after_fork_in_parent)(void);
};

// Says READY and serves the worker at the socket `control` until its end, then exits. Returns only
// in a child, completely confined, with the number of its link. A failure ends with status 111.
int zygote_serve(int control, const char *strict_filter_path, const struct language *language);

#endif
