/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-past.h"

G_BEGIN_DECLS

/* @first, @last: seconds */
MuriPast *muri_past_new (const MuriTargetKey *key, const char *name, const char *node_name,
                         guint cpus, gint64 first, gint64 last);

G_END_DECLS
