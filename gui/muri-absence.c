/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-absence.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-format.h"
#include "muri-words.h"

struct _MuriAbsence
{
  GtkWidget parent_instance;

  GtkWidget *list;
  AdwActionRow *row;
  MuriFleet *fleet;
  gboolean read;
};

G_DEFINE_FINAL_TYPE (MuriAbsence, muri_absence, GTK_TYPE_WIDGET)

/* ---- words ---- */

typedef struct
{
  gint64 from;
  gint64 to;
  guint crashed;
  guint stopped;
  guint agents;
  guint hypervisors;
  guint alarms;
  GHashTable *issuers; /* name to how many operations */
} Absence;

static gboolean
is_in (const Absence *absence, gint64 time)
{
  return time >= absence->from && time < absence->to;
}

static void
count_events (Absence *absence, GListModel *events)
{
  for (guint i = 0; i < g_list_model_get_n_items (events); i++)
    {
      g_autoptr (MuriEvent) event = g_list_model_get_item (events, i);
      guint kind = muri_event_get_kind (event);

      if (muri_event_get_time (event) < absence->from)
        return;
      if (!is_in (absence, muri_event_get_time (event)))
        continue;
      absence->crashed += kind == MURI_EVENT_VM_CRASHED;
      absence->stopped += kind == MURI_EVENT_VM_STOPPED;
      absence->agents += kind == MURI_EVENT_AGENT_STARTED;
      absence->hypervisors += kind == MURI_EVENT_HYPERVISOR_LOST;
    }
}

static void
count_operations (Absence *absence, GListModel *operations)
{
  for (guint i = 0; i < g_list_model_get_n_items (operations); i++)
    {
      g_autoptr (MuriOperation) operation = g_list_model_get_item (operations, i);
      const char *issuer = muri_operation_get_issuer (operation);
      guint n;

      if (muri_operation_is_own (operation)
          || !is_in (absence, muri_operation_get_issued (operation)))
        continue;
      n = GPOINTER_TO_UINT (g_hash_table_lookup (absence->issuers, issuer));
      g_hash_table_replace (absence->issuers, g_strdup (issuer), GUINT_TO_POINTER (n + 1));
    }
}

static void
count_alarms (Absence *absence, GListModel *alarms)
{
  for (guint i = 0; i < g_list_model_get_n_items (alarms); i++)
    {
      g_autoptr (MuriAlarm) alarm = g_list_model_get_item (alarms, i);

      absence->alarms +=
          muri_alarm_was_found_later (alarm) && is_in (absence, muri_alarm_get_since (alarm));
    }
}

static void
add_count (GString *words, guint n, const char *one, const char *many)
{
  if (n == 0)
    return;
  if (words->len > 0)
    g_string_append (words, ", ");
  muri_counted_append (words, n == 1 ? one : many, n);
}

static void
add_issuers (GString *words, GHashTable *issuers)
{
  GHashTableIter iter;
  gpointer issuer, n;

  g_hash_table_iter_init (&iter, issuers);
  while (g_hash_table_iter_next (&iter, &issuer, &n))
    {
      if (words->len > 0)
        g_string_append (words, ", ");
      /* Translators: who, and how many operations: "jiwoo ran 2 operations" */
      muri_counted_append (
          words, ngettext ("%s ran %u operation", "%s ran %u operations", GPOINTER_TO_UINT (n)),
          (char *)issuer, GPOINTER_TO_UINT (n));
    }
}

