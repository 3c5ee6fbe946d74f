// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "CSAMShims.h"

extern char **environ;

typedef struct {
  const char *lock, *group;
  int control, lock_wait_ms, grace_ms, terminal;
  int deaf;           // nobody will tell us anything any more; they may still listen
  char **program;
  int signals;        // signalfd: a child changed, or somebody asks us to end
  pid_t main_child;   // 0 once it was reaped
  int asked;          // the tree must go
  long kill_at;       // no more grace after this reading of now_ms
} guard;

typedef struct {
  pid_t pid, parent;
  char state;
  signed char ours;  // -1: not known yet
} process;

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/// Every process of the machine in ascending order, as /proc lists them; -1 when there is no /proc.
static int read_processes(process **list) {
  DIR *folder = opendir("/proc");
  if (!folder) return -1;
  int count = 0, room = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    char path[300], text[512];
    snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) continue;
    text[length] = 0;
    char *name_end = strrchr(text, ')');  // A program's name may contain anything, even ") ".
    process one = {.pid = atoi(entry->d_name), .ours = -1};
    if (!name_end || sscanf(name_end + 1, " %c %d", &one.state, &one.parent) != 2) continue;
    if (count == room) {
      process *larger = realloc(*list, (room = room ? room * 2 : 512) * sizeof **list);
      if (!larger) break;
      *list = larger;
    }
    (*list)[count++] = one;
  }
  closedir(folder);
  return count;
}

static int by_pid(const void *a, const void *b) { return ((const process *)a)->pid - ((const process *)b)->pid; }

static int is_ours(process *list, int count, process *one, int depth) {
  if (one->ours >= 0) return one->ours;
  if (one->parent == getpid()) return one->ours = 1;
  process key = {.pid = one->parent}, *parent = bsearch(&key, list, count, sizeof key, by_pid);
  return one->ours = parent && depth < 10000 ? is_ours(list, count, parent, depth + 1) : 0;
}

/// Signals every living descendant, except those already in the state `skip`. Returns how many, and one of them.
static int signal_tree(int number, char skip, pid_t *example) {
  process *list = NULL;
  int count = read_processes(&list), signalled = 0;
  for (int i = 0; i < count; i++) {
    if (!is_ours(list, count, &list[i], 0) || list[i].state == 'Z' || list[i].state == skip) continue;
    if (kill(list[i].pid, number) == 0) signalled++;
    if (example) *example = list[i].pid;
  }
  free(list);
  return signalled;
}

/// Collects the dead. False when nothing is left: every orphan below becomes a child of ours, so no child, no tree.
static int reap(guard *me) {
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    if (pid != me->main_child) continue;
    me->main_child = 0;
    // The kernel ends such a one with SIGKILL; what it has ended in there before has not ended this one.
    if (me->group && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && sam_group_ran_out_of_memory(me->group))
      dprintf(me->control, "{\"outOfMemory\":true}\n");
    if (WIFSIGNALED(status)) dprintf(me->control, "{\"exited\":{\"signal\":%d}}\n", WTERMSIG(status));
    else dprintf(me->control, "{\"exited\":{\"code\":%d}}\n", WEXITSTATUS(status));
  }
  return pid == 0;
}

/// `kill` or `kill MILLISECONDS`; the end of the stream asks for the same with the standard grace.
static void listen_once(guard *me, int timeout_ms) {
  struct pollfd watched[2] = {{.fd = me->signals, .events = POLLIN}, {.fd = me->deaf ? -1 : me->control, .events = POLLIN}};
  if (poll(watched, 2, timeout_ms) <= 0) return;
  struct signalfd_siginfo news;
  while (read(me->signals, &news, sizeof news) == sizeof news) {
    if (news.ssi_signo != SIGCHLD) me->asked = 1;
  }
  if (!watched[1].revents) return;
  char text[256];
  ssize_t length = read(me->control, text, sizeof text - 1);
  if (length <= 0) {
    me->asked = me->deaf = 1;
    return;
  }
  text[length] = 0;
  for (char *order = text; (order = strstr(order, "kill")); order += 4) {
    long grace = isdigit((unsigned char)order[4 + (order[4] == ' ')]) ? atol(order + 4) : me->grace_ms;
    if (!me->asked || now_ms() + grace < me->kill_at) me->kill_at = now_ms() + grace;
    me->asked = 1;
  }
}

/// A polite request, a grace, then force for as long as anything is left. Everything is stopped before it is killed,
/// and again until no runner is found: children that fork while they die cannot outrun that.
static void end_tree(guard *me) {
  if (!me->kill_at) me->kill_at = now_ms() + me->grace_ms;
  signal_tree(SIGTERM, 0, NULL);
  signal_tree(SIGCONT, 0, NULL);
  while (reap(me) && now_ms() < me->kill_at) listen_once(me, (int)(me->kill_at - now_ms()));
  long stuck_at = now_ms() + 10000;
  for (int pause = 2; reap(me); pause = pause < 500 ? pause * 2 : 500) {
    for (int pass = 0; pass < 20 && signal_tree(SIGSTOP, 'T', NULL) > 0; pass++) continue;
    pid_t example = 0;
    signal_tree(SIGKILL, 0, &example);
    if (me->group) sam_group_kill(me->group);
    if (stuck_at && now_ms() > stuck_at) {
      dprintf(me->control, "{\"stuck\":%d}\n", example);
      stuck_at = 0;
    }
    if (reap(me)) listen_once(me, pause);
  }
}

