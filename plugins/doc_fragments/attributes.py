# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules can do, said in one place. PRIVATE to the collection."""


class ModuleDocFragment:

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and tell what it would do without doing it.
  diff_mode:
    description: Tells in diff mode what has changed, or in C(check_mode) what would change.
  idempotent:
    description:
      - When run twice in a row outside check mode with the same arguments, the second run finds nothing to do.
      - This assumes that nothing else has changed the node in between.
  async:
    description: Supports being used with the C(async) keyword.
  platform:
    description: The operating systems of the nodes it works on.
    support: full
    platforms: linux
  action_group:
    description: Use C(group/nfv.iperf.iperf) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - nfv.iperf.iperf
"""

    # Together with the standard fragment, for modules that only read
    INFO_MODULE = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - It changes nothing.
  diff_mode:
    support: N/A
    details:
      - It changes nothing.
  idempotent:
    support: full
    details:
      - It changes nothing.
  async:
    support: full
"""

    # Together with the standard fragment, for actions that work on files of the controller
    CONTROLLER = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Of files of more than 100 KiB it tells only the size.
  async:
    support: none
  platform:
    description: It runs on the controller.
    support: full
    platforms: posix
  action_group:
    support: none
  action:
    description: Runs on the controller.
    support: full
"""
