# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A place to show SAM in: a sample repository with a bare remote, a daemon of its own, and an end that leaves nothing running.
# To be sourced. The caller sets BIN to the folder with samd and samctl; KEEP to a folder that stays, or to nothing.

step() { printf '\n==> %s\n' "$*"; }
fail() { printf '\n%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# What the caller has set up for itself must not reach the sample, and the sample's git must not land elsewhere.
isolate() {
  local name
  for name in $(compgen -e | grep -E '^(SAM|GIT)_' | grep -vE '^SAM_AGENTS$' || true); do unset "$name"; done
}

# Makes $place, and sees to it that it is tidied up whatever happens.
open_place() {
  command -v git >/dev/null || fail "needs git; run 'make setup'"
  [ -x "$BIN/samd" ] && [ -x "$BIN/samctl" ] || fail "there is no samd in $BIN; run 'make build'"
  if [ -n "${KEEP:-}" ]; then
    mkdir -p "$KEEP"
    place=$(cd "$KEEP" && pwd)
    [ -z "$(ls -A "$place")" ] || fail "$place is not empty; give KEEP another folder"
  else
    place=$(mktemp -d "${TMPDIR:-/tmp}/sam-XXXXXX")
  fi
  samd_pid=
  model_pid=
  trap close_place EXIT
  trap 'exit 130' INT TERM
}

close_place() {
  local status=$?
  trap - EXIT
  if [ "$status" != 0 ] && [ -s "$place/samd.log" ]; then
    printf '\nThe end of %s:\n' "$place/samd.log" >&2
    tail -n 20 "$place/samd.log" >&2
  fi
  stop "$samd_pid"
  stop "$model_pid"
  [ -n "${KEEP:-}" ] || rm -rf "$place"
  exit "$status"
}

# Ends a process that we started, politely at first. Fails when it had to be killed or ended badly.
stop() {
  local pid=$1 tries
  [ -n "$pid" ] || return 0
  kill -TERM "$pid" 2>/dev/null || true
  for tries in $(seq 300); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  if kill -0 "$pid" 2>/dev/null; then
    kill -KILL "$pid" 2>/dev/null
    return 1
  fi
  wait "$pid" 2>/dev/null
}

# Waits until a file is there and not empty; gives up when the process ends or after 30 seconds.
await_file() {
  local file=$1 pid=$2 tries
  for tries in $(seq 300); do
    [ -s "$file" ] && return 0
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

commit() { git -C "$1" -c user.name='Sample' -c user.email='sample@example.invalid' commit -q -m "$2"; }

# A small repository and, as its remote, a bare one in $place/remote.git.
make_remote() {
  local tree=$place/sample
  git init -q --bare -b main "$place/remote.git"
  git init -q -b main "$tree"
  printf '# Sample\n\nA repository for trying SAM out.\n' >"$tree/README.md"
  printf 'Hello, world!\n' >"$tree/greeting.txt"
  printf 'def greet():\n    return "hello"\n' >"$tree/hello.py"
  git -C "$tree" add .
  commit "$tree" "A greeting"
  git -C "$tree" push -q "$place/remote.git" main
  rm -rf "$tree"
}

# Starts samd on a free loopback port with its data in $place/data, and points samctl to it.
start_samd() {
  # The demo agent keeps its sessions in the state folder; the sample must not fill the person's own.
  XDG_STATE_HOME=$place/state "$BIN/samd" serve --data "$place/data" --port 0 >"$place/samd.out" 2>"$place/samd.log" &
  samd_pid=$!
  await_file "$place/data/endpoint" "$samd_pid" || fail "samd did not start"
  SAM_SERVER=$(cat "$place/data/endpoint")
  SAM_TOKEN=$(cat "$place/data/token")
  export SAM_SERVER SAM_TOKEN
  echo "samd listens on $SAM_SERVER"
}

stop_samd() {
  local pid=$samd_pid
  samd_pid=
  stop "$pid" || fail "samd did not stop cleanly"
  echo "samd has stopped"
}

# Shows what arrived in the remote besides main; fails when nothing did.
show_branches() {
  local branch branches
  branches=$(git --git-dir="$place/remote.git" for-each-ref --format='%(refname:short)' refs/heads | grep -vx main || true)
  [ -n "$branches" ] || fail "no branch arrived in the remote"
  for branch in $branches; do
    printf 'branch %s\n\n' "$branch"
    git --no-pager --git-dir="$place/remote.git" log --oneline "main..$branch"
    echo
    git --no-pager --git-dir="$place/remote.git" diff "main...$branch"
  done
}
