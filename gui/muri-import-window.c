/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-import-window.h"

#include <glib/gi18n.h>

#include "muri-act.h"
#include "muri-button-names.h"
#include "muri-format.h"
#include "muri-host-picks.h"
#include "muri-template-words.h"
#include "muri-upload.h"

/* As the choices of format and machine. */
static const char *const formats[] = { "qcow2", "raw", "vmdk", "vhdx" };
static const char *const machines[] = { "linux-uefi", "linux-bios", "generic", "tiny" };

struct _MuriImportWindow
{
  AdwWindow parent_instance;

  /* Template widgets */
  AdwWindowTitle *heading;
  GtkButton *cancel;
  GtkButton *confirm;
  GtkWidget *form;
  AdwActionRow *file_row;
  GtkWidget *choose;
  GtkEditable *url;
  GtkEditable *sha256;
  AdwComboRow *format;
  MuriTickPicker *host;
  GtkEditable *name;
  GtkEditable *os;
  AdwComboRow *machine;
  GtkWidget *progress_box;
  GtkLabel *step;
  GtkProgressBar *progress;
  GtkLabel *amount;
  GtkLabel *problem;

  /* Owned */
  MuriFleet *fleet;
  GFile *file;
  GtkFileChooserNative *chooser;
  GCancellable *cancellable; /* while something is under way */
  MuriImageFile *image;      /* once it was read */
  MuriNode *node;            /* once it was asked */
  MuriOperation *operation;  /* once it was announced */
  char *id;
  gboolean address;
};

G_DEFINE_FINAL_TYPE (MuriImportWindow, muri_import_window, ADW_TYPE_WINDOW)

static void read_file (MuriImportWindow *self);
static void send_file (MuriImportWindow *self);

static char *
get_text (GtkEditable *entry)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (entry)));
}

static gboolean
is_sha256 (const char *text)
{
  return strlen (text) == 64 && strspn (text, "0123456789abcdefABCDEF") == 64;
}

static char *
find_problem (MuriImportWindow *self)
{
  g_autofree char *name = get_text (self->name);
  g_autofree char *url = get_text (self->url);
  g_autofree char *sum = get_text (self->sha256);
  g_autofree char *scheme = *url ? g_uri_parse_scheme (url) : NULL;

  if (self->address && *url && g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0)
    return g_strdup (_ ("An address begins with http:// or https://."));
  if (self->address && *sum && !is_sha256 (sum))
    return g_strdup (_ ("A SHA-256 sum has 64 digits and letters from a to f."));
  return *name ? muri_template_words_name_problem (name) : NULL;
}

static void
show_problem (MuriImportWindow *self, const char *text)
{
  gtk_label_set_text (self->problem, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), text != NULL);
}

static void
update (MuriImportWindow *self)
{
  g_autofree char *problem = find_problem (self);
  g_autofree char *name = get_text (self->name);
  g_autofree char *url = get_text (self->url);
  g_autoptr (GPtrArray) nodes = muri_host_picks_get (self->host, self->fleet);
  gboolean source = self->address ? *url != '\0' : self->file != NULL;

  show_problem (self, problem);
  gtk_widget_set_sensitive (GTK_WIDGET (self->confirm),
                            source && !problem && *name && nodes->len > 0);
}

/* ---- the file ---- */

static void
suggest (MuriImportWindow *self, const char *file_name)
{
  g_autofree char *name = g_strdup (file_name);
  char *dot = strrchr (name, '.');

  for (guint i = 0; dot && i < G_N_ELEMENTS (formats); i++)
    if (g_ascii_strcasecmp (dot + 1, formats[i]) == 0)
      {
        adw_combo_row_set_selected (self->format, i);
        *dot = '\0';
        break;
      }
  if (gtk_editable_get_text (self->name)[0] == '\0')
    gtk_editable_set_text (self->name, name);
}

static void
set_file (MuriImportWindow *self, GFile *file)
{
  g_autofree char *name = file ? g_file_get_basename (file) : NULL;

  g_set_object (&self->file, file);
  if (!file)
    return;
  adw_action_row_set_subtitle (self->file_row, name);
  suggest (self, name);
  update (self);
}

static void
on_chosen (MuriImportWindow *self, int response)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  if (file)
    set_file (self, file);
  g_clear_object (&self->chooser);
}

