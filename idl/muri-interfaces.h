/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MuriInterface:
 * @name: as the kernel has it
 * @address: its first IPv4 address
 * @loopback: traffic never leaves this machine
 * @multicast: the kernel says that it can
 *
 * A network interface of this machine that is up and has an IPv4 address.
 */
typedef struct
{
  char *name;
  char *address;
  gboolean loopback;
  gboolean multicast;
} MuriInterface;

GPtrArray *muri_interfaces_list (void);
const MuriInterface *muri_interfaces_find (GPtrArray *interfaces, const char *name);

G_END_DECLS
