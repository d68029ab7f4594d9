/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

const char *muri_check_node (gconstpointer sample);
const char *muri_check_vm (gconstpointer sample);
const char *muri_check_sample (gconstpointer sample);
const char *muri_check_template (gconstpointer sample);
const char *muri_check_event (gconstpointer sample);
const char *muri_check_operation (gconstpointer sample);
const char *muri_check_report (gconstpointer sample);

G_END_DECLS
