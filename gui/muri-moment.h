/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-history.h"
#include "muri-moment-row.h"

G_BEGIN_DECLS

/* What VMs did at @time, on average over about @width (microseconds, at least some seconds).
 * @vms: (element-type MuriVm) */
void
muri_moment_async (MuriHistory *history, GListModel *vms, gint64 time, gint64 width,
                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/* (element-type MuriMomentRow): of those of which something is known */
GPtrArray *muri_moment_finish (GAsyncResult *result, GError **error);

G_END_DECLS
