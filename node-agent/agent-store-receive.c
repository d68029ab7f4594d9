/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A template of a file that a console sends, or of one at an address. Their thread only. */
#include "agent-store-images.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "agent-image.h"
#include "agent-template-xml.h"
#include "muri-words.h"

#define DEFAULT_MACHINE "linux-uefi"

/* How long to wait without looking whether it is still wanted. */
#define PATIENCE (200 * G_TIME_SPAN_MILLISECOND)

/* A storage with less room than that is full; for how long nobody minds. */
#define FULL (1024 * 1024)
#define FULL_PATIENCE (5 * G_TIME_SPAN_SECOND)

char *
agent_store_work_incoming (AgentStoreWork *work)
{
  g_autofree char *part = agent_store_work_part (work);
  return g_strconcat (part, ".in", NULL);
}

/* ---- what it is ------------------------------------------------------------------------- */

/* The image comes without a machine: one that ships with Muri is taken. */
gboolean
agent_store_work_describe (AgentStoreWork *work, guint state, GError **error)
{
  const AgentParameters *parameters = work->order.parameters;
  const char *name = parameters->machine != NULL ? parameters->machine : DEFAULT_MACHINE;
  g_autofree char *xml = agent_template_machine_load (name, error);
  AgentTemplate *template = work->template = agent_template_new (&work->order.id, state);
  if (xml == NULL)
    return FALSE;
  agent_template_set (&template->name, parameters->name);
  agent_template_set (&template->os, parameters->os);
  agent_template_set (&template->notes, work->order.notes);
  agent_template_set (&template->origin, parameters->url);
  template->created = g_get_real_time ();
  if (!agent_template_xml_take (template, xml, FALSE, NULL, NULL, error)
      || !agent_store_work_adapt (work, error))
    return FALSE;
  if (parameters->vcpus.given)
    template->vcpus = parameters->vcpus.value;
  if (parameters->memory.given)
    template->memory = parameters->memory.value;
  template->memory_min = parameters->memory_min;
  return TRUE;
}

/* What is not what it should be is not lost, and not used either. */
void
agent_store_work_set_aside (AgentStoreWork *work, const char *reason)
{
  AgentTemplate *template = work->template;
  template->state = MURI_TEMPLATE_STATE_BROKEN;
  agent_template_set (&template->error, reason);
  work->aside = agent_template_save (template, work->directory, NULL);
}

/* ---- the image -------------------------------------------------------------------------- */

gboolean
agent_store_work_take_image (AgentStoreWork *work, const char *path, const char *format,
                             GError **error)
{
  g_autofree char *part = agent_store_work_part (work);
  AgentImageInfo info;
  agent_store_work_step (work, MURI_STEP_CHECKING, MURI_PERCENT_UNKNOWN, NULL);
  if (!agent_image_check (path, format, work->size_max, work->cancellable, &info, error)
      || !agent_store_work_check_space (work, info.needed, error))
    return FALSE;
  work->template->size = info.size;
  agent_store_work_step (work, MURI_STEP_COPYING, 0, NULL);
  if (!agent_image_convert (path, format, FALSE, part, info.size, work->cancellable,
                            agent_store_work_percent, work, error))
    return FALSE;
  g_unlink (path);
  return agent_store_work_finish (work, error);
}

/* ---- receiving -------------------------------------------------------------------------- */

/* One that is there already is gone on with. */
static gboolean
make_file (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0)
    {
      close (fd);
      return TRUE;
    }
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "%s: %s", path,
               g_strerror (errno));
  return FALSE;
}

/* FALSE: there is no room for the rest, and nobody has made any for a while. */
static gboolean
has_room (const char *path, guint64 missing, gint64 *full_since, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (path);
  g_autofree char *wanted = g_format_size_full (missing, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *there = NULL;
  gint64 now = g_get_monotonic_time ();
  struct statvfs found;
  guint64 room;
  if (statvfs (directory, &found) != 0
      || (room = (guint64)found.f_bavail * found.f_frsize) >= MIN (missing, FULL))
    *full_since = 0;
  else if (*full_since == 0)
    *full_since = now;
  if (*full_since == 0 || now - *full_since < FULL_PATIENCE)
    return TRUE;
  there = g_format_size_full (room, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_SPACE,
               "the storage is full: %s of it are missing, and there is room for %s", wanted,
               there);
  return FALSE;
}

static gboolean
await (AgentStoreWork *work, const char *path, guint64 size, GError **error)
{
  guint64 received = 0;
  gint64 full_since = 0;
  do
    {
      g_mutex_lock (&work->lock);
      if (work->received < size)
        g_cond_wait_until (&work->more, &work->lock, g_get_monotonic_time () + PATIENCE);
      received = work->received;
      g_mutex_unlock (&work->lock);
      if (received >= size)
        return TRUE;
    }
  while (!g_cancellable_set_error_if_cancelled (work->cancellable, error)
         && has_room (path, size - received, &full_since, error));
  return FALSE;
}

static gboolean
check_sum (AgentStoreWork *work, const char *path, GError **error)
{
  const AgentParameters *parameters = work->order.parameters;
  char is[65], wanted[65];
  g_autofree char *reason = NULL;
  guint8 sha256[32];
  if (!agent_store_work_sum (work, path, sha256, error))
    return FALSE;
  if (memcmp (sha256, parameters->sha256, sizeof sha256) == 0)
    return TRUE;
  agent_template_format_checksum (sha256, is);
  agent_template_format_checksum (parameters->sha256, wanted);
  reason =
      g_strdup_printf ("what came has the SHA-256 %s instead of %s; it is kept aside", is, wanted);
  agent_store_work_set_aside (work, reason);
  g_set_error_literal (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED, reason);
  return FALSE;
}

gboolean
agent_store_receive (AgentStoreWork *work, GError **error)
{
  const AgentParameters *parameters = work->order.parameters;
  g_autofree char *path = agent_store_work_incoming (work);
  if (work->before != NULL && work->before->state == MURI_TEMPLATE_STATE_BROKEN)
    agent_store_work_erase (work->directory, work->connections, work->pool, &work->order.id);
  if (!agent_store_work_describe (work, MURI_TEMPLATE_STATE_RECEIVING, error)
      || !agent_store_work_check_space (work, parameters->size, error)
      || !agent_store_work_save (work, error) || !make_file (path, error))
    return FALSE;
  agent_store_work_step (work, MURI_STEP_RECEIVING, 0, NULL);
  agent_store_work_announce (work, path, parameters->size);
  return await (work, path, parameters->size, error) && check_sum (work, path, error)
         && agent_store_work_take_image (work, path, parameters->format, error);
}
