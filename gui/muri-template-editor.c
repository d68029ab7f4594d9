/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-template-editor.h"

#include <glib/gi18n.h>

#include "muri-button-names.h"

#define NOTES_MAX 1023

struct _MuriTemplateEditor
{
  AdwWindow parent_instance;

  /* Template widgets */
  AdwWindowTitle *heading;
  GtkWidget *confirm;
  GtkEditable *os;
  GtkSpinButton *vcpus;
  GtkSpinButton *memory;
  GtkSpinButton *memory_min;
  GtkTextView *notes;
  GtkWidget *problem;

  /* Owned */
  MuriTemplate *edited;
};

G_DEFINE_FINAL_TYPE (MuriTemplateEditor, muri_template_editor, ADW_TYPE_WINDOW)

static guint confirmed_signal;

static char *
get_notes (MuriTemplateEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->notes);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
update (MuriTemplateEditor *self)
{
  g_autofree char *notes = get_notes (self);
  gboolean good = strlen (notes) <= NOTES_MAX;

  gtk_widget_set_visible (self->problem, !good);
  gtk_widget_set_sensitive (self->confirm, good);
}

static void
set_number (MuriRequest *request, const char *name, guint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  muri_request_set_parameter (request, name, text);
}

static guint64
get_kib (GtkSpinButton *button)
{
  return (guint64)gtk_spin_button_get_value (button) * 1024;
}

static void
on_confirm (MuriTemplateEditor *self)
{
  MuriRequest *request = muri_request_new (MURI_VERB_CHANGE_TEMPLATE);
  g_autofree char *os = g_strstrip (g_strdup (gtk_editable_get_text (self->os)));
  g_autofree char *notes = get_notes (self);

  muri_request_set_parameter (request, MURI_PARAMETER_OS, os);
  set_number (request, MURI_PARAMETER_VCPUS,
              (guint64)gtk_spin_button_get_value_as_int (self->vcpus));
  set_number (request, MURI_PARAMETER_MEMORY, get_kib (self->memory));
  set_number (request, MURI_PARAMETER_MEMORY_MIN, get_kib (self->memory_min));
  muri_request_set_document (request, notes);
  g_signal_emit (self, confirmed_signal, 0, request);
  muri_request_unref (request);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
muri_template_editor_dispose (GObject *object)
{
  MuriTemplateEditor *self = MURI_TEMPLATE_EDITOR (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_TEMPLATE_EDITOR);
  g_clear_object (&self->edited);

  G_OBJECT_CLASS (muri_template_editor_parent_class)->dispose (object);
}

static void
muri_template_editor_class_init (MuriTemplateEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_template_editor_dispose;
  confirmed_signal = g_signal_new ("confirmed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-template-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateEditor, heading);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateEditor, confirm);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateEditor, os);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateEditor, vcpus);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateEditor, memory);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateEditor, memory_min);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateEditor, notes);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateEditor, problem);
  gtk_widget_class_bind_template_callback (widget_class, on_confirm);
}

static void
muri_template_editor_init (MuriTemplateEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  muri_button_names_set (GTK_WIDGET (self));
}

MuriTemplateEditor *
muri_template_editor_new (GtkWindow *parent, MuriTemplate *edited)
{
  MuriTemplateEditor *self =
      g_object_new (MURI_TYPE_TEMPLATE_EDITOR, "transient-for", parent, NULL);
  const muri_v1_Template *facts = muri_template_get_facts (edited);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->notes);

  self->edited = g_object_ref (edited);
  adw_window_title_set_subtitle (self->heading, facts->name);
  gtk_editable_set_text (self->os, facts->os);
  gtk_spin_button_set_value (self->vcpus, facts->vcpus);
  gtk_spin_button_set_value (self->memory, (double)facts->memory / 1024);
  gtk_spin_button_set_value (self->memory_min, (double)facts->memory_min / 1024);
  gtk_text_buffer_set_text (buffer, facts->notes, -1);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->notes));
  return self;
}
