/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-table-page.h"

G_BEGIN_DECLS

/**
 * MuriHostTable: the hosts of the fleet.
 */
#define MURI_TYPE_HOST_TABLE (muri_host_table_get_type ())
G_DECLARE_FINAL_TYPE (MuriHostTable, muri_host_table, MURI, HOST_TABLE, MuriTablePage)

G_END_DECLS
