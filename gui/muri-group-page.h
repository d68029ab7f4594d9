/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-page.h"

G_BEGIN_DECLS

/* MuriGroupPage: a group at a glance: what all its VMs do together, its groups, its hosts. */
#define MURI_TYPE_GROUP_PAGE (muri_group_page_get_type ())
G_DECLARE_FINAL_TYPE (MuriGroupPage, muri_group_page, MURI, GROUP_PAGE, MuriPage)

G_END_DECLS
