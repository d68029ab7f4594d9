/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-domain-metadata.h"

#include <libvirt/virterror.h>

#include "agent-error.h"
#include "agent-metadata.h"

#define LOCKS 64

static GMutex locks[LOCKS];

static GMutex *
lock_of (const guint8 uuid[16])
{
  return &locks[(uuid[0] ^ uuid[7] ^ uuid[15]) % LOCKS];
}

void
agent_domain_metadata_lock (const guint8 uuid[16])
{
  g_mutex_lock (lock_of (uuid));
}

void
agent_domain_metadata_unlock (const guint8 uuid[16])
{
  g_mutex_unlock (lock_of (uuid));
}

/* A driver that knows no metadata has none. */
static gboolean
is_absent (const GError *error)
{
  return g_error_matches (error, AGENT_LIBVIRT_ERROR, VIR_ERR_NO_DOMAIN_METADATA)
         || agent_error_is_no_support (error);
}

static char *
read_flags (virDomainPtr domain, guint flags)
{
  return virDomainGetMetadata (domain, VIR_DOMAIN_METADATA_ELEMENT, AGENT_METADATA_URI, flags);
}

/* Most have a definition. What has none is refused as invalid. */
gboolean
agent_domain_metadata_read (virDomainPtr domain, char **plain, GError **error)
{
  g_autoptr (GError) local = NULL;

  *plain = read_flags (domain, VIR_DOMAIN_AFFECT_CONFIG);
  if (*plain == NULL && virGetLastErrorCode () == VIR_ERR_OPERATION_INVALID)
    *plain = read_flags (domain, VIR_DOMAIN_AFFECT_LIVE);
  if (*plain != NULL)
    return TRUE;
  local = agent_error_new_from_libvirt ();
  if (is_absent (local))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static int
write_flags (virDomainPtr domain, const char *plain, guint flags)
{
  return virDomainSetMetadata (domain, VIR_DOMAIN_METADATA_ELEMENT, plain,
                               plain != NULL ? AGENT_METADATA_PREFIX : NULL, AGENT_METADATA_URI,
                               flags);
}

/* It may start or end between the question and the call: while a snapshot is reverted, the call
 * waits until the guest is back. */
gboolean
agent_domain_metadata_write (virDomainPtr domain, const char *plain, guint *calls, GError **error)
{
  int persistent = virDomainIsPersistent (domain);
  int active = persistent >= 0 ? virDomainIsActive (domain) : -1;
  guint flags =
      (persistent > 0 ? VIR_DOMAIN_AFFECT_CONFIG : 0) | (active > 0 ? VIR_DOMAIN_AFFECT_LIVE : 0);
  int rc = active >= 0 ? write_flags (domain, plain, flags) : -1;

  *calls = rc >= 0;
  if (rc < 0 && active > 0 && persistent > 0 && virGetLastErrorCode () == VIR_ERR_OPERATION_INVALID)
    {
      rc = write_flags (domain, plain, VIR_DOMAIN_AFFECT_CONFIG);
      *calls = rc >= 0;
    }
  else if (rc >= 0 && active == 0 && virDomainIsActive (domain) > 0)
    {
      if (write_flags (domain, plain, VIR_DOMAIN_AFFECT_LIVE) >= 0)
        *calls = 2;
      else if (virGetLastErrorCode () != VIR_ERR_OPERATION_INVALID)
        rc = -1;
    }
  if (rc < 0)
    agent_error_set_from_libvirt (error);
  return rc >= 0;
}