/// Returns the descriptor that holds the lock, or -1 after it has reported why there is none.
static int take_lock(guard *me) {
  int fd = open(me->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  long deadline = now_ms() + me->lock_wait_ms;
  while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
    if (errno == EWOULDBLOCK && now_ms() < deadline && !me->asked) {
      listen_once(me, 25);
      continue;
    }
    if (errno == EWOULDBLOCK || me->asked) dprintf(me->control, "{\"error\":\"locked\",\"errno\":%d}\n", EWOULDBLOCK);
    else dprintf(me->control, "{\"error\":\"lock\",\"errno\":%d}\n", errno);
    close(fd);
    return -1;
  }
  if (fd < 0) dprintf(me->control, "{\"error\":\"lock\",\"errno\":%d}\n", errno);
  return fd;
}

static int parse(guard *me, int argc, char **argv) {
  int i = 1;
  while (i < argc && strncmp(argv[i], "--", 2) != 0) i++;  // the verb
  for (; i < argc; i++) {
    const char *value = i + 1 < argc ? argv[i + 1] : "";
    if (!strcmp(argv[i], "--")) {
      me->program = argv + i + 1;
      return me->control > 2 && *me->program ? 0 : -1;
    }
    if (!strcmp(argv[i], "--terminal")) me->terminal = 1;
    else if (!strcmp(argv[i], "--lock")) me->lock = value, i++;
    else if (!strcmp(argv[i], "--group")) me->group = value, i++;
    else if (!strcmp(argv[i], "--control")) me->control = atoi(value), i++;
    else if (!strcmp(argv[i], "--lock-wait")) me->lock_wait_ms = (int)(atof(value) * 1000), i++;
    else if (!strcmp(argv[i], "--grace")) me->grace_ms = atoi(value), i++;
    else return -1;
  }
  return -1;
}

/// Starts the program with our standard streams, and lets go of our own copies so that their ends can be seen.
static int start_program(guard *me) {
  sam_fd_map streams[3] = {{0, 0}, {1, 1}, {2, 2}};
  sam_spawn_request request = {
    .program = me->program[0], .argv = me->program, .envp = environ, .fds = streams, .fd_count = 3,
    .new_session = !me->terminal, .foreground = me->terminal, .die_with_parent = 1};
  int stage = SAM_STAGE_NONE;
  if (me->group && (request.group = sam_group_make(me->group)) < 0) {
    dprintf(me->control, "{\"error\":\"group\",\"errno\":%d}\n", errno);
    return -1;
  }
  // The guard leads the terminal's session, because the end of a session's leader discards output that nobody has read.
  if (me->terminal) ioctl(0, TIOCSCTTY, 0);
  pid_t pid = sam_spawn(&request, &stage);
  if (request.group) close(request.group);
  int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; fd++) dup2(nowhere, fd);
  close(nowhere);
  if (pid < 0) {
    const char *kind = pid == -ENOENT ? "not-found" : "exec";
    if (stage != SAM_STAGE_EXEC) kind = stage == SAM_STAGE_GROUP ? "group" : "spawn";
    dprintf(me->control, "{\"error\":\"%s\",\"errno\":%d}\n", kind, -pid);
    return -1;
  }
  me->main_child = pid;
  if (chdir("/") < 0) me->asked = 1;  // never happens; we must not keep a workspace busy
  dprintf(me->control, "{\"started\":%d}\n", pid);
  return 0;
}

int sam_guard_main(int argc, char **argv) {
  guard me = {.control = -1, .grace_ms = 2000};
  if (parse(&me, argc, argv) < 0) {
    dprintf(2, "usage: guard [--lock FILE] --control FD [--lock-wait SECONDS] [--grace MILLISECONDS] [--terminal]"
               " [--group DIRECTORY] -- PROGRAM [ARGUMENT...]\n");
    return 64;
  }
  setsid();
  signal(SIGPIPE, SIG_IGN);
  fcntl(me.control, F_SETFD, FD_CLOEXEC);
  sigset_t handled;
  sigemptyset(&handled);
  sigaddset(&handled, SIGCHLD), sigaddset(&handled, SIGTERM), sigaddset(&handled, SIGINT), sigaddset(&handled, SIGHUP);
  sigprocmask(SIG_BLOCK, &handled, NULL);
  me.signals = signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK);
  if (me.signals < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) {
    dprintf(me.control, "{\"error\":\"guard\",\"errno\":%d}\n", errno);
    return 71;
  }
  if (me.lock && take_lock(&me) < 0) return 75;
  int status = start_program(&me);
  while (status == 0 && !me.asked && reap(&me) && me.main_child) listen_once(&me, -1);
  end_tree(&me);
  if (me.group) sam_group_remove(me.group);
  int terminal = me.terminal ? open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY) : -1;
  if (terminal >= 0) ioctl(terminal, TIOCNOTTY);  // without the hang-up that our own end would cause, see start_program
  dprintf(me.control, "{\"gone\":true}\n");
  return status == 0 ? 0 : 126;  // only now is the lock released, with the process
}
