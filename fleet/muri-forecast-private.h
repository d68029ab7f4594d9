/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-preview.h"

G_BEGIN_DECLS

/* What would become of @vm, or with NULL of @node itself. */
MuriForecast *muri_forecast_new (MuriNode *node, MuriVm *vm, guint verb, MuriOperation *recent);

G_END_DECLS
