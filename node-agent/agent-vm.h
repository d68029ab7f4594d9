/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "agent-metadata.h"
#include "muri.h"

G_BEGIN_DECLS

/* Text into a bounded member of a wire type: cut at a character, and made valid UTF-8. */
void agent_text_copy (char *target, gsize size, const char *text);
#define AGENT_TEXT_COPY(target, text) agent_text_copy ((target), sizeof (target), (text))

/** Bytes; 0 unknown. */
typedef struct
{
  char target[64];
  guint64 capacity, allocation;
} AgentDiskSize;

muri_v1_Vm *agent_vm_new (void);
muri_v1_Vm *agent_vm_copy (const muri_v1_Vm *vm);
void agent_vm_free (muri_v1_Vm *vm);
gboolean agent_vm_equal (const muri_v1_Vm *a, const muri_v1_Vm *b);

void agent_vm_set_addresses (muri_v1_Vm *vm, muri_v1_Address *addresses, guint n_addresses);

/* Its groups and its padlock; @metadata NULL: none. */
void agent_vm_set_metadata (muri_v1_Vm *vm, AgentMetadata *metadata);

/* Appends a zeroed one; NULL when the wire's bound is reached. */
muri_v1_Disk *agent_vm_add_disk (muri_v1_Vm *vm);
muri_v1_Nic *agent_vm_add_nic (muri_v1_Vm *vm);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (muri_v1_Vm, agent_vm_free)

G_END_DECLS
