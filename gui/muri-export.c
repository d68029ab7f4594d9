/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-export.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkWidget *widget;
  GBytes *bytes;
} Export;

static void
export_free (gpointer data, GClosure *closure)
{
  Export *export = data;

  g_object_unref (export->widget);
  g_bytes_unref (export->bytes);
  g_free (export);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) widget = data;
  g_autofree char *name = g_file_get_basename (G_FILE (source));
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    /* Translators: a file's name */
    text = g_strdup_printf (_ ("Exported to “%s”"), name);
  else
    /* Translators: a file's name, then a sentence that says why not */
    text = g_strdup_printf (_ ("“%s” was not written. %s"), name, error->message);
  gtk_widget_activate_action (widget, "win.say", "s", text);
}

static void
on_chosen (GtkNativeDialog *dialog, int response, Export *export)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file)
    g_file_replace_contents_bytes_async (file, export->bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                         on_written, g_object_ref (export->widget));
  g_object_unref (dialog);
}

void
muri_export_text (GtkWidget *widget, const char *title, const char *name, char *text)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autofree char *suggested = g_strdelimit (g_strdup (name), "/\\:", '-');
  GtkFileChooserNative *dialog;
  Export *export = g_new0 (Export, 1);

  export->widget = g_object_ref (widget);
  export->bytes = g_bytes_new_take (text, strlen (text));
  dialog = gtk_file_chooser_native_new (title, GTK_WINDOW (root), GTK_FILE_CHOOSER_ACTION_SAVE,
                                        _ ("_Export"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), suggested);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_chosen), export, export_free, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
