/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-page.h"

G_BEGIN_DECLS

/**
 * MuriReportsPage: what a scope used over a span of time, and what is idle, hot or of wrong size.
 *
 * Property: shows-usage (gboolean).
 */
#define MURI_TYPE_REPORTS_PAGE (muri_reports_page_get_type ())
G_DECLARE_FINAL_TYPE (MuriReportsPage, muri_reports_page, MURI, REPORTS_PAGE, MuriPage)

G_END_DECLS
