/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several verbs do with an image. Their thread only. */
#include "agent-store-work.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent-base.h"
#include "agent-error.h"
#include "agent-sha256.h"
#include "agent-xml.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define BLOCK (1024 * 1024)

/* What lies beside a file that is not whole. */
static const char *const beside[] = { "",        ".map",    ".facts",    ".xml",    ".bad", ".in",
                                      ".in.map", ".in.bad", ".in.facts", ".in.xml", NULL };

char *
agent_store_work_part (AgentStoreWork *work)
{
  g_autofree char *name = agent_store_pool_part (work->pool, &work->order.id);
  return agent_store_pool_path (work->pool, name);
}

gboolean
agent_store_work_save (AgentStoreWork *work, GError **error)
{
  if (agent_template_save (work->template, work->directory, error))
    return TRUE;
  g_prefix_error (error, "the template cannot be written down: ");
  return FALSE;
}

gboolean
agent_store_work_check_space (AgentStoreWork *work, guint64 bytes, GError **error)
{
  g_autoptr (AgentStorePool) now = agent_store_pool_measure (work->pool, work->connections, error);
  g_autofree char *wanted = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *there = NULL;
  if (now == NULL)
    return FALSE;
  if (now->available >= bytes)
    return TRUE;
  there = g_format_size_full (now->available, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_SPACE,
               "it needs %s, and the pool “%s” has %s left", wanted, now->name, there);
  return FALSE;
}

/* ---- the end of an image ---------------------------------------------------------------- */

static gboolean
sum (AgentStoreWork *work, int fd, guint64 size, guint8 digest[32], GError **error)
{
  g_autoptr (AgentSha256) sha256 = agent_sha256_new ();
  g_autofree guint8 *buffer = g_malloc (BLOCK);
  guint64 done = 0;
  gssize n;
  while ((n = read (fd, buffer, BLOCK)) > 0)
    {
      if (g_cancellable_set_error_if_cancelled (work->cancellable, error))
        return FALSE;
      agent_sha256_update (sha256, buffer, n);
      done += n;
      agent_store_work_percent (size > 0 ? MIN (done * 100 / size, 100) : 100, work);
    }
  agent_sha256_take (sha256, digest);
  if (n < 0)
    g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "the image cannot be read: %s",
                 g_strerror (errno));
  return n == 0;
}

