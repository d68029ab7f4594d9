/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "http-answer.h"
#include "http-service.h"

G_BEGIN_DECLS

/* One of the chunks that the caller names ("7" or "7,12,3"), packed (agent-extents.h): of those
 * that are here, the one that was sent least often. So many that ask at once for the same ones get
 * different ones, and have something for each other. */
void http_chunk_answer (HttpService *service, HttpAnswer *answer, HttpTemplate *template,
                        const char *names);

G_END_DECLS
