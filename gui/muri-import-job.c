/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-import-job.h"

#include <glib/gi18n.h>

#include "muri-act.h"
#include "muri-format.h"
#include "muri-upload.h"

struct _MuriImportJob
{
  GObject parent_instance;

  MuriFleet *fleet;
  GFile *file;
  MuriNode *node;
  char *id;
  MuriRequest *request;      /* until it is sent */
  GCancellable *cancellable; /* of what is under way */
  MuriImageFile *image;      /* once it was read */
  MuriOperation *operation;  /* once it was announced */
  gboolean sending;
  gboolean ended;
};

G_DEFINE_FINAL_TYPE (MuriImportJob, muri_import_job, G_TYPE_OBJECT)

enum
{
  STEP,
  ANNOUNCED,
  FAILED,
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
tell (MuriImportJob *self, const char *step, double fraction, const char *amount)
{
  g_signal_emit (self, signals[STEP], 0, step, fraction, amount);
}

static void
fail (MuriImportJob *self, const char *text, gboolean resumable)
{
  if (self->ended)
    return;
  self->ended = !resumable;
  self->sending = FALSE;
  g_cancellable_cancel (self->cancellable);
  g_signal_emit (self, signals[FAILED], 0, text, resumable);
}

static gboolean
is_cancelled (GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
on_progress (guint64 done, guint64 total, gpointer user_data)
{
  MuriImportJob *self = user_data;
  g_autofree char *first = muri_format_size ((double)done);
  g_autofree char *second = muri_format_size ((double)total);
  /* Translators: sizes: "42 MiB of 300 MiB" */
  g_autofree char *amount = g_strdup_printf (C_ ("progress", "%s of %s"), first, second);
  g_autofree char *name = g_file_get_basename (self->file);
  /* Translators: a host's name, or a file's */
  g_autofree char *step =
      self->sending ? g_strdup_printf (_ ("Sending to %s"), muri_node_get_name (self->node))
                    : g_strdup_printf (_ ("Reading %s"), name);

  if (!self->ended && !g_cancellable_is_cancelled (self->cancellable))
    tell (self, step, total > 0 ? CLAMP ((double)done / (double)total, 0, 1) : 0, amount);
}

/* ---- what the host does with it ---- */

static char *
describe_failure (MuriImportJob *self, MuriTarget *target)
{
  const char *message = muri_target_get_message (target);

  if (muri_target_get_state (target) == MURI_OUTCOME_CANCELLED)
    return g_strdup (_ ("The import was cancelled."));
  if (muri_target_get_state (target) == MURI_TARGET_UNREACHABLE)
    /* Translators: a host's name */
    return g_strdup_printf (_ ("Nothing was heard of %s."), muri_node_get_name (self->node));
  /* Translators: a host's name, then its own words: "it is no image of format qcow2" */
  return g_strdup_printf (_ ("%s did not take it: %s."), muri_node_get_name (self->node),
                          message && *message ? message : "?");
}

static void
on_operation (MuriImportJob *self)
{
  g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (self->operation), 0);
  guint percent = muri_target_get_percent (target);
  g_autofree char *text = NULL;

  if (self->ended)
    return;
  if (!muri_operation_is_finished (self->operation))
    {
      guint step = muri_target_get_step (target);

      if (self->sending || step == MURI_STEP_NONE || step == MURI_STEP_RECEIVING)
        return;
      /* Translators: what is done with a template, and where: "Checking on seoul-1" */
      text = g_strdup_printf (C_ ("step and host", "%s on %s"), muri_format_step (step),
                              muri_node_get_name (self->node));
      tell (self, text, percent <= 100 ? percent / 100.0 : -1, "");
      return;
    }
  if (muri_target_state_is_success (muri_target_get_state (target)))
    {
      self->ended = TRUE;
      g_signal_emit (self, signals[DONE], 0);
      return;
    }
  text = describe_failure (self, target);
  fail (self, text, FALSE);
}

/* ---- its way there ---- */

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriImportJob) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  self->sending = FALSE;
  if (muri_upload_finish (result, &error))
    {
      if (!self->ended)
        {
          /* Translators: a host's name */
          text = g_strdup_printf (_ ("%s looks into it"), muri_node_get_name (self->node));
          tell (self, text, -1, "");
          on_operation (self);
        }
    }
  else if (!is_cancelled (error))
    {
      /* Translators: a host's name, then why */
      text = g_strdup_printf (_ ("The way to %s was cut: %s."), muri_node_get_name (self->node),
                              error->message);
      fail (self, text, TRUE);
    }
}

