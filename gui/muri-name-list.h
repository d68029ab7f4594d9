/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether @text is a list of names, as it is pasted from a mail or a table. What is only parted by
 * spaces is one when each is the name of something in @model. */
gboolean muri_name_list_is (const char *text, GListModel *model);

/* What in @model bears one of the names; @note says how many, and which were not found.
 * (element-type GObject) */
GPtrArray *muri_name_list_find (const char *text, GListModel *model, char **note);

G_END_DECLS
