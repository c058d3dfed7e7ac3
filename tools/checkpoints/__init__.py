# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reading published checkpoints of Siamese trackers."""
