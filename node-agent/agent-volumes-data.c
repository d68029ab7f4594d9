/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in volumes goes through QEMU's own program, which knows zeros, and which of them need not
 * be written: libvirt has no way into those of Ceph. */
#include "agent-volumes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "agent-error.h"
#include "agent-store.h"
#include "agent-tool.h"
#include "agent-volumes-private.h"

#define PROGRAM "qemu-img"
#define PORT "6789"
#define WORDS 24

/* What it finds, opened: see AgentTool. */
#define KEY "/proc/self/fd/3"
#define DATA "/proc/self/fd/4"

typedef struct
{
  const AgentVolumes *volumes;
  char *place; /* of the volume, as the program has it told */
  GBytes *key; /* NULL: none */
} Place;

static void
place_clear (Place *place)
{
  g_free (place->place);
  g_clear_pointer (&place->key, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

/* ---- where it is ------------------------------------------------------------------------ */

static virSecretPtr
find_secret (const AgentVolumes *self, virConnectPtr connection)
{
  if (self->uuid != NULL)
    return virSecretLookupByUUIDString (connection, self->uuid);
  return virSecretLookupByUsage (connection, VIR_SECRET_USAGE_TYPE_CEPH,
                                 self->usage != NULL ? self->usage : "");
}

static gboolean
read_key (Place *place, virConnectPtr connection, GError **error)
{
  virSecretPtr secret = find_secret (place->volumes, connection);
  size_t length = 0;
  unsigned char *value = secret != NULL ? virSecretGetValue (secret, &length, 0) : NULL;
  if (value == NULL)
    {
      agent_error_set_from_libvirt (error);
      g_prefix_error (error,
                      "the key of the pool “%s” cannot be had, which what is written into it "
                      "needs (its secret must not be private): ",
                      place->volumes->pool);
    }
  else
    {
      g_autofree char *text = g_base64_encode (value, length);
      place->key = g_bytes_new (text, strlen (text));
      memset (value, 0, length);
    }
  free (value);
  if (secret != NULL)
    virSecretFree (secret);
  return place->key != NULL;
}

/* In an option of QEMU's a comma ends the value, and two are one. */
static void
add_option (GString *text, const char *name, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, ",", -1);
  g_autofree char *escaped = g_strjoinv (",,", parts);
  g_string_append_printf (text, ",%s=%s", name, escaped);
}

static char *
network_place (const AgentVolumes *self, const char *name)
{
  GString *text = g_string_new ("driver=raw,file.driver=rbd");
  add_option (text, "file.pool", self->place);
  add_option (text, "file.image", name);
  for (guint i = 0; i < self->hosts->len; i++)
    {
      const AgentVolumesHost *host = self->hosts->pdata[i];
      g_autofree char *of_host = g_strdup_printf ("file.server.%u.host", i);
      g_autofree char *of_port = g_strdup_printf ("file.server.%u.port", i);
      if (host->name == NULL)
        continue;
      add_option (text, of_host, host->name);
      add_option (text, of_port, host->port != NULL ? host->port : PORT);
    }
  if (self->user != NULL)
    {
      add_option (text, "file.user", self->user);
      g_string_append (text, ",file.key-secret=key,file.auth-client-required.0=cephx");
    }
  g_string_append_printf (text, ",file.auth-client-required.%u=none", self->user != NULL);
  return g_string_free (text, FALSE);
}

static gboolean
place_find (Place *place, const AgentVolumes *self, virConnectPtr connection, const char *name,
            GError **error)
{
  g_autofree char *path = agent_volumes_path (self, name);
  place->volumes = self;
  place->place = self->is_network ? network_place (self, name)
                                  : g_strdup_printf ("driver=raw,file.driver=host_device,"
                                                     "file.filename=%s",
                                                     path);
  return !self->is_network || self->user == NULL || read_key (place, connection, error);
}

/* ---- copying ---------------------------------------------------------------------------- */

typedef struct
{
  AgentImageProgress progress;
  gpointer user_data;
} Copying;

/* "    (12.50/100%)" */
static void
on_line (const char *line, gpointer user_data)
{
  Copying *copying = user_data;
  const char *number = strchr (line, '(');
  if (number != NULL && copying->progress != NULL)
    copying->progress ((guint)CLAMP (g_ascii_strtod (number + 1, NULL), 0, 100),
                       copying->user_data);
}

static gboolean
run (const Place *place, GPtrArray *argv, GBytes *data, Copying *copying, GCancellable *cancellable,
     GError **error)
{
  GBytes *const files[] = { place->key, data, NULL };
  const AgentTool tool = { .argv = (const char *const *)argv->pdata,
                           .files = files,
                           .n_files = G_N_ELEMENTS (files) - 1,
                           .line = on_line,
                           .user_data = copying };
  g_autofree char *words = NULL;
  int status;
  if (!agent_tool_run (&tool, cancellable, NULL, &words, &status, error))
    return FALSE;
  if (status == 0)
    return TRUE;
  g_set_error (error, AGENT_STORE_ERROR,
               strstr (words, g_strerror (ENOSPC)) != NULL ? AGENT_STORE_ERROR_NO_SPACE
                                                           : AGENT_STORE_ERROR_FAILED,
               "nothing could be copied between an image and the pool “%s”: %s%s",
               place->volumes->pool, words,
               strstr (words, g_strerror (EPERM)) != NULL && !place->volumes->is_network
                   ? " (the agent's unit has to allow it its devices: DeviceAllow=)"
                   : "");
  return FALSE;
}

static void
add (GPtrArray *argv, ...)
{
  const char *word;
  va_list words;
  va_start (words, argv);
  while ((word = va_arg (words, const char *)) != NULL)
    g_ptr_array_add (argv, (gpointer)word);
  va_end (words);
}

/* Not before it is on disk is it done. */
static GPtrArray *
command (const Place *place)
{
  GPtrArray *argv = g_ptr_array_sized_new (WORDS);
  add (argv, PROGRAM, "convert", "-p", "-t", "writeback", NULL);
  if (place->key != NULL)
    add (argv, "--object", "secret,id=key,format=base64,file=" KEY, NULL);
  return argv;
}

/* A new volume of LVM has in it what was there before. */
static gboolean
fill (const AgentVolumes *self, virConnectPtr connection, const char *name, const char *path,
      const char *format, GBytes *data, Copying *copying, GCancellable *cancellable, GError **error)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GPtrArray) argv = NULL;
  if (self->dataless)
    return TRUE;
  if (!place_find (&place, self, connection, name, error))
    return FALSE;
  argv = command (&place);
  add (argv, "-n", "--target-image-opts", "-f", format, NULL);
  if (self->is_network)
    add (argv, "--target-is-zero", NULL);
  add (argv, path, place.place, NULL);
  g_ptr_array_add (argv, NULL);
  return run (&place, argv, data, copying, cancellable, error);
}

