/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-bus-private.h"

G_BEGIN_DECLS

/* Samples taken with one call. */
#define MURI_ZONE_TAKE 64

typedef struct
{
  MuriZone *zone;
  MuriTopic topic;
  dds_entity_t reader;
  dds_entity_t condition;
  gboolean polled;
  gpointer spare[MURI_ZONE_TAKE]; /* DDS thread only: buffers that the next take fills */
} MuriZoneReader;

struct _MuriZone
{
  GObject parent_instance;

  MuriBus *bus;
  MuriZoneSettings *settings;
  MuriBatchFunc func;
  gpointer user_data;

  /* Set before the DDS thread hears of the zone, and not changed afterwards. */
  dds_domainid_t domain;
  dds_entity_t participant;
  dds_entity_t writers[MURI_N_TOPICS];
  GPtrArray *readers;

  GHashTable *refusals; /* DDS thread only */
  gint refused;         /* atomic */
  gint closed;          /* atomic: set on whatever thread closes it */

  GMutex lock; /* guards what follows */
  GArray *pending;
  GHashTable *newest[MURI_N_TOPICS]; /* instance handle to index in pending, plus 1 */
  GPtrArray *used[MURI_N_TOPICS];    /* samples that may be filled again */
};

/* muri-zone-take.c */

/* DDS thread: what @reader, a MuriZoneReader, has. */
void muri_zone_take (gpointer reader);
void muri_zone_reader_free (gpointer reader);
void muri_zone_free_changes (GArray *changes);

G_END_DECLS
