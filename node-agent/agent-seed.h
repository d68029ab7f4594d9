/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AgentSeedFacts: what a guest is to learn of itself.
 * @instance: another one means that it is another guest
 * @name: of the VM; the host name is made of it
 * @ssh_key, @user_data: (nullable)
 * @macs: (array zero-terminated=1): of its network cards
 */
typedef struct
{
  const char *instance;
  const char *name;
  const char *ssh_key;
  const char *user_data;
  const char *const *macs;
} AgentSeedFacts;

/* As a host name may be: “웹 Server_1” is "server-1". Transfer full. */
char *agent_seed_host_name (const char *name, const char *instance);

/* The texts of cloud-init's NoCloud. Transfer full. */
char *agent_seed_meta_data (const AgentSeedFacts *facts);
char *agent_seed_network_config (const AgentSeedFacts *facts);

/* An ISO 9660 image of volume id "cidata" with these. Any thread; takes milliseconds. */
GBytes *agent_seed_new (const AgentSeedFacts *facts, GError **error);

G_END_DECLS