gboolean
agent_store_work_sum (AgentStoreWork *work, const char *path, guint8 sha256[32], GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  struct stat st;
  gboolean good;
  if (fd < 0 || fstat (fd, &st) != 0)
    {
      g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "%s: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  agent_store_work_step (work, MURI_STEP_CHECKING, 0, NULL);
  good = sum (work, fd, st.st_size, sha256, error);
  close (fd);
  return good;
}

/* With its name it is a volume; with the key file a template. */
static gboolean
publish (AgentStoreWork *work, const char *part, GError **error)
{
  AgentTemplate *template = work->template;
  g_autofree char *volume = agent_store_pool_volume (work->pool, &template->id);
  g_autofree char *path = agent_store_pool_path (work->pool, volume);
  g_autoptr (GError) local = NULL;
  if (g_rename (part, path) != 0)
    {
      g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "%s: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  agent_template_set (&template->pool, work->pool->name);
  agent_template_set (&template->volume, volume);
  agent_template_set (&template->path, path);
  agent_template_set (&template->format, "qcow2");
  agent_template_set (&template->error, "");
  template->state = MURI_TEMPLATE_STATE_READY;
  template->percent = MURI_PERCENT_UNKNOWN;
  if (!agent_store_pool_adopt (work->pool, work->connections, volume, template->size,
                               template->allocation, &local))
    g_message ("libvirt does not see the image of “%s” yet: %s", template->name, local->message);
  return agent_store_work_save (work, error);
}

gboolean
agent_store_work_finish (AgentStoreWork *work, GError **error)
{
  g_autofree char *part = agent_store_work_part (work);
  AgentTemplate *template = work->template;
  GStatBuf st;
  if (!agent_template_has_checksum (template) && !agent_store_work_check (work, part, error))
    return FALSE;
  if (g_stat (part, &st) == 0)
    template->allocation = (guint64)st.st_blocks * 512;
  if (!agent_store_work_make_base (work, part, error)
      || g_cancellable_set_error_if_cancelled (work->cancellable, error))
    return FALSE;
  return publish (work, part, error);
}

/* ---- taking back ------------------------------------------------------------------------ */

void
agent_store_work_erase (const char *directory, AgentConnections *connections,
                        const AgentStorePool *pool, const muri_v1_Uuid *id)
{
  g_autoptr (AgentTemplate) known = agent_template_load (directory, id, NULL);
  g_autofree char *volume = known != NULL && known->volume[0] != '\0'
                                ? g_strdup (known->volume)
                                : agent_store_pool_volume (pool, id);
  g_autofree char *part = agent_store_pool_part (pool, id);
  g_autofree char *path = agent_store_pool_path (pool, part);
  g_autoptr (GError) error = NULL;
  for (guint i = 0; beside[i] != NULL; i++)
    {
      g_autofree char *file = g_strconcat (path, beside[i], NULL);
      g_unlink (file);
    }
  if (!agent_base_remove (directory, connections, id, &error))
    {
      g_message ("What a template left stays for now: %s", error->message);
      g_clear_error (&error);
    }
  if (agent_store_pool_remove (pool, connections, volume, &error))
    agent_template_erase (directory, id);
  else
    g_message ("What is left of a template stays: %s", error->message);
}

/* A verb that changes one that was READY leaves that alone. */
void
agent_store_work_undo (AgentStoreWork *work)
{
  g_autofree char *part = agent_store_work_part (work);
  if (work->aside)
    return;
  if (work->before != NULL && work->before->state == MURI_TEMPLATE_STATE_READY)
    {
      g_unlink (part);
      agent_template_save (work->before, work->directory, NULL);
      return;
    }
  if (work->template == NULL)
    return;
  agent_store_work_step (work, MURI_STEP_UNDOING, MURI_PERCENT_UNKNOWN, NULL);
  agent_store_work_erase (work->directory, work->connections, work->pool, &work->order.id);
}

/* ---- this host -------------------------------------------------------------------------- */

static const char *
kind_of (virConnectPtr connection, const char *arch)
{
  const char *type = virConnectGetType (connection);
  char *capabilities = NULL;
  if (g_strcmp0 (type, "TEST") == 0)
    return "test";
  if (g_strcmp0 (type, "QEMU") != 0)
    return NULL;
  capabilities = virConnectGetDomainCapabilities (connection, NULL, arch[0] != '\0' ? arch : NULL,
                                                  NULL, "kvm", 0);
  if (capabilities == NULL)
    return "qemu";
  free (capabilities);
  return "kvm";
}

/* One that can be had everywhere stays: it was chosen. */
gboolean
agent_store_work_adapt (AgentStoreWork *work, GError **error)
{
  AgentTemplate *template = work->template;
  g_autoptr (AgentXml) xml = agent_xml_parse (template->xml, "domain");
  virConnectPtr connection = agent_connections_borrow (work->connections, error);
  const char *kind;
  g_autofree char *text = NULL;
  if (connection == NULL)
    return FALSE;
  kind = kind_of (connection, template->arch);
  agent_connections_give_back (work->connections, connection);
  if (xml == NULL || kind == NULL
      || (g_strcmp0 (kind, "kvm") == 0
          && agent_xml_attribute_is (agent_xml_root (xml), "type", "qemu")))
    return TRUE;
  xmlSetProp (agent_xml_root (xml), (const xmlChar *)"type", (const xmlChar *)kind);
  text = agent_xml_to_text (xml);
  agent_template_set (&template->xml, text);
  return TRUE;
}