static void
on_choose (MuriImportWindow *self)
{
  g_autoptr (GtkFileFilter) images = gtk_file_filter_new ();

  gtk_file_filter_set_name (images, _ ("Disk Images"));
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    gtk_file_filter_add_suffix (images, formats[i]);
  gtk_file_filter_add_suffix (images, "img");
  g_clear_object (&self->chooser);
  self->chooser =
      gtk_file_chooser_native_new (_ ("Import File"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Choose"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), images);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_url_changed (MuriImportWindow *self)
{
  g_autofree char *url = get_text (self->url);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autofree char *base = uri ? g_path_get_basename (g_uri_get_path (uri)) : NULL;
  const char *dot = base ? strrchr (base, '.') : NULL;

  for (guint i = 0; dot && i < G_N_ELEMENTS (formats); i++)
    if (g_ascii_strcasecmp (dot + 1, formats[i]) == 0)
      adw_combo_row_set_selected (self->format, i);
  update (self);
}

/* ---- asking for it ---- */

static MuriRequest *
make_request (MuriImportWindow *self, guint verb)
{
  MuriRequest *request = muri_request_new (verb);
  g_autofree char *name = get_text (self->name);
  g_autofree char *os = get_text (self->os);

  muri_request_add_node (request, self->node);
  muri_request_set_group (request, name);
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE, self->id);
  muri_request_set_parameter (request, MURI_PARAMETER_NAME, name);
  muri_request_set_parameter (request, MURI_PARAMETER_FORMAT,
                              formats[adw_combo_row_get_selected (self->format)]);
  muri_request_set_parameter (request, MURI_PARAMETER_MACHINE,
                              machines[adw_combo_row_get_selected (self->machine)]);
  if (*os)
    muri_request_set_parameter (request, MURI_PARAMETER_OS, os);
  return request;
}

/* Back to the questions, or to a second attempt at what was begun. */
static void
fail (MuriImportWindow *self, const char *text)
{
  gboolean again = self->operation != NULL;

  g_clear_object (&self->cancellable);
  gtk_widget_set_visible (self->form, !again);
  gtk_widget_set_visible (self->progress_box, again);
  gtk_button_set_label (self->confirm, again ? _ ("_Resume") : _ ("_Import"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->confirm), TRUE);
  show_problem (self, text);
}

static void
begin (MuriImportWindow *self, char *step)
{
  gtk_label_set_text (self->step, step);
  gtk_label_set_text (self->amount, "");
  gtk_progress_bar_set_fraction (self->progress, 0);
  gtk_widget_set_visible (self->form, FALSE);
  gtk_widget_set_visible (self->progress_box, TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->confirm), FALSE);
  show_problem (self, NULL);
  if (!self->cancellable)
    self->cancellable = g_cancellable_new ();
  g_free (step);
}

static void
on_progress (guint64 done, guint64 total, gpointer user_data)
{
  MuriImportWindow *self = user_data;
  double fraction = total > 0 ? (double)done / (double)total : 0;
  g_autofree char *first = muri_format_size ((double)done);
  g_autofree char *second = muri_format_size ((double)total);
  /* Translators: sizes: "42 MiB of 300 MiB" */
  g_autofree char *text = g_strdup_printf (C_ ("progress", "%s of %s"), first, second);

  if (!self->cancellable || g_cancellable_is_cancelled (self->cancellable))
    return;
  gtk_progress_bar_set_fraction (self->progress, CLAMP (fraction, 0, 1));
  gtk_label_set_text (self->amount, text);
}

static gboolean
is_cancelled (GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriImportWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (muri_upload_finish (result, &error))
    gtk_window_destroy (GTK_WINDOW (self));
  else if (!is_cancelled (error))
    fail (self, error->message);
}

static void
send_file (MuriImportWindow *self)
{
  begin (self, g_strdup_printf (_ ("Sending to %s"), muri_node_get_name (self->node)));
  muri_upload_async (self->image, self->node, self->id, on_progress, self, self->cancellable,
                     on_sent, g_object_ref (self));
}

static void
on_announced (MuriOperation *operation, const char *problem, gpointer user_data)
{
  MuriImportWindow *self = user_data;

  if (!self->cancellable || g_cancellable_is_cancelled (self->cancellable))
    {
      if (operation && self->fleet)
        muri_fleet_cancel (self->fleet, operation);
    }
  else if (!operation)
    fail (self, problem);
  else
    {
      self->operation = g_object_ref (operation);
      send_file (self);
    }
}

static void
announce (MuriImportWindow *self)
{
  MuriRequest *request = make_request (self, MURI_VERB_RECEIVE_TEMPLATE);
  g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, self->image->size);

  muri_request_set_parameter (request, MURI_PARAMETER_SIZE, size);
  muri_request_set_parameter (request, MURI_PARAMETER_SHA256, self->image->sha256);
  muri_act_submit (self->fleet, request, on_announced, g_object_ref (self), g_object_unref);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriImportWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  MuriImageFile *image = muri_image_file_read_finish (result, &error);

  if (image)
    {
      self->image = image;
      announce (self);
    }
  else if (!is_cancelled (error))
    fail (self, error->message);
}

