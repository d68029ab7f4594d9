/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-template-export.h"

#include <glib/gi18n.h>

#include "muri-download.h"
#include "muri-format.h"

typedef struct
{
  GtkWindow *parent;
  MuriFleet *fleet;
  MuriTemplate *exported;
  GtkFileChooserNative *chooser;
  AdwMessageDialog *dialog; /* while it is under way */
  GtkProgressBar *progress;
  GCancellable *cancellable;
  char *path; /* where to */
} Export;

static void
export_free (Export *export)
{
  g_object_unref (export->parent);
  g_object_unref (export->fleet);
  g_object_unref (export->exported);
  g_clear_object (&export->chooser);
  g_clear_object (&export->cancellable);
  g_free (export->path);
  g_free (export);
}

static void
on_progress (guint64 done, guint64 total, gpointer user_data)
{
  Export *export = user_data;
  g_autofree char *first = muri_format_size ((double)done);
  g_autofree char *second = muri_format_size ((double)total);
  g_autofree char *text = g_strdup_printf (C_ ("progress", "%s of %s"), first, second);

  if (!export->dialog)
    return;
  gtk_progress_bar_set_text (export->progress, text);
  gtk_progress_bar_set_fraction (export->progress,
                                 total > 0 ? CLAMP ((double)done / (double)total, 0, 1) : 0);
}

static void
on_downloaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Export *export = user_data;
  const char *name = muri_template_get_name (export->exported);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (muri_download_finish (result, &error))
    /* Translators: a template's name, where its file is now */
    text = g_strdup_printf (_ ("“%s” was exported to %s"), name, export->path);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    /* Translators: a template's name, then a sentence that says why not */
    text = g_strdup_printf (_ ("“%s” was not exported. %s"), name, error->message);
  if (text)
    gtk_widget_activate_action (GTK_WIDGET (export->parent), "win.say", "s", text);
  if (export->dialog)
    {
      g_signal_handlers_disconnect_by_data (export->dialog, export);
      gtk_window_destroy (GTK_WINDOW (export->dialog));
    }
  export_free (export);
}

static void
on_stopped (Export *export)
{
  export->dialog = NULL;
  g_cancellable_cancel (export->cancellable);
}

static void
show_progress (Export *export)
{
  g_autofree char *heading =
      g_strdup_printf (_ ("Exporting %s"), muri_template_get_name (export->exported));
  GtkWidget *widget = adw_message_dialog_new (export->parent, heading, NULL);

  export->dialog = ADW_MESSAGE_DIALOG (widget);
  export->progress = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_progress_bar_set_show_text (export->progress, TRUE);
  adw_message_dialog_set_extra_child (export->dialog, GTK_WIDGET (export->progress));
  adw_message_dialog_add_response (export->dialog, "stop", _ ("Stop"));
  adw_message_dialog_set_close_response (export->dialog, "stop");
  g_signal_connect_swapped (widget, "response", G_CALLBACK (on_stopped), export);
  gtk_window_present (GTK_WINDOW (widget));
}

static void
on_chosen (GtkNativeDialog *chooser, int response, Export *export)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  if (!file)
    {
      export_free (export);
      return;
    }
  export->cancellable = g_cancellable_new ();
  export->path = g_file_get_parse_name (file);
  show_progress (export);
  muri_download_async (export->exported, file, muri_fleet_get_identity (export->fleet), on_progress,
                       export, export->cancellable, on_downloaded, export);
}

void
muri_template_export (GtkWindow *parent, MuriFleet *fleet, MuriTemplate *exported)
{
  const muri_v1_Template *facts = muri_template_get_facts (exported);
  g_autofree char *full =
      g_strdup_printf ("%s.%s", facts->name, facts->format[0] ? facts->format : "qcow2");
  g_autofree char *name = g_strdelimit (g_strdup (full), "/\\:", '-');
  Export *export = g_new0 (Export, 1);

  export->parent = g_object_ref (parent);
  export->fleet = g_object_ref (fleet);
  export->exported = g_object_ref (exported);
  export->chooser = gtk_file_chooser_native_new (
      _ ("Export Template"), parent, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (export->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (export->chooser), name);
  g_signal_connect (export->chooser, "response", G_CALLBACK (on_chosen), export);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (export->chooser));
}
