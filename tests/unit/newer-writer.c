/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An agent of the future: its Node has members that this version does not know. The types are
 * made of muri.idl by newer-idl.sh. Writes one sample and stays until its standard input ends. */

#include "newer.h"

#include <dds/dds.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
main (int argc, char **argv)
{
  const char *xml = "<CycloneDDS><Domain><General><Interfaces><NetworkInterface name=\"lo\" "
                    "multicast=\"true\"/></Interfaces></General><Discovery><ParticipantIndex>none"
                    "</ParticipantIndex></Discovery></Domain></CycloneDDS>";
  dds_domainid_t zone = argc > 1 ? (dds_domainid_t)atoi (argv[1]) : 0;
  dds_entity_t domain = dds_create_domain (zone, xml);
  dds_entity_t participant = dds_create_participant (zone, NULL, NULL);
  dds_qos_t *qos = dds_create_qos ();
  dds_entity_t topic, writer;
  muri_v1_Uuid more[2] = { { { 1 } }, { { 2 } } };
  muri_v1_Node node;

  dds_qset_reliability (qos, DDS_RELIABILITY_RELIABLE, DDS_MSECS (100));
  dds_qset_durability (qos, DDS_DURABILITY_TRANSIENT_LOCAL);
  dds_qset_writer_data_lifecycle (qos, false);
  topic = dds_create_topic (participant, &muri_v1_Node_desc, "muri/v1/node", qos, NULL);
  writer = dds_create_writer (participant, topic, qos, NULL);

  memset (&node, 0, sizeof node);
  node.node.b[0] = 9;
  node.minor = 1000;
  node.maintenance = true;
  strcpy (node.name, "from-the-future");
  strcpy (node.newer_text, "what this says nobody knows yet");
  node.newer_list._buffer = more;
  node.newer_list._length = node.newer_list._maximum = 2;
  if (domain < 0 || writer < 0 || dds_write (writer, &node) < 0)
    return 1;

  while (getchar () != EOF)
    ;
  dds_delete_qos (qos);
  return dds_delete (domain) < 0;
}