static void
read_file (MuriImportWindow *self)
{
  g_autofree char *name = g_file_get_basename (self->file);

  g_clear_pointer (&self->image, muri_image_file_free);
  /* Translators: a file's name */
  begin (self, g_strdup_printf (_ ("Reading %s"), name));
  muri_image_file_read_async (self->file, on_progress, self, self->cancellable, on_read,
                              g_object_ref (self));
}

static void
on_fetch_submitted (MuriOperation *operation, const char *problem, gpointer user_data)
{
  MuriImportWindow *self = user_data;

  if (!self->fleet)
    return;
  if (operation)
    gtk_window_destroy (GTK_WINDOW (self));
  else
    fail (self, problem);
}

static void
fetch (MuriImportWindow *self)
{
  MuriRequest *request = make_request (self, MURI_VERB_FETCH_TEMPLATE);
  g_autofree char *url = get_text (self->url);
  g_autofree char *sum = get_text (self->sha256);
  g_autofree char *lower = g_ascii_strdown (sum, -1);

  muri_request_set_parameter (request, MURI_PARAMETER_URL, url);
  if (*lower)
    muri_request_set_parameter (request, MURI_PARAMETER_SHA256, lower);
  gtk_widget_set_sensitive (GTK_WIDGET (self->confirm), FALSE);
  muri_act_submit (self->fleet, request, on_fetch_submitted, g_object_ref (self), g_object_unref);
}

static void
on_confirm (MuriImportWindow *self)
{
  g_autoptr (GPtrArray) nodes = muri_host_picks_get (self->host, self->fleet);

  if (self->operation)
    {
      send_file (self);
      return;
    }
  if (nodes->len == 0)
    return;
  g_set_object (&self->node, nodes->pdata[0]);
  g_free (self->id);
  self->id = g_uuid_string_random ();
  if (self->address)
    fetch (self);
  else
    read_file (self);
}

/* What is not wholly there when somebody closes it is given up. */
static gboolean
muri_import_window_close_request (GtkWindow *window)
{
  MuriImportWindow *self = MURI_IMPORT_WINDOW (window);

  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  if (self->operation && !muri_operation_is_finished (self->operation))
    muri_fleet_cancel (self->fleet, self->operation);
  return GTK_WINDOW_CLASS (muri_import_window_parent_class)->close_request (window);
}

static void
muri_import_window_dispose (GObject *object)
{
  MuriImportWindow *self = MURI_IMPORT_WINDOW (object);

  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->chooser);
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_IMPORT_WINDOW);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->image, muri_image_file_free);
  g_clear_object (&self->operation);
  g_clear_object (&self->node);
  g_clear_object (&self->file);
  g_clear_object (&self->fleet);
  g_clear_pointer (&self->id, g_free);

  G_OBJECT_CLASS (muri_import_window_parent_class)->dispose (object);
}

static void
muri_import_window_class_init (MuriImportWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_import_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = muri_import_window_close_request;
  g_type_ensure (MURI_TYPE_TICK_PICKER);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-import-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, cancel);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, confirm);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, form);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, file_row);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, choose);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, url);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, sha256);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, format);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, host);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, name);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, os);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, machine);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, progress_box);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, step);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, progress);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, amount);
  gtk_widget_class_bind_template_child (widget_class, MuriImportWindow, problem);
  gtk_widget_class_bind_template_callback (widget_class, on_confirm);
  gtk_widget_class_bind_template_callback (widget_class, on_choose);
  gtk_widget_class_bind_template_callback (widget_class, on_url_changed);
  gtk_widget_class_bind_template_callback (widget_class, update);
}

static void
muri_import_window_init (MuriImportWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  muri_button_names_set (GTK_WIDGET (self));
}

MuriImportWindow *
muri_import_window_new (GtkWindow *parent, MuriFleet *fleet, GFile *file, gboolean address)
{
  MuriImportWindow *self = g_object_new (MURI_TYPE_IMPORT_WINDOW, "transient-for", parent, NULL);

  self->fleet = g_object_ref (fleet);
  self->address = address;
  adw_window_title_set_title (self->heading,
                              address ? _ ("Template from an Address") : _ ("Import Template"));
  gtk_widget_set_visible (GTK_WIDGET (self->file_row), !address);
  gtk_widget_set_visible (GTK_WIDGET (self->url), address);
  gtk_widget_set_visible (GTK_WIDGET (self->sha256), address);
  muri_tick_picker_set_up (self->host, _ ("Choose a host…"), TRUE, NULL);
  muri_host_picks_fill (self->host, fleet,
                        address ? MURI_VERB_FETCH_TEMPLATE : MURI_VERB_RECEIVE_TEMPLATE, NULL);
  set_file (self, file);
  update (self);
  gtk_window_set_focus (GTK_WINDOW (self), address ? GTK_WIDGET (self->url) : self->choose);
  return self;
}