gboolean
agent_volumes_fill (const AgentVolumes *self, virConnectPtr connection, const char *name,
                    const char *path, const char *format, GCancellable *cancellable,
                    AgentImageProgress progress, gpointer user_data, GError **error)
{
  Copying copying = { progress, user_data };
  return fill (self, connection, name, path, format, NULL, &copying, cancellable, error);
}

gboolean
agent_volumes_fill_bytes (const AgentVolumes *self, virConnectPtr connection, const char *name,
                          GBytes *bytes, GError **error)
{
  Copying copying = { NULL, NULL };
  return fill (self, connection, name, DATA, "raw", bytes, &copying, NULL, error);
}

/* Of whoever makes it alone. */
static gboolean
make_file (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    {
      g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "%s: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  close (fd);
  return TRUE;
}

gboolean
agent_volumes_read (const AgentVolumes *self, virConnectPtr connection, const char *name,
                    const char *target, GCancellable *cancellable, AgentImageProgress progress,
                    gpointer user_data, GError **error)
{
  Copying copying = { progress, user_data };
  g_auto (Place) place = { 0 };
  g_autoptr (GPtrArray) argv = NULL;
  if (!place_find (&place, self, connection, name, error) || !make_file (target, error))
    return FALSE;
  argv = command (&place);
  add (argv, "--image-opts", "-O", "qcow2", place.place, target, NULL);
  g_ptr_array_add (argv, NULL);
  return run (&place, argv, NULL, &copying, cancellable, error);
}
