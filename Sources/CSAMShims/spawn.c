// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CSAMShims.h"

enum { MOST_DESCRIPTORS = 16 };

static void close_from(int first) {
  if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
  long most = sysconf(_SC_OPEN_MAX);
  for (int fd = first; fd < most; fd++) close(fd);
}

/// Moves the mapped descriptors out of the way first, so that no `dup2` overwrites one that is still needed.
static int place_descriptors(const sam_spawn_request *request) {
  int highest = 2, moved[MOST_DESCRIPTORS];
  for (int i = 0; i < request->fd_count; i++)
    if (request->fds[i].child > highest) highest = request->fds[i].child;
  for (int i = 0; i < request->fd_count; i++)
    if ((moved[i] = fcntl(request->fds[i].parent, F_DUPFD_CLOEXEC, highest + 1)) < 0) return -1;
  for (int fd = 0; fd <= highest; fd++) {
    int source = -1;
    for (int i = 0; i < request->fd_count; i++)
      if (request->fds[i].child == fd) source = moved[i];
    if (source < 0) close(fd);
    else if (dup2(source, fd) < 0) return -1;
  }
  close_from(highest + 1);
  return 0;
}

/// Runs in the child, in the memory of its parent: async-signal-safe calls only, and no writes but to `stage`.
static void become(const sam_spawn_request *request, pid_t parent, volatile int *stage) {
  // The kernel's own call, with all-zero meaning SIG_DFL: sigaction() keeps two signals for itself, and would leave
  // them ignored in the child when somebody up the line ignored them.
  static const unsigned long standard[4];
  for (int number = 1; number < NSIG; number++) syscall(SYS_rt_sigaction, number, standard, NULL, NSIG / 8);
  if (request->new_session) setsid();
  if (request->foreground) setpgid(0, 0);
  *stage = SAM_STAGE_GROUP;
  if (request->group && write(request->group, "0", 1) < 0) return;
  *stage = SAM_STAGE_DESCRIPTORS;
  if (place_descriptors(request) < 0) return;
  if (request->foreground && tcsetpgrp(0, getpid()) < 0) return;
  *stage = SAM_STAGE_DIRECTORY;
  if (request->cwd && chdir(request->cwd) < 0) return;
  if (request->die_with_parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
  }
  *stage = SAM_STAGE_EXEC;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execvpe(request->program, request->argv, request->envp);
}

pid_t sam_spawn(const sam_spawn_request *request, int *stage) {
  // The child of vfork shares this memory until it has called exec, so a failure is simply a value; every signal is
  // blocked meanwhile, so that no handler of ours runs there.
  volatile int failed_at = SAM_STAGE_FORK, failure = 0;
  if (request->fd_count > MOST_DESCRIPTORS) return -EINVAL;
  pid_t parent = getpid();
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pid_t child = vfork();
  if (child == 0) {
    become(request, parent, &failed_at);
    failure = errno;
    _exit(127);
  }
  if (child < 0) failure = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (failure == 0) failed_at = SAM_STAGE_NONE;
  if (stage) *stage = failed_at;
  if (failure == 0) return child;
  if (child > 0)
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
  return -failure;
}
