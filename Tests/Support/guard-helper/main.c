// SPDX-License-Identifier: Apache-2.0
// The guard as a program of its own, and a stand-in for a runtime that can be killed without killing the tests.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "CSAMShims.h"

extern char **environ;

/// `launch LOCK PROGRAM [ARGUMENT...]`: starts a guard as the runtime does, prints its process id, and waits to be killed.
static int launch(int argc, char **argv) {
  int control[2];
  if (argc < 4 || argc > 32 || sam_socketpair(control) < 0) return 64;
  char *arguments[48] = {argv[0], "guard", "--lock", argv[2], "--control", "3", "--grace", "200", "--"};
  memcpy(arguments + 9, argv + 3, (size_t)(argc - 3) * sizeof *argv);
  sam_fd_map descriptors[4] = {{0, 0}, {1, 1}, {2, 2}, {3, control[1]}};
  sam_spawn_request request = {
    .program = "/proc/self/exe", .argv = arguments, .envp = environ, .fds = descriptors, .fd_count = 4,
    .new_session = 1};
  pid_t guard = sam_spawn(&request, NULL);
  close(control[1]);
  printf("%d\n", guard);
  fflush(stdout);
  for (;;) pause();
}

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "launch")) return launch(argc, argv);
  return sam_guard_main(argc, argv);
}
