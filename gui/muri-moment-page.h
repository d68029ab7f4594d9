/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-page.h"

G_BEGIN_DECLS

/* MuriMomentPage: the VMs of a scope while a moment is pinned. Nothing can be done there. */
#define MURI_TYPE_MOMENT_PAGE (muri_moment_page_get_type ())
G_DECLARE_FINAL_TYPE (MuriMomentPage, muri_moment_page, MURI, MOMENT_PAGE, MuriPage)

G_END_DECLS
