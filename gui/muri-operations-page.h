/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-page.h"

G_BEGIN_DECLS

/**
 * MuriOperationsPage: the ledger: every operation, and what became of each of its targets.
 *
 * Property: operation-id (string, nullable, writable): opens this operation.
 */
#define MURI_TYPE_OPERATIONS_PAGE (muri_operations_page_get_type ())
G_DECLARE_FINAL_TYPE (MuriOperationsPage, muri_operations_page, MURI, OPERATIONS_PAGE, MuriPage)

G_END_DECLS
