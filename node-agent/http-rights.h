/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "http-service.h"

G_BEGIN_DECLS

/* Whether who asks for @path may have it: by the name in its certificate, and without security by
 * where it is. If not, the answer is made. */
gboolean http_rights_check (HttpService *service, SoupServerMessage *message, const char *path);

G_END_DECLS
