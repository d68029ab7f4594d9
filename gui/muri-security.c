/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-security.h"

#include <glib/gi18n.h>

static const char *const keys[] = { "certificate", "key", "authority" };

struct _MuriSecurity
{
  GObject parent_instance;

  MuriFleet *fleet;
  GSettings *settings;
  GCancellable *cancellable; /* of the last reading */
  MuriIdentity *identity;
  char *problem;
  guint read_id;
};

G_DEFINE_FINAL_TYPE (MuriSecurity, muri_security, G_TYPE_OBJECT)

enum
{
  PROP_PROBLEM = 1,
  PROP_NAME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* ---- what is found out ---- */

/* @problem: (transfer full) (nullable) */
static void
set_state (MuriSecurity *self, MuriIdentity *identity, char *problem)
{
  g_autoptr (MuriIdentity) nobody = problem ? muri_identity_new_unusable () : NULL;

  g_clear_pointer (&self->identity, muri_identity_unref);
  self->identity = identity ? muri_identity_ref (identity) : NULL;
  g_free (self->problem);
  self->problem = problem;
  muri_fleet_set_identity (self->fleet, problem ? nobody : identity);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
}

/* ---- reading, on a worker ---- */

typedef struct
{
  char *paths[G_N_ELEMENTS (keys)];
} Files;

static void
files_free (gpointer data)
{
  Files *files = data;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_free (files->paths[i]);
  g_free (files);
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Files *files = data;
  GError *error = NULL;
  MuriIdentity *identity =
      muri_identity_load (files->paths[0], files->paths[1], files->paths[2], &error);

  if (identity)
    g_task_return_pointer (task, identity, (GDestroyNotify)muri_identity_unref);
  else
    g_task_return_error (task, error);
}

static char *
describe_expiry (const char *path)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, NULL);
  g_autoptr (GDateTime) end =
      certificate ? g_tls_certificate_get_not_valid_after (certificate) : NULL;

  return end ? g_date_time_format (end, "%Y-%m-%d") : g_strdup ("?");
}

static char *
describe_error (const Files *files, const GError *error)
{
  g_autofree char *date = NULL;

  switch (error->code)
    {
    case MURI_IDENTITY_ERROR_CERTIFICATE:
      return g_strdup_printf (_ ("“%s” cannot be read, or is not a certificate in PEM."),
                              files->paths[0]);
    case MURI_IDENTITY_ERROR_KEY:
      return g_strdup_printf (
          _ ("“%s” cannot be read, or is not a private key without a password."), files->paths[1]);
    case MURI_IDENTITY_ERROR_AUTHORITY:
      return g_strdup_printf (
          _ ("“%s” cannot be read, or is not the certificate of an authority that is valid now."),
          files->paths[2]);
    case MURI_IDENTITY_ERROR_CURVE:
      return g_strdup (_ ("The private key is not of the curve P-256."));
    case MURI_IDENTITY_ERROR_MISMATCH:
      return g_strdup (_ ("The private key is not that of the certificate."));
    case MURI_IDENTITY_ERROR_EXPIRED:
      date = describe_expiry (files->paths[0]);
      return g_strdup_printf (_ ("This console’s certificate expired on %s."), date);
    case MURI_IDENTITY_ERROR_EARLY:
      return g_strdup (_ ("This console’s certificate is not valid yet."));
    case MURI_IDENTITY_ERROR_FOREIGN:
      return g_strdup (_ ("This console’s certificate is not signed by the authority."));
    default:
      return g_strdup (_ ("This console’s certificate is neither of an operator nor of a viewer."));
    }
}

