// SPDX-License-Identifier: Apache-2.0
#ifndef CSAMSHIMS_H
#define CSAMSHIMS_H

#include <sys/types.h>

/// One open file of a new process: `child` is the number that it will see, `parent` the caller's descriptor.
typedef struct {
  int child;
  int parent;
} sam_fd_map;

/// What `sam_spawn` starts. Nothing is inherited that is not named here.
typedef struct {
  const char *program;       ///< A path, or a name that is searched on the caller's PATH.
  char *const *argv;         ///< Null-terminated; the first element is the name.
  char *const *envp;         ///< Null-terminated and complete.
  const char *cwd;           ///< Null: the caller's.
  const sam_fd_map *fds;     ///< Every other descriptor is closed in the child.
  int fd_count;              ///< At most 16.
  int new_session;           ///< Lead a session of its own.
  int foreground;            ///< Lead the foreground process group of the terminal that is descriptor 0.
  int group;                 ///< The `cgroup.procs` of the control group to be in; 0: the caller's.
  int die_with_parent;       ///< SIGKILL when the thread that spawned it ends (use from single-threaded programs).
} sam_spawn_request;

/// Where `sam_spawn` failed.
enum {
  SAM_STAGE_NONE = 0, SAM_STAGE_FORK, SAM_STAGE_GROUP, SAM_STAGE_DESCRIPTORS, SAM_STAGE_DIRECTORY, SAM_STAGE_EXEC
};

/// Starts a program with default signal dispositions and an empty signal mask.
/// Returns its process id, or -errno with the failing stage in `stage`.
pid_t sam_spawn(const sam_spawn_request *request, int *stage);

/// `guard --lock FILE --control FD [--lock-wait SECONDS] [--grace MILLISECONDS] [--terminal] [--group DIRECTORY]
/// -- PROGRAM ARGS...`
/// The parent of every agent process: it holds the workspace lock until the last descendant of PROGRAM is dead, and
/// kills them all when the control socket closes. They are in the control group that `--group` names, which it makes and
/// removes; the guard itself is not, so that it outlives what ends them. Arguments before the first option are skipped.
/// Returns an exit status.
int sam_guard_main(int argc, char **argv);

/// Makes a control group of the kernel (https://docs.kernel.org/admin-guide/cgroup-v2.html), unless it is there. Returns a
/// descriptor of its `cgroup.procs`, or -1 with errno.
int sam_group_make(const char *group);

/// Kills everything in a control group and the groups below it, at once.
void sam_group_kill(const char *group);

/// Whether the kernel has ended something in the group above because that had used up its memory.
int sam_group_ran_out_of_memory(const char *group);

/// Removes a control group that nobody is in any more, killing who is; and the two groups above it when they are empty.
void sam_group_remove(const char *group);

/// A close-on-exec pipe; -errno on failure.
int sam_pipe(int fds[2]);

/// A close-on-exec stream socket pair; -errno on failure.
int sam_socketpair(int fds[2]);

/// An empty close-on-exec file in memory; -1 with errno on failure.
int sam_memory_file(void);

/// Opens a pseudo-terminal, both ends close-on-exec and not anybody's controlling terminal; -errno on failure.
int sam_pty_open(int *primary, int *replica, unsigned short columns, unsigned short rows);

/// Tells the programs in a terminal that its window changed; -errno on failure.
int sam_pty_resize(int primary, unsigned short columns, unsigned short rows);

/// A descriptor that becomes readable when the process ends; -errno on failure.
int sam_pidfd_open(pid_t pid);

/// Sends a signal to exactly the process that the descriptor names; -errno on failure.
int sam_pidfd_kill(int pidfd, int signal);

/// A set of descriptors to wait on (epoll); -errno on failure.
int sam_poller_make(void);

/// Watches a descriptor for input and hang-up; `token` names it. -errno on failure.
int sam_poller_add(int poller, int fd, unsigned long long token);

/// Watches it no longer. Closing is not enough while another descriptor refers to the same open file.
void sam_poller_remove(int poller, int fd);

/// Waits, and stores the tokens of those that are ready; -errno on failure.
int sam_poller_wait(int poller, unsigned long long *tokens, int most);

/// O_PATH, which only GNU headers define.
extern const int sam_o_path;

/// Opens `path` beneath `root` and refuses whatever leaves it; symbolic links are followed only within. -errno on
/// failure; -ENOSYS where the kernel has no openat2.
int sam_open_beneath(int root, const char *path, int flags, unsigned int mode);

#endif
