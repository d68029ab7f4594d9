/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/* When this machine was started, in microseconds since the epoch; 0 unknown. Reads a file. */
gint64 agent_host_facts_read_boot (void);

/* Its network cards' addresses. @folder: as the kernel's /sys/class/net. */
void agent_host_facts_read_macs (muri_v1_Node *node, const char *folder);

/* What this machine is: os, kernel, cpu_model, cpus, memory, booted and macs. Reads files, once. */
void agent_host_facts_fill (muri_v1_Node *node);

G_END_DECLS
