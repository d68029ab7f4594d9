/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-query-completion.h"

#include <glib/gi18n.h>

#include "muri-query-words.h"

/* A list that is read at a glance. */
#define OFFERED_MAX 15

struct _MuriQueryCompletion
{
  GObject parent_instance;

  GtkWidget *entry; /* borrowed: it owns this */
  MuriFleet *fleet;
  GtkWidget *popover;
  GtkListBox *list;
  guint start, end; /* of the term, in bytes */
  gboolean taking;
};

G_DEFINE_FINAL_TYPE (MuriQueryCompletion, muri_query_completion, G_TYPE_OBJECT)

static void
pop_down (MuriQueryCompletion *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
clear (MuriQueryCompletion *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))))
    gtk_list_box_remove (self->list, child);
}

static GtkWidget *
make_row (const char *offer)
{
  const char *words = muri_query_explain (offer);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (offer);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  if (words)
    {
      GtkWidget *explained = gtk_label_new (words);

      gtk_widget_add_css_class (explained, "dim-label");
      gtk_widget_add_css_class (explained, "caption");
      gtk_box_append (GTK_BOX (box), explained);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "offer", g_strdup (offer), g_free);
  return row;
}

static gboolean
fill (MuriQueryCompletion *self, char **offers, const char *term)
{
  guint n = 0;

  clear (self);
  for (guint i = 0; offers[i] && n < OFFERED_MAX; i++)
    {
      if (g_str_equal (offers[i], term))
        continue;
      gtk_list_box_append (self->list, make_row (offers[i]));
      n++;
    }
  return n > 0;
}

/* At the term that ends at @position, in characters; @asked: also where nothing was begun. */
static void
offer (MuriQueryCompletion *self, int position, gboolean asked)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_auto (GStrv) offers = NULL;
  g_autofree char *term = NULL;

  self->end = (guint)(g_utf8_offset_to_pointer (text, position) - text);
  offers = self->fleet ? muri_fleet_complete_query (self->fleet, text, self->end, &self->start)
                       : muri_query_complete (text, self->end, &self->start);
  term = g_strndup (text + self->start, self->end - self->start);
  if (self->taking || (!*term && !asked)
      || !gtk_widget_has_focus (GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->entry))))
      || !fill (self, offers, term))
    {
      pop_down (self);
      return;
    }
  gtk_list_box_unselect_all (self->list);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* Where nothing was begun it says nothing by itself. */
static void
on_changed (MuriQueryCompletion *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  int position = gtk_editable_get_position (GTK_EDITABLE (self->entry));
  int length = (int)g_utf8_strlen (text, -1);

  /* The cursor follows the text only after this signal. */
  offer (self, length - position <= 1 ? length : position, FALSE);
}

static void
take (MuriQueryCompletion *self, GtkListBoxRow *row)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  const char *offer = g_object_get_data (G_OBJECT (row), "offer");
  g_autofree char *before = g_strndup (text, self->start);
  g_autofree char *whole = g_strconcat (before, offer, text + self->end, NULL);
  int position = (int)g_utf8_strlen (before, -1) + (int)g_utf8_strlen (offer, -1);

  self->taking = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), whole);
  self->taking = FALSE;
  gtk_editable_set_position (GTK_EDITABLE (self->entry), position);
  pop_down (self);
}

static void
on_row_activated (MuriQueryCompletion *self, GtkListBoxRow *row)
{
  take (self, row);
  gtk_widget_grab_focus (self->entry);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

static void
choose (MuriQueryCompletion *self, int step)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int index = row ? gtk_list_box_row_get_index (row) + step : (step > 0 ? 0 : OFFERED_MAX);
  GtkListBoxRow *next = gtk_list_box_get_row_at_index (self->list, MAX (index, 0));

  if (next)
    gtk_list_box_select_row (self->list, next);
}

static gboolean
on_key (MuriQueryCompletion *self, guint key, guint code, GdkModifierType modifiers)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (key == GDK_KEY_space && (modifiers & GDK_CONTROL_MASK))
    {
      offer (self, gtk_editable_get_position (GTK_EDITABLE (self->entry)), TRUE);
      return TRUE;
    }
  if (!gtk_widget_get_visible (self->popover))
    return FALSE;
  switch (key)
    {
    case GDK_KEY_Down:
    case GDK_KEY_Up:
      choose (self, key == GDK_KEY_Down ? 1 : -1);
      return TRUE;
    case GDK_KEY_Escape:
      pop_down (self);
      return TRUE;
    case GDK_KEY_Tab:
      if (!gtk_list_box_get_row_at_index (self->list, 0))
        return FALSE;
      take (self, row ? row : gtk_list_box_get_row_at_index (self->list, 0));
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (!row)
        {
          pop_down (self);
          return FALSE;
        }
      take (self, row);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
on_unmap (MuriQueryCompletion *self)
{
  pop_down (self);
}

static void
on_entry_destroyed (MuriQueryCompletion *self)
{
  g_clear_pointer (&self->popover, gtk_widget_unparent);
}

static void
muri_query_completion_dispose (GObject *object)
{
  g_clear_object (&MURI_QUERY_COMPLETION (object)->fleet);

  G_OBJECT_CLASS (muri_query_completion_parent_class)->dispose (object);
}

static void
muri_query_completion_class_init (MuriQueryCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_query_completion_dispose;
}

static void
muri_query_completion_init (MuriQueryCompletion *self)
{
}

static void
make_popover (MuriQueryCompletion *self)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_widget_set_can_focus (GTK_WIDGET (self->list), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Completions"), -1);
  self->popover = gtk_popover_new ();
  gtk_popover_set_autohide (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_BOTTOM);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_popover_set_child (GTK_POPOVER (self->popover), GTK_WIDGET (self->list));
  gtk_widget_add_css_class (self->popover, "completion");
  gtk_widget_set_parent (self->popover, self->entry);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (on_row_activated), self,
                           G_CONNECT_SWAPPED);
}

MuriQueryCompletion *
muri_query_completion_new (GtkWidget *entry)
{
  MuriQueryCompletion *self = g_object_new (MURI_TYPE_QUERY_COMPLETION, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->entry = entry;
  make_popover (self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (entry, keys);
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "unmap", G_CALLBACK (on_unmap), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "destroy", G_CALLBACK (on_entry_destroyed), self,
                           G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (entry), "muri-query-completion", self, g_object_unref);
  return self;
}

void
muri_query_completion_set_fleet (MuriQueryCompletion *self, MuriFleet *fleet)
{
  g_set_object (&self->fleet, fleet);
}
