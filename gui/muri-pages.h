/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-scope.h"

G_BEGIN_DECLS

typedef enum
{
  MURI_VIEW_OVERVIEW,
  MURI_VIEW_VMS,
  MURI_VIEW_HOSTS,
  MURI_VIEW_EVENTS,
  MURI_N_VIEWS
} MuriView;

const char *muri_view_to_name (MuriView view);
gboolean muri_view_from_name (const char *name, MuriView *view);

/* The widget that shows @view of such a scope, or G_TYPE_INVALID: it has no such view. */
GType muri_pages_get (MuriView view, MuriScopeKind kind);

/* With the properties fleet and operation-id (string, nullable). */
GType muri_pages_get_operations (void);

G_END_DECLS
