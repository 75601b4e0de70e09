# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters that judge a run and tell what came of it."""

import functools

from ansible.errors import AnsibleFilterError

from ..plugin_utils import comparison, criteria, formats, judging, report_text


def _told(work):
    """What a user got wrong becomes one line instead of a trace."""
    @functools.wraps(work)
    def filtered(*arguments, **options):
        try:
            return work(*arguments, **options)
        except ValueError as error:
            raise AnsibleFilterError(str(error))
    return filtered


class FilterModule:
    """The filters by name; the sidecar files document them."""

    def filters(self):
        return {
            "compare_runs": _told(comparison.compare),
            "comparison_markdown": _told(comparison.markdown),
            "comparison_text": _told(comparison.lines),
            "default_criteria": _told(criteria.defaults),
            "judge": _told(judging.judge),
            "report": _told(formats.render),
            "verdict_text": _told(report_text.lines),
        }
