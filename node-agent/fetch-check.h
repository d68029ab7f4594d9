/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fetch-job.h"

G_BEGIN_DECLS

/* A map of a file that is here, and its SHA-256, by reading it once. */
gboolean fetch_check_run (const FetchJob *job, GError **error);

G_END_DECLS
