/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-import-window.h"

#include <glib/gi18n.h>

#include "muri-act.h"
#include "muri-button-names.h"
#include "muri-format.h"
#include "muri-host-picks.h"
#include "muri-image-look.h"
#include "muri-import-job.h"
#include "muri-template-words.h"

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
  MuriImageLook *look;   /* once it was looked into */
  GCancellable *looking; /* while it is */
  char *look_problem;    /* why it cannot be */
  GtkFileChooserNative *chooser;
  MuriImportJob *job; /* while it is under way, or can go on */
  GPtrArray *nodes;   /* once they were chosen: the first one gets it, the others from that */
  char *id;
  gboolean address;
};

G_DEFINE_FINAL_TYPE (MuriImportWindow, muri_import_window, ADW_TYPE_WINDOW)

static guint follow_signal;

static void update (MuriImportWindow *self);

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

  if (!self->address && self->look_problem)
    return g_strdup (self->look_problem);
  if (!self->address && self->look && self->look->problem)
    return g_strdup (self->look->problem);
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
  gboolean source = self->address ? *url != '\0' : self->look != NULL;

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

/* What it is, in the words of its first bytes. */
static char *
describe_file (MuriImportWindow *self)
{
  g_autofree char *name = g_file_get_basename (self->file);
  g_autofree char *size = muri_format_size ((double)self->look->size);
  g_autofree char *capacity = muri_format_size ((double)self->look->capacity);

  if (self->look->capacity == 0)
    /* Translators: a file's name, its format, its size */
    return g_strdup_printf (C_ ("file", "%s · %s, %s"), name, self->look->format, size);
  /* Translators: a file's name, its format, its size, the size of the disk that is in it */
  return g_strdup_printf (C_ ("file", "%s · %s, %s, a disk of %s"), name, self->look->format, size,
                          capacity);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriImportWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  MuriImageLook *look = muri_image_look_finish (result, &error);
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->fleet)
    return;
  g_clear_object (&self->looking);
  self->look = look;
  self->look_problem = look ? NULL : g_strdup (error->message);
  text = look ? describe_file (self) : NULL;
  if (text)
    adw_action_row_set_subtitle (self->file_row, text);
  update (self);
}

static void
set_file (MuriImportWindow *self, GFile *file)
{
  g_autofree char *name = file ? g_file_get_basename (file) : NULL;

  g_set_object (&self->file, file);
  if (!file)
    return;
  if (self->looking)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  g_clear_pointer (&self->look, muri_image_look_free);
  g_clear_pointer (&self->look_problem, g_free);
  self->looking = g_cancellable_new ();
  muri_image_look_async (file, self->looking, on_looked, g_object_ref (self));
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

  muri_request_add_node (request, self->nodes->pdata[0]);
  muri_request_set_group (request, name);
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE, self->id);
  muri_request_set_parameter (request, MURI_PARAMETER_NAME, name);
  muri_request_set_parameter (request, MURI_PARAMETER_MACHINE,
                              machines[adw_combo_row_get_selected (self->machine)]);
  if (*os)
    muri_request_set_parameter (request, MURI_PARAMETER_OS, os);
  return request;
}

/* The other hosts get it from the first one, as soon as that has it. */
static void
announce (MuriImportWindow *self, MuriOperation *operation)
{
  const muri_v1_Node *first = muri_node_get_facts (self->nodes->pdata[0]);
  g_autofree char *source = g_strdup_printf ("%s:%u", first->address, first->http_port);
  g_autofree char *name = get_text (self->name);
  g_autoptr (MuriRequest) request = NULL;

  if (self->nodes->len == 1)
    return;
  request = muri_request_new (MURI_VERB_FETCH_TEMPLATE);
  for (guint i = 1; i < self->nodes->len; i++)
    muri_request_add_node (request, self->nodes->pdata[i]);
  muri_request_set_group (request, name);
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE, self->id);
  muri_request_set_parameter (request, MURI_PARAMETER_SOURCES, source);
  g_signal_emit (self, follow_signal, 0, operation, request);
}

static void
on_step (MuriImportWindow *self, const char *step, double fraction, const char *amount)
{
  gtk_label_set_text (self->step, step);
  gtk_label_set_text (self->amount, amount);
  if (fraction < 0)
    gtk_progress_bar_pulse (self->progress);
  else
    gtk_progress_bar_set_fraction (self->progress, fraction);
}