static void
send_file (MuriImportJob *self)
{
  self->sending = TRUE;
  on_progress (0, self->image->size, self);
  muri_upload_async (self->image, self->node, self->id, muri_fleet_get_identity (self->fleet),
                     on_progress, self, self->cancellable, on_sent, g_object_ref (self));
}

static void
on_announced (MuriOperation *operation, const char *problem, gpointer user_data)
{
  MuriImportJob *self = user_data;

  if (!operation)
    fail (self, problem, FALSE);
  else if (self->ended)
    muri_fleet_cancel (self->fleet, operation);
  else
    {
      self->operation = g_object_ref (operation);
      g_signal_connect_object (operation, "notify::progress", G_CALLBACK (on_operation), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (operation, "notify::finished", G_CALLBACK (on_operation), self,
                               G_CONNECT_SWAPPED);
      g_signal_emit (self, signals[ANNOUNCED], 0, operation);
      send_file (self);
    }
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriImportJob) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *size = NULL;

  self->image = muri_image_file_read_finish (result, &error);
  if (!self->image)
    {
      if (!is_cancelled (error))
        fail (self, error->message, FALSE);
      return;
    }
  size = g_strdup_printf ("%" G_GUINT64_FORMAT, self->image->size);
  muri_request_set_parameter (self->request, MURI_PARAMETER_SIZE, size);
  muri_request_set_parameter (self->request, MURI_PARAMETER_SHA256, self->image->sha256);
  muri_request_set_parameter (self->request, MURI_PARAMETER_FORMAT, self->image->format);
  muri_act_submit (self->fleet, g_steal_pointer (&self->request), on_announced, g_object_ref (self),
                   g_object_unref);
}

/* ---- */

static void
muri_import_job_dispose (GObject *object)
{
  MuriImportJob *self = MURI_IMPORT_JOB (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->image, muri_image_file_free);
  g_clear_pointer (&self->request, muri_request_unref);
  g_clear_object (&self->operation);
  g_clear_object (&self->node);
  g_clear_object (&self->file);
  g_clear_object (&self->fleet);
  g_clear_pointer (&self->id, g_free);

  G_OBJECT_CLASS (muri_import_job_parent_class)->dispose (object);
}

static guint
add_signal (const char *name, guint n, GType first, GType second, GType third)
{
  return g_signal_new (name, MURI_TYPE_IMPORT_JOB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n, first, second, third);
}

static void
muri_import_job_class_init (MuriImportJobClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_import_job_dispose;
  signals[STEP] = add_signal ("step", 3, G_TYPE_STRING, G_TYPE_DOUBLE, G_TYPE_STRING);
  signals[ANNOUNCED] = add_signal ("announced", 1, MURI_TYPE_OPERATION, G_TYPE_NONE, G_TYPE_NONE);
  signals[FAILED] = add_signal ("failed", 2, G_TYPE_STRING, G_TYPE_BOOLEAN, G_TYPE_NONE);
  signals[DONE] = add_signal ("done", 0, G_TYPE_NONE, G_TYPE_NONE, G_TYPE_NONE);
}

static void
muri_import_job_init (MuriImportJob *self)
{
  self->cancellable = g_cancellable_new ();
}

MuriImportJob *
muri_import_job_new (MuriFleet *fleet, GFile *file, MuriNode *node, const char *id,
                     MuriRequest *request)
{
  MuriImportJob *self = g_object_new (MURI_TYPE_IMPORT_JOB, NULL);

  self->fleet = g_object_ref (fleet);
  self->file = g_object_ref (file);
  self->node = g_object_ref (node);
  self->id = g_strdup (id);
  self->request = request;
  return self;
}

void
muri_import_job_start (MuriImportJob *self)
{
  muri_image_file_read_async (self->file, on_progress, self, self->cancellable, on_read,
                              g_object_ref (self));
}

void
muri_import_job_resume (MuriImportJob *self)
{
  g_set_object (&self->cancellable, NULL);
  self->cancellable = g_cancellable_new ();
  send_file (self);
}

void
muri_import_job_cancel (MuriImportJob *self)
{
  if (self->ended)
    return;
  self->ended = TRUE;
  g_cancellable_cancel (self->cancellable);
  if (self->operation && !muri_operation_is_finished (self->operation))
    muri_fleet_cancel (self->fleet, self->operation);
}