char *
muri_absence_words (MuriFleet *fleet, char **since)
{
  GString *words = g_string_new (NULL);
  Absence absence = { 0 };
  g_autofree char *when = NULL;

  *since = NULL;
  if (muri_fleet_get_absence (fleet, &absence.from, &absence.to))
    {
      absence.issuers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      count_events (&absence, muri_fleet_get_events (fleet));
      count_operations (&absence, muri_fleet_get_operations (fleet));
      count_alarms (&absence, muri_alarms_get_list (muri_fleet_get_alarms (fleet)));
      add_count (words, absence.crashed, ngettext ("%u VM crashed", "%u VMs crashed", 1),
                 ngettext ("%u VM crashed", "%u VMs crashed", absence.crashed));
      add_count (words, absence.stopped, ngettext ("%u VM stopped", "%u VMs stopped", 1),
                 ngettext ("%u VM stopped", "%u VMs stopped", absence.stopped));
      add_count (
          words, absence.hypervisors,
          ngettext ("%u hypervisor was lost", "%u hypervisors were lost", 1),
          ngettext ("%u hypervisor was lost", "%u hypervisors were lost", absence.hypervisors));
      add_count (words, absence.agents, ngettext ("%u agent started", "%u agents started", 1),
                 ngettext ("%u agent started", "%u agents started", absence.agents));
      add_issuers (words, absence.issuers);
      add_count (words, absence.alarms, ngettext ("%u alarm", "%u alarms", 1),
                 ngettext ("%u alarm", "%u alarms", absence.alarms));
      g_hash_table_unref (absence.issuers);
    }
  if (words->len == 0)
    {
      g_string_free (words, TRUE);
      return NULL;
    }
  when = muri_format_time (absence.from);
  /* Translators: a time */
  *since = g_strdup_printf (_ ("Since %s"), when);
  return g_string_free (words, FALSE);
}

/* ---- the widget ---- */

static void
update (MuriAbsence *self)
{
  g_autofree char *since = NULL;
  g_autofree char *words = self->fleet ? muri_absence_words (self->fleet, &since) : NULL;
  g_autofree char *escaped = words ? g_markup_escape_text (words, -1) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), words && !self->read);
  if (words == NULL)
    return;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), since);
  adw_action_row_set_subtitle (self->row, escaped);
}

static void
on_dismiss (MuriAbsence *self)
{
  self->read = TRUE;
  update (self);
}

static void
muri_absence_dispose (GObject *object)
{
  MuriAbsence *self = MURI_ABSENCE (object);

  muri_absence_set_fleet (self, NULL);
  g_clear_pointer (&self->list, gtk_widget_unparent);
  G_OBJECT_CLASS (muri_absence_parent_class)->dispose (object);
}

static void
muri_absence_class_init (MuriAbsenceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_absence_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
add_button (MuriAbsence *self, GtkWidget *button)
{
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  adw_action_row_add_suffix (self->row, button);
  return button;
}

static void
muri_absence_init (MuriAbsence *self)
{
  GtkWidget *events = gtk_button_new_with_label (_ ("Show Events"));
  GtkWidget *dismiss = gtk_button_new_from_icon_name ("window-close-symbolic");

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  self->row = ADW_ACTION_ROW (adw_action_row_new ());
  gtk_list_box_append (GTK_LIST_BOX (self->list), GTK_WIDGET (self->row));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (events), "s", "events");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (events), "win.show-view");
  add_button (self, events);
  gtk_widget_set_tooltip_text (dismiss, _ ("Dismiss"));
  g_signal_connect_swapped (add_button (self, dismiss), "clicked", G_CALLBACK (on_dismiss), self);
}

void
muri_absence_set_fleet (MuriAbsence *self, MuriFleet *fleet)
{
  if (self->fleet == fleet)
    return;
  if (self->fleet)
    {
      g_signal_handlers_disconnect_by_data (muri_fleet_get_events (self->fleet), self);
      g_signal_handlers_disconnect_by_data (muri_fleet_get_operations (self->fleet), self);
      g_signal_handlers_disconnect_by_data (muri_fleet_get_alarms (self->fleet), self);
    }
  g_set_object (&self->fleet, fleet);
  if (fleet == NULL)
    return;
  g_signal_connect_swapped (muri_fleet_get_events (fleet), "items-changed", G_CALLBACK (update),
                            self);
  g_signal_connect_swapped (muri_fleet_get_operations (fleet), "items-changed", G_CALLBACK (update),
                            self);
  g_signal_connect_swapped (muri_fleet_get_alarms (fleet), "changed", G_CALLBACK (update), self);
  update (self);
}
