/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-page.h"

G_BEGIN_DECLS

/* MuriEventsPage: what happened in a scope, the newest first. */
#define MURI_TYPE_EVENTS_PAGE (muri_events_page_get_type ())
G_DECLARE_FINAL_TYPE (MuriEventsPage, muri_events_page, MURI, EVENTS_PAGE, MuriPage)

G_END_DECLS
