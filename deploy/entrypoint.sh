#!/bin/sh
# web, worker, relay, … : that role of $SERVICE. Anything with a slash or "python" in front: that command.
# The service's secrets, where they come as a file, become its environment.
set -eu
secrets="/secrets/$SERVICE/environment"
if [ -r "$secrets" ]; then set -a; . "$secrets"; set +a; fi
case "$1" in
  python | sh | */*) exec "$@" ;;
  *) exec python -m chassis "$SERVICE" "$@" ;;
esac
