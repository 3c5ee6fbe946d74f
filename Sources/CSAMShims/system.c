// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CSAMShims.h"

const int sam_o_path = O_PATH;

int sam_pipe(int fds[2]) { return pipe2(fds, O_CLOEXEC) < 0 ? -errno : 0; }

int sam_socketpair(int fds[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0 ? -errno : 0; }

int sam_memory_file(void) { return memfd_create("sam", MFD_CLOEXEC); }

int sam_pty_resize(int primary, unsigned short columns, unsigned short rows) {
  struct winsize size = {.ws_col = columns, .ws_row = rows};
  return ioctl(primary, TIOCSWINSZ, &size) < 0 ? -errno : 0;
}

int sam_pty_open(int *primary, int *replica, unsigned short columns, unsigned short rows) {
  char name[64];
  int main_end = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (main_end < 0) return -errno;
  int other_end = -1;
  if (grantpt(main_end) == 0 && unlockpt(main_end) == 0 && ptsname_r(main_end, name, sizeof name) == 0)
    other_end = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (other_end < 0) {
    int failure = errno;
    close(main_end);
    return -failure;
  }
  sam_pty_resize(main_end, columns, rows);
  *primary = main_end;
  *replica = other_end;
  return 0;
}

int sam_pidfd_open(pid_t pid) {
  long fd = syscall(SYS_pidfd_open, pid, 0);
  return fd < 0 ? -errno : (int)fd;
}

int sam_pidfd_kill(int pidfd, int signal) {
  return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

int sam_poller_make(void) {
  int fd = epoll_create1(EPOLL_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int sam_poller_add(int poller, int fd, unsigned long long token) {
  struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = token}};
  return epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

void sam_poller_remove(int poller, int fd) { epoll_ctl(poller, EPOLL_CTL_DEL, fd, NULL); }

int sam_poller_wait(int poller, unsigned long long *tokens, int most) {
  struct epoll_event events[64];
  int count = epoll_wait(poller, events, most < 64 ? most : 64, -1);
  for (int i = 0; i < count; i++) tokens[i] = events[i].data.u64;
  return count < 0 ? -errno : count;
}

int sam_open_beneath(int root, const char *path, int flags, unsigned int mode) {
  struct open_how how = {.flags = (unsigned)flags | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  if (flags & O_CREAT) how.mode = mode;
  long fd;
  do fd = syscall(SYS_openat2, root, path, &how, sizeof how);
  while (fd < 0 && errno == EAGAIN);  // A rename raced with the look-up of "..".
  return fd < 0 ? -errno : (int)fd;
}
