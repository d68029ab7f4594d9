/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <dds/dds.h>

#include "muri-zone-settings.h"

G_BEGIN_DECLS

gboolean muri_domain_acquire (const MuriZoneSettings *settings, dds_domainid_t *id, GError **error);
void muri_domain_release (dds_domainid_t id);

G_END_DECLS
