/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <dds/dds.h>
#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/** The topics of Muri; the table that describes them is in muri-topics.c and nowhere else. */
typedef enum
{
  MURI_TOPIC_NODE,
  MURI_TOPIC_VM,
  MURI_TOPIC_SAMPLE,
  MURI_TOPIC_TEMPLATE,
  MURI_TOPIC_EVENT,
  MURI_TOPIC_OPERATION,
  MURI_TOPIC_REPORT,
  MURI_N_TOPICS
} MuriTopic;

#define MURI_TOPIC_MASK(topic) (1u << (topic))

/**
 * MuriTopicInfo:
 * @name: on the wire
 * @descriptor: the type, as idlc made it
 * @fold: only the newest sample of an instance matters to a reader
 * @patient: a reader may wait for a frame before it is told
 * @polled: it comes all the time, and is looked for a few times a second
 * @check: says why a received sample is not acceptable, in words for a log, or returns %NULL
 * @claim: writes the name that the sample's writer claims to be ("node.<uuid>", an issuer)
 */
typedef struct
{
  const char *name;
  const dds_topic_descriptor_t *descriptor;
  gboolean fold;
  gboolean patient;
  gboolean polled;
  const char *(*check) (gconstpointer sample);
  void (*claim) (gconstpointer sample, char *name, gsize size);
} MuriTopicInfo;

const MuriTopicInfo *muri_topic_info (MuriTopic topic);
dds_qos_t *muri_topic_create_qos (MuriTopic topic);

gpointer muri_topic_sample_new (MuriTopic topic);
void muri_topic_sample_free (MuriTopic topic, gpointer sample);

G_END_DECLS
