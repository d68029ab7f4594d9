/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <dds/dds.h>
#include <glib.h>

G_BEGIN_DECLS

gboolean
muri_claim_allowed (dds_entity_t reader, const char *name, dds_instance_handle_t publication);

G_END_DECLS