static gboolean
is_of_person (MuriIdentity *identity)
{
  MuriIdentityKind kind = muri_identity_parse_name (muri_identity_get_name (identity), NULL);

  return kind == MURI_IDENTITY_OPERATOR || kind == MURI_IDENTITY_VIEWER;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MuriSecurity *self = MURI_SECURITY (source);
  const Files *files = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriIdentity) identity = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (identity && !is_of_person (identity))
    {
      g_clear_pointer (&identity, muri_identity_unref);
      error = g_error_new_literal (MURI_IDENTITY_ERROR, MURI_IDENTITY_ERROR_NAME, "");
    }
  set_state (self, identity, identity ? NULL : describe_error (files, error));
}

/* ---- settings ---- */

static void
read_files (MuriSecurity *self)
{
  g_autoptr (GTask) task = NULL;
  Files *files = g_new0 (Files, 1);
  guint n = 0;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      files->paths[i] = g_settings_get_string (self->settings, keys[i]);
      n += *files->paths[i] != '\0';
    }
  if (n < G_N_ELEMENTS (keys))
    {
      set_state (self, NULL,
                 n == 0 ? NULL
                        : g_strdup (_ ("Certificate, private key and authority are needed "
                                       "together.")));
      files_free (files);
      return;
    }

  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, on_read, NULL);
  g_task_set_name (task, "muri_security_read");
  g_task_set_task_data (task, files, files_free);
  g_task_run_in_thread (task, read_thread);
}

static gboolean
on_read_files (gpointer user_data)
{
  MuriSecurity *self = user_data;

  self->read_id = 0;
  read_files (self);
  return G_SOURCE_REMOVE;
}

/* Several keys may be written at once. */
static void
on_setting_changed (MuriSecurity *self, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (key, keys[i]) && self->read_id == 0)
      self->read_id = g_idle_add (on_read_files, self);
}

/* ---- the object ---- */

static void
muri_security_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  MuriSecurity *self = MURI_SECURITY (object);

  switch (prop_id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->identity ? muri_identity_get_name (self->identity) : NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
muri_security_dispose (GObject *object)
{
  MuriSecurity *self = MURI_SECURITY (object);

  g_clear_handle_id (&self->read_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->fleet);
  G_OBJECT_CLASS (muri_security_parent_class)->dispose (object);
}

static void
muri_security_finalize (GObject *object)
{
  MuriSecurity *self = MURI_SECURITY (object);

  g_clear_pointer (&self->identity, muri_identity_unref);
  g_free (self->problem);
  G_OBJECT_CLASS (muri_security_parent_class)->finalize (object);
}

static void
muri_security_class_init (MuriSecurityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = muri_security_get_property;
  object_class->dispose = muri_security_dispose;
  object_class->finalize = muri_security_finalize;

  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_security_init (MuriSecurity *self)
{
}

MuriSecurity *
muri_security_new (MuriFleet *fleet, GSettings *settings)
{
  MuriSecurity *self = g_object_new (MURI_TYPE_SECURITY, NULL);
  g_autofree char *path = g_settings_get_string (settings, keys[0]);

  self->fleet = g_object_ref (fleet);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed", G_CALLBACK (on_setting_changed), self,
                           G_CONNECT_SWAPPED);

  /* Until it was read: not as if there were none. */
  if (*path)
    {
      g_autoptr (MuriIdentity) nobody = muri_identity_new_unusable ();

      muri_fleet_set_identity (fleet, nobody);
    }
  read_files (self);
  return self;
}

const char *
muri_security_get_problem (MuriSecurity *self)
{
  return self->problem;
}

char *
muri_security_describe (MuriSecurity *self)
{
  g_autoptr (GDateTime) end =
      self->identity ? g_date_time_new_from_unix_local (muri_identity_get_expiry (self->identity))
                     : NULL;
  g_autofree char *date = end ? g_date_time_format (end, "%Y-%m-%d") : NULL;

  return self->identity
             /* Translators: a certificate's name, such as operator.alice, and a date */
             ? g_strdup_printf (_ ("This console is %s, until %s."),
                                muri_identity_get_name (self->identity), date ? date : "?")
             : NULL;
}
