/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"
#include "muri-property-row.h"

G_BEGIN_DECLS

/* The rows of a VM's properties. The groups own them; lists of disks and NICs are made anew. */
typedef struct
{
  AdwPreferencesGroup *network;
  AdwPreferencesGroup *disks;
  GPtrArray *network_rows;
  GPtrArray *disk_rows;
  MuriPropertyRow *title;
  MuriPropertyRow *os;
  MuriPropertyRow *since;
  MuriPropertyRow *uptime;
  MuriPropertyRow *host_cpu;
  MuriPropertyRow *vcpus;
  MuriPropertyRow *memory;
  MuriPropertyRow *machine;
  MuriPropertyRow *autostart;
  MuriPropertyRow *persistent;
  MuriPropertyRow *saved;
  MuriPropertyRow *guest_agent;
  MuriPropertyRow *uuid;
} MuriVmProperties;

void muri_vm_properties_init (MuriVmProperties *self, AdwPreferencesGroup *machine,
                              AdwPreferencesGroup *network, AdwPreferencesGroup *disks);
void muri_vm_properties_clear (MuriVmProperties *self);
void muri_vm_properties_update (MuriVmProperties *self, MuriVm *vm);
void muri_vm_properties_update_times (MuriVmProperties *self, MuriVm *vm);

G_END_DECLS
