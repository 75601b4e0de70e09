# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one sees on a terminal while iperf_client runs. A pseudo terminal stands in for it; loopback is enough."""

import os
import pty
import re
import select
import subprocess
import sys
import time

PLAY = """
- hosts: localhost
  gather_facts: false
  connection: local
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  tasks:
    - block:
        - nfv.iperf.iperf_server: {port: 5391, bind: 127.0.0.1, supervisor: daemon, state_dir: STATE}
        - nfv.iperf.iperf_client: {host: 127.0.0.1, port: 5391, time: 2}
          register: done
        - ansible.builtin.debug:
            msg: "moved {{ done.summary.status }} {{ done.result.intervals | length }} {{ 'ansible_job_id' in done }}"
        - nfv.iperf.iperf_client: {host: 127.0.0.1, port: 5391, parallel: 200}
          register: refused
          failed_when: refused.error_number != 6
      always:
        - nfv.iperf.iperf_server: {port: 5391, bind: 127.0.0.1, state: stopped, state_dir: STATE}
"""


def on_a_terminal(command, folder):
    """What a command writes to its terminal, and its exit code."""
    ours, theirs = pty.openpty()
    environment = dict(os.environ, ANSIBLE_NOCOLOR="1", ANSIBLE_LOCALHOST_WARNING="0", HOME=str(folder), COLUMNS="120")
    running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, cwd=str(folder), env=environment)
    os.close(theirs)
    said = b""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                said += os.read(ours, 65536)
            except OSError:
                break
        elif running.poll() is not None:
            break
    running.wait(10)
    os.close(ours)
    return said.decode("utf-8", "replace").replace("\r", ""), running.returncode


def test_intervals_are_shown_while_a_test_runs(tmp_path):
    play = tmp_path / "play.yml"
    play.write_text(PLAY.replace("STATE", str(tmp_path / "state")))
    said, code = on_a_terminal([os.path.join(os.path.dirname(sys.executable), "ansible-playbook"), str(play)], tmp_path)
    assert code == 0, said
    assert re.findall(r"localhost +([0-9.]+)-[0-9.]+ s  [0-9.]+ [KMGT]?bit/s", said) == ["0.0", "1.0"]
    assert "moved ok 2 False" in said
    assert not (tmp_path / "state").exists()
    left = tmp_path / ".ansible_async"
    assert not left.exists() or not list(left.iterdir())
