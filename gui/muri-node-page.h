/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-page.h"

G_BEGIN_DECLS

/* MuriNodePage: a host: its state, what it does, what it is. */
#define MURI_TYPE_NODE_PAGE (muri_node_page_get_type ())
G_DECLARE_FINAL_TYPE (MuriNodePage, muri_node_page, MURI, NODE_PAGE, MuriPage)

G_END_DECLS
