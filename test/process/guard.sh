#!/bin/sh
# Runs {{PROGRAM}} and ends it when process {{PARENT}} has ended, however that happened.
# The watcher is in the program's process group, so the program's id stays taken while it looks.
(
  while kill -0 {{PARENT}}; do
    kill -0 $$ || exit 0
    sleep 1
  done
  kill -TERM $$
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 $$ || exit 0
    sleep 1
  done
  kill -KILL $$
) </dev/null >/dev/null 2>&1 &
exec '{{PROGRAM}}' "$@"
