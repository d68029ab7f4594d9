/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-bus.h"

G_BEGIN_DECLS

/* What the DDS thread does for a zone. Closures run there, in the order of posting. */
typedef void (*MuriBusTask) (gpointer data);

void muri_bus_post (MuriBus *bus, MuriBusTask task, gpointer data);
void muri_bus_post_and_wait (MuriBus *bus, MuriBusTask task, gpointer data);

/* DDS thread only. @ready is called with @data whenever @condition triggers. */
dds_return_t
muri_bus_attach (MuriBus *bus, dds_entity_t condition, MuriBusTask ready, gpointer data);
void muri_bus_detach (MuriBus *bus, dds_entity_t condition);

/* DDS thread only. @look is called with @data a few times a second, for what comes all the time
 * and is in no hurry: a thread that wakes for each of a thousand samples costs more than they do.
 * Returns FALSE, and does nothing, on a bus that hands over at once. */
gboolean muri_bus_poll (MuriBus *bus, MuriBusTask look, gpointer data);
void muri_bus_poll_no_more (MuriBus *bus, gpointer data);

/* Any thread: muri_zone_dispatch() runs on the main context soon, at most once a frame; what is
 * @patient waits for a frame, so that the state that often follows it need not. */
void muri_bus_ring (MuriBus *bus, gboolean patient);

void muri_bus_add_zone (MuriBus *bus, MuriZone *zone);
void muri_bus_remove_zone (MuriBus *bus, MuriZone *zone);

/* Main context only. */
void muri_zone_dispatch (MuriZone *zone);

G_END_DECLS
