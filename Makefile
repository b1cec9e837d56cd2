# Two commands do all the set-up they need: `make run` and `make test`. Another Python: make PYTHON=python3.13 run
# The system's own Python, where it is new enough: distributions build theirs with profiles, version managers often do not.
PYTHON ?= $(shell /usr/bin/python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
                  && echo /usr/bin/python3 || echo python3)
.PHONY: run test screenshots check bench reset

run:   # the whole house with a demo company, until Ctrl-C
	@exec $(PYTHON) -m deploy.bootstrap run $(WITH)
test:  # everything: rules, every service, journeys, a browser; WITH="tests/lead -k merge" for some of it
	@exec $(PYTHON) -m deploy.bootstrap test $(WITH)
screenshots: # every page and dialog, empty and refused, by light, in the dark, on a phone, in English, into screenshots/
	@exec $(PYTHON) -m deploy.bootstrap screenshots $(WITH)
check: # style, types, layers
	@exec $(PYTHON) -m deploy.bootstrap check
bench: # measurements
	@exec $(PYTHON) -m deploy.bootstrap bench $(WITH)
reset: # forget all data of `make run`
	@exec $(PYTHON) -m deploy.bootstrap reset
