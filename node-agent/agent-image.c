/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-image.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

#include "agent-store.h"
#include "agent-tool.h"

#define PROGRAM "qemu-img"

/* Of what only looks, and of what copies. */
#define MEMORY_MAX (G_GUINT64_CONSTANT (2) << 30)
#define LOOK_SECONDS 120
#define COPY_SECONDS (6 * 3600)

/* What it may write: its own words. */
#define WORDS_MAX (1 << 20)

/* qemu-img check */
#define CHECK_GOOD 0
#define CHECK_LEAKS 3
#define CHECK_NOT_KNOWN 63

/* What qcow2 needs beside the data is far less. */
#define OVERHEAD(size) ((size) + (size) / 64 + (64 << 20))

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED, message);
  return FALSE;
}

/* @path: of what others made; NULL: it is our own. */
static gboolean
run (const char *const *argv, const char *path, GCancellable *cancellable, char **output,
     int *status, GError **error)
{
  const char *const read[] = { path, NULL };
  const AgentTool tool = { .argv = argv,
                           .memory = MEMORY_MAX,
                           .cpu = LOOK_SECONDS,
                           .file_size = WORDS_MAX,
                           .closed = path != NULL,
                           .read = read };
  g_autofree char *words = NULL;
  if (!agent_tool_run (&tool, cancellable, output, &words, status, error))
    {
      if (error != NULL && !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_prefix_error (error, "the image cannot be looked into: ");
      return FALSE;
    }
  if (*status == 0 || output == NULL)
    return TRUE;
  g_clear_pointer (output, g_free);
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED,
               "the image cannot be looked into: %s", words);
  return FALSE;
}

static JsonObject *
run_for_json (const char *const *argv, const char *path, GCancellable *cancellable,
              JsonParser *parser, GError **error)
{
  g_autofree char *output = NULL;
  int status;
  JsonNode *root;
  if (!run (argv, path, cancellable, &output, &status, error))
    return NULL;
  if (!json_parser_load_from_data (parser, output, -1, error))
    return NULL;
  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    return json_node_get_object (root);
  refuse (error, "qemu-img says nothing of the image that is known here");
  return NULL;
}

/* ---- what it says of itself ------------------------------------------------------------- */

static guint64
number_of (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  gint64 value = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_int (node) : 0;
  return MAX (value, 0);
}

