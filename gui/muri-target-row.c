/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-target-row.h"

#include <glib/gi18n.h>

#include "muri-format.h"
#include "muri-operation-menu.h"
#include "muri-page.h"
#include "muri-row-label.h"
#include "muri-state-icon.h"

struct _MuriTargetRow
{
  GtkWidget parent_instance;

  MuriTarget *target;
  GtkWidget *icon;
  GtkWidget *name;
  GtkWidget *texts;
  GtkWidget *message; /* NULL until there is one, as there is in few of many rows */
  GtkWidget *outcome;
  GtkWidget *progress; /* NULL until there is one */
  GtkWidget *span;
};

G_DEFINE_FINAL_TYPE (MuriTargetRow, muri_target_row, GTK_TYPE_WIDGET)

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static gboolean
on_link (MuriTargetRow *self, const char *uri)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", uri);
  return TRUE;
}

static void
update_name (MuriTargetRow *self)
{
  const char *id = muri_target_get_vm_id (self->target);
  gboolean node = !strchr (id, '/');
  g_autofree char *link = g_markup_printf_escaped ("<a href=\"%s:%s\">%s</a>", node ? "node" : "vm",
                                                   id, muri_target_get_name (self->target));
  g_autofree char *host = g_markup_escape_text (muri_target_get_node_name (self->target), -1);
  /* Translators: a VM and its host: "web-001 on seoul-1" */
  g_autofree char *both = g_strdup_printf (C_ ("VM and host", "%s on %s"), link, host);

  /* Links are made anew each time. */
  if (g_strcmp0 (gtk_label_get_label (GTK_LABEL (self->name)), node ? link : both) != 0)
    gtk_label_set_markup (GTK_LABEL (self->name), node ? link : both);
}

/* An agent gives its reasons in its own words and in the midst of a sentence. */
static char *
dup_message (MuriTarget *target)
{
  const char *message = muri_target_get_message (target);
  gboolean running = muri_target_get_state (target) == MURI_OUTCOME_RUNNING;
  g_autofree char *first = NULL;

  /* Where an image is fetched from is said by the outcome. */
  if (running && muri_target_get_step (target) == MURI_STEP_FETCHING)
    return g_strdup ("");

  if (muri_target_get_state (target) == MURI_OUTCOME_PROTECTED)
    return g_strdup (_ ("It is protected: take its padlock off first"));
  if (muri_target_get_state (target) == MURI_TARGET_UNREACHABLE)
    return g_strdup (_ ("Nothing was heard of its host until the deadline"));
  /* What was to be made was given its name. */
  if (muri_target_get_state (target) == MURI_OUTCOME_CANCELLED && (!message || !*message)
      && g_strcmp0 (muri_target_get_argument (target), muri_target_get_name (target)) == 0)
    return g_strdup (_ ("Nothing of it is left"));
  if (!message || !*message)
    return g_strdup ("");
  first = g_utf8_strup (message, (gssize)(g_utf8_next_char (message) - message));
  return g_strconcat (first, g_utf8_next_char (message), NULL);
}

static void
add_progress (MuriTargetRow *self)
{
  self->progress = gtk_progress_bar_new ();
  gtk_widget_set_valign (self->progress, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (self->progress, 96, -1);
  gtk_widget_insert_after (self->progress, GTK_WIDGET (self), self->outcome);
}

static void
update_progress (MuriTargetRow *self)
{
  guint percent = muri_target_get_percent (self->target);
  gboolean running = muri_target_get_state (self->target) == MURI_OUTCOME_RUNNING
                     && muri_target_get_step (self->target) != MURI_STEP_NONE;

  if (!self->progress && running && percent <= 100)
    add_progress (self);
  if (!self->progress)
    return;
  gtk_widget_set_visible (self->progress, running && percent <= 100);
  if (percent <= 100)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), percent / 100.0);
}

static void
update_message (MuriTargetRow *self, const char *message)
{
  if (!self->message && *message)
    {
      self->message = make_label ("dim-label");
      gtk_widget_add_css_class (self->message, "caption");
      gtk_label_set_wrap (GTK_LABEL (self->message), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (self->message), PANGO_WRAP_WORD_CHAR);
      gtk_box_append (GTK_BOX (self->texts), self->message);
    }
  if (!self->message)
    return;
  gtk_widget_set_visible (self->message, *message);
  gtk_label_set_text (GTK_LABEL (self->message), message);
}

static void
update (MuriTargetRow *self)
{
  MuriTarget *target = self->target;
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (self), MURI_TYPE_PAGE);
  MuriFleet *fleet = page ? muri_page_get_fleet (MURI_PAGE (page)) : NULL;
  g_autofree char *words = muri_target_words (target, fleet);
  g_autofree char *message = dup_message (target);
  gint64 started = muri_target_get_started (target);
  gint64 finished = muri_target_get_finished (target);
  g_autofree char *span =
      started && finished ? muri_format_duration (finished - started) : g_strdup ("");
  g_autofree char *label = NULL;

  update_name (self);
  muri_state_icon_set_outcome (MURI_STATE_ICON (self->icon), muri_target_get_state (target));
  gtk_label_set_text (GTK_LABEL (self->outcome), words);
  gtk_label_set_text (GTK_LABEL (self->span), span);
  update_progress (self);
  update_message (self, message);
  label = g_strdup_printf ("%s, %s%s%s", muri_target_get_name (target), words, *message ? ", " : "",
                           message);
  muri_row_label_set (GTK_WIDGET (self), label);
}

static void
muri_target_row_dispose (GObject *object)
{
  MuriTargetRow *self = MURI_TARGET_ROW (object);
  GtkWidget *child;

  muri_target_row_set_target (self, NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (muri_target_row_parent_class)->dispose (object);
}

static void
muri_target_row_class_init (MuriTargetRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_target_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
muri_target_row_init (MuriTargetRow *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  self->texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 12);
  self->icon = muri_state_icon_new ();
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  self->name = make_label (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
  g_signal_connect_swapped (self->name, "activate-link", G_CALLBACK (on_link), self);
  gtk_widget_set_hexpand (self->texts, TRUE);
  gtk_widget_set_valign (self->texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->texts), self->name);
  gtk_widget_set_parent (self->texts, GTK_WIDGET (self));
  self->outcome = make_label (NULL);
  gtk_widget_set_parent (self->outcome, GTK_WIDGET (self));
  self->span = make_label ("dim-label");
  gtk_widget_add_css_class (self->span, "numeric");
  gtk_label_set_xalign (GTK_LABEL (self->span), 1);
  gtk_label_set_width_chars (GTK_LABEL (self->span), 6);
  gtk_widget_set_parent (self->span, GTK_WIDGET (self));
}

GtkWidget *
muri_target_row_new (void)
{
  return g_object_new (MURI_TYPE_TARGET_ROW, NULL);
}

void
muri_target_row_set_target (MuriTargetRow *self, MuriTarget *target)
{
  g_return_if_fail (MURI_IS_TARGET_ROW (self));

  if (self->target == target)
    return;
  if (self->target)
    g_signal_handlers_disconnect_by_data (self->target, self);
  g_set_object (&self->target, target);
  if (target == NULL)
    return;
  g_signal_connect_swapped (target, "notify", G_CALLBACK (update), self);
  update (self);
}
