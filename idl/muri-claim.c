/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-claim.h"

/**
 * muri_claim_allowed:
 * @reader: the reader that took the sample
 * @name: the name that the sample claims its writer to have: the subject of a certificate when
 *   DDS Security is on ("node.<uuid>", "operator.alice"); empty where a deletion does not say
 * @publication: the writer's publication handle, from dds_sample_info_t
 *
 * The second line behind DDS Security's topic permissions: every sample that Muri receives
 * passes here before anything is made of it. Without security a participant has no name that
 * could be compared, so any claim is allowed.
 *
 * Called on the DDS thread.
 *
 * Returns: whether that publication may bear that name
 */
gboolean
muri_claim_allowed (dds_entity_t reader, const char *name, dds_instance_handle_t publication)
{
  return TRUE;
}