static JsonObject *
object_of (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
is_true (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_boolean (node);
}

/* Of vmdk: the files that its data is in. */
static gboolean
is_in_one_file (JsonObject *details, const char *path)
{
  JsonNode *node = details != NULL ? json_object_get_member (details, "extents") : NULL;
  JsonArray *extents =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  for (guint i = 0; extents != NULL && i < json_array_get_length (extents); i++)
    {
      JsonNode *extent = json_array_get_element (extents, i);
      if (!JSON_NODE_HOLDS_OBJECT (extent)
          || g_strcmp0 (json_object_get_string_member_with_default (json_node_get_object (extent),
                                                                    "filename", NULL),
                        path)
                 != 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
judge (JsonObject *info, const char *path, const char *format, guint64 size_max, GError **error)
{
  JsonObject *specific = object_of (info, "format-specific");
  JsonObject *details = object_of (specific, "data");
  guint64 size = number_of (info, "virtual-size");
  if (g_strcmp0 (json_object_get_string_member_with_default (info, "format", NULL), format) != 0)
    return refuse (error, "the image is of another format than is said");
  if (json_object_has_member (info, "backing-filename")
      || json_object_has_member (info, "full-backing-filename"))
    return refuse (error, "the image reads another file, which is never followed");
  if (details != NULL && json_object_has_member (details, "data-file"))
    return refuse (error, "the image keeps its data in another file, which is never followed");
  if (!is_in_one_file (details, path))
    return refuse (error, "the image has its data in several files");
  if (is_true (info, "encrypted"))
    return refuse (error, "the image is encrypted");
  if (is_true (details, "corrupt"))
    return refuse (error, "the image is marked as damaged");
  if (size == 0 || size > size_max)
    return refuse (error, "the disk in the image is larger than is taken here");
  return TRUE;
}

static gboolean
read_info (const char *path, const char *format, guint64 size_max, GCancellable *cancellable,
           AgentImageInfo *info, GError **error)
{
  const char *const argv[] = { PROGRAM, "info", "--output=json", "-f", format, path, NULL };
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = run_for_json (argv, path, cancellable, parser, error);
  if (object == NULL || !judge (object, path, format, size_max, error))
    return FALSE;
  info->size = number_of (object, "virtual-size");
  return TRUE;
}

/* What refers to beyond the end of the file would be read as zeros. */
static gboolean
check_whole (const char *path, const char *format, GCancellable *cancellable, GError **error)
{
  const char *const argv[] = { PROGRAM, "check", "--output=json", "-f", format, path, NULL };
  int status;
  if (!run (argv, path, cancellable, NULL, &status, error))
    return FALSE;
  if (status == CHECK_GOOD || status == CHECK_LEAKS || status == CHECK_NOT_KNOWN)
    return TRUE;
  return refuse (error, "the image is damaged or cut off");
}

static gboolean
read_need (const char *path, const char *format, GCancellable *cancellable, AgentImageInfo *info,
           GError **error)
{
  const char *const argv[] = { PROGRAM, "measure", "--output=json", "-O", "qcow2", "-f", format,
                               path,    NULL };
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = run_for_json (argv, path, cancellable, parser, error);
  GStatBuf st;
  if (object == NULL)
    return FALSE;
  info->needed = number_of (object, "required");
  /* Of vhdx qemu-img does not know what is empty. */
  if (strcmp (format, "vhdx") == 0 && g_stat (path, &st) == 0)
    info->needed = MIN (info->needed, OVERHEAD ((guint64)st.st_size));
  return TRUE;
}

gboolean
agent_image_check (const char *path, const char *format, guint64 size_max,
                   GCancellable *cancellable, AgentImageInfo *info, GError **error)
{
  *info = (AgentImageInfo){ 0 };
  return agent_image_check_head (path, format, size_max, error)
         && read_info (path, format, size_max, cancellable, info, error)
         && check_whole (path, format, cancellable, error)
         && read_need (path, format, cancellable, info, error);
}

gboolean
agent_image_measure (const char *path, const char *format, GCancellable *cancellable,
                     AgentImageInfo *info, GError **error)
{
  const char *const look[] = { PROGRAM, "info", "--output=json", "-f", format, path, NULL };
  const char *const measure[] = { PROGRAM, "measure", "--output=json", "-O", "qcow2", "-f", format,
                                  path,    NULL };
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = run_for_json (look, NULL, cancellable, parser, error);
  *info = (AgentImageInfo){ 0 };
  if (object == NULL)
    return FALSE;
  info->size = number_of (object, "virtual-size");
  object = run_for_json (measure, NULL, cancellable, parser, error);
  if (object == NULL)
    return FALSE;
  info->needed = number_of (object, "required");
  return TRUE;
}

/* ---- copying ---------------------------------------------------------------------------- */

typedef struct
{
  AgentImageProgress progress;
  gpointer user_data;
  guint last;
} Copying;

/* "    (12.50/100%)" */
static void
on_line (const char *line, gpointer user_data)
{
  Copying *copying = user_data;
  const char *number = strchr (line, '(');
  double percent = number != NULL ? g_ascii_strtod (number + 1, NULL) : 0;
  guint now = CLAMP (percent, 0, 100);
  if (number == NULL || now == copying->last || copying->progress == NULL)
    return;
  copying->last = now;
  copying->progress (now, copying->user_data);
}

/* qemu-img leaves it to the kernel when what it wrote is on disk. */
static gboolean
flush (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CLOEXEC);
  gboolean good = fd >= 0 && fsync (fd) == 0;
  if (!good)
    g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "%s: %s", path,
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return good;
}

/* Of whoever makes it alone; libvirt hands it to QEMU when a VM needs it. */
static gboolean
make_file (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0)
    {
      close (fd);
      return TRUE;
    }
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "%s: %s", path,
               g_strerror (errno));
  return FALSE;
}

static gboolean
finish (int status, const char *words, const char *target, GError **error)
{
  if (status == 0)
    return flush (target, error);
  g_set_error (error, AGENT_STORE_ERROR,
               strstr (words, g_strerror (ENOSPC)) != NULL ? AGENT_STORE_ERROR_NO_SPACE
                                                           : AGENT_STORE_ERROR_FAILED,
               "the image was not copied: %s", words);
  return FALSE;
}

gboolean
agent_image_convert (const char *path, const char *format, gboolean chain, const char *target,
                     guint64 size_max, GCancellable *cancellable, AgentImageProgress progress,
                     gpointer user_data, GError **error)
{
  Copying copying = { progress, user_data, G_MAXUINT };
  const char *const argv[] = { PROGRAM, "convert", "-p", "-f",   format, "-O",
                               "qcow2", "--",      path, target, NULL };
  const char *const read[] = { path, NULL };
  const char *const write[] = { target, NULL };
  const AgentTool tool = {
    .argv = argv,
    .memory = chain ? 0 : MEMORY_MAX,
    .cpu = chain ? 0 : COPY_SECONDS,
    .file_size = OVERHEAD (size_max),
    .closed = !chain,
    .read = read,
    .write = write,
    .line = on_line,
    .user_data = &copying,
  };
  g_autofree char *words = NULL;
  int status;
  if (!make_file (target, error))
    return FALSE;
  if (agent_tool_run (&tool, cancellable, NULL, &words, &status, error)
      && finish (status, words, target, error))
    return TRUE;
  g_unlink (target);
  return FALSE;
}

gboolean
agent_image_create (const char *target, guint64 size, GCancellable *cancellable, GError **error)
{
  g_autofree char *bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, size);
  const char *const argv[] = { PROGRAM, "create", "-q", "-f", "qcow2", "--", target, bytes, NULL };
  const char *const write[] = { target, NULL };
  const AgentTool tool = { .argv = argv, .cpu = LOOK_SECONDS, .closed = TRUE, .write = write };
  g_autofree char *words = NULL;
  int status;
  if (!make_file (target, error))
    return FALSE;
  if (agent_tool_run (&tool, cancellable, NULL, &words, &status, error)
      && finish (status, words, target, error))
    return TRUE;
  g_unlink (target);
  return FALSE;
}
