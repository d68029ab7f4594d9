/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-pages.h"

#include <glib/gi18n.h>

#include "muri-alarms-page.h"
#include "muri-events-page.h"
#include "muri-group-page.h"
#include "muri-host-table.h"
#include "muri-node-page.h"
#include "muri-operations-page.h"
#include "muri-overview-page.h"
#include "muri-reports-page.h"
#include "muri-templates-page.h"
#include "muri-vm-page.h"
#include "muri-vm-table.h"

/* A page is a widget with the writable properties "fleet" and "scope"; made when first shown. */
typedef struct
{
  const char *name;
  GType (*kinds[5]) (void); /* by MuriScopeKind */
} ViewInfo;

static const ViewInfo views[MURI_N_VIEWS] = {
  [MURI_VIEW_OVERVIEW] = { "overview",
                           { muri_overview_page_get_type, muri_node_page_get_type,
                             muri_vm_page_get_type, muri_group_page_get_type,
                             muri_group_page_get_type } },
  [MURI_VIEW_VMS] = { "vms",
                      { muri_vm_table_get_type, muri_vm_table_get_type, NULL,
                        muri_vm_table_get_type, muri_vm_table_get_type } },
  [MURI_VIEW_HOSTS] = { "hosts",
                        { muri_host_table_get_type, NULL, NULL, muri_host_table_get_type, NULL } },
  [MURI_VIEW_EVENTS] = { "events",
                         { muri_events_page_get_type, muri_events_page_get_type,
                           muri_events_page_get_type, muri_events_page_get_type,
                           muri_events_page_get_type } },
  [MURI_VIEW_REPORTS] = { "reports",
                          { muri_reports_page_get_type, muri_reports_page_get_type, NULL,
                            muri_reports_page_get_type, muri_reports_page_get_type } },
};

typedef struct
{
  const char *name;
  const char *title;
  GType (*get_type) (void);
} PlaceInfo;

static const PlaceInfo places[MURI_N_PLACES] = {
  [MURI_PLACE_NONE] = { "views", NULL, NULL },
  [MURI_PLACE_OPERATIONS] = { "operations", N_ ("Operations"), muri_operations_page_get_type },
  [MURI_PLACE_ALARMS] = { "alarms", N_ ("Alarms"), muri_alarms_page_get_type },
  [MURI_PLACE_TEMPLATES] = { "templates", N_ ("Templates"), muri_templates_page_get_type },
};

const char *
muri_view_to_name (MuriView view)
{
  g_return_val_if_fail (view < MURI_N_VIEWS, NULL);

  return views[view].name;
}

gboolean
muri_view_from_name (const char *name, MuriView *view)
{
  for (guint i = 0; name && i < MURI_N_VIEWS; i++)
    if (g_str_equal (views[i].name, name))
      {
        *view = i;
        return TRUE;
      }
  return FALSE;
}

GType
muri_pages_get (MuriView view, MuriScopeKind kind)
{
  g_return_val_if_fail (view < MURI_N_VIEWS, G_TYPE_INVALID);

  return views[view].kinds[kind] ? views[view].kinds[kind]() : G_TYPE_INVALID;
}

GType
muri_pages_get_place (MuriPlace place)
{
  g_return_val_if_fail (place > MURI_PLACE_NONE && place < MURI_N_PLACES, G_TYPE_INVALID);

  return places[place].get_type ();
}

const char *
muri_place_to_name (MuriPlace place)
{
  g_return_val_if_fail (place < MURI_N_PLACES, NULL);

  return places[place].name;
}

const char *
muri_place_get_title (MuriPlace place)
{
  g_return_val_if_fail (place > MURI_PLACE_NONE && place < MURI_N_PLACES, NULL);

  return _ (places[place].title);
}
