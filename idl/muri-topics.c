/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-topics.h"

#include "muri-check.h"
#include "muri-uuid.h"

#include <string.h>

static void claim_first_uuid (gconstpointer sample, char *name, gsize size);
static void claim_report (gconstpointer sample, char *name, gsize size);
static void claim_operation (gconstpointer sample, char *name, gsize size);

typedef struct
{
  MuriTopicInfo info;
  gboolean reliable;
  gboolean durable; /* transient-local */
  gint32 history;   /* keep-last depth */
  dds_duration_t lifespan;
} Row;

/* Nobody writes a keep-all topic: there a stopped reader would throttle the writer. */
static const Row rows[MURI_N_TOPICS] = {
  [MURI_TOPIC_NODE] = { .info = { .name = "muri/v1/node",
                                  .descriptor = &muri_v1_Node_desc,
                                  .fold = TRUE,
                                  .check = muri_check_node,
                                  .claim = claim_first_uuid },
                        .reliable = TRUE,
                        .durable = TRUE,
                        .history = 1,
                        .lifespan = DDS_INFINITY },
  [MURI_TOPIC_VM] = { .info = { .name = "muri/v1/vm",
                                .descriptor = &muri_v1_Vm_desc,
                                .fold = TRUE,
                                .check = muri_check_vm,
                                .claim = claim_first_uuid },
                      .reliable = TRUE,
                      .durable = TRUE,
                      .history = 1,
                      .lifespan = DDS_INFINITY },
  [MURI_TOPIC_SAMPLE] = { .info = { .name = "muri/v1/sample",
                                    .descriptor = &muri_v1_Sample_desc,
                                    .fold = TRUE,
                                    .patient = TRUE,
                                    .polled = TRUE,
                                    .check = muri_check_sample,
                                    .claim = claim_first_uuid },
                          .reliable = FALSE,
                          .durable = FALSE,
                          .history = 1,
                          .lifespan = DDS_INFINITY },
  [MURI_TOPIC_TEMPLATE] = { .info = { .name = "muri/v1/template",
                                      .descriptor = &muri_v1_Template_desc,
                                      .fold = TRUE,
                                      .check = muri_check_template,
                                      .claim = claim_first_uuid },
                            .reliable = TRUE,
                            .durable = TRUE,
                            .history = 1,
                            .lifespan = DDS_INFINITY },
  [MURI_TOPIC_EVENT] = { .info = { .name = "muri/v1/event",
                                   .descriptor = &muri_v1_Event_desc,
                                   .fold = FALSE,
                                   .patient = TRUE,
                                   .check = muri_check_event,
                                   .claim = claim_first_uuid },
                         .reliable = TRUE,
                         .durable = TRUE,
                         .history = 256,
                         .lifespan = DDS_INFINITY },
  [MURI_TOPIC_OPERATION] = { .info = { .name = "muri/v1/operation",
                                       .descriptor = &muri_v1_Operation_desc,
                                       .fold = FALSE,
                                       .check = muri_check_operation,
                                       .claim = claim_operation },
                             .reliable = TRUE,
                             .durable = TRUE,
                             .history = 1,
                             .lifespan = DDS_SECS (24 * 3600) },
  [MURI_TOPIC_REPORT] = { .info = { .name = "muri/v1/report",
                                    .descriptor = &muri_v1_Report_desc,
                                    .fold = TRUE,
                                    .check = muri_check_report,
                                    .claim = claim_report },
                          .reliable = TRUE,
                          .durable = TRUE,
                          .history = 1,
                          .lifespan = DDS_INFINITY },
};

static void
claim_node (const muri_v1_Uuid *node, char *name, gsize size)
{
  static const char prefix[] = "node.";

  g_return_if_fail (size >= strlen (prefix) + MURI_UUID_TEXT);
  memcpy (name, prefix, strlen (prefix));
  muri_uuid_format (node, name + strlen (prefix));
}

static void
claim_first_uuid (gconstpointer sample, char *name, gsize size)
{
  /* node, vm, sample, template and event all begin with the node that writes them. */
  claim_node (sample, name, size);
}

static void
claim_report (gconstpointer sample, char *name, gsize size)
{
  const muri_v1_Report *report = sample;

  claim_node (&report->node, name, size);
}

static void
claim_operation (gconstpointer sample, char *name, gsize size)
{
  const muri_v1_Operation *operation = sample;

  g_strlcpy (name, operation->issuer, size);
}

/**
 * muri_topic_info:
 * @topic: a topic
 *
 * Returns: (transfer none): its row of the table
 */
const MuriTopicInfo *
muri_topic_info (MuriTopic topic)
{
  g_return_val_if_fail (topic < MURI_N_TOPICS, NULL);
  return &rows[topic].info;
}

/**
 * muri_topic_create_qos:
 * @topic: a topic
 *
 * Returns: (transfer full): the QoS of its topic, readers and writers; free with dds_delete_qos()
 */
dds_qos_t *
muri_topic_create_qos (MuriTopic topic)
{
  const Row *row = &rows[topic];
  dds_qos_t *qos = dds_create_qos ();

  dds_qset_reliability (qos, row->reliable ? DDS_RELIABILITY_RELIABLE : DDS_RELIABILITY_BEST_EFFORT,
                        DDS_MSECS (100));
  dds_qset_durability (qos,
                       row->durable ? DDS_DURABILITY_TRANSIENT_LOCAL : DDS_DURABILITY_VOLATILE);
  dds_qset_history (qos, DDS_HISTORY_KEEP_LAST, row->history);
  /* What late joiners get is bounded by this and not by the history. */
  dds_qset_durability_service (qos, 0, DDS_HISTORY_KEEP_LAST, row->history, DDS_LENGTH_UNLIMITED,
                               DDS_LENGTH_UNLIMITED, DDS_LENGTH_UNLIMITED);
  dds_qset_lifespan (qos, row->lifespan);
  /* Leaving is not deleting. */
  dds_qset_writer_data_lifecycle (qos, false);
  return qos;
}

/**
 * muri_topic_sample_new:
 * @topic: a topic
 *
 * Returns: (transfer full): a zeroed sample of the topic's type, with empty sequences; free with
 *   muri_topic_sample_free(). What hangs below it is allocated by dds_alloc().
 */
gpointer
muri_topic_sample_new (MuriTopic topic)
{
  gsize size = rows[topic].info.descriptor->m_size;

  return memset (dds_alloc (size), 0, size);
}

/**
 * muri_topic_sample_free:
 * @topic: a topic
 * @sample: (nullable) (transfer full): a sample of that topic's type
 */
void
muri_topic_sample_free (MuriTopic topic, gpointer sample)
{
  if (sample != NULL)
    dds_sample_free (sample, rows[topic].info.descriptor, DDS_FREE_ALL);
}