static void
show_form (MuriImportWindow *self, gboolean form)
{
  gtk_widget_set_visible (self->form, form);
  gtk_widget_set_visible (self->progress_box, !form);
}

/* Back to the questions, or to a second attempt at what was begun. */
static void
on_failed (MuriImportWindow *self, const char *text, gboolean resumable)
{
  if (!resumable)
    g_clear_object (&self->job);
  show_form (self, !resumable);
  gtk_button_set_label (self->confirm, resumable ? _ ("_Try Again") : _ ("_Import"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->confirm), TRUE);
  show_problem (self, text);
}

static void
begin (MuriImportWindow *self)
{
  show_form (self, FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->confirm), FALSE);
  show_problem (self, NULL);
}

static void
send_file (MuriImportWindow *self)
{
  self->job = muri_import_job_new (self->fleet, self->file, self->nodes->pdata[0], self->id,
                                   make_request (self, MURI_VERB_RECEIVE_TEMPLATE));
  g_signal_connect_object (self->job, "step", G_CALLBACK (on_step), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "announced", G_CALLBACK (announce), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "done", G_CALLBACK (gtk_window_destroy), self,
                           G_CONNECT_SWAPPED);
  begin (self);
  muri_import_job_start (self->job);
}

static void
on_fetch_submitted (MuriOperation *operation, const char *problem, gpointer user_data)
{
  MuriImportWindow *self = user_data;

  if (!self->fleet)
    return;
  if (operation)
    {
      announce (self, operation);
      gtk_window_destroy (GTK_WINDOW (self));
    }
  else
    on_failed (self, problem, FALSE);
}

static void
fetch (MuriImportWindow *self)
{
  MuriRequest *request = make_request (self, MURI_VERB_FETCH_TEMPLATE);
  g_autofree char *url = get_text (self->url);
  g_autofree char *sum = get_text (self->sha256);
  g_autofree char *lower = g_ascii_strdown (sum, -1);

  muri_request_set_parameter (request, MURI_PARAMETER_FORMAT,
                              formats[adw_combo_row_get_selected (self->format)]);
  muri_request_set_parameter (request, MURI_PARAMETER_URL, url);
  if (*lower)
    muri_request_set_parameter (request, MURI_PARAMETER_SHA256, lower);
  gtk_widget_set_sensitive (GTK_WIDGET (self->confirm), FALSE);
  muri_act_submit (self->fleet, request, on_fetch_submitted, g_object_ref (self), g_object_unref);
}

static void
on_confirm (MuriImportWindow *self)
{
  if (self->job)
    {
      begin (self);
      muri_import_job_resume (self->job);
      return;
    }
  g_clear_pointer (&self->nodes, g_ptr_array_unref);
  self->nodes = muri_host_picks_get (self->host, self->fleet);
  if (self->nodes->len == 0)
    return;
  g_free (self->id);
  self->id = g_uuid_string_random ();
  if (self->address)
    fetch (self);
  else
    send_file (self);
}

/* What is not wholly there when somebody closes it is given up. */
static gboolean
muri_import_window_close_request (GtkWindow *window)
{
  MuriImportWindow *self = MURI_IMPORT_WINDOW (window);

  if (self->job)
    muri_import_job_cancel (self->job);
  return GTK_WINDOW_CLASS (muri_import_window_parent_class)->close_request (window);
}

static void
muri_import_window_dispose (GObject *object)
{
  MuriImportWindow *self = MURI_IMPORT_WINDOW (object);

  if (self->looking)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  g_clear_object (&self->chooser);
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_IMPORT_WINDOW);
  g_clear_object (&self->job);
  g_clear_pointer (&self->look, muri_image_look_free);
  g_clear_pointer (&self->look_problem, g_free);
  g_clear_pointer (&self->nodes, g_ptr_array_unref);
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
  follow_signal = g_signal_new ("follow", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 2, MURI_TYPE_OPERATION, G_TYPE_POINTER);
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
  gtk_widget_set_visible (GTK_WIDGET (self->format), address);
  muri_tick_picker_set_up (self->host, _ ("Choose hosts…"), FALSE, NULL);
  muri_host_picks_fill (self->host, fleet,
                        address ? MURI_VERB_FETCH_TEMPLATE : MURI_VERB_RECEIVE_TEMPLATE, NULL);
  set_file (self, file);
  update (self);
  gtk_window_set_focus (GTK_WINDOW (self), address ? GTK_WIDGET (self->url) : self->choose);
  return self;
}
