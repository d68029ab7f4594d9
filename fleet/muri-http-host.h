/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * MuriHttpHost: an agent's HTTP service, as its node tells of it.
 * @node: who it has to be
 * @name: in words
 * @address: an IP address as text
 * @port: 0: it cannot be asked
 * @secure: it speaks TLS
 */
typedef struct
{
  muri_v1_Uuid node;
  const char *name;
  const char *address;
  guint port;
  gboolean secure;
} MuriHttpHost;

G_END_DECLS
