/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"
#include "muri-property-row.h"

G_BEGIN_DECLS

/* The rows of a host's properties; the groups own them. */
typedef struct
{
  MuriPropertyRow *processor;
  MuriPropertyRow *topology;
  MuriPropertyRow *memory;
  MuriPropertyRow *swap;
  MuriPropertyRow *storage;
  MuriPropertyRow *latency;
  MuriPropertyRow *os;
  MuriPropertyRow *kernel;
  MuriPropertyRow *uptime;
  MuriPropertyRow *address;
  MuriPropertyRow *hypervisor;
  MuriPropertyRow *libvirt;
  MuriPropertyRow *uri;
  MuriPropertyRow *agent;
  MuriPropertyRow *agent_since;
  MuriPropertyRow *figures;
  MuriPropertyRow *security;
  MuriPropertyRow *receive_buffer;
  MuriPropertyRow *clock;
  MuriPropertyRow *zone;
  MuriPropertyRow *id;
} MuriNodeProperties;

void muri_node_properties_init (MuriNodeProperties *self, AdwPreferencesGroup *host,
                                AdwPreferencesGroup *muri);
void muri_node_properties_update (MuriNodeProperties *self, MuriNode *node);

/* What goes on by itself: uptime, figures. */
void muri_node_properties_update_times (MuriNodeProperties *self, MuriNode *node);

G_END_DECLS
