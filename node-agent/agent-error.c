/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-error.h"

#include <libvirt/virterror.h>

/* The part of libvirt that said it: the same numbers mean a lost connection only from RPC. */
typedef struct
{
  int from;
} AgentLibvirtErrorPrivate;

static void
agent_libvirt_error_private_init (AgentLibvirtErrorPrivate *priv)
{
  priv->from = VIR_FROM_NONE;
}

static void
agent_libvirt_error_private_copy (const AgentLibvirtErrorPrivate *source,
                                  AgentLibvirtErrorPrivate *target)
{
  target->from = source->from;
}

static void
agent_libvirt_error_private_clear (AgentLibvirtErrorPrivate *priv)
{
}

G_DEFINE_EXTENDED_ERROR (AgentLibvirtError, agent_libvirt_error)

/* Converts this thread's last libvirt error; never returns NULL. */
GError *
agent_error_new_from_libvirt (void)
{
  virErrorPtr last = virGetLastError ();
  GError *error;

  if (last == NULL || last->code == VIR_ERR_OK)
    return g_error_new_literal (AGENT_LIBVIRT_ERROR, VIR_ERR_INTERNAL_ERROR,
                                "libvirt failed without saying why");

  error = g_error_new_literal (AGENT_LIBVIRT_ERROR, last->code,
                               last->message ? last->message : "libvirt failed without saying why");
  agent_libvirt_error_get_private (error)->from = last->domain;
  return error;
}

void
agent_error_set_from_libvirt (GError **error)
{
  g_propagate_error (error, agent_error_new_from_libvirt ());
}

gboolean
agent_error_is_no_support (const GError *error)
{
  return g_error_matches (error, AGENT_LIBVIRT_ERROR, VIR_ERR_NO_SUPPORT);
}

gboolean
agent_error_is_no_domain (const GError *error)
{
  return g_error_matches (error, AGENT_LIBVIRT_ERROR, VIR_ERR_NO_DOMAIN);
}

gboolean
agent_error_is_timeout (const GError *error)
{
  return g_error_matches (error, AGENT_LIBVIRT_ERROR, VIR_ERR_OPERATION_TIMEOUT);
}

gboolean
agent_error_is_disconnected (const GError *error)
{
  if (error == NULL || error->domain != AGENT_LIBVIRT_ERROR)
    return FALSE;

  switch (error->code)
    {
    case VIR_ERR_INVALID_CONN:
    case VIR_ERR_NO_CONNECT:
    case VIR_ERR_RPC:
      return TRUE;
    case VIR_ERR_SYSTEM_ERROR:
    case VIR_ERR_INTERNAL_ERROR:
      return agent_libvirt_error_get_private (error)->from == VIR_FROM_RPC;
    default:
      return FALSE;
    }
}
