/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-template-card.h"

#include <glib/gi18n.h>

#include "muri-drag.h"
#include "muri-format.h"
#include "muri-row-label.h"
#include "muri-template-words.h"

#define CARD_WIDTH 216

struct _MuriTemplateCard
{
  GtkBox parent_instance;

  MuriTemplate *shown;
  GtkWidget *icon;
  GtkWidget *name;
  GtkWidget *os;
  GtkWidget *numbers;
  GtkWidget *state;
  GtkWidget *progress;
};

G_DEFINE_FINAL_TYPE (MuriTemplateCard, muri_template_card, GTK_TYPE_BOX)

static char *
format_os (MuriTemplate *shown)
{
  const muri_v1_Template *facts = muri_template_get_facts (shown);
  g_autofree char *os = muri_template_words_os (facts->os);
  g_autofree char *size = facts->size ? muri_format_size (facts->size) : NULL;

  /* Translators: an operating system, a size */
  return size ? g_strdup_printf (C_ ("system and size", "%s · %s"), os, size)
              : g_steal_pointer (&os);
}

static char *
format_numbers (MuriTemplate *shown)
{
  guint n = g_list_model_get_n_items (muri_template_get_holders (shown));
  g_autofree char *holders = muri_template_words_holders (n);
  g_autofree char *clones = muri_template_words_clones (muri_template_get_n_clones (shown));

  /* Translators: "3 holders", "12 clones" */
  return g_strdup_printf (C_ ("holders and clones", "%s · %s"), holders, clones);
}

static void
update_state (MuriTemplateCard *self)
{
  guint state = muri_template_get_state (self->shown);
  gboolean broken = state == MURI_TEMPLATE_STATE_BROKEN;
  gboolean ready = state == MURI_TEMPLATE_STATE_READY;
  const char *error = broken ? muri_template_words_error (self->shown) : NULL;
  guint percent = MURI_PERCENT_UNKNOWN;
  g_autofree char *words = NULL;

  g_object_get (self->shown, "percent", &percent, NULL);
  words = error ? g_strdup_printf (_ ("Broken: %s"), error)
                : muri_template_words_progress (state, percent);
  if (ready && !muri_template_is_available (self->shown))
    {
      g_free (words);
      words = g_strdup (_ ("No holder can be reached"));
    }
  gtk_label_set_text (GTK_LABEL (self->state), words);
  gtk_widget_set_tooltip_text (self->state, words);
  gtk_widget_set_visible (self->state, !ready || !muri_template_is_available (self->shown));
  gtk_widget_set_visible (self->progress, !ready && !broken && percent <= 100);
  if (percent <= 100)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), percent / 100.0);
  gtk_widget_remove_css_class (self->state, broken ? "dim-label" : "error");
  gtk_widget_add_css_class (self->state, broken ? "error" : "dim-label");
}

static void
update (MuriTemplateCard *self)
{
  g_autofree char *os = format_os (self->shown);
  g_autofree char *numbers = format_numbers (self->shown);
  g_autofree char *label = NULL;

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), muri_template_icon (self->shown));
  gtk_label_set_text (GTK_LABEL (self->name), muri_template_get_name (self->shown));
  gtk_widget_set_tooltip_text (self->name, muri_template_get_name (self->shown));
  gtk_label_set_text (GTK_LABEL (self->os), os);
  gtk_label_set_text (GTK_LABEL (self->numbers), numbers);
  update_state (self);
  label = g_strdup_printf ("%s, %s, %s, %s", muri_template_get_name (self->shown), os, numbers,
                           muri_template_words_state (muri_template_get_state (self->shown)));
  muri_row_label_set (GTK_WIDGET (self), label);
}

static GdkContentProvider *
on_prepare (MuriTemplateCard *self)
{
  g_autoptr (MuriMembers) members = muri_members_new (NULL);

  if (!self->shown || muri_template_get_state (self->shown) != MURI_TEMPLATE_STATE_READY)
    return NULL;
  muri_members_set_template (members, self->shown);
  return muri_drag_provide (members);
}

static void
on_drag_begin (MuriTemplateCard *self, GdkDrag *drag)
{
  muri_drag_begin (drag);
}

static void
muri_template_card_dispose (GObject *object)
{
  muri_template_card_set_template (MURI_TEMPLATE_CARD (object), NULL);

  G_OBJECT_CLASS (muri_template_card_parent_class)->dispose (object);
}

static void
muri_template_card_class_init (MuriTemplateCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_template_card_dispose;
}

static GtkWidget *
make_label (MuriTemplateCard *self, const char *css_class)
{
  GtkWidget *label =
      g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_END, NULL);

  gtk_widget_add_css_class (label, css_class);
  gtk_widget_add_css_class (label, "numeric");
  return label;
}

static void
muri_template_card_init (MuriTemplateCard *self)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_set_size_request (GTK_WIDGET (self), CARD_WIDTH, -1);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "template-card");
  self->icon = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->icon), 32);
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  self->name = make_label (self, "heading");
  self->os = make_label (self, "caption");
  self->numbers = make_label (self, "caption");
  gtk_widget_add_css_class (self->numbers, "dim-label");
  self->state = make_label (self, "caption");
  self->progress = gtk_progress_bar_new ();
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), self->name);
  gtk_box_append (GTK_BOX (texts), self->os);
  gtk_box_append (GTK_BOX (texts), self->numbers);
  gtk_box_append (GTK_BOX (texts), self->state);
  gtk_box_append (GTK_BOX (texts), self->progress);
  gtk_box_append (GTK_BOX (self), self->icon);
  gtk_box_append (GTK_BOX (self), texts);

  gtk_drag_source_set_actions (source, GDK_ACTION_COPY | GDK_ACTION_MOVE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (on_prepare), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (on_drag_begin), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
}

GtkWidget *
muri_template_card_new (void)
{
  return g_object_new (MURI_TYPE_TEMPLATE_CARD, NULL);
}

void
muri_template_card_set_template (MuriTemplateCard *self, MuriTemplate *shown)
{
  if (self->shown == shown)
    return;
  if (self->shown)
    g_signal_handlers_disconnect_by_data (self->shown, self);
  g_set_object (&self->shown, shown);
  if (!shown)
    return;
  g_signal_connect_swapped (shown, "notify::facts", G_CALLBACK (update), self);
  update (self);
}

MuriTemplate *
muri_template_card_get_template (MuriTemplateCard *self)
{
  return self->shown;
}
