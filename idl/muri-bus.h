/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "muri-topics.h"
#include "muri-zone-settings.h"

G_BEGIN_DECLS

/**
 * MuriLife: what an instance is known to be.
 * @MURI_LIFE_ALIVE: somebody writes it
 * @MURI_LIFE_DISPOSED: deleted by its owner
 * @MURI_LIFE_NO_WRITERS: its writer is gone or unreachable; the last known state stays true
 */
typedef enum
{
  MURI_LIFE_ALIVE,
  MURI_LIFE_DISPOSED,
  MURI_LIFE_NO_WRITERS,
} MuriLife;

/**
 * MuriChange: one thing that a reader took.
 * @topic: which topic
 * @life: the instance's state after this change
 * @valid: all of @sample is valid; else only its key members are
 * @sample: the muri_v1_* struct of @topic; owned by the batch unless stolen with
 *   muri_change_steal_sample()
 * @source_time: microseconds since the epoch, by the writer's clock
 * @received: g_get_monotonic_time() when it was taken
 */
typedef struct
{
  MuriTopic topic;
  MuriLife life;
  gboolean valid;
  gpointer sample;
  gint64 source_time;
  gint64 received;
} MuriChange;

typedef struct _MuriZone MuriZone;

/**
 * MuriBatchFunc:
 * @zone: where it was received
 * @changes: (array length=n_changes): in the order of arrival; of a folded topic only the newest
 *   of each instance
 * @n_changes: how many
 *
 * Called on the main context of the bus, at most once a frame and zone. The changes are freed
 * afterwards.
 */
typedef void (*MuriBatchFunc) (MuriZone *zone, MuriChange *changes, gsize n_changes,
                               gpointer user_data);

#define MURI_BUS_ERROR (muri_bus_error_quark ())

typedef enum
{
  MURI_BUS_ERROR_DOMAIN, /* Cyclone DDS would not start with these settings */
  MURI_BUS_ERROR_ENTITY,
} MuriBusError;

GQuark muri_bus_error_quark (void);

/**
 * MuriBus: the one DDS thread of a process.
 *
 * It owns the waitset that serves all readers of all zones and does all writing. Everything
 * public here may be called from the thread that owns @context, and returns at once, but for
 * what says that it blocks.
 */
#define MURI_TYPE_BUS (muri_bus_get_type ())
G_DECLARE_FINAL_TYPE (MuriBus, muri_bus, MURI, BUS, GObject)

MuriBus *muri_bus_new (GMainContext *context, guint frame);

/**
 * MuriZone: one participant in one zone, with its readers and writers.
 */
#define MURI_TYPE_ZONE (muri_zone_get_type ())
G_DECLARE_FINAL_TYPE (MuriZone, muri_zone, MURI, ZONE, GObject)

MuriZone *muri_zone_open (MuriBus *bus, const MuriZoneSettings *settings, guint reads, guint writes,
                          MuriBatchFunc func, gpointer user_data, GError **error);
void muri_zone_close (MuriZone *zone);

guint muri_zone_get_number (MuriZone *zone);
const MuriZoneSettings *muri_zone_get_settings (MuriZone *zone);
guint muri_zone_get_refused (MuriZone *zone);

void muri_zone_publish (MuriZone *zone, MuriTopic topic, gpointer sample);
void muri_zone_dispose_instance (MuriZone *zone, MuriTopic topic, gpointer sample);
void muri_zone_mark_disposed (MuriZone *zone, MuriTopic topic, gpointer sample);
void muri_zone_unregister_instance (MuriZone *zone, MuriTopic topic, gpointer sample);
void muri_zone_flush (MuriZone *zone);

void muri_change_steal_sample (MuriChange *change, gpointer *sample);

G_END_DECLS
