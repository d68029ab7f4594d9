/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fetch-image.h"

G_BEGIN_DECLS

/* An image from any address: in one go, or where it was cut off, if the server can. */
gboolean fetch_url_run (const FetchJob *job, FetchImage *image, GError **error);

G_END_DECLS
