/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-page.h"

G_BEGIN_DECLS

/* MuriAlarmsPage: what is wrong now by the rules of this console, and what was. */
#define MURI_TYPE_ALARMS_PAGE (muri_alarms_page_get_type ())
G_DECLARE_FINAL_TYPE (MuriAlarmsPage, muri_alarms_page, MURI, ALARMS_PAGE, MuriPage)

G_END_DECLS
