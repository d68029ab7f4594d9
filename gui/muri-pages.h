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
  MURI_VIEW_REPORTS,
  MURI_N_VIEWS
} MuriView;

const char *muri_view_to_name (MuriView view);
gboolean muri_view_from_name (const char *name, MuriView *view);

/* The widget that shows @view of such a scope, or G_TYPE_INVALID: it has no such view. */
GType muri_pages_get (MuriView view, MuriScopeKind kind);

/* What is looked at beside the views of a scope. */
typedef enum
{
  MURI_PLACE_NONE,
  MURI_PLACE_OPERATIONS, /* its page has the property operation-id (string, nullable) */
  MURI_PLACE_ALARMS,
  MURI_PLACE_TEMPLATES, /* its page has the property template-id (string, nullable) */
  MURI_N_PLACES
} MuriPlace;

/* A widget with the property "fleet". */
GType muri_pages_get_place (MuriPlace place);
const char *muri_place_to_name (MuriPlace place);
const char *muri_place_get_title (MuriPlace place);

G_END_DECLS
