/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-startup.h"

typedef struct
{
  MuriFleet *fleet;
  guint n_painted;
} Startup;

static guint
count_current (MuriFleet *fleet)
{
  GListModel *vms = muri_fleet_get_vms (fleet);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      n += muri_vm_is_known (vm);
    }
  return n;
}

/* Whatever changed before this frame's layout is on the screen now. */
static void
on_painted (GdkFrameClock *clock, Startup *startup)
{
  guint n = count_current (startup->fleet);

  if (n == startup->n_painted)
    return;
  startup->n_painted = n;
  g_printerr ("muri: frame with %u VMs\n", n);
}

static void
startup_free (gpointer data, GClosure *closure)
{
  Startup *startup = data;

  g_object_unref (startup->fleet);
  g_free (startup);
}

static void
on_realize (GtkWidget *window, MuriFleet *fleet)
{
  Startup *startup = g_new0 (Startup, 1);

  startup->fleet = g_object_ref (fleet);
  g_signal_connect_data (gtk_widget_get_frame_clock (window), "after-paint",
                         G_CALLBACK (on_painted), startup, startup_free, 0);
}

void
muri_startup_watch (GtkWindow *window, MuriFleet *fleet)
{
  static const GDebugKey keys[] = { { "startup", 1 } };

  if (g_parse_debug_string (g_getenv ("MURI_DEBUG"), keys, G_N_ELEMENTS (keys)) != 0)
    g_signal_connect_object (window, "realize", G_CALLBACK (on_realize), fleet, 0);
}
