/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/* What this machine is: os, kernel, cpu_model, cpus, memory and booted. Reads files, once. */
void agent_host_facts_fill (muri_v1_Node *node);

G_END_DECLS
