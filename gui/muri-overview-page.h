/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-page.h"

G_BEGIN_DECLS

/* MuriOverviewPage: the whole fleet at a glance, the troubles first. */
#define MURI_TYPE_OVERVIEW_PAGE (muri_overview_page_get_type ())
G_DECLARE_FINAL_TYPE (MuriOverviewPage, muri_overview_page, MURI, OVERVIEW_PAGE, MuriPage)

G_END_DECLS
