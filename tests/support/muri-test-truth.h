/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/* What the hypervisors of a simulated fleet have, by its lines (host, vm: see muri-flock). */
GHashTable *muri_test_truth_new (void);

/* FALSE: @line is about something else. */
gboolean muri_test_truth_take (GHashTable *truth, const char *line);

/* How many hosts and VMs @fleet knows otherwise, not at all, twice, or though they are gone. Some
 * of them are told with @tell. */
guint muri_test_truth_differences (GHashTable *truth, MuriFleet *fleet, gboolean tell);

G_END_DECLS
