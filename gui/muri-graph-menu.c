/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-graph-private.h"

#include <glib/gi18n.h>

#include "muri-graph-export.h"

/* Of a picture, whatever the size on the screen. */
#define EXPORT_WIDTH 960
#define EXPORT_HEIGHT 400

/* What is to be written when a file was chosen: what was shown when it was asked for. */
typedef struct
{
  GtkWidget *graph;
  MuriGraphPicture *picture;
  MuriGraphFormat format;
} Wish;

static void
wish_free (Wish *wish)
{
  g_object_unref (wish->graph);
  g_clear_pointer (&wish->picture, muri_graph_picture_free);
  g_free (wish);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) graph = user_data;
  g_autofree char *name = g_file_get_basename (G_FILE (source));
  g_autofree char *words = NULL;
  g_autoptr (GError) error = NULL;

  if (muri_graph_export_finish (result, &error))
    /* Translators: a file */
    words = g_strdup_printf (_ ("Written to %s"), name);
  else
    words = g_strdup_printf (_ ("%s could not be written: %s"), name, error->message);
  gtk_widget_activate_action (graph, "win.say", "s", words);
}

static void
write_file (Wish *wish, GFile *file)
{
  muri_graph_export_async (g_steal_pointer (&wish->picture), wish->format, EXPORT_WIDTH,
                           EXPORT_HEIGHT, file, NULL, on_written, g_object_ref (wish->graph));
}

static void
on_response (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  Wish *wish = user_data;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

      if (file)
        write_file (wish, file);
    }
  wish_free (wish);
  g_object_unref (dialog);
}

/* What a file may be called: no slashes, and not hidden. */
static char *
make_name (MuriGraph *self, MuriGraphFormat format)
{
  g_autofree char *name = self->subject
                              ? g_strdup_printf ("%s %s", self->subject, self->picture->title)
                              : g_strdup (self->picture->title);

  g_strdelimit (name, "/\\:", '-');
  if (*name == '.')
    *name = '_';
  return g_strdup_printf ("%s.%s", name, muri_graph_format_to_name (format));
}

static void
export_as (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MuriGraph *self = MURI_GRAPH (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autofree char *name = NULL;
  GtkFileChooserNative *dialog;
  MuriGraphFormat format;
  Wish *wish;

  if (!muri_graph_format_from_name (g_variant_get_string (parameter, NULL), &format))
    return;
  name = make_name (self, format);
  wish = g_new0 (Wish, 1);
  wish->graph = g_object_ref (widget);
  wish->format = format;
  wish->picture = muri_graph_picture_copy (self->picture);
  if (self->subject)
    {
      g_autofree char *title = g_steal_pointer (&wish->picture->title);

      wish->picture->title = g_strdup_printf ("%s · %s", self->subject, title);
    }
  dialog = gtk_file_chooser_native_new (_ ("Export Graph"), GTK_WINDOW (root),
                                        GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), wish);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
muri_graph_install_menu (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "graph.export", "s", export_as);
}

void
muri_graph_init_menu (MuriGraph *self)
{
  static const struct
  {
    const char *label;
    const char *action;
  } items[] = {
    { N_ ("Export as PNG…"), "graph.export::png" },
    { N_ ("Export as SVG…"), "graph.export::svg" },
    { N_ ("Export as PDF…"), "graph.export::pdf" },
    { N_ ("Export Data as CSV…"), "graph.export::csv" },
  };
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkMenuButton *button = GTK_MENU_BUTTON (self->menu_button);

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    g_menu_append (menu, _ (items[i].label), items[i].action);
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
  gtk_menu_button_set_icon_name (button, "view-more-symbolic");
  gtk_widget_set_tooltip_text (self->menu_button, _ ("Export"));
  gtk_widget_set_valign (self->menu_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->menu_button, "flat");
  gtk_widget_add_css_class (self->menu_button, "graph-menu");
}
