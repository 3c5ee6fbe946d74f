// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "CSAMShims.h"

static int open_in(const char *group, const char *name, int flags) {
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/%s", group, name) >= (int)sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  return open(path, flags | O_CLOEXEC);
}

int sam_group_make(const char *group) {
  if (mkdir(group, 0755) < 0 && errno != EEXIST) return -1;
  return open_in(group, "cgroup.procs", O_WRONLY);
}

void sam_group_kill(const char *group) {
  int fd = open_in(group, "cgroup.kill", O_WRONLY);
  if (fd < 0) return;  // A kernel before 5.14; the guard's own way of ending the tree is all there is then.
  ssize_t written = write(fd, "1", 1);
  (void)written;
  close(fd);
}

int sam_group_ran_out_of_memory(const char *group) {
  char text[1024];
  int fd = open_in(group, "../memory.events", O_RDONLY);
  if (fd < 0) return 0;
  ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  text[length > 0 ? length : 0] = 0;
  const char *line = strstr(text, "\noom_kill ");
  long kills = 0;
  return line && sscanf(line, " oom_kill %ld", &kills) == 1 && kills > 0;
}

void sam_group_remove(const char *group) {
  for (int attempt = 0; rmdir(group) < 0 && errno != ENOENT; attempt++) {
    if (errno != EBUSY || attempt == 500) return;
    sam_group_kill(group);
    poll(NULL, 0, 2);
  }
  // The group above is that of the whole session, the one above it that of the installation: whoever is last removes them.
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s", group) >= (int)sizeof path) return;
  for (int level = 0; level < 2 && rmdir(dirname(path)) == 0; level++) continue;
}
