/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What this process has used of processors, all of its threads together. */
double usage_processor_seconds (void);

double usage_resident_megabytes (void);

G_END_DECLS
