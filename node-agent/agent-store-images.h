/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images that come from elsewhere. */
#pragma once

#include "agent-store-work.h"

/* ---- agent-store-receive.c: its thread ---- */

/* Where what comes is written before it is looked into. */
char *agent_store_work_incoming (AgentStoreWork *work);

/* A new template, with a machine that ships with Muri. */
gboolean agent_store_work_describe (AgentStoreWork *work, guint state, GError **error);

/* Shown as broken, with what came. */
void agent_store_work_set_aside (AgentStoreWork *work, const char *reason);

/* What came, checked and copied, is the image; the file goes. */
gboolean agent_store_work_take_image (AgentStoreWork *work, const char *path, const char *format,
                                      GError **error);

/* ---- agent-store-serve.c: any thread ---- */

/* Consoles may send @size bytes into @path. */
void agent_store_work_announce (AgentStoreWork *work, const char *path, guint64 size);

/* Others may have what is whole of it already. */
void agent_store_work_offer (AgentStoreWork *work);
