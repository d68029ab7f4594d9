/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-table-page.h"

G_BEGIN_DECLS

/**
 * MuriVmTable: the VMs of a scope, and what can be done with those selected.
 */
#define MURI_TYPE_VM_TABLE (muri_vm_table_get_type ())
G_DECLARE_FINAL_TYPE (MuriVmTable, muri_vm_table, MURI, VM_TABLE, MuriTablePage)

G_END_DECLS
