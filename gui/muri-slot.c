/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-slot.h"

typedef struct
{
  GtkWidget *content;
  MuriSlotShow prepare;
  MuriSlotShow show;
} Part;

struct _MuriSlot
{
  GObject parent_instance;

  gpointer item; /* owned */
  GArray *parts; /* of Part: a row's cells */
  gboolean in_view;
  gboolean selected;
};

G_DEFINE_FINAL_TYPE (MuriSlot, muri_slot, G_TYPE_OBJECT)
static G_DEFINE_QUARK (muri - slot, slot)

    static void prepare (MuriSlot *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      Part *part = &g_array_index (self->parts, Part, i);

      gtk_widget_set_opacity (part->content, self->item ? 1 : 0);
      part->prepare (part->content, self->item);
    }
}

static void
show (MuriSlot *self, gpointer item)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      Part *part = &g_array_index (self->parts, Part, i);

      part->show (part->content, item);
    }
}

static void
muri_slot_finalize (GObject *object)
{
  MuriSlot *self = MURI_SLOT (object);

  g_array_unref (self->parts);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (muri_slot_parent_class)->finalize (object);
}

static void
muri_slot_class_init (MuriSlotClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_slot_finalize;
}

static void
muri_slot_init (MuriSlot *self)
{
  self->parts = g_array_new (FALSE, FALSE, sizeof (Part));
}

MuriSlot *
muri_slot_new (gpointer item)
{
  MuriSlot *self = g_object_new (MURI_TYPE_SLOT, NULL);

  g_set_object ((GObject **)&self->item, item);
  return self;
}

gpointer
muri_slot_get_item (MuriSlot *self)
{
  return self->item;
}

void
muri_slot_set_item (MuriSlot *self, gpointer item)
{
  if (self->item == item)
    return;
  g_set_object ((GObject **)&self->item, item);
  prepare (self);
  if (self->in_view)
    show (self, item);
}

void
muri_slot_add (MuriSlot *self, GtkWidget *content, MuriSlotShow on_prepare, MuriSlotShow on_show)
{
  Part part = { content, on_prepare, on_show };

  g_array_append_val (self->parts, part);
  g_object_set_qdata (G_OBJECT (content), slot_quark (), self);
  gtk_widget_set_opacity (content, self->item ? 1 : 0);
  on_prepare (content, self->item);
  if (self->in_view)
    on_show (content, self->item);
  else
    gtk_widget_queue_draw (content); /* which finds out whether it is */
}

void
muri_slot_remove (MuriSlot *self, GtkWidget *content)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      Part part = g_array_index (self->parts, Part, i);

      if (part.content != content)
        continue;
      g_array_remove_index_fast (self->parts, i);
      g_object_set_qdata (G_OBJECT (content), slot_quark (), NULL);
      part.show (content, NULL);
      break;
    }
  if (self->parts->len == 0)
    self->in_view = FALSE;
}

void
muri_slot_set_in_view (MuriSlot *self, gboolean in_view)
{
  if (self->in_view == in_view)
    return;
  self->in_view = in_view;
  show (self, in_view ? self->item : NULL);
}

void
muri_slot_set_selected (MuriSlot *self, gboolean selected)
{
  self->selected = selected;
}

gboolean
muri_slot_get_selected (MuriSlot *self)
{
  return self->selected;
}

MuriSlot *
muri_slot_of_row (GtkWidget *row)
{
  MuriSlot *slot = g_object_get_qdata (G_OBJECT (row), slot_quark ());

  for (GtkWidget *child = gtk_widget_get_first_child (row); child && !slot;
       child = gtk_widget_get_next_sibling (child))
    slot = muri_slot_of_row (child);
  return slot;
}
