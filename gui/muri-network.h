/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"
#include "muri-options.h"
#include "muri-security.h"

G_BEGIN_DECLS

/**
 * MuriNetwork: which interface, zones and peers the fleet is heard on, by settings and options.
 *
 * It opens the fleet's store, joins, and joins again when the settings change.
 *
 * Properties: problem (string, nullable: a sentence that says why nothing can be heard),
 * store-problem (string, nullable: why what was remembered cannot be used; start again), interface
 * (string: the one in use; the loopback one until one was chosen), exposed (gboolean: others on
 * that network could command the fleet), looking-since (gint64, monotonic; 0 before).
 */
#define MURI_TYPE_NETWORK (muri_network_get_type ())
G_DECLARE_FINAL_TYPE (MuriNetwork, muri_network, MURI, NETWORK, GObject)

MuriNetwork *muri_network_new (MuriFleet *fleet, MuriOptions *options, GSettings *settings);
void muri_network_start (MuriNetwork *network);

const char *muri_network_get_problem (MuriNetwork *network);
const char *muri_network_get_store_problem (MuriNetwork *network);
const char *muri_network_get_interface (MuriNetwork *network);
gboolean muri_network_get_exposed (MuriNetwork *network);
/* Whether the command line named the interface: it cannot be chosen then. */
gboolean muri_network_is_fixed (MuriNetwork *network);

/* The zones and peers in use, and whether the command line named them. */
GArray *muri_network_dup_zones (MuriNetwork *network, gboolean *fixed);
char **muri_network_dup_peers (MuriNetwork *network, gboolean *fixed);

/* Who this console is to hosts. */
MuriSecurity *muri_network_get_security (MuriNetwork *network);

gint64 muri_network_get_looking_since (MuriNetwork *network);

G_END_DECLS
